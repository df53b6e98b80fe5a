//! Whatever the script (ranges out of order, blocks that interleave, storages, listings) and
//! whatever the file: in the file that is laid out by it, bytes of a stream that lie in a prefix
//! can be read from that prefix alone and are the right ones (of a short stream, which shares its
//! sectors, when its entry is there); the others are pending, and never another error. Elements, bytes and attributes are those of the old file.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

use std::collections::BTreeSet;
use std::sync::Arc;

use docfile_compound::{
    CompoundFile, ElementKind, ElementPath, Error, LayoutItem, LayoutScript, Limits, LockBytes,
    MemoryBytes, OpenMode, RangeLen, Relayout, RepeatCount, Settings, Stream, try_check,
    try_shortest_prefix,
};
use docfile_testkit::lying::Arriving;
use docfile_testkit::observation::Observation;
use docfile_testkit::random::Random;
use docfile_testkit::raw::{FileBuilder, Version, valid};

/// An element of the old file.
struct Known {
    path: ElementPath,
    kind: ElementKind,
    len: u64,
}

fn elements(bytes: &Arc<dyn LockBytes>) -> Vec<Known> {
    let file = CompoundFile::try_open(bytes.clone(), Settings::default()).unwrap();
    let mut way = Vec::new();
    let walk = file.root(OpenMode::read()).unwrap().try_walk().unwrap();
    walk.into_iter()
        .map(|walked| {
            way.truncate(walked.depth);
            way.push(walked.stat.name);
            let path = ElementPath::new(way.clone());
            Known { path, kind: walked.stat.kind, len: walked.stat.len }
        })
        .collect()
}

fn open(bytes: Arc<dyn LockBytes>, path: &ElementPath) -> Result<Stream, Error> {
    let mut storage = CompoundFile::try_open(bytes, Settings::default())?.root(OpenMode::read())?;
    let (name, storages) = path.names().split_last().unwrap();
    for name in storages {
        storage = storage.try_open_storage(name, OpenMode::child_read())?;
    }
    storage.try_open_stream(name, OpenMode::child_read())
}

fn read(bytes: Arc<dyn LockBytes>, item: &Part) -> Result<Vec<u8>, Error> {
    let stream = open(bytes, &item.path)?;
    let mut buffer = vec![0; usize::try_from(item.len).unwrap()];
    let mut done = 0;
    while done < buffer.len() {
        let count = stream.try_read_at(item.offset + done as u64, &mut buffer[done..])?;
        assert!(count > 0, "{}: short", item.path);
        done += count;
    }
    Ok(buffer)
}

/// A part of a stream that a statement of the script names.
struct Part {
    path: ElementPath,
    offset: u64,
    len: u64,
}

fn random_items(known: &[Known], random: &mut Random, depth: u32) -> Vec<LayoutItem> {
    let mut items = Vec::new();
    for _ in 0..random.within(1..6) {
        let element = random.pick(known);
        let path = element.path.clone();
        items.push(match (random.below(8), element.kind) {
            (0, _) => LayoutItem::Listing,
            (1 | 2, _) if depth < 2 => LayoutItem::Repeat {
                count: match random.chance(1, 2) {
                    true => RepeatCount::UntilConsumed,
                    false => RepeatCount::Times(random.within(1..5)),
                },
                items: random_items(known, random, depth + 1),
            },
            (_, ElementKind::Storage) => LayoutItem::Storage { path },
            (3, ElementKind::Stream) => LayoutItem::whole(path),
            (_, ElementKind::Stream) => LayoutItem::Stream {
                path,
                offset: random.below(element.len + 1),
                len: match random.chance(1, 4) {
                    true => RangeLen::ToEnd,
                    false => RangeLen::Bytes(random.below(9000)),
                },
            },
        });
    }
    items
}

/// The first pass of every statement, and every stream in pieces besides.
fn parts(items: &[LayoutItem], known: &[Known], into: &mut Vec<Part>) {
    for item in items {
        match item {
            LayoutItem::Repeat { items, .. } => parts(items, known, into),
            LayoutItem::Stream { path, offset, len } => {
                let whole = known.iter().find(|k| k.path == *path).unwrap().len;
                let left = whole - offset.min(&whole);
                let len = match *len {
                    RangeLen::ToEnd => left,
                    RangeLen::Bytes(len) => len.min(left),
                };
                into.push(Part { path: path.clone(), offset: *offset, len });
            }
            LayoutItem::Listing | LayoutItem::Storage { .. } => {}
        }
    }
}

