//! What the tests of binding share: a transport in memory, a callback that keeps what it is told,
//! documents.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::ThreadId;
use std::time::Duration;

use docfile::bind::{
    BindInfo, BindProgress, BindStatus, BindStatusCallback, Binder, Binding, DataNotice, Medium,
    Transports,
};
use docfile::monikers::{BindContext, Error, ErrorKind, Moniker, Object, Result, UrlMoniker};
use docfile::transfer::{GetRequest, GetResponse, PlannerSettings, Response, Retry, Transport};
use docfile::{CompoundFile, FormatVersion, Guid, MemoryBytes, Name, OpenMode, Settings};
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::{FutureExt as _, StreamExt as _};

type Piece = docfile::Result<bytes::Bytes>;

/// A server without ranges that answers once, with what the test sends.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) status: u16,
    pub(crate) media_type: Option<&'static str>,
    pub(crate) len: Option<u64>,
    pub(crate) request_count: AtomicUsize,
    body: Mutex<Option<UnboundedReceiver<Piece>>>,
}

/// The test's end of a server's body; dropping it ends the body.
pub(crate) type Body = UnboundedSender<Piece>;

impl Server {
    /// A server that promises so many bytes, and what its body is sent with.
    pub(crate) fn promising(len: usize) -> (Self, Body) {
        let (sender, receiver) = unbounded();
        let server = Self {
            status: 200,
            media_type: Some("application/x-probe"),
            len: Some(len as u64),
            request_count: AtomicUsize::new(0),
            body: Mutex::new(Some(receiver)),
        };
        (server, sender)
    }

    /// A server that has sent all of `content`.
    pub(crate) fn holding(content: &[u8]) -> Self {
        let (server, body) = Self::promising(content.len());
        send(&body, content);
        server
    }
}

pub(crate) fn send(body: &Body, piece: &[u8]) {
    body.unbounded_send(Ok(bytes::Bytes::copy_from_slice(piece))).unwrap();
}

pub(crate) fn reset(body: &Body) {
    let error = docfile::Error::new(docfile::ErrorKind::ReadFault, "reset by peer");
    body.unbounded_send(Err(error)).unwrap();
}

impl Transport for Server {
    fn get(&self, _: GetRequest) -> docfile::transfer::BoxResponse<'_> {
        self.request_count.fetch_add(1, Ordering::SeqCst);
        let head = Response {
            status: self.status,
            content_len: self.len,
            etag: Some("\"1\"".to_owned()),
            ..Response::default()
        };
        let body = self.body.lock().unwrap().take();
        let body = match body {
            Some(body) => body.boxed(),
            None => futures::stream::empty().boxed(),
        };
        let media_type = self.media_type.map(str::to_owned);
        async move { Ok(GetResponse { head, media_type, location: None, body }) }.boxed()
    }
}

/// The one way to the one server.
#[derive(Debug)]
pub(crate) struct OneServer(pub(crate) Arc<Server>);

impl Transports for OneServer {
    fn transport(&self, _: &str, _: Option<&str>) -> docfile::Result<Arc<dyn Transport>> {
        Ok(self.0.clone())
    }
}

pub(crate) fn binder(server: &Arc<Server>) -> Binder {
    let retry =
        Retry { attempt_count: 1, first_delay: Duration::from_millis(1), ..Retry::default() };
    Binder::default()
        .with_transports(Arc::new(OneServer(server.clone())))
        .with_settings(PlannerSettings { retry, ..PlannerSettings::default() })
}

pub(crate) fn url() -> Moniker {
    UrlMoniker::new("http://host/plan.doc").unwrap().into()
}

/// A callback that keeps what it is told, as words, and does something at each.
pub(crate) struct Recorder {
    pub(crate) info: BindInfo,
    told: Mutex<Vec<(String, ThreadId)>>,
    pub(crate) binding: Mutex<Option<Binding>>,
    pub(crate) medium: Mutex<Option<Medium>>,
    pub(crate) object: Mutex<Option<Object>>,
    #[expect(clippy::type_complexity, reason = "a closure that is asked at each call")]
    act: Box<dyn Fn(&Self, &str) -> Result<()> + Send + Sync>,
}

impl Recorder {
    pub(crate) fn new(info: BindInfo) -> Arc<Self> {
        Self::acting(info, |_, _| Ok(()))
    }

