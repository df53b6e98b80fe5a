//! The compound files that rows read: made by the crate `cfb`, so that no layout favours us.
//!
//! Every maker writes to a name of its own and renames at the end, so a file that exists is a
//! whole one. The element names and seeds stand here because contenders look them up.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::content;
use super::permute;
use super::{Scale, Version};

/// The large stream of the one-stream files, and the seed of its content.
pub(crate) const LARGE: (&str, u64) = ("large", 1);
/// The small stream beside it, which lies in the mini stream.
pub(crate) const SMALL: (&str, u64) = ("small", 2);
/// The 4 KiB stream beside it, which lies in sectors of its own.
pub(crate) const PAGE: (&str, u64) = ("page", 3);
/// The two streams of the alternating row.
pub(crate) const PAIR: [(&str, u64); 2] = [("left", 4), ("right", 5)];

pub(crate) const SMALL_LEN: u64 = 1000;
pub(crate) const LISTED_LEN: u64 = 100;
/// The step in which the pair is written and read alternately.
pub(crate) const ALTERNATE_STEP: u64 = 64 * 1024;
const WRITE_STEP: u64 = 1024 * 1024;

/// A file that rows read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Workload {
    /// Many small streams in the root.
    Listed,
    /// A large, a small and a 4 KiB stream, written in that order.
    Large,
    /// The same, to be changed by the edit row.
    Edited,
    /// A large stream, every sector of the file moved to a random place.
    Scattered,
    /// Two large streams written alternately.
    Pair,
}

impl Workload {
    /// The file, made when it is not there yet.
    pub(crate) fn path(self, folder: &Path, version: Version, scale: Scale) -> io::Result<PathBuf> {
        let stem = match self {
            Self::Listed => "listed",
            Self::Large => "large",
            Self::Edited => "edited",
            Self::Scattered => "scattered",
            Self::Pair => "pair",
        };
        let path = folder.join(format!("{stem}-{version}-{scale}.cfb"));
        if !path.exists() {
            eprintln!("making {}", path.display());
            let unfinished = path.with_extension("unfinished");
            match self {
                Self::Listed => make_listed(&unfinished, version, scale),
                Self::Large | Self::Edited => make_large(&unfinished, version, scale.large_len()),
                Self::Scattered => {
                    let plain = path.with_extension("plain");
                    make_large(&plain, version, scale.quarter_len())?;
                    permute::permute(&plain, &unfinished, &places_path(&path))?;
                    fs::remove_file(plain)
                }
                Self::Pair => make_pair(&unfinished, version, scale.quarter_len()),
            }?;
            cfb::OpenOptions::new().strict().open(&unfinished)?;
            fs::rename(unfinished, &path)?;
        }
        Ok(path)
    }
}

/// Where the offsets of a scattered file's large stream are kept, sector by sector.
pub(crate) fn places_path(scattered: &Path) -> PathBuf {
    scattered.with_extension("places")
}

/// The name of the `index`-th of many elements.
pub(crate) fn element_name(index: u64) -> String {
    format!("element {index:06}")
}

fn create(path: &Path, version: Version) -> io::Result<cfb::CompoundFile<fs::File>> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(path)?;
    cfb::CompoundFile::create_with_version(version.of_cfb(), file)
}

fn make_listed(path: &Path, version: Version, scale: Scale) -> io::Result<()> {
    let mut compound = create(path, version)?;
    let mut data = [0; LISTED_LEN as usize];
    for index in 0..scale.listed_count() {
        content::fill(index, 0, &mut data);
        compound.create_new_stream(element_name(index))?.write_all(&data)?;
    }
    compound.flush()
}

fn make_large(path: &Path, version: Version, len: u64) -> io::Result<()> {
    let mut compound = create(path, version)?;
    for ((name, seed), len) in [(LARGE, len), (SMALL, SMALL_LEN), (PAGE, content::PAGE_LEN)] {
        let mut stream = BufWriter::new(compound.create_new_stream(name)?);
        write_steps(&mut stream, seed, 0..len)?;
        stream.flush()?;
    }
    compound.flush()
}

fn make_pair(path: &Path, version: Version, len: u64) -> io::Result<()> {
    let mut compound = create(path, version)?;
    let mut streams = PAIR
        .iter()
        .map(|(name, seed)| Ok((compound.create_new_stream(name)?, *seed)))
        .collect::<io::Result<Vec<_>>>()?;
    for start in (0..len).step_by(ALTERNATE_STEP as usize) {
        for (stream, seed) in &mut streams {
            write_steps(stream, *seed, start..len.min(start + ALTERNATE_STEP))?;
            // The crate buffers a megabyte; without this the streams would not alternate.
            stream.flush()?;
        }
    }
    drop(streams);
    compound.flush()
}

fn write_steps(to: &mut impl Write, seed: u64, range: std::ops::Range<u64>) -> io::Result<()> {
    let mut buffer = vec![0; WRITE_STEP.min(range.end - range.start) as usize];
    let mut offset = range.start;
    while offset < range.end {
        let step = buffer.len().min((range.end - offset) as usize);
        if let Some(buffer) = buffer.get_mut(..step) {
            content::fill(seed, offset, buffer);
            to.write_all(buffer)?;
        }
        offset += step as u64;
    }
    Ok(())
}
