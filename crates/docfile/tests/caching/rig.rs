//! A server in memory that keeps the rules about ranges and conditions, and a reader.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use docfile::LockBytes as _;
use docfile::fill::{Cache, FillLockBytes};
use docfile::transfer::{
    BoxResponse, Filling, GetRequest, GetResponse, PlannerSettings, Policy, Response, Resume,
    Transfer, Transport,
};
use futures::FutureExt as _;

pub(crate) const LEN: u64 = 3 << 20;
pub(crate) const ADDRESS: &str = "https://user:secret@host/plan.doc?sig=secret";

/// The two versions of the resource.
pub(crate) fn content(version: u8) -> &'static [u8] {
    static VERSIONS: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
    let make = |version: u8| {
        (0..u32::try_from(LEN).unwrap())
            .map(|index| version ^ u8::try_from(index.wrapping_mul(2_654_435_761) >> 24).unwrap())
            .collect()
    };
    &VERSIONS.get_or_init(|| [make(0), make(1)])[usize::from(version)]
}

/// The server.
#[derive(Debug)]
pub(crate) struct Server {
    version: u8,
    content: &'static [u8],
    pub(crate) request_count: AtomicUsize,
    pub(crate) asked: Mutex<Vec<GetRequest>>,
}

impl Server {
    pub(crate) fn of(version: u8) -> Arc<Self> {
        let (request_count, asked) = (AtomicUsize::new(0), Mutex::default());
        Arc::new(Self { version, content: content(version), request_count, asked })
    }

    fn answer(&self, request: &GetRequest) -> GetResponse {
        let etag = format!("\"{}\"", self.version);
        let is_ours = |tag: &Option<Arc<str>>| tag.as_deref().map(|tag| tag == etag);
        let range = request.range.clone().unwrap_or(0..LEN);
        let range = range.start.min(LEN)..range.end.min(LEN);
        let mut head = Response { etag: Some(etag.clone()), ..Response::default() };
        let mut body = Vec::new();
        if is_ours(&request.if_match) == Some(false) {
            head.status = 412;
        } else if is_ours(&request.if_none_match) == Some(true) {
            head.status = 304;
        } else {
            head.status = 206;
            head.content_range = Some(format!("bytes {}-{}/{LEN}", range.start, range.end - 1));
            body.extend(&self.content[index(range.start)..index(range.end)]);
        }
        let pieces: Vec<_> =
            body.chunks(10_000).map(|piece| Ok(bytes::Bytes::copy_from_slice(piece))).collect();
        let body = Box::pin(futures::stream::iter(pieces));
        GetResponse { head, media_type: None, location: None, body }
    }
}

impl Transport for Server {
    fn get(&self, request: GetRequest) -> BoxResponse<'_> {
        self.request_count.fetch_add(1, Ordering::SeqCst);
        let answer = self.answer(&request);
        self.asked.lock().unwrap().push(request);
        async move { Ok(answer) }.boxed()
    }
}

/// A transfer through a cache that brings what is wanted and nothing else.
pub(crate) fn begun(cache: &Cache, server: &Arc<Server>) -> Transfer {
    begun_in(cache.fill(ADDRESS).unwrap(), server)
}

/// The same in an array that was opened before.
pub(crate) fn begun_in(array: (FillLockBytes, Option<Resume>), server: &Arc<Server>) -> Transfer {
    let (fill, resume) = array;
    let settings = PlannerSettings {
        policy: Policy::Frugal,
        filling: Filling::Never,
        resume,
        ..PlannerSettings::default()
    };
    Transfer::start(server.clone(), fill, settings, None).unwrap()
}

/// Reads one range, and compares it.
pub(crate) fn read(transfer: &Transfer, range: std::ops::Range<u64>, version: u8) {
    let bytes = transfer.fill().lock_bytes();
    let mut buffer = vec![0; index(range.end - range.start)];
    loop {
        match bytes.try_read_at(range.start, &mut buffer) {
            Ok(count) => {
                assert_eq!(count, buffer.len());
                let expected = &content(version)[index(range.start)..index(range.end)];
                assert!(buffer == expected, "never a wrong byte");
                return;
            }
            Err(error) => transfer.fill().wait(error.missing().unwrap()).unwrap(),
        }
    }
}

/// A cache in which these ranges are, and the file that they are in.
pub(crate) fn kept(ranges: &[std::ops::Range<u64>]) -> (tempfile::TempDir, Cache, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path().join("kept")).unwrap();
    let transfer = begun(&cache, &Server::of(0));
    for range in ranges {
        read(&transfer, range.clone(), 0);
    }
    end(transfer);
    let file = file_of(&folder.path().join("kept")).unwrap();
    (folder, cache, file)
}

/// Ends a transfer, and lets it let go.
pub(crate) fn end(transfer: Transfer) {
    transfer.abort();
    smol::block_on(transfer.ended());
    assert!(transfer.fill().termination().is_some());
    let fill: FillLockBytes = transfer.fill().clone();
    drop(transfer);
    drop(fill);
}

pub(crate) fn file_of(folder: &Path) -> Option<PathBuf> {
    let mut paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.find(|path| path.extension().is_some_and(|end| end == "cache"))
}

/// How many bytes are known to be here when the cache is opened.
pub(crate) fn known_len(cache: &Cache) -> u64 {
    let (_, resume) = cache.fill(ADDRESS).unwrap();
    resume.map_or(0, |resume| resume.arrived.byte_count())
}

pub(crate) fn index(offset: u64) -> usize {
    usize::try_from(offset).unwrap()
}
