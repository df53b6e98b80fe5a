//! Contents against plain vectors of bytes, with sectors of others that must stay as they are.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::file::{CompoundFile, FormatVersion, Settings};
use crate::lock_bytes::MemoryBytes;
use crate::name::Name;
use crate::open_mode::{CommitFlags, OpenMode};

const BASE_LEN: usize = 9_000;

/// A file with one stream, and the content of that stream.
fn stored() -> (CompoundFile, Arc<Generation>, Content) {
    let bytes = Arc::new(MemoryBytes::default());
    let file = CompoundFile::create(bytes, FormatVersion::V3, Settings::default()).unwrap();
    let name = Name::new("stream").unwrap();
    let root = file.root(OpenMode::edit()).unwrap();
    let stream = root.try_create_stream(&name, OpenMode::child_edit()).unwrap();
    stream.try_write_at(0, &[7; BASE_LEN]).unwrap();
    root.try_commit(CommitFlags::DEFAULT).unwrap();
    drop((stream, root));
    let generation = file.shared.lock().current.clone();
    let (_, entry) =
        generation.find_sibling(generation.root_entry().unwrap().child, &name).unwrap().unwrap();
    let chain = Chain::new(entry.start, 0, BASE_LEN.div_ceil(512) as u64);
    let count = u32::try_from(BASE_LEN.div_ceil(512)).unwrap();
    (file, generation, Content::stored(Arc::new(chain), count, BASE_LEN as u64))
}

fn read(content: &Content, generation: &Generation) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(content.len()).unwrap()];
    assert_eq!(content.read(generation, 0, &mut bytes).unwrap(), bytes.len());
    bytes
}

#[derive(Debug, Clone)]
enum Change {
    Write {
        offset: usize,
        len: usize,
        byte: u8,
    },
    SetLen(usize),
    /// From here on another transaction changes a copy.
    Nest,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = prop_oneof![
        4 => (0usize..14_000, 1usize..3_000, 1u8..255)
            .prop_map(|(offset, len, byte)| Change::Write { offset, len, byte }),
        2 => (0usize..14_000).prop_map(Change::SetLen),
        1 => Just(Change::Nest),
    ];
    prop::collection::vec(change, 1..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn behaves_as_bytes_and_leaves_those_of_others_alone(changes in changes()) {
        let (file, generation, content) = stored();
        let mut model = vec![7; BASE_LEN];
        // Each transaction's content and what it must read as, the innermost last.
        let mut levels = vec![(content.clone(), model.clone())];
        let (mut now, mut owner) = (content, ScopeId::ROOT);
        for change in changes {
            let space = Space {
                file: &file.shared,
                generation: &generation,
                owner,
                in_place: false,
            };
            match change {
                Change::Write { offset, len, byte } => {
                    now.write(&space, offset as u64, &vec![byte; len]).unwrap();
                                        model.resize(model.len().max(offset + len), 0);
                    model[offset..offset + len].fill(byte);
                }
                Change::SetLen(len) => {
                    now.set_len(&space, len as u64).unwrap();
                    model.resize(len, 0);
                }
                Change::Nest => {
                    levels.push((now.clone(), model.clone()));
                    owner = ScopeId(owner.0 + 1);
                }
            }
            prop_assert_eq!(&read(&now, &generation), &model);
            for (outer, expected) in &levels {
                prop_assert_eq!(&read(outer, &generation), expected);
            }
        }
    }
}

#[test]
fn a_stream_that_was_cut_and_grows_again_holds_zeros() {
    let (file, generation, mut content) = stored();
    let space = Space {
        file: &file.shared,
        generation: &generation,
        owner: ScopeId::ROOT,
        in_place: false,
    };
    content.set_len(&space, 100).unwrap();
    content.set_len(&space, 5_000).unwrap();
    let mut expected = vec![7; 100];
    expected.resize(5_000, 0);
    assert_eq!(read(&content, &generation), expected);
}

#[test]
fn abandoned_sectors_are_handed_out_again() {
    let (file, generation, mut content) = stored();
    let space = Space {
        file: &file.shared,
        generation: &generation,
        owner: ScopeId::ROOT,
        in_place: false,
    };
    for round in 0..50u8 {
        content.write(&space, 0, &[round; 20_000]).unwrap();
        content.truncate(&space, 0);
        content = Content::empty();
    }
    assert!(file.shared.lock().allocator.end() < 200);
}
