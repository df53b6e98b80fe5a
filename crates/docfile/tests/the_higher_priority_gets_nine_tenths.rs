//! Of two transfers over one link the one of the higher priority gets nine tenths of the bytes until
//! it is done, and the other everything from then on. Source: `contract/binding.md` 11.

#![cfg(feature = "http")]
#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use docfile::fill::{FillLockBytes, Termination};
use docfile::serve::{ServeOptions, Server};
use docfile::transfer::{
    HttpOptions, HttpTransport, PlannerSettings, Transfer, TransferEvent, TransferObserver,
};

const LEN: u64 = 2 << 20;
/// The longest piece that is taken at once.
const PIECE_MAX: u64 = 64 << 10;

/// Counts what the other has when this one is done: on the transfer's own task, before anybody else
/// is told.
#[derive(Debug, Default)]
struct AtTheEnd {
    other: OnceLock<Weak<Transfer>>,
    of_other: OnceLock<u64>,
}

impl TransferObserver for AtTheEnd {
    fn on_event(&self, _: Duration, event: &TransferEvent) {
        if let TransferEvent::Finished(_) = event {
            let other = self.other.get().and_then(Weak::upgrade).unwrap();
            self.of_other.set(arrived(&other)).unwrap();
        }
    }
}

fn begun(server: &Server, name: &str, observer: Option<Arc<dyn TransferObserver>>) -> Transfer {
    let url = format!("{}/{name}", server.url());
    let transport = HttpTransport::new(&url, &HttpOptions::default()).unwrap();
    let fill = FillLockBytes::temporary().unwrap();
    let settings = PlannerSettings::default();
    Transfer::start(Arc::new(transport), fill, settings, observer).unwrap()
}

fn arrived(transfer: &Transfer) -> u64 {
    transfer.counters().received_byte_count()
}

fn wait_until(mut is_so: impl FnMut() -> bool) {
    while !is_so() {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn while_both_are_under_way() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["low", "high"] {
        std::fs::write(folder.path().join(name), vec![7; usize::try_from(LEN).unwrap()]).unwrap();
    }
    let options = ServeOptions { link: Some("8mbit,10ms".parse().unwrap()), no_ranges: false };
    let server = Server::start(folder.path(), "127.0.0.1:0".parse().unwrap(), options).unwrap();
    let low = Arc::new(begun(&server, "low", None));
    wait_until(|| arrived(&low) > 0);
    let end = Arc::new(AtTheEnd::default());
    end.other.set(Arc::downgrade(&low)).unwrap();
    let high = begun(&server, "high", Some(end.clone()));
    high.set_priority(1);
    let before = (arrived(&low), arrived(&high));
    assert_eq!((low.priority(), high.priority()), (0, 1));
    wait_until(|| high.fill().termination().is_some());
    let (of_low, of_high) = (end.of_other.get().unwrap() - before.0, arrived(&high) - before.1);
    println!("{of_high} bytes of the higher, {of_low} of the lower");
    assert!(matches!(high.fill().termination(), Some(Termination::Success)));
    assert!(before.1 + of_high >= LEN);
    assert!(of_low * 9 <= of_high + 9 * PIECE_MAX, "{of_low} beside {of_high}");
    assert!(of_low * 9 * 2 >= of_high, "the tenth is not withheld: {of_low} beside {of_high}");
    // Nothing stands in its way now.
    wait_until(|| low.fill().termination().is_some());
    assert!(matches!(low.fill().termination(), Some(Termination::Success)));
    assert_eq!(low.counters().retry_count, 0);
}
