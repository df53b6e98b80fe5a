//! Things that a reader may want to know of a compound file, asked one at a time.
//!
//! A question opens what it needs on the way and lets it go, so that any order of questions makes
//! sense; the answer depends on the bytes of the file and on nothing else. Unlike an
//! [`Observation`] a question leaves most of the file untouched.

use docfile_compound::property::PropertySetStream;
use docfile_compound::{ErrorKind, Limits, Name, OpenMode, Result, Storage, Stream, Validation};

use crate::boundary;
use crate::observation::{Blame, Observation};
use crate::random::Random;

/// One thing to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The names that lead to the element that it is about.
    pub path: Vec<Name>,
    /// What is asked.
    pub about: About,
}

/// What can be asked of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// What its parent says of it.
    Find,
    /// What it says of itself.
    Stat,
    /// The children of a storage.
    List,
    /// Everything below a storage.
    Walk,
    /// The first children of a storage, one by one.
    Enumerate {
        /// How many.
        count: u32,
    },
    /// Bytes of a stream.
    Read {
        /// From where.
        offset: u64,
        /// How many at most.
        len: usize,
    },
    /// Where bytes of a stream lie.
    Ranges {
        /// From where.
        offset: u64,
        /// How many at most.
        len: u64,
    },
    /// A stream read as property sets.
    Properties,
}

/// An answer, in a form that can be compared and printed.
pub type Answer = core::result::Result<String, Blame>;

impl Question {
    /// A question about something that `seen` shows, or that nearly is there.
    pub fn random(seen: &Observation, random: &mut Random) -> Self {
        let Observation::Open { elements, .. } = seen else {
            return Self { path: Vec::new(), about: About::List };
        };
        let chosen = random.index(elements.len() + 1);
        let Some(element) = elements.get(chosen) else {
            let about = *random.pick(&[
                About::Stat,
                About::List,
                About::Walk,
                About::Enumerate { count: 3 },
            ]);
            return Self { path: Vec::new(), about };
        };
        let mut path = element.path.clone();
        if random.chance(1, 20) {
            path.pop();
            path.push(boundary::name(random));
        }
        let end = element.stat.len.min(1 << 40);
        let offset = match random.below(4) {
            0 => 0,
            1 => random.below(end + 1),
            2 => end.saturating_sub(random.below(600)),
            _ => boundary::len(random, end + 10),
        };
        let len = boundary::len(random, 70_000);
        let is_property_set = path.last().is_some_and(|name| name.units().first() == Some(&5));
        let about = match random.below(10) {
            0 => About::Find,
            1 => About::Stat,
            2 => About::List,
            3 => About::Enumerate { count: random.count(5) },
            4 => About::Ranges { offset, len },
            _ if is_property_set => About::Properties,
            _ => About::Read { offset, len: usize::try_from(len).unwrap_or(0) },
        };
        Self { path, about }
    }

    /// Asks; the error may be that bytes are missing.
    ///
    /// # Errors
    ///
    /// Whatever the engine answers.
    pub fn ask(&self, root: &Storage) -> Result<String> {
        let mode = OpenMode::child_read();
        let Some((name, parents)) = self.path.split_last() else {
            return self.ask_storage(root);
        };
        let mut parent = root.clone();
        for name in parents {
            parent = parent.try_open_storage(name, mode)?;
        }
        match self.about {
            About::Find => Ok(format!("{:?}", parent.try_find(name)?)),
            About::Read { .. } | About::Ranges { .. } | About::Properties => {
                self.ask_stream(&parent.try_open_stream(name, mode)?)
            }
            About::Stat => match parent.try_open_stream(name, mode) {
                Ok(stream) => Ok(format!("{:?}", stream.try_stat()?)),
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                // What is no stream is a storage.
                Err(_) => self.ask_storage(&parent.try_open_storage(name, mode)?),
            },
            _ => self.ask_storage(&parent.try_open_storage(name, mode)?),
        }
    }

    fn ask_storage(&self, storage: &Storage) -> Result<String> {
        match self.about {
            About::List => {
                let listing = storage.try_list()?;
                Ok(format!("{:?} {:?}", listing.elements, listing.damage))
            }
            About::Walk => {
                let walk = storage.try_walk()?;
                Ok(format!("{:?} {:?}", walk.elements, walk.damage))
            }
            About::Enumerate { count } => {
                let mut enumerator = storage.enumerate();
                let mut found = Vec::new();
                for _ in 0..count {
                    found.push(enumerator.try_next()?);
                }
                Ok(format!("{found:?}"))
            }
            _ => Ok(format!("{:?}", storage.try_stat()?)),
        }
    }

    fn ask_stream(&self, stream: &Stream) -> Result<String> {
        match self.about {
            About::Read { offset, len } => {
                let mut buffer = vec![0; len];
                let count = stream.try_read_at(offset, &mut buffer)?;
                Ok(format!("{count} bytes, {:08x}", crate::crc32::crc32(&buffer[..count])))
            }
            About::Ranges { offset, len } => Ok(format!("{:?}", stream.try_ranges(offset, len)?)),
            _ => {
                let limits = Limits::default();
                let read = PropertySetStream::try_read(stream, Validation::Permissive, &limits)?;
                Ok(format!("{read:?}"))
            }
        }
    }
}
