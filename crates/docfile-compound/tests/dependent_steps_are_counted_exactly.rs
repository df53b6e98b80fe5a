//! How often a reader must wait for bytes before it can know what to ask for next.
//!
//! A round is one pending answer; everything that it requires arrives at once, and nothing else.
//! Opening a file takes one, for the header. Opening a stream and reading its first bytes takes at
//! most one for each DIFAT sector, one for each FAT page on the way, one for each step down the
//! directory, and one for the bytes; no byte is asked for twice. A listing requires, level by level,
//! the pages of its own tree and no others, and offers every page of the directory that it can know
//! of: a waiter that takes what is offered never goes level by level. The first bytes of a stream
//! never wait for tables at its end.

#![expect(clippy::expect_used, reason = "the helpers of a test fail as loudly as it")]

use std::ops::Range;
use std::sync::Arc;

use docfile_compound::{
    ByteRanges, CompoundFile, LockBytes, Missing, Name, OpenMode, Result, Settings, Storage,
};
use docfile_testkit::lying::{Arriving, arrive_helpfully_until_ready, arrive_until_ready};
use docfile_testkit::model::{Node, Tree};
use docfile_testkit::random::Random;
use docfile_testkit::raw::entry::NO_STREAM;
use docfile_testkit::raw::{
    self, EntryOrder, FileBuilder, Image, Layout, SectorOrder, SiblingShape, Version,
};
use docfile_testkit::sparse::SparseMemory;

type Slow = Arc<Arriving<SparseMemory>>;

fn slow(image: &Image) -> Slow {
    Arc::new(Arriving::new(image.to_sparse()))
}

fn open(slow: &Slow) -> Result<Storage> {
    CompoundFile::try_open(slow.clone(), Settings::default())?.root(OpenMode::read())
}

fn sector(image: &Image, sector: u32) -> Range<u64> {
    let start = image.sector_offset(sector);
    start..start + image.version().sector_len()
}

/// Opens the file, walks down to the stream and reads its first bytes; answers the rounds after
/// the one for the header.
fn rounds_to_first_bytes(slow: &Slow, path: &[Name]) -> Vec<ByteRanges> {
    let (root, opening) = arrive_until_ready(slow, || open(slow));
    assert_eq!(opening.len(), 1);
    let mut rounds = Vec::new();
    let mut storage = root.expect("the file is valid");
    let (name, parents) = path.split_last().expect("a stream has a name");
    for parent in parents {
        let open = || storage.try_open_storage(parent, OpenMode::child_read());
        let (below, more) = arrive_until_ready(slow, open);
        rounds.extend(more);
        storage = below.expect("the file is valid");
    }
    let open = || storage.try_open_stream(name, OpenMode::child_read());
    let (stream, more) = arrive_until_ready(slow, open);
    rounds.extend(more);
    let stream = stream.expect("the file is valid");
    let (count, more) = arrive_until_ready(slow, || stream.try_read_at(0, &mut [0; 16]));
    assert_ne!(count.ok(), Some(0));
    rounds.extend(more);
    rounds
}

/// How many entries a search meets on its way from the root entry, which counts, down to `path`.
fn search_depth(image: &Image, path: &[Name]) -> usize {
    let mut depth = 1;
    let mut storage = 0;
    for name in path {
        let mut id = image.entry(storage).child;
        loop {
            assert_ne!(id, NO_STREAM, "the element is there");
            depth += 1;
            let entry = image.entry(id);
            let here = Name::stored(&entry.name).expect("a stored name is short enough");
            id = match name.compare(&here) {
                std::cmp::Ordering::Less => entry.left,
                std::cmp::Ordering::Equal => break,
                std::cmp::Ordering::Greater => entry.right,
            };
        }
        storage = id;
    }
    depth
}

/// How many sectors of a table the rounds asked for.
fn pages_of(image: &Image, table: &[u32], rounds: &[ByteRanges]) -> usize {
    let asked = |page: &&u32| rounds.iter().any(|round| round.intersects(&sector(image, **page)));
    table.iter().filter(asked).count()
}