    pub(crate) fn acting(
        info: BindInfo,
        act: impl Fn(&Self, &str) -> Result<()> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            info,
            told: Mutex::default(),
            binding: Mutex::default(),
            medium: Mutex::default(),
            object: Mutex::default(),
            act: Box::new(act),
        })
    }

    fn tell(&self, word: String) -> Result<()> {
        self.told.lock().unwrap().push((word.clone(), std::thread::current().id()));
        (self.act)(self, &word)
    }

    /// What was told, without what depends on how bytes happen to arrive in pieces.
    pub(crate) fn words(&self) -> Vec<String> {
        self.told.lock().unwrap().iter().map(|(word, _)| word.clone()).collect()
    }

    pub(crate) fn threads(&self) -> Vec<ThreadId> {
        self.told.lock().unwrap().iter().map(|(_, thread)| *thread).collect()
    }

    pub(crate) fn has_stopped(&self) -> bool {
        self.words().iter().any(|word| word.starts_with("OSP"))
    }

    /// A context in which this is registered.
    pub(crate) fn context(self: &Arc<Self>) -> BindContext {
        let context = BindContext::default();
        context.register_callback(self.clone() as Arc<dyn BindStatusCallback>);
        context
    }
}

impl BindStatusCallback for Recorder {
    fn get_bind_info(&self) -> Result<BindInfo> {
        self.tell("GBI".to_owned())?;
        Ok(self.info)
    }

    fn on_start_binding(&self, binding: &Binding) -> Result<()> {
        *self.binding.lock().unwrap() = Some(binding.clone());
        self.tell("OSB".to_owned())
    }

    fn on_progress(&self, progress: &BindProgress) -> Result<()> {
        let word = match progress.status {
            BindStatus::FindingResource => "FR",
            BindStatus::Connecting => "CN",
            BindStatus::SendingRequest => "SR",
            BindStatus::MimeTypeAvailable => "MT",
            BindStatus::BeginDownloadData => "BD",
            BindStatus::DownloadingData => "DD",
            BindStatus::EndDownloadData => "ED",
            BindStatus::ClassIdAvailable => "CLSID",
            BindStatus::BeginSyncOperation => "BS",
            BindStatus::EndSyncOperation => "ES",
            other => panic!("{other:?}"),
        };
        self.tell(word.to_owned())
    }

    fn on_data_available(&self, notice: &DataNotice<'_>) -> Result<()> {
        *self.medium.lock().unwrap() = Some(notice.medium.clone());
        let mut word = "ODA".to_owned();
        word.push(if notice.flags.first { 'F' } else { 'I' });
        if notice.flags.last {
            word.push('L');
        }
        self.tell(word)
    }

    fn on_object_available(&self, object: &Object) -> Result<()> {
        *self.object.lock().unwrap() = Some(object.clone());
        self.tell("OOA".to_owned())
    }

    fn on_stop_binding(&self, result: &Result<()>) {
        let word = match result {
            Ok(()) => "OSP(0)".to_owned(),
            Err(error) => format!("OSP({:x})", error.hresult()),
        };
        let _ = self.tell(word);
    }
}

pub(crate) const ASYNCHRONOUS: BindInfo = BindInfo {
    asynchronous: true,
    async_storage: false,
    class_object: false,
    free_threaded: false,
};

pub(crate) fn no() -> Error {
    Error::new(ErrorKind::Unexpected, "no")
}

pub(crate) fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

/// A document of this class with a stream `Data` of so many bytes, 7 each.
pub(crate) fn document(class_id: Guid, len: usize) -> Vec<u8> {
    let bytes = Arc::new(MemoryBytes::default());
    let file = CompoundFile::create(bytes.clone(), FormatVersion::V3, Settings::default()).unwrap();
    let root = file.root(OpenMode::edit()).unwrap();
    root.try_set_class_id(class_id).unwrap();
    let stream = root.try_create_stream(&name("Data"), OpenMode::child_edit()).unwrap();
    stream.try_write_at(0, &vec![7; len]).unwrap();
    drop(stream);
    root.try_commit(docfile::CommitFlags::default()).unwrap();
    bytes.to_vec()
}

/// Waits until something is so, at most ten seconds.
pub(crate) fn until(mut is_so: impl FnMut() -> bool) {
    for _ in 0..5000 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    panic!("it never happened");
}
