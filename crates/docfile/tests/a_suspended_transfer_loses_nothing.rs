//! While a transfer is suspended its clock stands still: no request fails of silence, and no budget
//! of time is spent. Source: `contract/binding.md` 11, Suspend and Resume.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use docfile::fill::{FillLockBytes, Termination};
use docfile::transfer::{
    BoxResponse, Budget, GetRequest, GetResponse, PlannerSettings, Response, Retry, Transfer,
    Transport,
};
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::{FutureExt as _, StreamExt as _};

const LEN: u64 = 10_000;

/// A server that sends what it is told, once.
#[derive(Debug)]
struct Told(Mutex<Option<UnboundedReceiver<docfile::Result<bytes::Bytes>>>>);

impl Transport for Told {
    fn get(&self, _: GetRequest) -> BoxResponse<'_> {
        let head = Response { status: 200, content_len: Some(LEN), ..Response::default() };
        let body = self.0.lock().unwrap().take();
        let body = body.map_or_else(|| futures::stream::pending().boxed(), |body| body.boxed());
        async move { Ok(GetResponse { head, media_type: None, location: None, body }) }.boxed()
    }
}

fn send(body: &UnboundedSender<docfile::Result<bytes::Bytes>>, len: usize) {
    body.unbounded_send(Ok(vec![7; len].into())).unwrap();
}

#[test]
fn neither_silence_nor_the_budget_of_time_runs() {
    let (body, receiver) = unbounded();
    let settings = PlannerSettings {
        retry: Retry { silence: Duration::from_millis(400), ..Retry::default() },
        budget: Budget { time: Some(Duration::from_millis(900)), ..Budget::default() },
        ..PlannerSettings::default()
    };
    let server = Arc::new(Told(Mutex::new(Some(receiver))));
    let transfer = Transfer::start(server, FillLockBytes::memory(), settings, None).unwrap();
    send(&body, 5000);
    while transfer.fill().arrived().byte_count() < 5000 {
        std::thread::sleep(Duration::from_millis(1));
    }
    transfer.suspend();
    std::thread::sleep(Duration::from_millis(1500));
    assert!(transfer.fill().termination().is_none());
    send(&body, 5000);
    assert_eq!(transfer.fill().arrived().byte_count(), 5000);
    transfer.resume();
    smol::block_on(transfer.ended());
    assert!(matches!(transfer.fill().termination(), Some(Termination::Success)));
    assert_eq!(transfer.counters().retry_count, 0);
    assert_eq!(transfer.counters().request_count, 1);
}
