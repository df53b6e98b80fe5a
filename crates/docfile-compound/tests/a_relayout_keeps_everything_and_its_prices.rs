//! A file that is laid out anew has the elements, bytes and attributes of the old one, breaks no
//! rule that the old one keeps, grows by less than 1 %, and has the prices that progressive order
//! promises: for the listing the directory, for a stream that comes first its own length, however
//! long the file is.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

use std::sync::Arc;

use docfile_compound::{
    CommitFlags, CompoundFile, ElementPath, FileOrder, FormatVersion, LayoutItem, LayoutScript,
    Limits, LockBytes, MemoryBytes, Name, OpenMode, RangeLen, Relayout, RepeatCount, Rule,
    SectorUse, Settings, try_check,
};
use docfile_testkit::corpus::Corpus;
use docfile_testkit::observation::Observation;
use docfile_testkit::random::Random;

fn relayout(old: &Arc<dyn LockBytes>, script: &LayoutScript) -> Arc<dyn LockBytes> {
    let file = CompoundFile::try_open(old.clone(), Settings::default()).unwrap();
    let new = Arc::new(MemoryBytes::default());
    let mut relayout = Relayout::try_new(&file, script).unwrap();
    relayout.try_write_to(&*new).unwrap();
    assert_eq!(new.len(), Some(relayout.file_len()));
    new
}

/// What an attribute of an element says is kept, also where the format forbids it.
fn is_of_an_attribute(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::RootCreated
            | Rule::StreamTime
            | Rule::StreamClassId
            | Rule::StreamStateBits
            | Rule::EntryNameCharacter
            | Rule::EntryNameEmpty
    ) || rule.section().contains("OLEPS")
}

/// The elements and their bytes, in an order of their own: the numbers of entries may change.
fn seen(bytes: &Arc<dyn LockBytes>) -> Vec<String> {
    Observation::of(bytes.clone(), Settings::default()).contents()
}

#[track_caller]
fn assert_same(old: &Arc<dyn LockBytes>, new: &Arc<dyn LockBytes>, what: &str) {
    assert_eq!(seen(old), seen(new), "{what}");
    let root = |bytes: &Arc<dyn LockBytes>| {
        let file = CompoundFile::try_open(bytes.clone(), Settings::default()).unwrap();
        let stat = file.root(OpenMode::read()).unwrap().try_stat().unwrap();
        (stat.class_id, stat.state_bits, stat.created, stat.modified)
    };
    assert_eq!(root(old), root(new), "{what}");
    let report = try_check(new.clone(), Limits::default()).unwrap();
    let broken: Vec<_> = report.findings.iter().filter(|f| !is_of_an_attribute(f.rule)).collect();
    assert!(broken.is_empty(), "{what}: {broken:#?}");
}

fn directory_len(bytes: &Arc<dyn LockBytes>) -> u64 {
    let map = CompoundFile::try_open(bytes.clone(), Settings::default())
        .unwrap()
        .try_sector_map()
        .unwrap();
    let directory = map.iter().filter(|used| used.holds == SectorUse::Directory);
    directory.map(|used| used.range.end - used.range.start).sum()
}

/// The price of a stream that comes first, with the most pages that a lookup on its way passes.
/// Answers what it costs beyond its own bytes.
fn assert_first_stream_price(
    old: &Arc<dyn LockBytes>,
    order: &FileOrder,
    at: usize,
    what: &str,
) -> u64 {
    let wanted = &order.streams[at];
    let new = relayout(old, &LayoutScript::whole_streams([wanted.path.clone()]));
    let file = CompoundFile::try_open(new.clone(), Settings::default()).unwrap();
    let sector_len = file.sector_len() as u64;
    let price = FileOrder::try_of_stream(&new, Settings::default(), &wanted.path).unwrap();
    let sectors = if wanted.len < 4096 { 5 } else { 3 };
    let pages = way_len(&file, &wanted.path).div_ceil(sector_len / 128);
    let reach = wanted.len + wanted.len * 15 / 1000 + (sectors + pages) * sector_len + 4096;
    assert!(price <= reach, "{what} {}: {price} > {reach} ({} bytes)", wanted.path, wanted.len);
    price.saturating_sub(wanted.len)
}

/// How many entries a lookup passes at most: the root, and the depth of each tree on the way.
fn way_len(file: &CompoundFile, path: &ElementPath) -> u64 {
    let mut storage = file.root(OpenMode::read()).unwrap();
    let mut len = 1;
    let (_, storages) = path.names().split_last().unwrap();
    for name in storages {
        len += u64::from((storage.try_list().unwrap().len() + 1).ilog2()) + 1;
        storage = storage.try_open_storage(name, OpenMode::child_read()).unwrap();
    }
    len + u64::from((storage.try_list().unwrap().len() + 1).ilog2()) + 1
}

/// Answers what the listing costs beyond the bytes of the directory.
fn assert_listing_price(new: &Arc<dyn LockBytes>, what: &str) -> u64 {
    let file = CompoundFile::try_open(new.clone(), Settings::default()).unwrap();
    let directory = directory_len(new);
    let reach = directory + directory * 2 / 100 + 3 * file.sector_len() as u64 + 4096;
    let price = FileOrder::try_of(new, Settings::default()).unwrap().listing_len;
    assert!(price <= reach, "{what}: {price} > {reach} (directory {directory})");
    price.saturating_sub(directory)
}

/// Count, median and worst.
fn figures(mut prices: Vec<u64>) -> (usize, u64, u64) {
    prices.sort_unstable();
    (prices.len(), prices[prices.len() / 2], prices[prices.len() - 1])
}

