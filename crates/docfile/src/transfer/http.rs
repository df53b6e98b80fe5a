//! HTTP and HTTPS by a real client.
//!
//! Invariant: the caller's headers and the credentials in the address go to the origin of the
//! address only, and on the first request already; a redirect to another origin is followed
//! without them. Bodies come as they are stored: no encoding is asked for and none is undone. No
//! cookie is kept. Proxies are those of the environment.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use docfile_binding::planner::Response;
use docfile_compound::{Error, ErrorKind, Result};
use futures_util::StreamExt as _;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use url::Url;

use super::retry_after;
use super::transport::{BoxResponse, GetRequest, GetResponse, Transport};

/// A chain of more redirects than this is a loop.
const REDIRECT_MAX: usize = 10;
/// A connection that takes longer is none.
const CONNECT_TIME: Duration = Duration::from_secs(20);

/// How resources are asked for over HTTP.
#[derive(Clone, Default)]
pub struct HttpOptions {
    /// Headers for every request to the origin of the address: name and value.
    pub headers: Vec<(String, String)>,
    /// Ask for everything at once, as if the server had no ranges.
    pub no_ranges: bool,
    /// Certificates of authorities to trust beside the usual ones, as PEM.
    pub root_certificates: Vec<Vec<u8>>,
}

impl fmt::Debug for HttpOptions {
    /// Headers may be credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpOptions")
            .field("header_count", &self.headers.len())
            .field("no_ranges", &self.no_ranges)
            .field("root_certificate_count", &self.root_certificates.len())
            .finish()
    }
}

/// One resource on an HTTP server.
pub struct HttpTransport {
    client: Client,
    url: Url,
    headers: HeaderMap,
    no_ranges: bool,
    /// Where a redirect led the last time, to save the round trip.
    found_at: Mutex<Option<Url>>,
}

impl fmt::Debug for HttpTransport {
    /// Addresses and headers may hold credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport")
            .field("url", &without_credentials(self.url.clone()))
            .field("no_ranges", &self.no_ranges)
            .finish_non_exhaustive()
    }
}

impl HttpTransport {
    /// A way to the resource at `address`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidParameter`] when the address is none, a header cannot be sent or a
    /// certificate cannot be read.
    pub fn new(address: &str, options: &HttpOptions) -> Result<Self> {
        let url = Url::parse(address).map_err(|error| invalid("this is no URL", error))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Error::new(ErrorKind::InvalidParameter, "this is no http or https URL"));
        }
        let mut headers = HeaderMap::new();
        for (name, value) in &options.headers {
            let name = HeaderName::try_from(name.as_str())
                .map_err(|error| invalid("this is no name of a header", error))?;
            let mut value = HeaderValue::try_from(value.as_str())
                .map_err(|error| invalid("this is no value of a header", error))?;
            value.set_sensitive(true);
            headers.append(name, value);
        }
        let client = client(options, &url)?;
        let no_ranges = options.no_ranges;
        Ok(Self { client, url, headers, no_ranges, found_at: Mutex::new(None) })
    }

    /// Follows redirects to the response.
    async fn follow(&self, request: &GetRequest) -> Result<(reqwest::Response, Option<Url>)> {
        let remembered = self.remembered();
        if let Some(url) = remembered {
            // What a redirect pointed to expires, or goes away; the address itself does not.
            match self.send(&url, request).await {
                Ok(response) if is_final(response.status()) => return Ok((response, Some(url))),
                _ => self.remember(None),
            }
        }
        let mut url = self.url.clone();
        for _ in 0..=REDIRECT_MAX {
            let response = self.send(&url, request).await?;
            let Some(next) = redirected_to(&url, &response)? else {
                let elsewhere = (url != self.url).then_some(url);
                self.remember(elsewhere.clone());
                return Ok((response, elsewhere));
            };
            url = next;
        }
        Err(Error::new(ErrorKind::ReadFault, "the server redirects in a circle"))
    }

    async fn send(&self, url: &Url, request: &GetRequest) -> Result<reqwest::Response> {
        let mut builder = self.client.get(url.clone());
        if url.origin() == self.url.origin() {
            builder = builder.headers(self.headers.clone());
        }
        builder = builder.header(header::ACCEPT_ENCODING, "identity");
        if let Some(range) = request.range.as_ref().filter(|_| !self.no_ranges) {
            let last = range.end.saturating_sub(1);
            builder = builder.header(header::RANGE, format!("bytes={}-{last}", range.start));
        }
        let conditions = [
            (header::IF_MATCH, &request.if_match),
            (header::IF_NONE_MATCH, &request.if_none_match),
            (header::IF_MODIFIED_SINCE, &request.if_modified_since),
        ];
        for (name, value) in conditions {
            if let Some(value) = value {
                builder = builder.header(name, &**value);
            }
        }
        builder.send().await.map_err(|error| lost("no response came", error))
    }

    fn remembered(&self) -> Option<Url> {
        self.found_at.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn remember(&self, url: Option<Url>) {
        *self.found_at.lock().unwrap_or_else(PoisonError::into_inner) = url;
    }
}

