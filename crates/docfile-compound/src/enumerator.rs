//! Going through the elements of a storage one by one while it may change
//! (`contract/observed.md` 4.2, rules 24 and 25).
//!
//! An enumerator is live: it goes on after the name it gave last, and so sees what was added or
//! removed meanwhile. It keeps the storage, and so the file, open.

use crate::error::Result;
use crate::name::Name;
use crate::stat::{Listing, Stat};
use crate::storage::Storage;

/// Gives the elements of a storage one by one, in the order of the directory.
#[derive(Debug, Clone)]
pub struct Enumerator {
    storage: Storage,
    last: Option<Name>,
    /// What was listed, for as long as nothing changes, and how much of it was given.
    listed: Option<(u64, Listing, usize)>,
}

impl Enumerator {
    pub(crate) const fn new(storage: Storage) -> Self {
        Self { storage, last: None, listed: None }
    }

    /// The next element, `None` at the end.
    ///
    /// # Errors
    ///
    /// As [`Storage::try_list`]; an error leaves the enumerator where it was.
    pub fn try_next(&mut self) -> Result<Option<Stat>> {
        let change_count = self.storage.change_count()?;
        let (listing, given) = match self.listed.take() {
            Some((seen, listing, given)) if seen == change_count => (listing, given),
            _ => {
                let listing = self.storage.try_list()?;
                let given = self.last.map_or(0, |last| {
                    listing.partition_point(|stat| stat.name.compare(&last).is_le())
                });
                (listing, given)
            }
        };
        let next = listing.get(given).cloned();
        if let Some(stat) = &next {
            self.last = Some(stat.name);
        }
        self.listed = Some((change_count, listing, given + usize::from(next.is_some())));
        Ok(next)
    }

    /// Passes over `count` elements; answers whether there were as many.
    ///
    /// # Errors
    ///
    /// As [`try_next`](Self::try_next).
    pub fn try_skip(&mut self, count: usize) -> Result<bool> {
        for _ in 0..count {
            if self.try_next()?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Begins anew.
    ///
    /// # Errors
    ///
    /// [`Reverted`](crate::ErrorKind::Reverted) when the storage is gone.
    pub fn try_reset(&mut self) -> Result<()> {
        self.storage.change_count()?;
        self.last = None;
        self.listed = None;
        Ok(())
    }
}

impl Storage {
    /// Goes through the elements of this storage one by one.
    #[must_use]
    pub fn enumerate(&self) -> Enumerator {
        Enumerator::new(self.clone())
    }
}
