//! The ranges of a file that somebody read become a script of the parts of streams that lie there:
//! in that order, each part once, whatever the layout of the file, and laying the file out by it
//! puts those parts first.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::sync::Arc;

use docfile_compound::{
    CompoundFile, ElementKind, ElementPath, LayoutItem, LayoutScript, LockBytes, OpenMode,
    RangeLen, Settings,
};
use docfile_testkit::random::Random;
use docfile_testkit::raw::valid;

/// Every stream of a file: its way, its length, and where its bytes lie.
type Streams = Vec<(ElementPath, u64, Vec<std::ops::Range<u64>>)>;

fn streams(file: &CompoundFile) -> Streams {
    let root = file.root(OpenMode::read()).unwrap();
    let mut way = Vec::new();
    let mut streams = Vec::new();
    for walked in root.try_walk().unwrap() {
        way.truncate(walked.depth);
        way.push(walked.stat.name);
        if walked.stat.kind != ElementKind::Stream {
            continue;
        }
        let root = file.root(OpenMode::read()).unwrap();
        let (name, storages) = way.split_last().unwrap();
        let mut storage = root;
        for name in storages {
            storage = storage.try_open_storage(name, OpenMode::child_read()).unwrap();
        }
        let stream = storage.try_open_stream(name, OpenMode::child_read()).unwrap();
        let ranges = stream.try_ranges(0, walked.stat.len).unwrap();
        streams.push((ElementPath::new(way.clone()), walked.stat.len, ranges));
    }
    streams
}

#[test]
fn in_random_files() {
    let mut recorded = 0;
    for seed in 0..300 {
        let (image, _) = valid(seed);
        let bytes: Arc<dyn LockBytes> = Arc::new(image.to_sparse());
        let len = bytes.len().unwrap();
        let file = CompoundFile::try_open(bytes, Settings::default()).unwrap();
        let streams = streams(&file);
        let mut random = Random::seeded(seed);
        let mut reads = Vec::new();
        let mut wanted: Vec<ElementPath> = Vec::new();
        for _ in 0..streams.len().min(5) {
            let (path, len, ranges) = random.pick(&streams);
            if *len > 0 && !wanted.contains(path) {
                wanted.push(path.clone());
                reads.extend(ranges.iter().cloned());
            }
        }
        let script = LayoutScript::try_of_reads(&file, &reads).unwrap();
        // Everything of what was read is there, in its order; what shares a sector may be too.
        let mut found: Vec<(ElementPath, u64)> = Vec::new();
        for item in &script.items {
            let LayoutItem::Stream { path, offset, len } = item else { continue };
            let (_, stream_len, _) = streams.iter().find(|(known, ..)| known == path).unwrap();
            let len = match *len {
                RangeLen::ToEnd => *stream_len,
                RangeLen::Bytes(len) => len,
            };
            assert!(offset + len <= *stream_len, "seed {seed}: {item:?}");
            match found.iter_mut().find(|(known, _)| known == path) {
                Some((_, known)) => {
                    assert_eq!(known, offset, "seed {seed}: read in order");
                    *known += len;
                }
                None => found.push((path.clone(), offset + len)),
            }
        }
        let order: Vec<&ElementPath> = found.iter().map(|(path, _)| path).collect();
        assert_eq!(order, wanted.iter().collect::<Vec<_>>(), "seed {seed}");
        for (path, end) in &found {
            let (_, len, _) = streams.iter().find(|(known, ..)| known == path).unwrap();
            assert_eq!(end, len, "seed {seed} {path}");
        }
        recorded += found.len();
        // All of the file, from behind: everything is read, and the whole directory too.
        let all = LayoutScript::try_of_reads(&file, &[len / 2..len, 0..len]).unwrap();
        assert!(all.items.contains(&LayoutItem::Listing), "seed {seed}");
        let total: usize = streams.iter().filter(|(_, len, _)| *len > 0).count();
        let mut paths: Vec<String> = all
            .items
            .iter()
            .filter_map(|item| match item {
                LayoutItem::Stream { path, .. } => Some(path.to_string()),
                _ => None,
            })
            .collect();
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), total, "seed {seed}");
    }
    assert!(recorded > 300, "{recorded}");
}

#[test]
fn what_lies_in_no_stream_is_in_no_script() {
    let (image, _) = valid(3);
    let bytes: Arc<dyn LockBytes> = Arc::new(image.to_sparse());
    let len = bytes.len().unwrap();
    let file = CompoundFile::try_open(bytes, Settings::default()).unwrap();
    let reads = [0..512, len..len + 4096, u64::MAX - 1..u64::MAX];
    let script = LayoutScript::try_of_reads(&file, &reads).unwrap();
    assert_eq!(script.items, []);
}
