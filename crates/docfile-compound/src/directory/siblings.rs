//! Walking the tree of siblings of one storage, as a file stores it: hostile until seen.
//!
//! A lookup goes down the tree by name order and reads one directory sector per level. A listing
//! reads in order and, when it meets a missing sector, asks for every directory sector known so
//! far, so that it costs round trips by the length of the directory's chain and not by the depth
//! of its trees. Every loop is bounded: an entry is visited once. [MS-CFB] 2.6.4.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::directory::entry::{DirectoryEntry, EntryKind};
use crate::error::{Error, Result};
use crate::generation::{Generation, READ_AHEAD_MAX};
use crate::limits::Validation;
use crate::missing::Missing;
use crate::name::Name;
use crate::rule::Rule;
use crate::sector::{EntryId, NO_STREAM};

/// An element as its storage lists it.
pub(crate) type Sibling = (EntryId, DirectoryEntry);

/// The elements of a storage in name order, and what was damaged on the way.
#[derive(Debug, Default)]
pub(crate) struct Siblings {
    pub(crate) found: Vec<Sibling>,
    pub(crate) damage: Vec<Error>,
}

/// A lookup goes this deep before it suspects a cycle: twice what a balanced tree of every
/// possible entry would need.
const TRUSTED_DEPTH: usize = 64;

impl Generation {
    /// Finds the element of that name (case does not count) in the tree rooted at `tree_root`.
    pub(crate) fn find_sibling(&self, tree_root: u32, name: &Name) -> Result<Option<Sibling>> {
        let mut next = tree_root;
        let mut depth = 0;
        let mut seen = BTreeSet::new();
        while let Some(id) = EntryId::from_raw(next) {
            depth += 1;
            if depth > TRUSTED_DEPTH && !seen.insert(id) {
                break;
            }
            let entry = match self.sibling(id) {
                Ok(entry) => entry,
                Err(error) if error.is_pending() => return Err(self.with_directory_ahead(error)),
                Err(error) => {
                    self.medium.validation.forgive_error(error)?;
                    break;
                }
            };
            next = match name.compare(&entry.name) {
                Ordering::Equal if entry.kind != EntryKind::Unallocated => {
                    return Ok(Some((id, entry)));
                }
                Ordering::Less => entry.left,
                Ordering::Equal | Ordering::Greater => entry.right,
            };
        }
        self.find_out_of_order(tree_root, name)
    }

    /// Looks through all siblings: real trees are not always in the order of [MS-CFB] 2.6.4
    /// (writers that order by other case tables; the `.max` files of 3ds Max).
    fn find_out_of_order(&self, tree_root: u32, name: &Name) -> Result<Option<Sibling>> {
        if tree_root == NO_STREAM
            || self.medium.validation == Validation::Strict
            || self.is_ordered(tree_root)
        {
            return Ok(None);
        }
        let siblings = self.siblings(tree_root)?;
        let in_order = siblings
            .found
            .windows(2)
            .all(|pair| matches!(pair, [a, b] if a.1.name.compare(&b.1.name) == Ordering::Less));
        if in_order && siblings.damage.is_empty() {
            self.note_ordered(tree_root);
        }
        Ok(siblings.found.into_iter().find(|(_, entry)| entry.name.compare(name).is_eq()))
    }

    /// Every element of the tree rooted at `tree_root`, in the order the tree has them.
    pub(crate) fn siblings(&self, tree_root: u32) -> Result<Siblings> {
        let mut siblings = Siblings::default();
        let mut seen = BTreeSet::new();
        // Entries whose left side is done with, or is being walked.
        let mut open: Vec<Sibling> = Vec::new();
        let mut next = tree_root;
        let mut read_ahead = ReadAhead::default();
        loop {
            while let Some(entry) =
                self.step_down(next, &mut seen, &mut siblings, &mut read_ahead)?
            {
                next = entry.1.left;
                open.push(entry);
            }
            let Some((id, entry)) = open.pop() else { return Ok(siblings) };
            next = entry.right;
            if entry.kind == EntryKind::Unallocated {
                let offset = self.entry_offset(id).unwrap_or_default();
                siblings.forgive(self, Error::corrupt(Rule::TreeNodeFree, offset))?;
            } else {
                siblings.found.push((id, entry));
            }
        }
    }

