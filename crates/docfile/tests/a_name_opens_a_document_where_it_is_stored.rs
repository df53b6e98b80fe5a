//! `docfile::open` on paths and URLs, with steps inside, waiting or as a future.

#![cfg(feature = "http")]
#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::sync::Arc;

use docfile::bind::Target;
use docfile::serve::{ServeOptions, Server};
use docfile::{CompoundFile, ErrorKind, FormatVersion, MemoryBytes, Name, OpenMode, Settings};

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

/// A document with the storage `Pool`, and in it the streams `Data` and, as a document of its own,
/// `Inner`.
fn document(inner: Option<Vec<u8>>) -> Vec<u8> {
    let bytes = Arc::new(MemoryBytes::default());
    let file = CompoundFile::create(bytes.clone(), FormatVersion::V3, Settings::default()).unwrap();
    let root = file.root(OpenMode::edit()).unwrap();
    let pool = root.try_create_storage(&name("Pool"), OpenMode::child_edit()).unwrap();
    let put = |stream: &str, data: &[u8]| {
        let stream = pool.try_create_stream(&name(stream), OpenMode::child_edit()).unwrap();
        stream.try_write_at(0, data).unwrap();
    };
    put("Data", b"the bytes");
    if let Some(inner) = inner {
        put("Inner", &inner);
    }
    drop(pool);
    root.try_commit(docfile::CommitFlags::default()).unwrap();
    bytes.to_vec()
}

fn served() -> (tempfile::TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("x.doc"), document(Some(document(None)))).unwrap();
    let listen = "127.0.0.1:0".parse().unwrap();
    let server = Server::start(folder.path(), listen, ServeOptions::default()).unwrap();
    (folder, server)
}

#[test]
fn steps_lead_into_documents_within_streams() {
    let (folder, server) = served();
    for place in
        [format!("{}/x.doc", server.url()), folder.path().join("x.doc").display().to_string()]
    {
        let document = docfile::open(format!("{place}!Pool/Inner!Pool/Data")).wait().unwrap();
        let mut buffer = [0; 20];
        assert_eq!(document.stream().unwrap().read_at(0, &mut buffer).unwrap(), 9);
        assert_eq!(&buffer[..9], b"the bytes");
        let document = docfile::open(format!("{place}!Pool")).wait().unwrap();
        assert_eq!(document.storage().unwrap().list().unwrap().elements.len(), 2);
        assert!(matches!(document.target(), Target::Storage(_)));
    }
}

#[test]
fn it_is_a_future_too_and_says_what_it_cost() {
    let (_folder, server) = served();
    let url = format!("{}/x.doc!Pool/Data", server.url());
    let document = smol::block_on(async {
        let document = docfile::open(url).frugal().on_demand().await.unwrap();
        let mut buffer = [0; 9];
        document.stream().unwrap().read_at_async(0, &mut buffer).await.unwrap();
        assert_eq!(&buffer, b"the bytes");
        document
    });
    assert!(document.counters().request_count >= 1);
    assert!(document.events().is_some());
    document.abort();
}

#[test]
fn what_cannot_be_opened_says_why() {
    let (_folder, server) = served();
    let url = server.url();
    let kind = |name: &str| docfile::open(name).wait().unwrap_err().kind();
    assert_eq!(kind(&format!("{url}/none")), ErrorKind::NotFound);
    assert_eq!(kind(&format!("{url}/x.doc!None")), ErrorKind::NotFound);
    assert_eq!(kind(&format!("{url}/x.doc!Pool/Data/X")), ErrorKind::NotFound);
    assert_eq!(kind(""), ErrorKind::InvalidName);
    assert_eq!(kind("/no/such/file"), ErrorKind::NotFound);
    let limited = docfile::open(format!("{url}/x.doc")).byte_limit(100).wait();
    assert_eq!(limited.unwrap_err().kind(), ErrorKind::LimitReached);
}
