//! Recording the order in which a program really reads a file (`contract/storage.md` 6,
//! BeginMonitor and EndMonitor).
//!
//! What was read twice counts the first time. Several recordings of one opening accumulate. The
//! record is bounded by a count of reads that are not side by side; what is read after that is
//! not recorded.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, ErrorKind, Result};
use crate::layout::script::{ElementPath, ITEMS_MAX, LayoutItem, LayoutScript, RangeLen};
use crate::missing::ByteRanges;
use crate::name::Name;
use crate::sector::EntryId;
use crate::stat::ElementKind;
use crate::storage::Storage;

/// What was read through one opening while it was monitored.
#[derive(Debug, Default)]
pub(crate) struct Monitor {
    is_on: AtomicBool,
    record: Mutex<Record>,
}

#[derive(Debug, Default)]
struct Record {
    reads: Vec<(EntryId, Range<u64>)>,
    seen: BTreeMap<EntryId, ByteRanges>,
}

impl Monitor {
    /// Notes a read; costs next to nothing while nobody monitors.
    pub(crate) fn note(&self, element: EntryId, range: Range<u64>) {
        if !self.is_on.load(Ordering::Relaxed) || range.is_empty() {
            return;
        }
        let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        let record = &mut *record;
        let seen = record.seen.entry(element).or_default();
        for gap in seen.gaps(range).iter() {
            let is_full = record.reads.len() >= ITEMS_MAX;
            match record.reads.last_mut() {
                Some((last, read)) if *last == element && read.end == gap.start => {
                    read.end = gap.end;
                }
                _ if is_full => return,
                _ => record.reads.push((element, gap.clone())),
            }
            seen.insert(gap);
        }
    }
}

impl Storage {
    /// Starts to record which bytes of streams are read, in their order, by whatever handle of
    /// this opening. Only a root can be monitored.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFunction`] below the root, or when a recording is under way;
    /// [`ErrorKind::Reverted`].
    pub fn begin_monitor(&self) -> Result<()> {
        let monitor = self.monitor()?;
        if monitor.is_on.swap(true, Ordering::Relaxed) {
            return Err(Error::new(ErrorKind::InvalidFunction, "a recording is under way"));
        }
        Ok(())
    }

    /// Stops to record; answers everything recorded through this opening so far, as a script.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFunction`] when nothing is being recorded; [`ErrorKind::Pending`]
    /// while the directory has not arrived, and then the recording goes on;
    /// [`ErrorKind::Reverted`], or damage.
    pub fn end_monitor(&self) -> Result<LayoutScript> {
        let monitor = self.monitor()?;
        if !monitor.is_on.load(Ordering::Relaxed) {
            return Err(Error::new(ErrorKind::InvalidFunction, "nothing is being recorded"));
        }
        let paths = self.stream_paths()?;
        monitor.is_on.store(false, Ordering::Relaxed);
        let record = monitor.record.lock().unwrap_or_else(PoisonError::into_inner);
        let items = record.reads.iter().filter_map(|(element, range)| {
            Some(LayoutItem::Stream {
                // What was removed since is nowhere.
                path: paths.get(element)?.clone(),
                offset: range.start,
                len: RangeLen::Bytes(range.end - range.start),
            })
        });
        Ok(LayoutScript { items: items.collect() })
    }

    fn stream_paths(&self) -> Result<BTreeMap<EntryId, ElementPath>> {
        let mut way: Vec<Name> = Vec::new();
        let mut paths = BTreeMap::new();
        for walked in self.try_walk()? {
            way.truncate(walked.depth);
            way.push(walked.stat.name);
            if walked.stat.kind == ElementKind::Stream {
                paths.insert(walked.stat.id, ElementPath::new(way.clone()));
            }
        }
        Ok(paths)
    }

    fn monitor(&self) -> Result<&Monitor> {
        drop(self.lock()?);
        if self.core.parent.is_some() {
            return Err(Error::new(ErrorKind::InvalidFunction, "only a root can be monitored"));
        }
        Ok(&self.core.opening.monitor)
    }
}
