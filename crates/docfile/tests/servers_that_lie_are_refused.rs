//! Servers that lie, break off, refuse or change their mind: each ends in its own clear error or
//! is got over, and none keeps a reader waiting for ever. Source: `contract/observed.md` 3.6,
//! `design.md` 5.

#![cfg(feature = "http")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails loudly")]
#![expect(clippy::panic, reason = "a test fails loudly")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use docfile::fill::{FillLockBytes, Termination};
use docfile::transfer::{HttpOptions, HttpTransport, PlannerSettings, Transfer};
use docfile::{Error, ErrorKind, LockBytes as _};

const LEN: usize = 300_000;

fn content() -> Vec<u8> {
    (0..LEN).map(|index| u8::try_from(index % 251).unwrap()).collect()
}

/// A request as far as these servers read it.
struct Request {
    /// Counted from 0 over all connections.
    index: usize,
    path: String,
    range: Option<Range<usize>>,
    authorization: Option<String>,
}

/// A server that answers each request, on a connection of its own, as it is told.
fn server(answer: impl Fn(&Request, &mut TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/file", listener.local_addr().unwrap());
    let (answer, count) = (Arc::new(answer), Arc::new(AtomicUsize::new(0)));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (answer, count) = (answer.clone(), count.clone());
            std::thread::spawn(move || serve(stream, &*answer, &count));
        }
    });
    url
}

fn serve(mut stream: TcpStream, answer: &dyn Fn(&Request, &mut TcpStream), count: &AtomicUsize) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let Some(Ok(first)) = lines.next() else { return };
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let (mut range, mut authorization) = (None, None);
    for line in lines.map_while(Result::ok).take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(": ").unwrap();
        if name.eq_ignore_ascii_case("range") {
            let (start, last) = value.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
            range = Some(start.parse().unwrap()..(last.parse::<usize>().unwrap() + 1).min(LEN));
        } else if name.eq_ignore_ascii_case("authorization") {
            authorization = Some(value.to_owned());
        }
    }
    let index = count.fetch_add(1, Ordering::AcqRel);
    answer(&Request { index, path, range, authorization }, &mut stream);
    // Dropping a socket with unread bytes resets it; there are none.
}

/// Sends a head and a body; a client that has gone is no matter.
fn send(stream: &mut TcpStream, status: &str, fields: &str, body: &[u8]) {
    let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\n{fields}\r\n");
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}

/// The truth.
fn honest(request: &Request, stream: &mut TcpStream) {
    let all = content();
    match &request.range {
        None => send(stream, "200 OK", &format!("Content-Length: {LEN}\r\n"), &all),
        Some(range) => {
            let fields = format!(
                "Content-Length: {}\r\nContent-Range: bytes {}-{}/{LEN}\r\nETag: \"v1\"\r\n",
                range.len(),
                range.start,
                range.end - 1
            );
            send(stream, "206 Partial Content", &fields, &all[range.clone()]);
        }
    }
}

fn begun(url: &str) -> Transfer {
    let transport = HttpTransport::new(url, &HttpOptions::default()).unwrap();
    let mut settings = PlannerSettings::default();
    settings.retry.first_delay = Duration::from_millis(1);
    settings.retry.silence = Duration::from_secs(5);
    let fill = FillLockBytes::temporary().unwrap();
    Transfer::start(Arc::new(transport), fill, settings, None).unwrap()
}

