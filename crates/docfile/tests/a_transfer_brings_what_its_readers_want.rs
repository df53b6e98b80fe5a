//! Over real HTTP: a reader's demand decides what comes, and all of it comes in the end.
//! Source: `contract/storage.md` 1 to 3, `design.md` 5.

#![cfg(feature = "http")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]

use std::sync::Arc;

use docfile::fill::{FillLockBytes, Termination};
use docfile::serve::{ServeOptions, Server};
use docfile::transfer::{Filling, HttpOptions, HttpTransport, PlannerSettings, Policy, Transfer};
use docfile::{ErrorKind, LockBytes as _};

fn pattern(len: usize) -> Vec<u8> {
    (0..len)
        .map(|index| u8::try_from(index % 251).unwrap() ^ u8::try_from(index / 251 % 256).unwrap())
        .collect()
}

fn served(content: &[u8], options: ServeOptions) -> (tempfile::TempDir, Server, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), content).unwrap();
    let server = Server::start(folder.path(), "127.0.0.1:0".parse().unwrap(), options).unwrap();
    let url = format!("{}/file", server.url());
    (folder, server, url)
}

fn begun(url: &str, settings: PlannerSettings) -> Transfer {
    let transport = HttpTransport::new(url, &HttpOptions::default()).unwrap();
    let fill = FillLockBytes::temporary().unwrap();
    Transfer::start(Arc::new(transport), fill, settings, None).unwrap()
}

/// Reads one range, waiting for it.
fn read(fill: &FillLockBytes, offset: u64, len: usize) -> docfile::Result<Vec<u8>> {
    let bytes = fill.lock_bytes();
    let mut buffer = vec![0; len];
    loop {
        match bytes.try_read_at(offset, &mut buffer) {
            Ok(count) => {
                buffer.truncate(count);
                return Ok(buffer);
            }
            Err(error) => match error.missing() {
                Some(missing) => fill.wait(missing)?,
                None => return Err(error),
            },
        }
    }
}

fn wait_for_the_end(fill: &FillLockBytes) -> Termination {
    for _ in 0..2000 {
        if let Some(end) = fill.termination() {
            return end;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    panic!("the transfer does not end");
}

#[test]
fn what_nobody_wants_is_not_fetched() {
    let content = pattern(4 << 20);
    let (_folder, _server, url) = served(&content, ServeOptions::default());
    let settings = PlannerSettings {
        policy: Policy::Frugal,
        filling: Filling::Never,
        ..PlannerSettings::default()
    };
    let transfer = begun(&url, settings);
    // The first request has been answered before anything else is wanted.
    assert_eq!(read(transfer.fill(), 0, 1).unwrap(), content[..1]);
    assert_eq!(read(transfer.fill(), 3_000_000, 1000).unwrap(), content[3_000_000..3_001_000]);
    assert_eq!(read(transfer.fill(), 4_194_000, 1000).unwrap(), content[4_194_000..]);
    assert_eq!(transfer.fill().len(), Some(4 << 20));
    let counters = transfer.counters();
    assert_eq!(counters.request_count, 3);
    assert_eq!(counters.received_byte_count(), 4096 + 1000 + 304);
}

#[test]
fn everything_comes_in_the_end() {
    for no_ranges in [false, true] {
        let content = pattern(3_000_001);
        let options = ServeOptions { no_ranges, ..ServeOptions::default() };
        let (_folder, _server, url) = served(&content, options);
        let transfer = begun(&url, PlannerSettings::default());
        assert!(matches!(wait_for_the_end(transfer.fill()), Termination::Success));
        assert_eq!(read(transfer.fill(), 0, 4_000_000).unwrap(), content);
        if no_ranges {
            assert_eq!(transfer.counters().request_count, 1, "the seed's single request");
        }
    }
}

/// `contract/observed.md` 3.6: a 404 is no success.
#[test]
fn what_is_not_there_is_an_error_of_its_own_kind() {
    let (_folder, _server, url) = served(b"x", ServeOptions::default());
    let transfer = begun(&format!("{url}/none"), PlannerSettings::default());
    let error = read(transfer.fill(), 0, 1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Incomplete);
    let Termination::Abnormal(why) = wait_for_the_end(transfer.fill()) else { panic!() };
    assert_eq!(why.kind(), ErrorKind::NotFound);
}

#[test]
fn an_abort_frees_who_waits_and_is_confirmed() {
    let link = "8kbit,10ms".parse().unwrap();
    let options = ServeOptions { link: Some(link), ..ServeOptions::default() };
    let (_folder, _server, url) = served(&pattern(1 << 20), options);
    let transfer = begun(&url, PlannerSettings::default());
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| read(transfer.fill(), 900_000, 1000).unwrap_err().kind());
        while transfer.fill().waiter_count() == 0 {
            std::thread::yield_now();
        }
        transfer.abort();
        assert_eq!(waits.join().unwrap(), ErrorKind::Terminated);
    });
    smol::block_on(transfer.ended());
    assert!(transfer.has_ended());
}
