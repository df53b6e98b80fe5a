//! Object stores: S3, Google Cloud Storage, Azure, by the crate `object_store`.
//!
//! Invariant: credentials and endpoints come from the environment, as the stores' own tools read
//! them, and are never shown. An answer is told to the planner as the HTTP response that it was;
//! repeating is the planner's business, so that the client below does not repeat.

mod refusal;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use docfile_binding::planner::Response;
use docfile_compound::{Error, ErrorKind, Result};
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, GetResult, ObjectStore, RetryConfig};
use url::Url;

use self::refusal::NotingConnector;
use super::transport::{BoxResponse, GetRequest, GetResponse, Transport};
use crate::{apartment, runtime};

/// One object in a store.
pub struct ObjectStoreTransport {
    store: Arc<dyn ObjectStore>,
    path: Path,
    no_ranges: bool,
}

impl ObjectStoreTransport {
    /// A way to the object at `address`: `s3://bucket/key`, `gs://bucket/key` or
    /// `az://container/key`. With `no_ranges` everything is asked for at once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidParameter`] when the address is none of these, or the environment does
    /// not say enough to reach the store.
    pub fn new(address: &str, no_ranges: bool) -> Result<Self> {
        let (store, path) = store_of(address)?;
        Ok(Self { store, path, no_ranges })
    }

    /// An object of a store that was set up elsewhere.
    #[must_use]
    pub fn of(store: Arc<dyn ObjectStore>, path: Path) -> Self {
        Self { store, path, no_ranges: false }
    }

    /// The addresses of all objects below `address`, in order; waits for them.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and [`ErrorKind::ReadFault`] when the store does not answer.
    pub fn list(address: &str) -> Result<Vec<String>> {
        let (store, prefix) = store_of(address)?;
        let listing = async move {
            let objects: Vec<_> = store.list(Some(&prefix)).try_collect().await?;
            Ok::<_, object_store::Error>(objects)
        };
        let (sender, receiver) = tokio::sync::oneshot::channel();
        runtime::handle()?.spawn(async move {
            // Who asked may be gone.
            let _ = sender.send(listing.await);
        });
        let objects = apartment::block_on(receiver)?
            .map_err(|error| {
                Error::new(ErrorKind::ReadFault, "the listing ended").with_source(error)
            })?
            .map_err(|error| failure(&error))?;
        let base = base_of(address);
        let mut names: Vec<String> =
            objects.iter().map(|object| format!("{base}/{}", object.location)).collect();
        names.sort();
        Ok(names)
    }
}

impl fmt::Debug for ObjectStoreTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectStoreTransport").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Transport for ObjectStoreTransport {
    /// A store has one way to it, whatever the object.
    fn link(&self) -> Option<String> {
        Some(self.store.to_string())
    }

    fn get(&self, request: GetRequest) -> BoxResponse<'_> {
        Box::pin(async move {
            let range = request.range.filter(|_| !self.no_ranges);
            let is_part = range.is_some();
            let start = range.as_ref().map(|range| range.start);
            let text = |tag: Option<Arc<str>>| tag.map(|tag| tag.to_string());
            let options = GetOptions {
                range: range.map(GetRange::Bounded),
                if_match: text(request.if_match),
                if_none_match: text(request.if_none_match),
                ..GetOptions::default()
            };
            let asked = self.store.get_opts(&self.path, options);
            match refusal::noting(asked).await {
                (Ok(result), _) => Ok(response_of(result, is_part)),
                (Err(error), Some(head)) => refused(head_or(&error, head)),
                (Err(error), None) => self.refusal_of(error, start).await,
            }
        })
    }
}

fn response_of(result: GetResult, is_part: bool) -> GetResponse {
    let (range, total) = (result.range.clone(), result.meta.size);
    let content_range =
        is_part.then(|| format!("bytes {}-{}/{total}", range.start, range.end.saturating_sub(1)));
    let head = Response {
        status: if is_part { 206 } else { 200 },
        content_range,
        content_len: Some(range.end.saturating_sub(range.start)),
        etag: result.meta.e_tag.clone(),
        last_modified: Some(result.meta.last_modified.to_rfc2822()),
        ..Response::default()
    };
    let content_type = object_store::Attribute::ContentType;
    let media_type = result.attributes.get(&content_type).map(|value| value.to_string());
    let body = result.into_stream().map(|piece| piece.map_err(|error| failure(&error)));
    GetResponse { head, media_type, location: None, body: Box::pin(body) }
}

