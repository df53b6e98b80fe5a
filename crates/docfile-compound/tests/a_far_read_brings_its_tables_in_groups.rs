//! A read far into a long stream walks the chain that leads there. The FAT pages on the way are
//! read in groups that double, each page once, and nothing behind the place that is read.

#![expect(clippy::expect_used, reason = "the helpers of a test fail as loudly as it")]

use std::sync::Arc;

use docfile_compound::{CompoundFile, LockBytes, MemoryBytes, Name, OpenMode, Settings};
use docfile_testkit::grown::Grown;
use docfile_testkit::lying::{Counting, Counts};
use docfile_testkit::model::Tree;
use docfile_testkit::raw::{FileBuilder, Layout, SectorOrder, Version};

/// What reading ten bytes at `offset` of a stream costs, once it is open, and the bytes.
fn cost(bytes: impl LockBytes + 'static, path: &[&str], offset: u64) -> (Counts, [u8; 10]) {
    let counting = Arc::new(Counting::new(bytes));
    let file = CompoundFile::try_open(counting.clone(), Settings::default());
    let mut storage = file.and_then(|file| file.root(OpenMode::read())).expect("a valid file");
    let (name, parents) = path.split_last().expect("a path");
    for parent in parents {
        let parent = Name::new(parent).expect("a plain name");
        storage = storage.try_open_storage(&parent, OpenMode::child_read()).expect("it is there");
    }
    let name = Name::new(name).expect("a plain name");
    let stream = storage.try_open_stream(&name, OpenMode::child_read()).expect("it is there");
    counting.reset();
    let mut buffer = [0; 10];
    assert_eq!(stream.try_read_at(offset, &mut buffer).expect("a valid file"), 10);
    (counting.counts(), buffer)
}

#[test]
fn with_tables_side_by_side() {
    let len = 30 << 20;
    let content: Vec<u8> = (0..len / 4).flat_map(|at: u32| at.to_le_bytes()).collect();
    let tree = Tree::default().with_stream("long", content.clone());
    let layout = Layout { sector_order: SectorOrder::TablesFirst, ..Layout::default() };
    let image = FileBuilder::new(Version::V3, tree).layout(layout).build();
    assert!(image.fat_sectors().len() > 480);
    for part in [1, 2, 4] {
        let offset = content.len() / part - 16;
        let (counts, found) = cost(image.to_sparse(), &["long"], offset as u64);
        assert_eq!(found, content[offset..offset + 10]);
        let page_count = (offset / 512 / 128) as u64;
        assert!(counts.read_count < 30, "{} reads for {page_count} pages", counts.read_count);
        assert!(counts.piece_count < 30, "{} pieces", counts.piece_count);
        let needed = (page_count + 3) * 512 + image.difat_sectors().len() as u64 * 520;
        assert!(counts.read_len <= needed + 10, "{} of {needed}", counts.read_len);
    }
}

#[test]
fn with_tables_between_the_data() {
    let grown = Grown { large_sectors: false, directory_last: false, stream_len: 512 << 10 };
    let bytes = grown.bytes();
    let (counts, _) = cost(MemoryBytes::new(bytes), &["Storage00", "Stream00"], (512 << 10) - 16);
    // The FAT has a page for each 64 KiB: three alone, then a group of four and what is left.
    assert!(counts.read_count <= 6, "{} reads for 9 pages", counts.read_count);
    assert!(counts.piece_count >= 8 && counts.read_len < 10 * 512, "{counts:?}");
}

#[test]
fn near_reads_bring_nothing_ahead() {
    let tree = Tree::default().with_stream("long", vec![1; 4 << 20]);
    let image = FileBuilder::new(Version::V3, tree).build();
    let (counts, _) = cost(image.to_sparse(), &["long"], 100_000);
    assert!(counts.read_len <= 3 * 512 + 10, "{}", counts.read_len);
}
