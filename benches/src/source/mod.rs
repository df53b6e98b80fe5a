//! The one shape in which reading rows see a contender: a file whose streams are read at places.
//!
//! A row's loop is written once and is the same machine code for all who run in this process; the
//! call through the trait costs nanoseconds where the cheapest read costs hundreds.

mod bare;
mod of_cfb;
mod ours;

use std::io;
use std::sync::Arc;

use crate::counted::Counters;
use crate::job::{Job, wrong};

pub(crate) use of_cfb::open_cfb;
pub(crate) use ours::{counted, open_root};

/// A stream that is read at places, by the thread that opened it.
pub(crate) trait ReadAt {
    /// Fills all of `buffer` from `offset` on.
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;
}

/// A file that was opened.
pub(crate) trait Source: Sync {
    fn stream(&self, name: &str) -> io::Result<Box<dyn ReadAt + '_>>;
}

/// Opens the job's file in the way of the job's contender.
pub(crate) fn open(job: &Job, counters: Option<Arc<Counters>>) -> io::Result<Box<dyn Source>> {
    match job.contender()? {
        "ours" => Ok(Box::new(ours::OursSource::open(job, counters)?)),
        "cfb" => Ok(Box::new(of_cfb::CfbSource(open_cfb(job, counters)?.into()))),
        "bare" => Ok(Box::new(bare::BareFile::open(job)?)),
        "places" => Ok(Box::new(bare::Places::open(job)?)),
        other => Err(wrong(&format!("no contender `{other}` for this work"))),
    }
}
