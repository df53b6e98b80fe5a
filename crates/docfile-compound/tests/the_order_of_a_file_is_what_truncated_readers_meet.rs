//! The lengths that an order names are exact: with that much of the file the stream opens and
//! reads whole, or the listing is complete, and with one byte less it is not.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::sync::Arc;

use docfile_compound::{
    CompoundFile, ElementPath, Error, FileOrder, LayoutScript, LockBytes, MemoryBytes, OpenMode,
    Relayout, Settings,
};
use docfile_testkit::corpus::Corpus;
use docfile_testkit::lying::Arriving;

fn prefix(bytes: &[u8], len: u64) -> Arc<dyn LockBytes> {
    let arriving = Arriving::new(MemoryBytes::new(bytes.to_vec()));
    arriving.arrive(0..len);
    Arc::new(arriving)
}

fn list(bytes: Arc<dyn LockBytes>) -> Result<(), Error> {
    let root = CompoundFile::try_open(bytes, Settings::default())?.root(OpenMode::read())?;
    root.try_walk().map(drop)
}

fn read(bytes: Arc<dyn LockBytes>, path: &ElementPath) -> Result<(), Error> {
    let mut storage = CompoundFile::try_open(bytes, Settings::default())?.root(OpenMode::read())?;
    let (name, storages) = path.names().split_last().unwrap();
    for name in storages {
        storage = storage.try_open_storage(name, OpenMode::child_read())?;
    }
    let stream = storage.try_open_stream(name, OpenMode::child_read())?;
    let mut buffer = vec![0; usize::try_from(stream.try_len()?).unwrap()];
    assert_eq!(stream.try_read_at(0, &mut buffer)?, buffer.len());
    Ok(())
}

#[track_caller]
fn assert_exact(question: impl Fn(u64) -> Result<(), Error>, len: u64, what: &str) {
    assert!(question(len).is_ok(), "{what}: {len} bytes are not enough");
    assert!(question(len - 1).unwrap_err().is_pending(), "{what}: {len} bytes are too many");
}

fn assert_order(bytes: &[u8], what: &str) {
    let whole: Arc<dyn LockBytes> = Arc::new(MemoryBytes::new(bytes.to_vec()));
    let order = FileOrder::try_of(&whole, Settings::default()).unwrap();
    assert_exact(|len| list(prefix(bytes, len)), order.listing_len, what);
    let every = order.streams.len() / 12 + 1;
    for stream in order.streams.iter().step_by(every) {
        let what = format!("{what} {}", stream.path);
        let question = |len| read(prefix(bytes, len), &stream.path);
        assert_exact(question, stream.prefix_len.unwrap(), &what);
    }
}

#[test]
fn in_files_as_programs_write_them_and_as_laid_out_anew() {
    let Some(corpus) = Corpus::locate() else { return };
    let mut done = 0;
    for corpus_file in corpus.files().step_by(5) {
        let bytes = corpus_file.read();
        if corpus_file.elements.is_none() || bytes.len() > 300 << 10 {
            continue;
        }
        let Ok(file) =
            CompoundFile::try_open(Arc::new(MemoryBytes::new(bytes.clone())), Settings::default())
        else {
            continue;
        };
        let new = MemoryBytes::default();
        let Ok(mut relayout) = Relayout::try_new(&file, &LayoutScript::default()) else { continue };
        if relayout.try_write_to(&new).is_err() {
            continue;
        }
        assert_order(&bytes, &corpus_file.name);
        assert_order(&new.to_vec(), &corpus_file.name);
        done += 1;
    }
    assert!(done > 30, "{done}");
}
