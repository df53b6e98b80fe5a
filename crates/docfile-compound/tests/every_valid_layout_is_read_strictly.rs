//! However oddly a file that keeps every rule is laid out, strict reading shows exactly the tree
//! that it means: sectors in any order, trees of siblings in any shape, free places anywhere,
//! tables beyond the header's own, sectors of both lengths, more than two gibibytes.

use std::sync::Arc;

use docfile_compound::{CompoundFile, LockBytes, OpenMode, Settings, Validation};
use docfile_testkit::model::Tree;
use docfile_testkit::raw::{self, FileBuilder, Layout, SectorOrder, SiblingShape, Version};

fn strictly(bytes: Arc<dyn LockBytes>) -> docfile_compound::Result<Tree> {
    let settings = Settings { validation: Validation::Strict, ..Settings::default() };
    Tree::read(&CompoundFile::try_open(bytes, settings)?.root(OpenMode::read())?)
}

#[test]
fn random_trees_in_random_layouts() {
    for seed in 0..1_500 {
        let (image, expected) = raw::valid(seed);
        match strictly(Arc::new(image.to_sparse())) {
            Ok(found) => assert_eq!(expected.difference(&found), None, "seed {seed}"),
            Err(error) => panic!("seed {seed}: {error}"),
        }
    }
}

#[test]
fn a_file_beyond_two_gibibytes() {
    let tree = raw::fault::sample();
    let layout = Layout { hole_sector_count: 0x8_0000, ..Layout::default() };
    let image = FileBuilder::new(Version::V4, tree.clone()).layout(layout).build();
    assert!(image.len() > 1 << 31);
    let found = strictly(Arc::new(image.to_sparse())).unwrap();
    assert_eq!(tree.difference(&found), None);
}

#[test]
fn a_difat_of_several_sectors() {
    let tree = raw::fault::sample();
    let layout = Layout {
        spare_fat_count: 109 + 300,
        sector_order: SectorOrder::Shuffled(3),
        ..Layout::default()
    };
    let image = FileBuilder::new(Version::V3, tree.clone()).layout(layout).build();
    assert_eq!(image.difat_sectors().len(), 3);
    let found = strictly(Arc::new(image.to_sparse())).unwrap();
    assert_eq!(tree.difference(&found), None);
}

#[test]
fn a_thousand_siblings_in_any_red_black_tree() {
    for seed in 0..4 {
        let mut tree = Tree::default();
        for index in 0..1_000 {
            tree = tree.with_stream(&format!("s{index}"), [seed; 3]);
        }
        let sibling_shape = SiblingShape::Grown(seed.into());
        let layout = Layout { sibling_shape, ..Layout::default() };
        let image = FileBuilder::new(Version::V3, tree.clone()).layout(layout).build();
        let found = strictly(Arc::new(image.to_sparse())).unwrap();
        assert_eq!(tree.difference(&found), None);
    }
}
