//! Laid out by its kind, a document shows the same first page as before from a small part of its
//! bytes; the length that is told for that is exact.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]
#![expect(clippy::print_stderr, reason = "figures are for people")]

use std::sync::Arc;

use docfile_compound::{
    CommitFlags, CompoundFile, ErrorKind, LayoutScript, LockBytes, MemoryBytes, Name, OpenMode,
    Relayout, Settings,
};
use docfile_objects::{Kind, Opening, View, try_first_view_len, try_layout, try_open};
use docfile_testkit::corpus::Corpus;
use docfile_testkit::lying::Arriving;
use docfile_testkit::random::Random;

const MIB: u64 = 1 << 20;

fn first_view(bytes: Arc<dyn LockBytes>) -> docfile_compound::Result<(Kind, View)> {
    let root = CompoundFile::try_open(bytes, Settings::default())?.root(OpenMode::read())?;
    let object = try_open(root, Opening::default())?;
    Ok((object.kind(), object.try_first_view()?))
}

fn prefix(bytes: &Arc<dyn LockBytes>, len: u64) -> Arc<dyn LockBytes> {
    let mut all = vec![0; usize::try_from(bytes.len().unwrap()).unwrap()];
    bytes.try_read_at(0, &mut all).unwrap();
    let arriving = Arriving::new(MemoryBytes::new(all));
    arriving.arrive(0..len);
    Arc::new(arriving)
}

fn laid_out(file: &CompoundFile, script: &LayoutScript) -> Option<Arc<dyn LockBytes>> {
    let new = Arc::new(MemoryBytes::default());
    Relayout::try_new(file, script).ok()?.try_write_to(&*new).ok()?;
    Some(new)
}

fn len_of(bytes: &Arc<dyn LockBytes>) -> u64 {
    try_first_view_len(bytes, Settings::default(), &Opening::default()).unwrap()
}

/// A share in hundredths of a percent, so that it can be sorted.
fn share(part: u64, whole: u64) -> u64 {
    part * 10_000 / whole
}

/// When a document shows itself, as it is and laid out by its kind.
struct Row {
    len: u64,
    before: u64,
    after: u64,
}

/// Lays a document out by its kind and holds it against the old one; `None` when it does not show
/// itself or cannot be laid out.
fn row(old: &Arc<dyn LockBytes>, name: &str) -> Option<Row> {
    let (kind, view) = first_view(old.clone()).ok()?;
    let file = CompoundFile::try_open(old.clone(), Settings::default()).unwrap();
    let script = try_layout(&file, &Opening::default()).unwrap();
    let new = laid_out(&file, &script)?;
    assert_eq!(first_view(new.clone()).unwrap().1, view, "{name}");
    let (before, after) = (len_of(old), len_of(&new));
    assert_eq!(first_view(prefix(&new, after)).unwrap().1, view, "{name}");
    let short = first_view(prefix(&new, after - 1)).unwrap_err();
    assert_eq!(short.kind(), ErrorKind::Pending, "{name}: {after} are too many");
    let (old_len, len) = (old.len().unwrap(), new.len().unwrap());
    assert!(len * 100 <= old_len * 101, "{name}: {old_len} became {len}");
    eprintln!("{name} {kind}: {before} of {old_len}, {after} of {len}");
    Some(Row { len, before: share(before, old_len), after: share(after, len) })
}

/// Count, median and worst.
fn figures(shares: impl Iterator<Item = u64>) -> (usize, u64, u64) {
    let mut shares: Vec<u64> = shares.collect();
    shares.sort_unstable();
    (shares.len(), shares[shares.len() / 2], *shares.last().unwrap())
}

#[test]
fn of_the_corpus() {
    let Some(corpus) = Corpus::locate() else { return };
    let mut rows = Vec::new();
    for corpus_file in corpus.files().filter(|file| file.len >= 256 << 10) {
        let old: Arc<dyn LockBytes> = Arc::new(MemoryBytes::new(corpus_file.read()));
        match row(&old, &corpus_file.name) {
            Some(row) => rows.push(row),
            None => eprintln!("{}: left as it is", corpus_file.name),
        }
    }
    let before = figures(rows.iter().map(|row| row.before));
    let after = figures(rows.iter().map(|row| row.after));
    eprintln!("count, median, worst in 0.01 %: before {before:?}, after {after:?}");
    assert!(after.0 >= 20 && after.1 <= 800, "{after:?}");
    let large = figures(rows.iter().filter(|row| row.len >= MIB).map(|row| row.after));
    eprintln!("of 1 MiB and more: {large:?}");
    assert!(large.1 <= 800, "{large:?}");
}

/// The same document with more in it that no first page needs.
fn grown(bytes: Vec<u8>, more: &[u8]) -> Option<Arc<dyn LockBytes>> {
    let bytes = Arc::new(MemoryBytes::new(bytes));
    let file = CompoundFile::try_open(bytes.clone(), Settings::default()).ok()?;
    let root = file.root(OpenMode::edit()).ok()?;
    let name = Name::new("Further pictures").unwrap();
    let stream = root.try_create_stream(&name, OpenMode::child_edit()).ok()?;
    stream.try_write_at(0, more).ok()?;
    drop(stream);
    root.try_commit(CommitFlags::DEFAULT).ok()?;
    Some(bytes)
}

const KINDS: [Kind; 6] =
    [Kind::Word, Kind::Excel, Kind::PowerPoint, Kind::OutlookMessage, Kind::Revit, Kind::Hwp];

#[test]
fn of_documents_of_4_mib() {
    let Some(corpus) = Corpus::locate() else { return };
    let more = Random::seeded(4).bytes(4 << 20);
    let mut rows = Vec::new();
    for kind in KINDS {
        let of_kind = corpus.files().filter(|file| {
            let bytes: Arc<dyn LockBytes> = Arc::new(MemoryBytes::new(file.read()));
            first_view(bytes).is_ok_and(|(shown, _)| shown == kind)
        });
        for corpus_file in of_kind.take(4) {
            let Some(old) = grown(corpus_file.read(), &more) else { continue };
            rows.extend(row(&old, &corpus_file.name));
        }
    }
    let after = figures(rows.iter().map(|row| row.after));
    eprintln!("count, median, worst in 0.01 %: {after:?}");
    assert!(after.0 >= 16 && after.1 <= 300, "{after:?}");
}
