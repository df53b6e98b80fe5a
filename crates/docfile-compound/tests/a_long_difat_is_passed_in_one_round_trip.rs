//! The DIFAT is a chain, and each of its sectors leads to the next. Where tables stand at a fixed
//! stride, or side by side, the header shows it: a waiter that brings what would help passes the
//! whole chain in one round trip, where one that brings only what is required takes one a sector.

#![expect(clippy::expect_used, reason = "the helpers of a test fail as loudly as it")]

use std::sync::Arc;

use docfile_compound::{
    CompoundFile, LockBytes, MemoryBytes, Missing, Name, OpenMode, Settings, Storage,
};
use docfile_testkit::grown::Grown;
use docfile_testkit::lying::{Arriving, arrive_helpfully_until_ready, arrive_until_ready};
use docfile_testkit::model::Tree;
use docfile_testkit::raw::{FileBuilder, Layout, SectorOrder, Version};
use docfile_testkit::sparse::SparseMemory;

fn open<B: LockBytes + 'static>(slow: &Arc<Arriving<B>>) -> Storage {
    slow.arrive(0..512);
    CompoundFile::try_open(slow.clone(), Settings::default())
        .and_then(|file| file.root(OpenMode::read()))
        .expect("the header is here")
}

/// How many rounds a listing of the root takes, by what is required and with what would help.
fn listing_rounds<B: LockBytes + 'static>(file: impl Fn() -> B) -> (usize, Vec<Missing>) {
    let slow = Arc::new(Arriving::new(file()));
    let root = open(&slow);
    let (listing, dutiful) = arrive_until_ready(&slow, || root.try_list());
    let expected = listing.expect("the file is valid").len();
    let slow = Arc::new(Arriving::new(file()));
    let root = open(&slow);
    let (listing, helped) = arrive_helpfully_until_ready(&slow, || root.try_list());
    assert_eq!(listing.expect("the file is valid").len(), expected);
    (dutiful.len(), helped)
}

#[test]
fn with_tables_between_the_data() {
    let grown = Grown { large_sectors: false, directory_last: true, stream_len: 240 << 10 };
    let bytes = grown.bytes();
    let difat_count = u32::from_le_bytes(*bytes[72..].first_chunk().expect("a header"));
    assert_eq!(difat_count, 6);
    let (dutiful_count, helped) = listing_rounds(|| MemoryBytes::new(bytes.clone()));
    // The first sector of the directory and the DIFAT with the FAT sector behind it; then the
    // rest of the directory.
    assert_eq!((helped.len(), dutiful_count), (2, 8), "{helped:?}");
    // Nothing was offered that is not used: the other DIFAT sectors, and one FAT sector.
    assert_eq!(helped[0].helpful.byte_count(), 512 * 6);
}

#[test]
fn with_tables_side_by_side() {
    let tree = Tree::default().with_stream("a", vec![5; 30 << 20]).with_stream("b", vec![6; 9_000]);
    let layout = Layout { sector_order: SectorOrder::TablesFirst, ..Layout::default() };
    let image = FileBuilder::new(Version::V3, tree).layout(layout).build();
    assert_eq!(image.difat_sectors().len(), 3);
    let late = image.stream_sectors(image.find("b"));
    assert!(late[0] > 60_000, "its links stand in the last FAT sector");
    let rounds = |is_helped: bool| {
        let slow: Arc<Arriving<SparseMemory>> = Arc::new(Arriving::new(image.to_sparse()));
        let root = open(&slow);
        let read = || {
            let name = Name::new("b").expect("a plain name");
            let stream = root.try_open_stream(&name, OpenMode::child_read())?;
            stream.try_read_at(8_990, &mut [0; 10])
        };
        let (count, round_count) = if is_helped {
            let (count, rounds) = arrive_helpfully_until_ready(&slow, read);
            (count, rounds.len())
        } else {
            let (count, rounds) = arrive_until_ready(&slow, read);
            (count, rounds.len())
        };
        assert_eq!(count.expect("the file is valid"), 10);
        round_count
    };
    // The directory's one sector; the DIFAT and the FAT sector; the bytes.
    assert_eq!((rounds(true), rounds(false)), (3, 6));
}

#[test]
fn what_is_offered_lies_in_the_file() {
    // The kit's waiter refuses help past the end; a file that is cut has tables there.
    let grown = Grown { large_sectors: false, directory_last: false, stream_len: 120 << 10 };
    let bytes = grown.bytes();
    for kept_len in [8 << 20, 12 << 20, (20 << 20) + 100] {
        let slow = Arc::new(Arriving::new(MemoryBytes::new(bytes[..kept_len].to_vec())));
        let root = open(&slow);
        let storage = Name::new("Storage19").expect("a plain name");
        let stream = Name::new("Stream09").expect("a plain name");
        let read = || {
            let storage = root.try_open_storage(&storage, OpenMode::child_read())?;
            storage
                .try_open_stream(&stream, OpenMode::child_read())?
                .try_read_at(0, &mut [0; 1 << 17])
        };
        let (outcome, rounds) = arrive_helpfully_until_ready(&slow, read);
        assert!(outcome.is_err(), "the stream is cut off");
        assert!(rounds.len() < 10, "{}", rounds.len());
    }
}
