//! `contract/binding.md` 1 and 12: the way of the seed, its order, and whose objects walk it.

#![cfg(all(feature = "http", feature = "objects"))]
#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use docfile::bind::{Binding, Class, Instance, PersistStorage};
use docfile::host::{DocumentSite, DocumentView, Host, HostStep, Hostable, HostedObject};
use docfile::objects::{Info, Kind, View};
use docfile::serve::{ServeOptions, Server};
use docfile::storage::Storage;
use docfile::{
    CommitFlags, CompoundFile, Error, ErrorKind, FileBytes, FormatVersion, Guid, Name, OpenMode,
    Result, Settings,
};

/// Keeps what it is told.
#[derive(Default)]
struct Recorder {
    steps: Mutex<Vec<HostStep>>,
    pages: Mutex<Vec<String>>,
    binding: Mutex<Option<Binding>>,
    /// Whether the bind is stopped as soon as it starts.
    stops: bool,
}

impl Recorder {
    fn names(&self) -> Vec<&'static str> {
        self.steps.lock().unwrap().iter().map(HostStep::name).collect()
    }
}

impl DocumentSite for Recorder {
    fn on_step(&self, step: &HostStep) {
        self.steps.lock().unwrap().push(step.clone());
    }

    fn on_binding(&self, binding: &Binding) {
        if self.stops {
            binding.abort();
        }
        *self.binding.lock().unwrap() = Some(binding.clone());
    }

    fn on_page(&self, page_index: usize, page: &View) {
        let mut pages = self.pages.lock().unwrap();
        assert_eq!(page_index, pages.len(), "pages come in their order");
        pages.push(page.to_string());
    }
}

/// The project's own letter, made by LibreOffice.
fn letter() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../samples/letter.doc")
}

/// A file of class `class_id` whose one stream is long.
fn long_file(folder: &tempfile::TempDir, class_id: Guid) -> PathBuf {
    let path = folder.path().join("long.bin");
    let bytes = Arc::new(FileBytes::create(&path).unwrap());
    let file = CompoundFile::create(bytes, FormatVersion::V3, Settings::default()).unwrap();
    let root = file.root(OpenMode::edit()).unwrap();
    root.try_set_class_id(class_id).unwrap();
    let data = root.try_create_stream(&name("Data"), OpenMode::child_edit()).unwrap();
    data.try_write_at(0, &vec![7; 2 << 20]).unwrap();
    drop(data);
    root.try_commit(CommitFlags::default()).unwrap();
    path
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn serve(path: &std::path::Path, link: Option<&str>) -> Server {
    let link = link.map(|link| link.parse().unwrap());
    Server::start_private(path, ServeOptions { link, ..ServeOptions::default() }).unwrap()
}

#[test]
fn the_steps_come_in_the_order_of_the_seed() {
    let server = serve(&letter(), None);
    let site = Arc::new(Recorder::default());
    let mut document = Host::default().open(&server.url(), site.clone()).unwrap();
    assert_eq!(document.info().unwrap().kind, Kind::Word);
    while document.refresh().unwrap() {}
    drop(document);
    let names = site.names();
    let seed = [
        "name_read",
        "context_made",
        "callback_registered",
        "bind_started",
        "class_chosen",
        "object_available",
        "bind_stopped",
        "site_set",
        "view_made",
        "view_shown",
        "first_view_ready",
    ];
    assert_eq!(names[..seed.len()], seed);
    let pages = site.pages.lock().unwrap();
    assert_eq!(names.iter().filter(|name| **name == "refreshed").count(), pages.len() - 1);
    assert_eq!(names.last(), Some(&"closed"));
    assert!(!pages[0].trim().is_empty());
}

#[test]
fn a_local_file_is_hosted_without_a_callback() {
    let site = Arc::new(Recorder::default());
    let document = Host::default().open(&letter().display().to_string(), site.clone()).unwrap();
    let names = site.names();
    assert!(!names.contains(&"callback_registered"), "{names:?}");
    assert!(names.ends_with(&["site_set", "view_made", "view_shown", "first_view_ready"]));
    assert!(document.fill().is_none() && site.binding.lock().unwrap().is_none());
    drop(document);
    assert_eq!(site.names().last(), Some(&"closed"));
}

#[test]
fn the_document_is_shown_before_the_rest_is_here() {
    let folder = tempfile::tempdir().unwrap();
    let path = long_file(&folder, Guid::NULL);
    let server = serve(&path, Some("4mbit,5ms"));
    let site = Arc::new(Recorder::default());
    let document = Host::default().open(&server.url(), site.clone()).unwrap();
    let fill = document.fill().unwrap();
    let arrived = fill.arrived().byte_count();
    assert!(fill.termination().is_none(), "the transfer goes on behind the object");
    assert!(arrived < fs::metadata(&path).unwrap().len() / 2, "{arrived}");
    assert_eq!(document.info().unwrap().kind, Kind::Compound);
}

#[test]
fn a_bind_that_is_stopped_ends_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(&long_file(&folder, Guid::NULL), Some("100kbit,1s"));
    let site = Arc::new(Recorder { stops: true, ..Recorder::default() });
    let error = Host::default().open(&server.url(), site).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Terminated, "{error}");
}