#[test]
fn on_every_corpus_file() {
    let Some(corpus) = Corpus::locate() else { return };
    let (mut done, mut refused) = (0, Vec::new());
    let (mut listings, mut streams) = (Vec::new(), Vec::new());
    for corpus_file in corpus.files() {
        let old: Arc<dyn LockBytes> = Arc::new(MemoryBytes::new(corpus_file.read()));
        let Ok(file) = CompoundFile::try_open(old.clone(), Settings::default()) else { continue };
        if let Err(error) = Relayout::try_new(&file, &LayoutScript::default()) {
            refused.push(format!("{}: {error}", corpus_file.name));
            continue;
        }
        let mut unreadable = false;
        if let Observation::Open { elements, .. } =
            Observation::of(old.clone(), Settings::default())
        {
            unreadable = elements.iter().any(|e| format!("{:?}", e.content).contains("end: Some"));
        }
        if unreadable {
            refused.push(format!("{}: a stream cannot be read", corpus_file.name));
            continue;
        }
        let name = &corpus_file.name;
        let new = relayout(&old, &LayoutScript::default());
        assert_same(&old, &new, name);
        let (old_len, new_len) = (old.len().unwrap(), new.len().unwrap());
        done += 1;
        if old_len < 256 << 10 {
            continue;
        }
        assert!(new_len * 100 <= old_len * 101, "{name}: {old_len} became {new_len}");
        listings.push(assert_listing_price(&new, name));
        let order = FileOrder::try_of(&old, Settings::default()).unwrap();
        let mut random = Random::seeded(name.len() as u64);
        for _ in 0..order.streams.len().min(6) {
            let at = random.index(order.streams.len());
            streams.push(assert_first_stream_price(&old, &order, at, name));
        }
    }
    println!("{done} files laid out anew; refused: {refused:#?}");
    println!("count, median, worst of what comes on top, in bytes, of 256 KiB and more:");
    println!("listing {:?}, a stream {:?}", figures(listings), figures(streams));
    assert!(done > 300, "{done}");
}

/// A file with streams of the given lengths, and as many empty elements as asked for.
fn made(version: FormatVersion, lens: &[usize], further: u32) -> Arc<dyn LockBytes> {
    let bytes = Arc::new(MemoryBytes::default());
    let file = CompoundFile::create(bytes.clone(), version, Settings::default()).unwrap();
    let root = file.root(OpenMode::edit()).unwrap();
    let mut random = Random::seeded(7);
    for (index, len) in lens.iter().enumerate() {
        let name = Name::new(&format!("stream {index}")).unwrap();
        let stream = root.try_create_stream(&name, OpenMode::child_edit()).unwrap();
        stream.try_write_at(0, &random.bytes(*len)).unwrap();
    }
    for index in 0..further {
        let name = Name::new(&format!("storage {index}")).unwrap();
        root.try_create_storage(&name, OpenMode::child_edit()).unwrap();
    }
    root.try_commit(CommitFlags::DEFAULT).unwrap();
    bytes
}

#[test]
fn of_64_mib_as_of_little() {
    for version in [FormatVersion::V3, FormatVersion::V4] {
        // FAT sectors of a version 3 file are listed in DIFAT sectors from 7 MiB on.
        let old = made(version, &[40 << 20, 40 << 10, 300, 24 << 20, 4096, 0, 4095], 2000);
        let new = relayout(&old, &LayoutScript::default());
        assert_same(&old, &new, "64 MiB");
        assert!(new.len().unwrap() * 100 <= old.len().unwrap() * 101);
        assert_listing_price(&new, "64 MiB");
        let order = FileOrder::try_of(&old, Settings::default()).unwrap();
        for at in 0..order.streams.len() {
            assert_first_stream_price(&old, &order, at, "64 MiB");
        }
    }
}

#[test]
fn with_ranges_blocks_and_parts_out_of_order() {
    let path = |index: u32| ElementPath::from_display(&format!("stream {index}")).unwrap();
    let part = |index, offset, len| LayoutItem::Stream {
        path: path(index),
        offset,
        len: RangeLen::Bytes(len),
    };
    for version in [FormatVersion::V3, FormatVersion::V4] {
        let old = made(version, &[9 << 20, 3 << 20, 100, 5000, 4000], 10);
        let interleaved = LayoutItem::Repeat {
            count: RepeatCount::UntilConsumed,
            items: vec![part(0, 0, 30_000), part(1, 0, 10_000)],
        };
        let storage = ElementPath::from_display("storage 3").unwrap();
        let scripts = [
            vec![interleaved.clone()],
            vec![part(0, 8 << 20, 1 << 20), part(1, 1 << 20, 77), interleaved],
            vec![LayoutItem::Storage { path: storage }, part(2, 0, 1), LayoutItem::Listing],
        ];
        for items in scripts {
            let new = relayout(&old, &LayoutScript { items: items.clone() });
            assert_same(&old, &new, &format!("{items:?}"));
        }
        let late = LayoutScript { items: vec![part(0, 8 << 20, 1 << 20)] };
        let new = relayout(&old, &late);
        let file = CompoundFile::try_open(new.clone(), Settings::default()).unwrap();
        let root = file.root(OpenMode::read()).unwrap();
        let stream =
            root.try_open_stream(&Name::new("stream 0").unwrap(), OpenMode::child_read()).unwrap();
        let last = stream.try_ranges(8 << 20, 1 << 20).unwrap().into_iter().map(|r| r.end).max();
        assert!(last.unwrap() < (1 << 20) + (1 << 18), "{last:?}");
    }
}
