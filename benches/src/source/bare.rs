//! The limit: `pread` from places that are known beforehand, with no format at all.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;

use super::{ReadAt, Source};
use crate::job::Job;
use crate::workload::compound::places_path;
use crate::workload::content::first_word;

/// The file as if its only stream began right after the header.
#[derive(Debug)]
pub(crate) struct BareFile {
    file: File,
    start: u64,
}

impl BareFile {
    pub(crate) fn open(job: &Job) -> io::Result<Self> {
        Ok(Self { file: File::open(job.file()?)?, start: job.version()?.sector_len() })
    }
}

impl Source for BareFile {
    fn stream(&self, _name: &str) -> io::Result<Box<dyn ReadAt + '_>> {
        Ok(Box::new(self))
    }
}

impl ReadAt for &BareFile {
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(buffer, self.start + offset)
    }
}

/// A scattered stream, one `pread` for each of its sectors.
#[derive(Debug)]
pub(crate) struct Places {
    file: File,
    sector_len: u64,
    places: Vec<u8>,
}

impl Places {
    pub(crate) fn open(job: &Job) -> io::Result<Self> {
        let path = job.file()?;
        Ok(Self {
            places: fs::read(places_path(&path))?,
            file: File::open(path)?,
            sector_len: job.version()?.sector_len(),
        })
    }
}

impl Source for Places {
    fn stream(&self, _name: &str) -> io::Result<Box<dyn ReadAt + '_>> {
        Ok(Box::new(self))
    }
}

impl ReadAt for &Places {
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let first = (offset / self.sector_len * 8) as usize;
        let places = self.places.get(first..).unwrap_or_default().chunks(8).map(first_word);
        for (sector, place) in buffer.chunks_mut(self.sector_len as usize).zip(places) {
            self.file.read_exact_at(sector, place)?;
        }
        Ok(())
    }
}