    /// The entry that a link names, unless there is none or it cannot be used.
    fn step_down(
        &self,
        link: u32,
        seen: &mut BTreeSet<EntryId>,
        siblings: &mut Siblings,
        read_ahead: &mut ReadAhead,
    ) -> Result<Option<Sibling>> {
        let Some(id) = EntryId::from_raw(link) else { return Ok(None) };
        if !seen.insert(id) {
            let offset = self.entry_offset(id).unwrap_or_default();
            siblings.forgive(self, Error::corrupt(Rule::TreeCycle, offset))?;
            return Ok(None);
        }
        match read_ahead.run(self, id).and_then(|()| self.sibling(id)) {
            Ok(entry) => Ok(Some((id, entry))),
            Err(error) if error.is_pending() => Err(self.with_whole_directory(error)),
            Err(error) => {
                siblings.forgive(self, error)?;
                Ok(None)
            }
        }
    }

    /// Reads an entry as a sibling: the root is nobody's.
    fn sibling(&self, id: EntryId) -> Result<DirectoryEntry> {
        let mut entry = self.entry(id)?;
        if entry.kind == EntryKind::Root {
            if id == EntryId::ROOT {
                return Err(Error::corrupt(Rule::TreeCycle, self.entry_offset(id)?));
            }
            self.medium.validation.forgive(Rule::EntryType, self.entry_offset(id)?)?;
            entry.kind = EntryKind::Storage;
        }
        Ok(entry)
    }

    /// A listing's pending answer: all of the directory that is known.
    fn with_whole_directory(&self, error: Error) -> Error {
        match (error.into_missing(), self.missing_directory()) {
            (Ok(mut missing), Ok(directory)) => {
                missing.merge(&directory);
                Error::pending(missing)
            }
            (Ok(missing), Err(_)) => Error::pending(missing),
            (Err(error), _) => error,
        }
    }

    /// A lookup's pending answer: the one sector, and what is likely to come after it.
    fn with_directory_ahead(&self, error: Error) -> Error {
        let Some(missing) = error.missing().cloned() else { return error };
        let Ok(directory) = self.missing_directory() else { return error };
        let mut all = Missing::clone(&missing);
        let room = usize::try_from(self.medium.sector_size.len_u64()).unwrap_or(1);
        let most = (HELPFUL_LEN / room).max(1);
        for range in directory.required.iter().take(most) {
            if !all.required.contains(&range) {
                all.helpful.insert(range);
            }
        }
        Error::pending(all)
    }
}

/// How much of the directory a lookup suggests to fetch along, in bytes.
const HELPFUL_LEN: usize = 64 << 10;

/// Reads directory sectors in growing groups as a listing goes on, so that a large directory
/// costs few reads and a small one no more than it has.
#[derive(Debug, Default)]
struct ReadAhead {
    group: u32,
    pages_met: BTreeSet<u32>,
}

impl ReadAhead {
    fn run(&mut self, generation: &Generation, id: EntryId) -> Result<()> {
        let page_index = id.0 / generation.medium.sector_size.directory_entries();
        if self.group > 0 && !self.pages_met.insert(page_index / self.group) {
            return Ok(());
        }
        if self.group == 0 {
            self.group = 1;
        } else if self.pages_met.len() >= 4 && self.group < READ_AHEAD_MAX {
            self.group *= 4;
            self.pages_met.clear();
            self.pages_met.insert(page_index / self.group);
        } else if self.group == 1 {
            return Ok(());
        }
        generation.read_ahead(page_index, self.group)
    }
}

impl Siblings {
    /// Notes damage, which strict reading does not survive.
    fn forgive(&mut self, generation: &Generation, error: Error) -> Result<()> {
        generation.medium.validation.forgive_error(error.clone())?;
        self.damage.push(error);
        Ok(())
    }
}