impl ObjectStoreTransport {
    /// What a store of somebody else's refused, as the response that it would be; an error when
    /// there was none.
    async fn refusal_of(
        &self,
        error: object_store::Error,
        start: Option<u64>,
    ) -> Result<GetResponse> {
        if let Some(status) = status_of(&error) {
            return refused(Response { status, ..Response::default() });
        }
        // Whether a range lies past the end, as every range of an empty object does, is told in
        // words only.
        let Some(start) = start else { return Err(failure(&error)) };
        match self.store.head(&self.path).await {
            Ok(meta) if meta.size <= start => refused(Response {
                status: 416,
                content_range: Some(format!("bytes */{}", meta.size)),
                etag: meta.e_tag,
                ..Response::default()
            }),
            _ => Err(failure(&error)),
        }
    }
}

fn status_of(error: &object_store::Error) -> Option<u16> {
    Some(match error {
        object_store::Error::NotFound { .. } => 404,
        object_store::Error::NotModified { .. } => 304,
        object_store::Error::Precondition { .. } => 412,
        object_store::Error::PermissionDenied { .. } => 403,
        object_store::Error::Unauthenticated { .. } => 401,
        _ => return None,
    })
}

/// The head as it came, but for what only the client understands, such as an object that a store
/// says not to be there in words of its own.
fn head_or(error: &object_store::Error, head: Response) -> Response {
    Response { status: status_of(error).unwrap_or(head.status), ..head }
}

fn refused(head: Response) -> Result<GetResponse> {
    let body = futures_util::stream::empty::<Result<Bytes>>();
    Ok(GetResponse { head, media_type: None, location: None, body: Box::pin(body) })
}

fn failure(error: &object_store::Error) -> Error {
    // The store's own sentences may hold an address with its credentials.
    let text = match error {
        object_store::Error::NotFound { .. } => "the store has no such object",
        _ => "the object store does not answer as it should",
    };
    Error::new(ErrorKind::ReadFault, text)
}

fn store_of(address: &str) -> Result<(Arc<dyn ObjectStore>, Path)> {
    let invalid = |text: &'static str| Error::new(ErrorKind::InvalidParameter, text);
    let url = Url::parse(address).map_err(|error| invalid("this is no URL").with_source(error))?;
    let path = Path::from_url_path(url.path())
        .map_err(|error| invalid("this is no key of an object").with_source(error))?;
    let retry = RetryConfig { max_retries: 0, ..RetryConfig::default() };
    let no_store = |error: object_store::Error| {
        invalid("the environment does not say how to reach this store").with_source(error)
    };
    let store: Arc<dyn ObjectStore> = match url.scheme() {
        "s3" => {
            let builder = AmazonS3Builder::from_env().with_url(address).with_retry(retry);
            let builder = builder.with_allow_http(plain_endpoint("AWS_ENDPOINT"));
            let builder = builder.with_http_connector(NotingConnector);
            Arc::new(builder.build().map_err(no_store)?)
        }
        "gs" => {
            let builder = GoogleCloudStorageBuilder::from_env().with_url(address).with_retry(retry);
            let builder = builder.with_http_connector(NotingConnector);
            Arc::new(builder.build().map_err(no_store)?)
        }
        "az" => {
            let builder = MicrosoftAzureBuilder::from_env().with_url(address).with_retry(retry);
            let builder = builder.with_allow_http(plain_endpoint("AZURE_STORAGE_ENDPOINT"));
            let builder = builder.with_http_connector(NotingConnector);
            Arc::new(builder.build().map_err(no_store)?)
        }
        _ => return Err(invalid("this is no s3, gs or az URL")),
    };
    Ok((store, path))
}

/// Whether whoever set the environment named an endpoint without TLS, and so allows it.
fn plain_endpoint(name: &str) -> bool {
    [name.to_owned(), format!("{name}_URL")]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .any(|endpoint| endpoint.starts_with("http:"))
}

/// The part of an address before the key.
fn base_of(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let scheme = address.split("://").next().unwrap_or_default();
    format!("{scheme}://{}", rest.split('/').next().unwrap_or_default())
}

#[cfg(test)]
#[path = "object_store_tests.rs"]
mod tests;
