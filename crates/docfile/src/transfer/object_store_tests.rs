//! Object stores that refuse, are empty or ask for patience, over real HTTP.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use docfile_binding::planner::{PlannerSettings, Policy};
use object_store::ObjectStore as _;
use object_store::memory::InMemory;

use super::*;
use crate::fill::{FillLockBytes, Termination};
use crate::transfer::Transfer;

/// A store that answers each request as it is told, and a way to an object in it.
fn store(answer: impl Fn(usize, bool) -> String + Send + 'static) -> ObjectStoreTransport {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for (index, stream) in listener.incoming().flatten().enumerate() {
            let mut has_range = false;
            for line in BufReader::new(stream.try_clone().unwrap()).lines() {
                let line = line.unwrap().to_ascii_lowercase();
                has_range |= line.starts_with("range:");
                if line.is_empty() {
                    break;
                }
            }
            let _ = (&stream).write_all(answer(index, has_range).as_bytes());
        }
    });
    let builder = AmazonS3Builder::new()
        .with_endpoint(endpoint)
        .with_allow_http(true)
        .with_bucket_name("bucket")
        .with_access_key_id("id")
        .with_secret_access_key("word")
        .with_retry(RetryConfig { max_retries: 0, ..RetryConfig::default() })
        .with_http_connector(NotingConnector);
    ObjectStoreTransport {
        store: Arc::new(builder.build().unwrap()),
        path: Path::from("key"),
        no_ranges: false,
    }
}

fn end_of(transport: ObjectStoreTransport) -> (Termination, FillLockBytes, u64) {
    let settings = PlannerSettings { policy: Policy::Frugal, ..PlannerSettings::default() };
    let transfer =
        Transfer::start(Arc::new(transport), FillLockBytes::memory(), settings, None).unwrap();
    futures::executor::block_on(transfer.ended());
    let fill = transfer.fill().clone();
    (fill.termination().unwrap(), fill, transfer.counters().retry_count)
}

const WHOLE: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\nETag: \"1\"\r\n\
    Last-Modified: Mon, 01 Jan 2001 00:00:00 GMT\r\n";

/// S3 answers every range of an empty object by 416, with no total.
#[test]
fn an_empty_object_is_empty_and_not_out_of_reach() {
    let (end, fill, retry_count) = end_of(store(|_, has_range| {
        if has_range {
            "HTTP/1.1 416 Range\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".to_owned()
        } else {
            format!("{WHOLE}Content-Length: 0\r\n\r\n")
        }
    }));
    assert!(matches!(end, Termination::Success), "{end:?}");
    assert_eq!((fill.len(), retry_count), (Some(0), 0));
}

#[test]
fn an_empty_object_of_a_store_of_ones_own_is_empty_too() {
    let store = Arc::new(InMemory::new());
    let path = Path::from("key");
    futures::executor::block_on(store.put(&path, Vec::new().into())).unwrap();
    let (end, fill, retry_count) = end_of(ObjectStoreTransport::of(store, path));
    assert!(matches!(end, Termination::Success), "{end:?}");
    assert_eq!((fill.len(), retry_count), (Some(0), 0));
}

#[test]
fn the_pause_that_a_store_asks_for_is_kept() {
    let began_at = Instant::now();
    let (end, fill, retry_count) = end_of(store(|index, _| match index {
        0 => "HTTP/1.1 503 Slow Down\r\nConnection: close\r\nRetry-After: 2\r\n\
              Content-Length: 0\r\n\r\n"
            .to_owned(),
        _ => "HTTP/1.1 206 Part\r\nConnection: close\r\nETag: \"1\"\r\n\
              Last-Modified: Mon, 01 Jan 2001 00:00:00 GMT\r\n\
              Content-Range: bytes 0-3/4\r\nContent-Length: 4\r\n\r\nabcd"
            .to_owned(),
    }));
    assert!(matches!(end, Termination::Success), "{end:?}");
    assert_eq!((fill.len(), retry_count), (Some(4), 1));
    assert!(began_at.elapsed() >= Duration::from_secs(2), "{:?}", began_at.elapsed());
}

#[test]
fn a_refusal_says_which_it_is() {
    for (status, kind) in [(404, ErrorKind::NotFound), (403, ErrorKind::AccessDenied)] {
        let (end, _, retry_count) = end_of(store(move |_, _| {
            format!("HTTP/1.1 {status} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        }));
        let Termination::Abnormal(error) = end else { panic!() };
        assert_eq!((error.kind(), retry_count), (kind, 0));
    }
}