fn seen(bytes: &Arc<dyn LockBytes>) -> Vec<String> {
    Observation::of(bytes.clone(), Settings::default()).contents()
}

/// Lays `old` out by a random script and asks every prefix; answers how often a part was read
/// from a prefix, and how often it was pending.
fn hold(old: &Arc<dyn LockBytes>, random: &mut Random, what: &str) -> (usize, usize) {
    let known = elements(old);
    if known.iter().all(|element| element.kind == ElementKind::Storage) {
        return (0, 0);
    }
    let script = LayoutScript { items: random_items(&known, random, 0) };
    let what = &format!("{what}:\n{script}");
    let file = CompoundFile::try_open(old.clone(), Settings::default()).unwrap();
    let new = MemoryBytes::default();
    Relayout::try_new(&file, &script).unwrap().try_write_to(&new).unwrap();
    let content = new.to_vec();
    let new: Arc<dyn LockBytes> = Arc::new(new);
    assert_eq!(seen(old), seen(&new), "{what}");
    assert!(try_check(new.clone(), Limits::default()).unwrap().is_clean(), "{what}");
    let (old_len, new_len) = (old.len().unwrap(), content.len() as u64);
    if old_len >= 256 << 10 {
        assert!(new_len * 100 <= old_len * 101, "{what}: {old_len} became {new_len}");
    }
    let mut items = Vec::new();
    parts(&script.items, &known, &mut items);
    let streams = known.iter().filter(|element| element.kind == ElementKind::Stream);
    items.extend(streams.map(|k| Part { path: k.path.clone(), offset: 0, len: k.len }));
    items.retain(|part| part.len > 0);
    let ends: Vec<u64> = items
        .iter()
        .map(|part| {
            let stream = open(new.clone(), &part.path).unwrap();
            let ranges = stream.try_ranges(part.offset, part.len).unwrap();
            let end = ranges.into_iter().map(|range| range.end).max().unwrap();
            if stream.try_len().unwrap() >= 4096 {
                return end;
            }
            // Short streams share sectors, so one may come with another, before its own entry.
            end.max(try_shortest_prefix(&new, |prefix| open(prefix, &part.path)).unwrap())
        })
        .collect();
    let mut lens: BTreeSet<u64> = ends.iter().copied().collect();
    lens.extend((0..4).map(|_| random.below(new_len)));
    let (mut read_count, mut pending_count) = (0, 0);
    for len in lens {
        let arriving = Arriving::new(MemoryBytes::new(content.clone()));
        arriving.arrive(0..len);
        let prefix: Arc<dyn LockBytes> = Arc::new(arriving);
        for (part, end) in items.iter().zip(&ends) {
            match read(prefix.clone(), part) {
                Ok(bytes) => {
                    assert!(*end <= len, "{what}: {} from {len} of {end} bytes", part.path);
                    assert!(bytes == read(old.clone(), part).unwrap(), "{what}: {}", part.path);
                    read_count += 1;
                }
                Err(error) => {
                    assert!(error.is_pending(), "{what}: {} with {len}: {error}", part.path);
                    let text = "does not explain itself";
                    assert!(*end > len, "{what}: {} in {len} {text}: {error}", part.path);
                    pending_count += 1;
                }
            }
        }
    }
    (read_count, pending_count)
}

#[test]
fn of_random_files() {
    let (mut read_count, mut pending_count) = (0, 0);
    for seed in 0..120 {
        let (image, _) = valid(seed);
        let old: Arc<dyn LockBytes> = Arc::new(MemoryBytes::new(image.to_vec()));
        let counts = hold(&old, &mut Random::seeded(seed), &format!("seed {seed}"));
        read_count += counts.0;
        pending_count += counts.1;
    }
    assert!(read_count > 1000 && pending_count > 1000, "{read_count} {pending_count}");
}

#[test]
fn of_files_of_some_mib() {
    for seed in 0..6 {
        let mut random = Random::seeded(seed);
        let version = if seed % 2 == 0 { Version::V3 } else { Version::V4 };
        let mut tree = valid::root(&mut random);
        for (name, len) in [("a long one", 900_000), ("another", 300_000), ("a third", 70_000)] {
            tree = tree.with_stream(name, random.bytes(len));
        }
        let old = FileBuilder::new(version, tree).layout(valid::layout(&mut random)).build();
        let old: Arc<dyn LockBytes> = Arc::new(MemoryBytes::new(old.to_vec()));
        hold(&old, &mut random, &format!("seed {seed}"));
    }
}
