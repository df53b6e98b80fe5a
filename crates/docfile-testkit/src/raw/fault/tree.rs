//! Faults of the trees of siblings ([MS-CFB] 2.6.4).
//!
//! The root of the sample has seven children in three full levels, all black:
//! `Pool` over `ab` and `Second`, those over `n`, `Big`, `Empty` and `Seventh`.

use docfile_compound::Rule;

use super::super::entry::{RawEntry, field, kind};
use super::super::image::{END_OF_CHAIN, Image};
use super::super::{FileBuilder, Layout, SiblingShape, Version};
use super::directory::rename;
use super::{Fault, ROOMY, forgivable, sample, v3};

const RED: u8 = 0;

pub(super) const FAULTS: &[Fault] = &[
    forgivable(Rule::TreeOrder, "two leaves have changed places", || {
        let mut image = v3();
        let (low, high) = (image.find("ab"), image.find("Second"));
        let (n, seventh) = (image.find("n"), image.find("Seventh"));
        image.put_u32(image.entry_field_offset(low, field::LEFT), seventh);
        image.put_u32(image.entry_field_offset(high, field::RIGHT), n);
        image
    }),
    forgivable(Rule::TreeDuplicate, "two siblings of one name in different case", || {
        let mut image = v3();
        let id = image.find("Second");
        rename(&mut image, id, "SEVENTH");
        image
    })
    .with(&[Rule::TreeOrder])
    .losing(&["Second", "Seventh"]),
    forgivable(Rule::TreeRedRed, "two full levels red", || {
        colored(&["ab", "Second", "n", "Big", "Empty", "Seventh"])
    }),
    forgivable(Rule::TreeBlackHeight, "one leaf of a full level red", || colored(&["n"])),
    forgivable(Rule::TreeRootRed, "the root of the tree red", || colored(&["Pool"])),
    forgivable(Rule::TreeRedRed, "a red list to the right, as Wine writes it", || {
        shaped(SiblingShape::RedList)
    })
    .with(&[Rule::TreeRootRed, Rule::TreeBlackHeight]),
    forgivable(Rule::TreeBlackHeight, "a black list to the right", || {
        shaped(SiblingShape::BlackList)
    }),
    forgivable(Rule::TreeCycle, "a leaf leads back to the root of the tree", || {
        let mut image = v3();
        let (leaf, top) = (image.find("n"), image.find("Pool"));
        image.put_u32(image.entry_field_offset(leaf, field::LEFT), top);
        image
    })
    .with(&[Rule::TreeOrder, Rule::TreeBlackHeight]),
    forgivable(Rule::TreeCycle, "a storage is its own child", || {
        let mut image = v3();
        let pool = image.find("Pool");
        let deep = image.find("Pool/deep");
        image.put_u32(image.entry_field_offset(deep, field::CHILD), pool);
        image
    })
    .with(&[Rule::TreeOrder, Rule::EntryOrphan])
    .losing(&["Pool/deep"]),
    forgivable(Rule::TreeNodeFree, "a leaf leads to an unused entry", || {
        let mut image = v3();
        let (leaf, free) = (image.find("n"), image.free_entry());
        image.put_u32(image.entry_field_offset(leaf, field::LEFT), free);
        image
    })
    .with(&[Rule::TreeBlackHeight]),
    forgivable(Rule::EntryOrphan, "an entry that nothing leads to", || {
        let mut image = v3();
        let free = image.free_entry();
        let lost = RawEntry {
            name: "lost".encode_utf16().collect(),
            kind: kind::STREAM,
            start: END_OF_CHAIN,
            ..RawEntry::unallocated()
        };
        image.put(image.entry_offset(free), &lost.emit());
        image
    }),
];

/// The sample with these elements red and all others as they were.
fn colored(red: &[&str]) -> Image {
    let mut image = v3();
    for path in red {
        let id = image.find(path);
        image.put(image.entry_field_offset(id, field::COLOR), &[RED]);
    }
    image
}

fn shaped(shape: SiblingShape) -> Image {
    let layout = Layout { sibling_shape: shape, ..ROOMY };
    FileBuilder::new(Version::V3, sample()).layout(layout).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_of_the_sample_is_three_full_black_levels() {
        let image = v3();
        let id = |path: &str| image.find(path);
        let links = |path: &str| (image.entry(id(path)).left, image.entry(id(path)).right);
        assert_eq!(image.entry(0).child, id("Pool"));
        assert_eq!(links("Pool"), (id("ab"), id("Second")));
        assert_eq!(links("ab"), (id("n"), id("Big")));
        assert_eq!(links("Second"), (id("Empty"), id("Seventh")));
        let names = ["Pool", "ab", "Second", "n", "Big", "Empty", "Seventh"];
        assert!(names.iter().all(|name| image.entry(id(name)).black));
    }
}