#[test]
fn no_more_rounds_than_steps_on_the_way_to_a_stream() {
    for seed in 0..400 {
        let (image, tree) = raw::valid(seed);
        let mut random = Random::seeded(seed);
        let streams: Vec<Vec<Name>> = tree
            .walk()
            .into_iter()
            .filter(|(_, node)| matches!(node, Node::Stream(bytes) if !bytes.is_empty()))
            .map(|(path, _)| path)
            .collect();
        if streams.is_empty() {
            continue;
        }
        let path = random.pick(&streams);
        let rounds = rounds_to_first_bytes(&slow(&image), path);
        let fat_pages = pages_of(&image, image.fat_sectors(), &rounds);
        let steps = 1 + image.difat_sectors().len() + fat_pages + search_depth(&image, path);
        assert!(rounds.len() <= steps, "seed {seed}: {} of {steps}: {rounds:?}", rounds.len());
        let mut asked = ByteRanges::new();
        for range in rounds.iter().flat_map(ByteRanges::iter) {
            assert!(!asked.intersects(&range), "seed {seed}: {range:?} was asked for twice");
            asked.insert(range);
        }
    }
}

/// A file whose directory takes many pages, in any order in the file.
fn many_children(version: Version, count: usize) -> (Image, Tree) {
    let mut tree = Tree::default();
    for index in 0..count {
        tree = tree.with_stream(&format!("stream {index}"), b"some bytes".repeat(index % 90));
    }
    let layout = Layout {
        sector_order: SectorOrder::Shuffled(5),
        entry_order: EntryOrder::Shuffled(6),
        sibling_shape: SiblingShape::Grown(7),
        ..Layout::default()
    };
    (FileBuilder::new(version, tree.clone()).layout(layout).build(), tree)
}

#[test]
fn a_listing_that_is_helped_takes_one_round_for_the_whole_directory() {
    for version in [Version::V3, Version::V4] {
        let (image, tree) = many_children(version, 600);
        let slow = slow(&image);
        slow.arrive(0..512);
        image.fat_sectors().iter().for_each(|page| slow.arrive(sector(&image, *page)));
        let root = open(&slow).expect("the header is here");
        let (listing, rounds) = arrive_helpfully_until_ready(&slow, || root.try_list());
        assert_eq!(listing.expect("the file is valid").len(), tree.children().len());
        let pages: ByteRanges =
            image.directory_sectors().iter().map(|page| sector(&image, *page)).collect();
        let [round] = &rounds[..] else { panic!("{version:?}: {rounds:?}") };
        let mut asked = round.required.clone();
        asked.extend(&round.helpful);
        assert_eq!(asked, pages, "{version:?}");
    }
}

#[test]
fn a_helped_listing_without_any_table_takes_a_round_for_each_page_of_the_fat_at_most() {
    let (image, _) = many_children(Version::V3, 600);
    assert!(image.fat_sectors().len() > 3, "the directory's chain crosses several pages");
    let slow = slow(&image);
    let (root, opening) = arrive_until_ready(&slow, || open(&slow));
    let root = root.expect("the file is valid");
    let (listing, rounds) = arrive_helpfully_until_ready(&slow, || root.try_list());
    assert_eq!(listing.expect("the file is valid").len(), 600);
    let asked = |missing: Missing| missing.required.iter().chain(missing.helpful.iter()).collect();
    let rounds: Vec<ByteRanges> = rounds.into_iter().map(asked).collect();
    let crossed = pages_of(&image, image.fat_sectors(), &rounds);
    assert_eq!(opening.len(), 1, "opening reads the header and nothing else");
    assert!(rounds.len() <= crossed + 1, "{} rounds, {crossed} pages", rounds.len());
}

/// A small root beside a storage of many elements, which share no directory page with it.
fn small_root_and_large_storage(version: Version) -> Image {
    let mut large = Tree::default();
    for index in 0..2_000 {
        large = large.with_stream(&format!("element {index}"), b"some bytes".to_vec());
    }
    let mut tree = Tree::default();
    for index in 0..20 {
        tree = tree.with_stream(&format!("top {index}"), b"some bytes".to_vec());
    }
    let layout = Layout { sibling_shape: SiblingShape::Grown(3), ..Layout::default() };
    FileBuilder::new(version, tree.with_storage("large", large)).layout(layout).build()
}

/// The entries of the root's tree, and how many levels it has.
fn root_tree(image: &Image) -> (Vec<u32>, usize) {
    let (mut ids, mut height) = (Vec::new(), 0);
    let mut level = vec![image.entry(0).child];
    while !level.is_empty() {
        height += 1;
        ids.extend(&level);
        let links = |id: &u32| [image.entry(*id).left, image.entry(*id).right];
        level = level.iter().flat_map(links).filter(|id| *id != NO_STREAM).collect();
    }
    (ids, height)
}

