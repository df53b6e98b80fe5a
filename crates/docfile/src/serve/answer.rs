//! What is answered to one request: RFC 9110, 13 (conditions) and 14 (ranges).
//!
//! Invariant: a part is always told with the range that it is, and every file with a strong entity
//! tag that changes with its length or its time.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use bytes::Bytes;
use docfile_compound::LockBytes as _;
use futures_core::Stream;
use http::header::{self, HeaderMap, HeaderName};
use http::{Method, Request, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Empty, Full, StreamBody};
use hyper::body::{Frame, Incoming};

use super::folder::{Found, Served};
use super::link::SharedLink;
use crate::FileBytes;

pub(super) type Body = BoxBody<Bytes, std::io::Error>;

/// One piece of a body; small on a slow link, so that it seems to flow.
const PIECE_LEN: usize = 64 << 10;
const SLOW_PIECE_LEN: usize = 4 << 10;

/// Hears which bytes of a file are about to be sent.
#[derive(Clone)]
pub struct Observer(Arc<dyn Fn(Range<u64>) + Send + Sync>);

impl Observer {
    /// An observer that does this with each range.
    pub fn new(observe: impl Fn(Range<u64>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observe))
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// How a server answers.
#[derive(Debug)]
pub(super) struct Answering {
    pub(super) served: Served,
    pub(super) no_ranges: bool,
    pub(super) link: Option<SharedLink>,
    pub(super) observer: Option<Observer>,
}

impl Answering {
    pub(super) async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Response<Body> {
        if let Some(link) = &self.link {
            link.travel().await;
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
        }
        match self.served.find(request.uri().path()) {
            Found::Nothing => plain(StatusCode::NOT_FOUND, "there is no such file\n"),
            Found::Listing(names) => plain(StatusCode::OK, &(names.join("\n") + "\n")),
            Found::File(path) => match FileBytes::open(&path) {
                Ok(file) => self.answer_file(&request, &path, file),
                Err(_) => plain(StatusCode::FORBIDDEN, "the file cannot be opened\n"),
            },
        }
    }

