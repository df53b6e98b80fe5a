//! Which elements of the file can be read whole already.
//!
//! Invariant: it asks for nothing; an element that was ready stays so.

use std::collections::BTreeSet;

use docfile::fill::FillLockBytes;
use docfile::{ByteRanges, CompoundFile, ElementKind, OpenMode, Settings, Storage};

/// The most elements that are looked at.
const MAX_COUNT: usize = 500;

/// What is known of the streams so far.
#[derive(Debug, Default)]
pub(super) struct Readiness {
    ready: BTreeSet<String>,
    count: Option<usize>,
}

impl Readiness {
    /// How many streams are ready, of how many; none while they cannot be listed.
    pub(super) fn counts(&self) -> Option<(usize, usize)> {
        self.count.map(|count| (self.ready.len(), count))
    }

    /// Looks again.
    pub(super) fn look(&mut self, fill: &FillLockBytes) {
        if self.counts().is_some_and(|(ready, count)| ready == count) {
            return;
        }
        let arrived = fill.arrived();
        let opened = CompoundFile::try_open(fill.lock_bytes(), Settings::default())
            .and_then(|file| file.root(OpenMode::read()));
        let Ok(root) = opened else { return };
        let mut count = 0;
        if self.walk(&root, "", &arrived, &mut count).is_some() {
            self.count = Some(count);
        }
    }

    /// Looks at everything below `storage`; none while it cannot be listed.
    fn walk(
        &mut self,
        storage: &Storage,
        above: &str,
        arrived: &ByteRanges,
        count: &mut usize,
    ) -> Option<()> {
        for stat in storage.try_list().ok()?.iter() {
            if *count >= MAX_COUNT {
                return Some(());
            }
            let path = format!("{above}/{}", stat.name);
            let mode = OpenMode::child_read();
            if stat.kind == ElementKind::Storage {
                let inner = storage.try_open_storage(&stat.name, mode).ok()?;
                self.walk(&inner, &path, arrived, count)?;
                continue;
            }
            *count = count.saturating_add(1);
            if self.ready.contains(&path) {
                continue;
            }
            let Ok(stream) = storage.try_open_stream(&stat.name, mode) else { continue };
            let is_here = |ranges: Vec<std::ops::Range<u64>>| {
                ranges.iter().all(|range| arrived.contains(range))
            };
            if stream.try_ranges(0, stat.len).is_ok_and(is_here) {
                self.ready.insert(path);
            }
        }
        Some(())
    }
}
