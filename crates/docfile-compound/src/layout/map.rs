//! What each stretch of a file holds, as its tables say: for pictures of a file.
//!
//! What cannot be followed is left out, so a damaged file has a map as far as it goes.

use core::ops::Range;

use crate::chain::Chain;
use crate::error::Result;
use crate::file::CompoundFile;
use crate::generation::Generation;
use crate::layout::script::ElementPath;
use crate::layout::source::Source;
use crate::sector::{MINI_CUTOFF, SectorId};

/// What sectors hold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SectorUse {
    /// The header.
    Header,
    /// The links between sectors, or the list of their sectors.
    AllocationTable,
    /// Directory entries.
    Directory,
    /// The links between mini sectors.
    MiniTable,
    /// The streams that are shorter than 4096 bytes.
    ShortStreams,
    /// A longer stream.
    Stream(ElementPath),
}

/// A stretch of the file, and what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedRange {
    /// Where it lies, in bytes from the start of the file.
    pub range: Range<u64>,
    /// What it holds.
    pub holds: SectorUse,
}

impl CompoundFile {
    /// What each stretch of the newest generation holds, in the order of the file. What no entry
    /// of the result covers is free, or cannot be followed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Pending`](crate::ErrorKind::Pending) while a table has not arrived;
    /// [`ErrorKind::Corrupt`](crate::ErrorKind::Corrupt) when elements cannot be found.
    pub fn try_sector_map(&self) -> Result<Vec<UsedRange>> {
        let source = Source::read(self)?;
        let generation = &*source.generation;
        let size = generation.medium.sector_size;
        let mut used = vec![UsedRange { range: 0..size.len_u64(), holds: SectorUse::Header }];
        let (fat, difat) = generation.difat.all(&generation.medium)?;
        for sector in fat.into_iter().chain(difat).filter_map(SectorId::from_raw) {
            used.push(UsedRange { range: size.range(sector), holds: SectorUse::AllocationTable });
        }
        let mut add =
            |chain: &Chain, holds: &SectorUse| add_chain(generation, chain, holds, &mut used);
        add(&generation.directory, &SectorUse::Directory)?;
        add(&generation.mini_fat, &SectorUse::MiniTable)?;
        add(generation.mini_stream()?, &SectorUse::ShortStreams)?;
        for (element, _) in source.streams().filter(|(_, len)| *len >= u64::from(MINI_CUTOFF)) {
            let stream = source.open(element)?;
            add(&stream.chain, &SectorUse::Stream(source.path(element)))?;
        }
        used.sort_by_key(|used| used.range.start);
        used.dedup_by(|next, last| {
            let joins = last.holds == next.holds && last.range.end == next.range.start;
            if joins {
                last.range.end = next.range.end;
            }
            joins
        });
        Ok(used)
    }
}

fn add_chain(
    generation: &Generation,
    chain: &Chain,
    holds: &SectorUse,
    used: &mut Vec<UsedRange>,
) -> Result<()> {
    let size = generation.medium.sector_size;
    let links = generation.fat();
    chain.with(&links, u64::MAX, |extents, error| {
        if let Some(error) = error.filter(crate::error::Error::is_pending) {
            return Err(error);
        }
        for run in extents.runs_from(0) {
            let range = run.range();
            let start = size.offset(SectorId(range.start));
            let len = u64::from(run.count) << size.shift();
            used.push(UsedRange { range: start..start + len, holds: holds.clone() });
        }
        Ok(())
    })
}
