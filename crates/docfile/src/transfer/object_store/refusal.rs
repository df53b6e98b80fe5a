//! What a store answered when it did not give an object: status, pause and range.
//!
//! Invariant: the client of the stores tells little of a refusal, and nothing of its fields. So the
//! head of every answer that is no success is noted where it comes in, for the one request whose
//! task is running; requests beside it do not see it. Nothing here holds an address or a key.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use docfile_binding::planner::Response;
use http::header;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpRequest, HttpResponse, HttpService, ReqwestConnector,
};

use super::super::retry_after;

tokio::task_local! {
    /// The last refusal of the request under way.
    static REFUSAL: RefCell<Option<Response>>;
}

/// Carries out `request`; beside what it gives, the head of the last refusal.
pub(super) async fn noting<T>(request: impl Future<Output = T>) -> (T, Option<Response>) {
    REFUSAL
        .scope(RefCell::new(None), async {
            let given = request.await;
            (given, REFUSAL.with(RefCell::take))
        })
        .await
}

/// Makes the usual clients, which note refusals.
#[derive(Debug, Default)]
pub(super) struct NotingConnector;

impl HttpConnector for NotingConnector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = ReqwestConnector::default().connect(options)?;
        Ok(HttpClient::new(NotingClient(client)))
    }
}

#[derive(Debug)]
struct NotingClient(HttpClient);

impl HttpService for NotingClient {
    fn call<'life, 'call>(
        &'life self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'call>>
    where
        'life: 'call,
        Self: 'call,
    {
        Box::pin(async move {
            let response = self.0.execute(request).await?;
            if !response.status().is_success() {
                let refusal = refusal_of(&response);
                // Outside of a request, as in a listing, nobody wants to know.
                let _ = REFUSAL.try_with(|noted| noted.replace(Some(refusal)));
            }
            Ok(response)
        })
    }
}

fn refusal_of(response: &HttpResponse) -> Response {
    let field = |name| {
        let value: &header::HeaderValue = response.headers().get(name)?;
        value.to_str().ok().map(str::to_owned)
    };
    let retry_after: Option<Duration> =
        field(header::RETRY_AFTER).and_then(|text| retry_after::pause(&text));
    Response {
        status: response.status().as_u16(),
        content_range: field(header::CONTENT_RANGE),
        retry_after,
        ..Response::default()
    }
}