    fn answer_file(
        &self,
        request: &Request<Incoming>,
        path: &std::path::Path,
        file: FileBytes,
    ) -> Response<Body> {
        let len = file.len().unwrap_or(0);
        let modified = std::fs::metadata(path).and_then(|metadata| metadata.modified());
        let nanos = modified
            .as_ref()
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
            .map_or(0, |time| time.as_nanos());
        let tag = format!("\"{len:x}-{nanos:x}\"");
        let headers = request.headers();
        if text(headers, &header::IF_MATCH).is_some_and(|wanted| !names_tag(wanted, &tag)) {
            return plain(StatusCode::PRECONDITION_FAILED, "the file is another one now\n");
        }
        if text(headers, &header::IF_NONE_MATCH).is_some_and(|known| names_tag(known, &tag)) {
            let mut response = Response::new(empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            set(&mut response, header::ETAG, &tag);
            return response;
        }
        let part = match self.wanted_range(headers, &tag, len) {
            Wanted::Whole => None,
            Wanted::Part(range) => Some(range),
            Wanted::Unsatisfiable => {
                let mut response = plain(StatusCode::RANGE_NOT_SATISFIABLE, "");
                set(&mut response, header::CONTENT_RANGE, &format!("bytes */{len}"));
                return response;
            }
        };
        let range = part.clone().unwrap_or(0..len);
        let body_len = range.end - range.start;
        let body = if *request.method() == Method::HEAD {
            empty()
        } else {
            let told = (self.link.clone(), self.observer.clone());
            BodyExt::boxed(StreamBody::new(pieces(file, range.clone(), told)))
        };
        let mut response = Response::new(body);
        set(&mut response, header::ETAG, &tag);
        set(&mut response, header::CONTENT_LENGTH, &body_len.to_string());
        set(&mut response, header::CONTENT_TYPE, media_type(path));
        if let Ok(modified) = modified {
            set(&mut response, header::LAST_MODIFIED, &httpdate::fmt_http_date(modified));
        }
        if !self.no_ranges {
            set(&mut response, header::ACCEPT_RANGES, "bytes");
        }
        if part.is_some() {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            let last = range.end.saturating_sub(1);
            set(
                &mut response,
                header::CONTENT_RANGE,
                &format!("bytes {}-{last}/{len}", range.start),
            );
        }
        response
    }

    fn wanted_range(&self, headers: &HeaderMap, tag: &str, len: u64) -> Wanted {
        let Some(field) = text(headers, &header::RANGE).filter(|_| !self.no_ranges) else {
            return Wanted::Whole;
        };
        if text(headers, &header::IF_RANGE).is_some_and(|wanted| wanted != tag) {
            return Wanted::Whole;
        }
        range_of(field, len)
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Whole,
    Part(Range<u64>),
    Unsatisfiable,
}

/// The meaning of the field `Range`; several ranges at once are answered by the whole.
fn range_of(field: &str, len: u64) -> Wanted {
    let Some(spec) = field.trim().strip_prefix("bytes=") else { return Wanted::Whole };
    let Some((first, last)) = spec.split_once('-') else { return Wanted::Whole };
    let range = match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(len),
        (Ok(first), Err(_)) if last.trim().is_empty() => first..len,
        (Err(_), Ok(count)) if first.trim().is_empty() => len.saturating_sub(count)..len,
        _ => return Wanted::Whole,
    };
    if range.start < range.end { Wanted::Part(range) } else { Wanted::Unsatisfiable }
}

fn pieces(
    file: FileBytes,
    range: Range<u64>,
    (link, observer): (Option<SharedLink>, Option<Observer>),
) -> impl Stream<Item = Result<Frame<Bytes>, std::io::Error>> {
    let piece_len = if link.is_some() { SLOW_PIECE_LEN } else { PIECE_LEN };
    let file = Arc::new(file);
    futures_util::stream::try_unfold(range.start, move |offset| {
        let (file, link, observer) = (file.clone(), link.clone(), observer.clone());
        async move {
            let rest = range.end - offset;
            if rest == 0 {
                return Ok(None);
            }
            let len = usize::try_from(rest).map_or(piece_len, |rest| rest.min(piece_len));
            let piece = tokio::task::spawn_blocking(move || {
                let mut piece = vec![0; len];
                file.try_read_at(offset, &mut piece).map(|count| {
                    piece.truncate(count);
                    piece
                })
            });
            let piece =
                piece.await.map_err(std::io::Error::other)?.map_err(std::io::Error::other)?;
            if piece.is_empty() {
                return Err(std::io::Error::other("the file became shorter"));
            }
            if let Some(link) = link {
                link.send(piece.len()).await;
            }
            let next = offset + piece.len() as u64;
            if let Some(Observer(observe)) = observer {
                observe(offset..next);
            }
            Ok(Some((Frame::data(Bytes::from(piece)), next)))
        }
    })
}

/// Whether a list of entity tags names this one.
fn names_tag(list: &str, tag: &str) -> bool {
    list.split(',').map(str::trim).any(|wanted| wanted == "*" || wanted == tag)
}

fn media_type(path: &std::path::Path) -> &'static str {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "doc" | "dot" => "application/msword",
        "xls" | "xlt" => "application/vnd.ms-excel",
        "ppt" | "pps" | "pot" => "application/vnd.ms-powerpoint",
        "msg" => "application/vnd.ms-outlook",
        "vsd" => "application/vnd.visio",
        "pub" => "application/x-mspublisher",
        _ => "application/octet-stream",
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn set(response: &mut Response<Body>, name: HeaderName, value: &str) {
    if let Ok(value) = value.try_into() {
        response.headers_mut().insert(name, value);
    }
}

fn empty() -> Body {
    Empty::new().map_err(|never| match never {}).boxed()
}

fn plain(status: StatusCode, text: &str) -> Response<Body> {
    let body = Full::new(Bytes::copy_from_slice(text.as_bytes()));
    let mut response = Response::new(BodyExt::boxed(body.map_err(|never| match never {})));
    *response.status_mut() = status;
    set(&mut response, header::CONTENT_TYPE, "text/plain; charset=utf-8");
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_specification_has_them() {
        assert_eq!(range_of("bytes=0-99", 1000), Wanted::Part(0..100));
        assert_eq!(range_of("bytes=900-2000", 1000), Wanted::Part(900..1000));
        assert_eq!(range_of("bytes=10-", 1000), Wanted::Part(10..1000));
        assert_eq!(range_of("bytes=-10", 1000), Wanted::Part(990..1000));
        assert_eq!(range_of("bytes=1000-", 1000), Wanted::Unsatisfiable);
        assert_eq!(range_of("bytes=0-0", 0), Wanted::Unsatisfiable);
        for field in ["bytes=5-1", "bytes=a-b", "items=0-1", "bytes=0-1,5-6", "bytes="] {
            assert_eq!(range_of(field, 1000), Wanted::Whole, "{field}");
        }
    }
}