/// How the transfer from this server ends.
fn end_of(answer: impl Fn(&Request, &mut TcpStream) + Send + Sync + 'static) -> Termination {
    let transfer = begun(&server(answer));
    for _ in 0..4000 {
        if let Some(end) = transfer.fill().termination() {
            if matches!(end, Termination::Success) {
                let mut all = vec![0; LEN];
                assert_eq!(transfer.fill().lock_bytes().try_read_at(0, &mut all).unwrap(), LEN);
                assert_eq!(all, content(), "never a wrong byte");
            }
            return end;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("it does not end");
}

fn failure_of(answer: impl Fn(&Request, &mut TcpStream) + Send + Sync + 'static) -> Error {
    match end_of(answer) {
        Termination::Abnormal(error) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_truth_is_believed() {
    assert!(matches!(end_of(honest), Termination::Success));
}

#[test]
fn a_part_that_is_another_one_is_refused() {
    let error = failure_of(|request, stream| {
        let len = request.range.as_ref().unwrap().len();
        let fields =
            format!("Content-Length: {len}\r\nContent-Range: bytes 7-{}/{LEN}\r\n", len + 6);
        send(stream, "206 Partial Content", &fields, &content()[7..len + 7]);
    });
    assert!(error.to_string().contains("other bytes than those asked for"), "{error}");
}

#[test]
fn a_part_that_does_not_say_which_is_refused() {
    let error = failure_of(|request, stream| {
        let range = request.range.clone().unwrap();
        send(
            stream,
            "206 Partial Content",
            &format!("Content-Length: {}\r\n", range.len()),
            &content()[range],
        );
    });
    assert!(error.to_string().contains("without saying which"), "{error}");
}

#[test]
fn everything_in_answer_to_a_range_is_taken_at_the_start_and_refused_later() {
    let whole = |stream: &mut TcpStream| {
        send(stream, "200 OK", &format!("Content-Length: {LEN}\r\n"), &content());
    };
    assert!(matches!(end_of(move |_, stream| whole(stream)), Termination::Success));
    let error = failure_of(move |request, stream| match request.index {
        0 => honest(request, stream),
        _ => whole(stream),
    });
    assert!(error.to_string().contains("everything where it was asked for a range"), "{error}");
}

#[test]
fn a_body_that_is_cut_short_is_asked_for_from_where_it_broke() {
    for cut in [0, 1, 777, 40_000] {
        let end = end_of(move |request, stream| {
            let range = request.range.clone().unwrap();
            if request.index > 1 {
                return honest(request, stream);
            }
            let fields = format!(
                "Content-Length: {}\r\nContent-Range: bytes {}-{}/{LEN}\r\nETag: \"v1\"\r\n",
                range.len(),
                range.start,
                range.end - 1
            );
            let cut = (range.start + cut).min(range.end);
            send(stream, "206 Partial Content", &fields, &content()[range.start..cut]);
        });
        assert!(matches!(end, Termination::Success), "{cut}: {end:?}");
    }
}

#[test]
fn a_server_that_always_breaks_off_is_given_up() {
    let error = failure_of(|request, stream| {
        let range = request.range.clone().unwrap();
        let fields = format!(
            "Content-Length: {}\r\nContent-Range: bytes {}-{}/{LEN}\r\n",
            range.len(),
            range.start,
            range.end - 1
        );
        send(stream, "206 Partial Content", &fields, b"");
    });
    assert_eq!(error.kind(), ErrorKind::ReadFault);
}

#[test]
fn an_encoding_that_nobody_asked_for_is_refused() {
    let error = failure_of(|_, stream| {
        send(stream, "200 OK", "Content-Encoding: gzip\r\nContent-Length: 3\r\n", b"abc");
    });
    assert!(error.to_string().contains("an encoding that was not asked for"), "{error}");
}

#[test]
fn a_resource_that_changes_is_never_mixed() {
    let error = failure_of(|request, stream| {
        if request.index == 0 {
            return honest(request, stream);
        }
        let range = request.range.clone().unwrap();
        let fields = format!(
            "Content-Length: {}\r\nContent-Range: bytes {}-{}/{LEN}\r\nETag: \"v2\"\r\n",
            range.len(),
            range.start,
            range.end - 1
        );
        send(stream, "206 Partial Content", &fields, &vec![0; range.len()]);
    });
    assert!(error.to_string().contains("changed while it was read"), "{error}");
}

#[test]
fn refusals_have_kinds_of_their_own() {
    for (status, kind) in [
        ("404 Not Found", ErrorKind::NotFound),
        ("410 Gone", ErrorKind::NotFound),
        ("401 Unauthorized", ErrorKind::AccessDenied),
        ("403 Forbidden", ErrorKind::AccessDenied),
    ] {
        let error = failure_of(move |_, stream| {
            send(stream, status, "Content-Length: 5\r\n", b"sorry");
        });
        assert_eq!(error.kind(), kind, "{status}");
    }
}

#[test]
fn a_server_that_is_busy_for_a_moment_is_asked_again() {
    let end = end_of(|request, stream| match request.index {
        0 | 1 => send(stream, "503 Busy", "Retry-After: 0\r\nContent-Length: 0\r\n", b""),
        _ => honest(request, stream),
    });
    assert!(matches!(end, Termination::Success), "{end:?}");
}

#[test]
fn a_circle_of_redirects_ends() {
    let error = failure_of(|_, stream| {
        send(stream, "302 Found", "Location: /file\r\nContent-Length: 0\r\n", b"");
    });
    assert_eq!(error.kind(), ErrorKind::ReadFault);
}

/// Authentication goes with the first request, and never to another origin.
#[test]
fn credentials_stay_with_their_origin() {
    let heard = Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = heard.clone();
    let elsewhere = server(move |request, stream| {
        log.lock().unwrap().push(("elsewhere", request.authorization.clone()));
        honest(request, stream);
    });
    let log = heard.clone();
    let url = server(move |request, stream| {
        log.lock().unwrap().push(("origin", request.authorization.clone()));
        assert_eq!(request.path, "/file");
        send(stream, "302 Found", &format!("Location: {elsewhere}\r\nContent-Length: 0\r\n"), b"");
    });
    let headers = vec![("Authorization".to_owned(), "Bearer secret".to_owned())];
    let options = HttpOptions { headers, ..HttpOptions::default() };
    let transport = HttpTransport::new(&url, &options).unwrap();
    let fill = FillLockBytes::memory();
    let settings = PlannerSettings::default();
    let transfer = Transfer::start(Arc::new(transport), fill, settings, None).unwrap();
    smol::block_on(transfer.ended());
    assert!(matches!(transfer.fill().termination(), Some(Termination::Success)));
    let heard = heard.lock().unwrap();
    assert_eq!(heard[0], ("origin", Some("Bearer secret".to_owned())));
    let rest = &heard[1..];
    assert!(rest.iter().all(|(place, sent)| *place == "elsewhere" && sent.is_none()), "{rest:?}");
}

/// A redirect is remembered, and forgotten when its target does not answer any more.
#[test]
fn a_target_that_goes_away_is_asked_for_anew() {
    let elsewhere = server(|request, stream| {
        if request.index < 2 {
            honest(request, stream);
        } else {
            send(stream, "502 Bad Gateway", "Content-Length: 0\r\n", b"");
        }
    });
    let end = end_of(move |request, stream| {
        if request.index == 0 {
            let fields = format!("Location: {elsewhere}\r\nContent-Length: 0\r\n");
            send(stream, "302 Found", &fields, b"");
        } else {
            honest(request, stream);
        }
    });
    assert!(matches!(end, Termination::Success), "{end:?}");
}