impl Transport for HttpTransport {
    fn link(&self) -> Option<String> {
        Some(self.url.origin().ascii_serialization())
    }

    fn get(&self, request: GetRequest) -> BoxResponse<'_> {
        Box::pin(async move {
            let (response, found_at) = self.follow(&request).await?;
            let media_type = field(&response, &header::CONTENT_TYPE);
            let head = head_of(&response);
            let body = response.bytes_stream().map(body_piece);
            let location = found_at.map(without_credentials);
            Ok(GetResponse { head, media_type, location, body: Box::pin(body) })
        })
    }
}

fn body_piece(piece: reqwest::Result<Bytes>) -> Result<Bytes> {
    piece.map_err(|error| lost("the connection was lost", error))
}

fn client(options: &HttpOptions, url: &Url) -> Result<Client> {
    let mut builder = Client::builder()
        .redirect(Policy::none())
        .connect_timeout(CONNECT_TIME)
        .tcp_nodelay(true)
        .user_agent(concat!("docfile/", env!("CARGO_PKG_VERSION")));
    if is_this_machine(url) {
        builder = builder.no_proxy();
    }
    for pem in &options.root_certificates {
        let certificates = reqwest::Certificate::from_pem_bundle(pem)
            .map_err(|error| invalid("this is no certificate", error))?;
        for certificate in certificates {
            builder = builder.add_root_certificate(certificate);
        }
    }
    builder.build().map_err(|error| invalid("the client for HTTP cannot be made", error))
}

/// Whether this is the resource's own answer, rather than that of a place where it was once.
fn is_final(status: StatusCode) -> bool {
    status.is_success()
        || matches!(
            status,
            StatusCode::PRECONDITION_FAILED
                | StatusCode::RANGE_NOT_SATISFIABLE
                | StatusCode::NOT_MODIFIED
        )
}

/// No proxy leads to the machine that asks.
fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

/// Where a response sends its reader, if it does.
fn redirected_to(from: &Url, response: &reqwest::Response) -> Result<Option<Url>> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = field(response, &header::LOCATION) else {
        return Err(Error::new(ErrorKind::ReadFault, "the server redirects without saying where"));
    };
    let next = from.join(&location).map_err(|error| lost("the redirect leads nowhere", error))?;
    if !matches!(next.scheme(), "http" | "https") {
        let text = "the server redirects to something that is not HTTP";
        return Err(Error::new(ErrorKind::ReadFault, text));
    }
    if from.scheme() == "https" && next.scheme() == "http" {
        let text = "the server redirects from a secure connection to one that is not";
        return Err(Error::new(ErrorKind::ReadFault, text));
    }
    Ok(Some(next))
}

fn head_of(response: &reqwest::Response) -> Response {
    let number = |name| field(response, name).and_then(|text| text.trim().parse().ok());
    Response {
        status: response.status().as_u16(),
        content_range: field(response, &header::CONTENT_RANGE),
        content_len: number(&header::CONTENT_LENGTH),
        content_encoding: field(response, &header::CONTENT_ENCODING),
        etag: field(response, &header::ETAG),
        last_modified: field(response, &header::LAST_MODIFIED),
        retry_after: field(response, &header::RETRY_AFTER)
            .and_then(|text| retry_after::pause(&text)),
    }
}

fn field(response: &reqwest::Response, name: &HeaderName) -> Option<String> {
    let value = response.headers().get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// An address fit to be shown: signatures stand in queries, passwords before the host.
fn without_credentials(mut url: Url) -> String {
    url.set_query(None);
    url.set_fragment(None);
    // Only addresses without a host refuse this, and those have no credentials.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

fn invalid(text: &'static str, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::InvalidParameter, text).with_source(error)
}

fn lost(text: &'static str, error: impl Into<Loss>) -> Error {
    Error::new(ErrorKind::ReadFault, text).with_source(error.into())
}

/// Why a request failed, without the address, which may hold credentials.
#[derive(Debug)]
struct Loss(String);

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Loss {}

impl From<reqwest::Error> for Loss {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let mut text = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(inner) = source {
            text = format!("{text}: {inner}");
            source = inner.source();
        }
        Self(text)
    }
}

impl From<url::ParseError> for Loss {
    fn from(error: url::ParseError) -> Self {
        Self(error.to_string())
    }
}
