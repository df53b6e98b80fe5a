//! The tree of a file as the engine shows it, to be compared with the one that it should mean.
//!
//! Reads everything through the public operations only, and only where nothing is pending and
//! nothing else is open: an element is open once at a time.

use docfile_compound::{ElementKind, OpenMode, Result, Stat, Storage, Stream};

use super::tree::{Node, Tree};

impl Tree {
    /// Reads a storage and everything below it.
    ///
    /// # Errors
    ///
    /// The first error that is met, damage included.
    pub fn read(storage: &Storage) -> Result<Self> {
        let mut tree = Self::attributes(&storage.try_stat()?);
        let listing = storage.try_list()?;
        if let Some(damage) = listing.damage.first() {
            return Err(damage.clone());
        }
        for child in listing {
            let mode = OpenMode::child_read();
            let node = match child.kind {
                ElementKind::Storage => {
                    Node::Storage(Self::read(&storage.try_open_storage(&child.name, mode)?)?)
                }
                ElementKind::Stream => {
                    Node::Stream(read_stream(&storage.try_open_stream(&child.name, mode)?)?)
                }
            };
            tree.insert(child.name, node);
        }
        Ok(tree)
    }

    /// A storage without children that has these attributes.
    #[must_use]
    pub fn attributes(stat: &Stat) -> Self {
        let mut tree = Self::default();
        tree.class_id = stat.class_id;
        tree.state_bits = stat.state_bits;
        tree.created = stat.created;
        tree.modified = stat.modified;
        tree
    }
}

/// All bytes of a stream.
///
/// # Errors
///
/// As `Stream::try_read_at`.
pub fn read_stream(stream: &Stream) -> Result<Vec<u8>> {
    const PART_LEN: usize = 64 << 10;
    let mut bytes = Vec::new();
    let mut part = vec![0; PART_LEN];
    loop {
        let count = stream.try_read_at(bytes.len() as u64, &mut part)?;
        bytes.extend_from_slice(&part[..count]);
        if count == 0 {
            return Ok(bytes);
        }
    }
}
