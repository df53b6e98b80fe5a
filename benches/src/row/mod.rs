//! The rows of the table: each file says what is done, by whom, and what is to be reached.

mod alternate;
mod build;
mod edit;
mod listing;
mod optimize;
mod random;
mod scattered;
mod sequential;
mod small;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::case::Case;
use crate::counted::Counters;
use crate::job::Job;
use crate::source::ReadAt;
use crate::workload::content::page_sum;
use crate::workload::{Scale, Version};

/// Where workloads lie and how large they are.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    /// On a disk.
    pub(crate) work: PathBuf,
    /// In memory.
    pub(crate) tmpfs: PathBuf,
    pub(crate) scale: Scale,
}

/// What one pass of a contender gave.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pass {
    pub(crate) seconds: f64,
    pub(crate) checksum: u64,
}

/// A row of the table.
pub(crate) struct Row {
    /// The subcommand.
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    /// The lines of the row, with their files made.
    pub(crate) cases: fn(&Setting, Version) -> io::Result<Vec<Case>>,
    /// Does a job of this row once, for the contenders that run in this process.
    pub(crate) pass: fn(&Job, Option<Arc<Counters>>) -> io::Result<Pass>,
}

/// In the order of the table.
pub(crate) const ROWS: [Row; 9] = [
    listing::ROW,
    small::ROW,
    sequential::ROW,
    scattered::ROW,
    random::ROW,
    alternate::ROW,
    build::ROW,
    edit::ROW,
    optimize::ROW,
];

/// Reads a whole stream in steps; answers its checksum.
fn read_through(
    stream: &mut dyn ReadAt,
    offsets: std::ops::Range<u64>,
    buffer: &mut [u8],
) -> io::Result<u64> {
    let mut sum = 0_u64;
    let mut offset = offsets.start;
    while offset < offsets.end {
        let step = (buffer.len() as u64).min(offsets.end - offset);
        let buffer = buffer.get_mut(..step as usize).unwrap_or_default();
        stream.read_at(offset, buffer)?;
        sum = sum.wrapping_add(page_sum(offset, buffer));
        offset += step;
    }
    Ok(sum)
}