#[test]
fn what_is_no_document_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.txt");
    fs::write(&path, "no compound file".repeat(100)).unwrap();
    let kind =
        |name: &str| Host::default().open(name, Arc::new(Recorder::default())).unwrap_err().kind();
    assert_eq!(kind(&path.display().to_string()), ErrorKind::NotCompound);
    assert_eq!(kind(&serve(&path, None).url()), ErrorKind::NotCompound);
    let server = serve(&letter(), None);
    assert_eq!(kind(&format!("{}x", server.url())), ErrorKind::NotFound);
    assert_eq!(kind(&format!("{}!Absent", server.url())), ErrorKind::NotFound);
}

const CARD: Guid = Guid::from_u128(0x5A5A);

/// An object that knows nothing of asynchrony: it reads a storage that waits.
#[derive(Default)]
struct Card(Mutex<Option<u8>>);

impl PersistStorage for Card {
    fn load(&self, storage: &Storage) -> docfile::monikers::Result<()> {
        let failed = docfile::monikers::bind::bind_error;
        let stream = storage.open_stream(&name("Data")).map_err(failed)?;
        let mut last = [0];
        let end = stream.len().map_err(failed)?;
        stream.read_at(end - 1, &mut last).map_err(failed)?;
        *self.0.lock().unwrap() = Some(last[0]);
        Ok(())
    }
}

impl HostedObject for Card {
    fn set_site(&self, _: Option<Arc<dyn DocumentSite>>) {}

    fn create_view(&self) -> Result<Arc<dyn DocumentView>> {
        let unloaded = || Error::new(ErrorKind::InvalidFunction, "not loaded");
        Ok(Arc::new(CardView(self.0.lock().unwrap().ok_or_else(unloaded)?)))
    }
}

struct CardView(u8);

impl DocumentView for CardView {
    fn show(&self, _: bool) {}

    fn try_info(&self) -> Result<Info> {
        Ok(Info::new(Kind::Compound))
    }

    fn try_page(&self, page_index: usize) -> Result<Option<View>> {
        let block = docfile::objects::Block::Paragraph(format!("last byte: {}", self.0));
        Ok((page_index == 0).then(|| View { blocks: vec![block] }))
    }
}

#[test]
fn a_class_of_somebody_else_is_chosen_by_its_id() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(&long_file(&folder, CARD), None);
    let class = Class::new(CARD, || {
        let card = Arc::new(Card::default());
        Ok(Instance::new(Arc::new(Hostable(card.clone()))).with_storage(card))
    });
    let site = Arc::new(Recorder::default());
    let host = Host::default().with_class(class);
    let mut document = host.open(&server.url(), site.clone()).unwrap();
    assert!(site.steps.lock().unwrap().contains(&HostStep::ClassChosen(CARD)));
    assert_eq!(*site.pages.lock().unwrap(), ["last byte: 7\n"]);
    assert!(!document.refresh().unwrap());
}

#[test]
fn what_is_inside_a_document_is_hosted_in_turn() {
    let folder = tempfile::tempdir().unwrap();
    let inner = fs::read(letter()).unwrap();
    let path = folder.path().join("outer.bin");
    let bytes = Arc::new(FileBytes::create(&path).unwrap());
    let file = CompoundFile::create(bytes, FormatVersion::V4, Settings::default()).unwrap();
    let root = file.root(OpenMode::edit()).unwrap();
    let stream = root.try_create_stream(&name("Inner"), OpenMode::child_edit()).unwrap();
    stream.try_write_at(0, &inner).unwrap();
    drop(stream);
    root.try_commit(CommitFlags::default()).unwrap();
    let plain = Arc::new(Recorder::default());
    drop(Host::default().open(&letter().display().to_string(), plain.clone()).unwrap());
    let server = serve(&path, None);
    for place in [path.display().to_string(), server.url()] {
        let site = Arc::new(Recorder::default());
        let document = Host::default().open(&format!("{place}!Inner"), site.clone()).unwrap();
        assert_eq!(document.info().unwrap().kind, Kind::Word);
        assert_eq!(*site.pages.lock().unwrap(), *plain.pages.lock().unwrap());
    }
}

#[test]
fn a_name_that_is_not_understood_is_told_without_its_password() {
    let name = "http://user:s3cret@[not a host/x.doc";
    let error = Host::default().open(name, Arc::new(Recorder::default())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidName);
    assert!(!format!("{error}").contains("s3cret"), "{error}");
    assert!(!format!("{:?}", error.element()).contains("s3cret"), "{error}");
}