#[test]
fn a_listing_requires_the_pages_of_its_own_tree_level_by_level() {
    for version in [Version::V3, Version::V4] {
        let image = small_root_and_large_storage(version);
        let slow = slow(&image);
        slow.arrive(0..512);
        image.fat_sectors().iter().for_each(|page| slow.arrive(sector(&image, *page)));
        let root = open(&slow).expect("the header is here");
        let (listing, rounds) = arrive_until_ready(&slow, || root.try_list());
        assert_eq!(listing.expect("the file is valid").len(), 21);
        let (ids, height) = root_tree(&image);
        let per_page = version.sector_len() / 128;
        let page_of = |id: &u32| {
            let index = usize::try_from(u64::from(*id) / per_page).expect("a small number");
            sector(&image, image.directory_sectors()[index])
        };
        let needed: ByteRanges = ids.iter().chain([&0]).map(page_of).collect();
        let required: ByteRanges = rounds.iter().flat_map(ByteRanges::iter).collect();
        assert_eq!(required, needed, "{version:?}");
        assert!(
            required.byte_count() * 10
                < image.directory_sectors().len() as u64 * version.sector_len()
        );
        // The root's own entry is one step.
        assert!(rounds.len() <= 1 + height, "{} rounds, {height} levels", rounds.len());
    }
}

#[test]
fn opening_reads_the_header_and_nothing_else() {
    for version in [Version::V3, Version::V4] {
        let image = FileBuilder::new(version, raw::fault::sample()).build();
        let (root, rounds) = arrive_until_ready(&slow(&image), || Ok(()));
        root.expect("nothing was asked");
        assert!(rounds.is_empty());
        let slow = slow(&image);
        slow.arrive(0..512);
        open(&slow).expect("512 bytes are enough");
        let asked: Vec<Range<u64>> = slow.take_requests().into_iter().flatten().collect();
        assert!(asked.iter().all(|range| range.end <= 512), "{asked:?}");
    }
}

#[test]
fn first_bytes_need_no_table_at_the_end_of_the_file() {
    let tree = Tree::default()
        .with_stream("long", vec![1; 3 << 20])
        .with_stream("other", vec![2; 3 << 20])
        .with_stream("mini", vec![3; 1000]);
    for (name, first) in [("long", 1), ("other", 2), ("mini", 3)] {
        let layout = Layout { sector_order: SectorOrder::Interleaved, ..Layout::default() };
        let image = FileBuilder::new(Version::V3, tree.clone()).layout(layout).build();
        let slow = slow(&image);
        // The header, the directory and one sector of data: not one entry of any table.
        slow.arrive(0..512);
        image.directory_sectors().iter().for_each(|page| slow.arrive(sector(&image, *page)));
        let id = image.find(name);
        let data = if name == "mini" {
            image.mini_stream_sectors()[0]
        } else {
            image.stream_sectors(id)[0]
        };
        slow.arrive(sector(&image, data));
        let name = Name::new(name).unwrap();
        let stream = open(&slow).unwrap().try_open_stream(&name, OpenMode::child_read()).unwrap();
        let mut buffer = [0; 16];
        assert_eq!(stream.try_read_at(0, &mut buffer).unwrap(), 16);
        assert_eq!(buffer, [first; 16]);
    }
}

#[test]
fn a_read_in_the_middle_walks_the_chain_no_further_than_it_must() {
    let tree = Tree::default().with_stream("long", vec![1; 512 * 1000]);
    let image = FileBuilder::new(Version::V3, tree).build();
    let chain = image.stream_sectors(image.find("long")).to_vec();
    assert!(image.fat_sectors().len() >= 8);
    let slow = slow(&image);
    let root = arrive_until_ready(&slow, || open(&slow)).0.unwrap();
    let name = Name::new("long").unwrap();
    let open = || root.try_open_stream(&name, OpenMode::child_read());
    let stream = arrive_until_ready(&slow, open).0.unwrap();
    let read = || stream.try_read_at(512 * 300, &mut [0; 512]);
    let (result, rounds) = arrive_until_ready(&slow, read);
    assert_eq!(result.unwrap(), 512);
    let needed = image.fat_entry_offset(chain[299]);
    for page in image.fat_sectors() {
        let page = sector(&image, *page);
        let asked = rounds.iter().any(|round| round.intersects(&page));
        assert!(!asked || page.start <= needed, "{page:?} describes only what comes later");
    }
    let data: Vec<&ByteRanges> =
        rounds.iter().filter(|round| round.intersects(&sector(&image, chain[300]))).collect();
    assert_eq!(data.len(), 1);
    assert!(!rounds.iter().any(|round| round.intersects(&sector(&image, chain[301]))));
    assert!(slow.len().is_some());
}
