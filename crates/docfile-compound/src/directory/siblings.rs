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
use crate::medium::Page;
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
        let mut found = Vec::new();
        let damage = self.each_sibling(tree_root, |id, entry| found.push((id, entry)))?;
        Ok(Siblings { found, damage })
    }

    /// Gives every element of the tree rooted at `tree_root` to `sink`, in the order the tree has
    /// them; answers the damage met on the way. After an error, what the sink got is void.
    pub(crate) fn each_sibling(
        &self,
        tree_root: u32,
        mut sink: impl FnMut(EntryId, DirectoryEntry),
    ) -> Result<Vec<Error>> {
        let mut walk = SiblingWalk::new(self);
        // Entries whose left side is done with, or is being walked.
        let mut open: Vec<Sibling> = Vec::new();
        let mut next = tree_root;
        loop {
            while let Some(entry) = walk.step_down(next)? {
                next = entry.1.left;
                open.push(entry);
            }
            let Some((id, entry)) = open.pop() else { return Ok(walk.damage) };
            next = entry.right;
            if entry.kind == EntryKind::Unallocated {
                walk.forgive(Rule::TreeNodeFree, id)?;
            } else {
                sink(id, entry);
            }
        }
    }

    fn sibling(&self, id: EntryId) -> Result<DirectoryEntry> {
        self.as_sibling(id, self.entry(id)?)
    }

    /// An entry as a sibling: the root is nobody's.
    fn as_sibling(&self, id: EntryId, mut entry: DirectoryEntry) -> Result<DirectoryEntry> {
        if entry.kind == EntryKind::Root {
            if id == EntryId::ROOT {
                return Err(Error::corrupt(Rule::TreeCycle, self.entry_offset(id)?));
            }
            entry.kind = EntryKind::Storage;
        }
        Ok(entry)
    }

    /// A listing's pending answer: all of the directory that is known.
    pub(crate) fn with_whole_directory(&self, error: Error) -> Error {
        match error.is_pending().then(|| self.missing_directory(&error)) {
            Some(Ok(directory)) => error.with_more_missing(|missing| missing.merge(&directory)),
            Some(Err(_)) | None => error,
        }
    }

    /// A lookup's pending answer: the one sector, and what is likely to come after it.
    fn with_directory_ahead(&self, error: Error) -> Error {
        let Ok(directory) = self.missing_directory(&error) else { return error };
        let room = usize::try_from(self.medium.sector_size.len_u64()).unwrap_or(1);
        let most = (HELPFUL_LEN / room).max(1);
        error.with_more_missing(|missing| {
            for range in directory.required.iter().take(most) {
                missing.help(range);
            }
        })
    }
}

/// How much of the directory a lookup suggests to fetch along, in bytes.
const HELPFUL_LEN: usize = 64 << 10;

/// One listing under way.
struct SiblingWalk<'g> {
    generation: &'g Generation,
    seen: NumberSet,
    damage: Vec<Error>,
    pages: PagesAtHand,
}

impl<'g> SiblingWalk<'g> {
    fn new(generation: &'g Generation) -> Self {
        Self {
            generation,
            seen: NumberSet::default(),
            damage: Vec::new(),
            pages: PagesAtHand::default(),
        }
    }

    /// The entry that a link names, unless there is none or it cannot be used.
    fn step_down(&mut self, link: u32) -> Result<Option<Sibling>> {
        let Some(id) = EntryId::from_raw(link) else { return Ok(None) };
        if self.seen.contains(id.0) {
            self.forgive(Rule::TreeCycle, id)?;
            return Ok(None);
        }
        let entry = self.pages.entry(self.generation, id);
        match entry.and_then(|entry| self.generation.as_sibling(id, entry)) {
            Ok(entry) => {
                self.seen.insert(id.0);
                Ok(Some((id, entry)))
            }
            Err(error) if error.is_pending() => Err(self.generation.with_whole_directory(error)),
            Err(error) => {
                self.generation.medium.validation.forgive_error(error.clone())?;
                self.damage.push(error);
                Ok(None)
            }
        }
    }

    /// Notes damage, which strict reading does not survive.
    fn forgive(&mut self, rule: Rule, id: EntryId) -> Result<()> {
        let offset = self.generation.entry_offset(id).unwrap_or_default();
        self.generation.medium.validation.forgive(rule, offset)?;
        self.damage.push(Error::corrupt(rule, offset));
        Ok(())
    }
}

/// Entries or sectors of a directory, by number: a bit each.
#[derive(Debug, Default)]
struct NumberSet {
    bits: Vec<u64>,
}

impl NumberSet {
    fn contains(&self, number: u32) -> bool {
        self.bits.get(number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    fn insert(&mut self, number: u32) {
        let at = number as usize / 64;
        if self.bits.len() <= at {
            self.bits.resize(at + 1, 0);
        }
        if let Some(word) = self.bits.get_mut(at) {
            *word |= 1 << (number % 64);
        }
    }
}

/// Directory sectors that a listing has at hand, so that it asks the cache for each once. They
/// are read in growing groups, so that a large directory costs few reads and a small one no more
/// than it has; a very large one is asked for again rather than held.
#[derive(Debug, Default)]
struct PagesAtHand {
    pages: Vec<Option<(Page, u64)>>,
    held_count: usize,
    group: u32,
    met_count: u32,
    /// What was read in groups. It does not depend on what the cache held before, so that a
    /// listing that is repeated reads the same groups.
    read_ahead: NumberSet,
}

impl PagesAtHand {
    fn entry(&mut self, generation: &Generation, id: EntryId) -> Result<DirectoryEntry> {
        let per_page = generation.medium.sector_size.directory_entries();
        let at = (id.0 / per_page) as usize;
        if self.pages.get(at).is_none_or(Option::is_none) {
            self.read_ahead(generation, id.0 / per_page)?;
            let page = generation.directory_page_at(id.0 / per_page)?;
            if self.held_count * page.0.len() > generation.medium.limits.cache_len {
                self.pages.clear();
                self.held_count = 0;
            }
            if self.pages.len() <= at {
                self.pages.resize(at + 1, None);
            }
            if let Some(slot) = self.pages.get_mut(at) {
                *slot = Some(page);
                self.held_count += 1;
            }
        }
        match self.pages.get(at) {
            Some(Some((page, offset))) => generation.entry_in_page(page, *offset, id),
            _ => generation.entry(id),
        }
    }

    fn read_ahead(&mut self, generation: &Generation, page_index: u32) -> Result<()> {
        self.met_count += 1;
        if self.met_count >= 4 && self.group < READ_AHEAD_MAX {
            self.group = (self.group * 4).clamp(4, READ_AHEAD_MAX);
            self.met_count = 0;
        }
        if self.group <= 1 || self.read_ahead.contains(page_index) {
            return Ok(());
        }
        // A link may name a page that the directory does not have; memory follows what it has.
        generation.directory_sector(page_index)?;
        let first = page_index - page_index % self.group;
        (first..first.saturating_add(self.group)).for_each(|page| self.read_ahead.insert(page));
        generation.read_ahead(first, self.group)
    }
}
