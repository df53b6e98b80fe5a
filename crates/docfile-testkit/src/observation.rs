//! Everything that can be seen of a compound file through the engine, as one value to compare.
//!
//! Invariant: an observation depends on the bytes of the file and on nothing else, so the same
//! file gives the same one however its bytes arrive. Errors are part of it (kind, rule, offset);
//! pending is not: whoever observes says how missing bytes are brought, and the operation is
//! repeated. What is kept of a stream is its length and checksum, so that large files compare too.

use std::sync::Arc;

use docfile_compound::{
    CompoundFile, ElementKind, Error, ErrorKind, LockBytes, Missing, Name, OpenMode, Result, Rule,
    Settings, Stat, Storage, Stream,
};

use crate::crc32::Crc32;

/// Streams are read in parts of this many bytes.
const PART_LEN: usize = 64 << 10;
/// More repetitions of one operation than any file can need: each brings bytes.
const ROUND_LIMIT: usize = 1_000_000;

/// What can be seen of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observation {
    /// It cannot be opened, or not be listed.
    Closed(Blame),
    /// It can.
    Open {
        /// The root storage.
        root: Box<Seen>,
        /// Everything below, parents first.
        elements: Vec<Seen>,
        /// What was broken on the way.
        damage: Vec<Blame>,
    },
}

/// An element as it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The names that lead to it.
    pub path: Vec<Name>,
    /// What is said of it.
    pub stat: Stat,
    /// What opening it gave.
    pub content: Content,
}

/// What opening an element gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// It cannot be opened.
    Refused(Blame),
    /// A storage, whose own listing is this long.
    Storage {
        /// How many elements its listing has.
        child_count: usize,
    },
    /// A stream.
    Stream {
        /// How many bytes could be read.
        len: u64,
        /// Their checksum.
        crc32: u32,
        /// What ended the reading before the end, if anything did.
        end: Option<Blame>,
    },
}

/// An error, as far as it can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blame {
    /// What sort of failure.
    pub kind: ErrorKind,
    /// The broken rule.
    pub rule: Option<Rule>,
    /// Where.
    pub offset: Option<u64>,
}

impl From<Error> for Blame {
    fn from(error: Error) -> Self {
        Self { kind: error.kind(), rule: error.rule(), offset: error.offset() }
    }
}

impl Observation {
    /// Observes a file all of whose bytes are here.
    ///
    /// # Panics
    ///
    /// When an operation is pending all the same.
    #[must_use]
    pub fn of(bytes: Arc<dyn LockBytes>, settings: Settings) -> Self {
        Self::while_waiting(bytes, settings, |missing| {
            panic!("pending on a file that is all here: {:?}", missing.required)
        })
    }

    /// Observes a file, calling `wait` whenever an operation is pending, then repeating it.
    ///
    /// # Panics
    ///
    /// When repeating does not help.
    pub fn while_waiting(
        bytes: Arc<dyn LockBytes>,
        settings: Settings,
        mut wait: impl FnMut(&Missing),
    ) -> Self {
        let mut observer = Observer { wait: &mut wait };
        observer.file(&bytes, settings).unwrap_or_else(|error| Self::Closed(error.into()))
    }

    /// What each element of an open file is and holds, one text each, in an order of their own: a
    /// file that is laid out anew has the same, though the numbers of its entries change.
    ///
    /// # Panics
    ///
    /// When the file could not be opened.
    #[must_use]
    pub fn contents(&self) -> Vec<String> {
        let Self::Open { elements, .. } = self else { panic!("the file opens") };
        let text = |element: &Seen| {
            let s = &element.stat;
            format!(
                "{:?} {:?} {} {:?} {} {:?} {:?} {:?}",
                element.path,
                s.kind,
                s.len,
                s.class_id,
                s.state_bits,
                s.created,
                s.modified,
                element.content
            )
        };
        let mut contents: Vec<String> = elements.iter().map(text).collect();
        contents.sort();
        contents
    }

    /// The element with this path in display form.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&Seen> {
        let Self::Open { elements, .. } = self else { return None };
        elements.iter().find(|seen| seen.display_path() == path)
    }

    /// The same with every error in it replaced.
    #[must_use]
    pub fn with_blames(self, replace: impl Fn(Blame) -> Blame) -> Self {
        let in_content = |content: Content| match content {
            Content::Refused(blame) => Content::Refused(replace(blame)),
            Content::Stream { len, crc32, end } => {
                Content::Stream { len, crc32, end: end.map(&replace) }
            }
            storage @ Content::Storage { .. } => storage,
        };
        let in_seen = |seen: Seen| Seen { content: in_content(seen.content), ..seen };
        match self {
            Self::Closed(blame) => Self::Closed(replace(blame)),
            Self::Open { root, elements, damage } => Self::Open {
                root: Box::new(in_seen(*root)),
                elements: elements.into_iter().map(in_seen).collect(),
                damage: damage.into_iter().map(&replace).collect(),
            },
        }
    }

    /// The first difference to `other`, in words; nothing when they are equal.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Option<String> {
        if self == other {
            return None;
        }
        let (
            Self::Open { root, elements, damage },
            Self::Open { root: other_root, elements: others, damage: other_damage },
        ) = (self, other)
        else {
            return Some(format!("{} and {}", self.summary(), other.summary()));
        };
        let pairs = core::iter::once((&**root, &**other_root)).chain(elements.iter().zip(others));
        for (mine, theirs) in pairs {
            if mine != theirs {
                return Some(format!("{mine:?} and {theirs:?}"));
            }
        }
        let counts = (elements.len(), others.len());
        Some(format!("{counts:?} elements, or damage {damage:?} and {other_damage:?}"))
    }

    fn summary(&self) -> String {
        match self {
            Self::Closed(blame) => format!("{blame:?}"),
            Self::Open { elements, .. } => format!("{} elements", elements.len()),
        }
    }
}

impl Seen {
    /// The path in display form, its parts separated by slashes.
    #[must_use]
    pub fn display_path(&self) -> String {
        self.path.iter().map(Name::to_string).collect::<Vec<_>>().join("/")
    }
}

/// Repeats what is pending.
struct Observer<'w> {
    wait: &'w mut dyn FnMut(&Missing),
}

impl Observer<'_> {
    fn until_ready<T>(&mut self, mut step: impl FnMut() -> Result<T>) -> Result<T> {
        for _ in 0..ROUND_LIMIT {
            let error = match step() {
                Err(error) if error.is_pending() => error,
                ready => return ready,
            };
            let missing = error.missing().expect("a pending error names what is missing");
            assert!(!missing.required.is_empty(), "a pending error requires nothing");
            (self.wait)(missing);
        }
        panic!("an operation stays pending whatever arrives");
    }

    fn file(&mut self, bytes: &Arc<dyn LockBytes>, settings: Settings) -> Result<Observation> {
        let file = self.until_ready(|| CompoundFile::try_open(bytes.clone(), settings))?;
        let root = file.root(OpenMode::read())?;
        let stat = self.until_ready(|| root.try_stat())?;
        let walk = self.until_ready(|| root.try_walk())?;
        let damage = walk.damage.iter().cloned().map(Blame::from).collect();
        let content = self.storage(&root);
        let root_seen = Seen { path: Vec::new(), stat, content };
        // The storages that are open from the root down to the element at hand.
        let mut open: Vec<Option<Storage>> = vec![Some(root)];
        let mut path: Vec<Name> = Vec::new();
        let mut elements = Vec::with_capacity(walk.len());
        for walked in walk {
            path.truncate(walked.depth);
            open.truncate(walked.depth + 1);
            path.push(walked.stat.name);
            let parent = open.last().cloned().flatten();
            let (content, below) = self.element(parent.as_ref(), &walked.stat);
            open.push(below);
            elements.push(Seen { path: path.clone(), stat: walked.stat, content });
        }
        Ok(Observation::Open { root: Box::new(root_seen), elements, damage })
    }

    fn element(&mut self, parent: Option<&Storage>, stat: &Stat) -> (Content, Option<Storage>) {
        let Some(parent) = parent else {
            let kind = ErrorKind::NotFound;
            return (Content::Refused(Blame { kind, rule: None, offset: None }), None);
        };
        let mode = OpenMode::child_read();
        match stat.kind {
            ElementKind::Storage => {
                match self.until_ready(|| parent.try_open_storage(&stat.name, mode)) {
                    Ok(storage) => (self.storage(&storage), Some(storage)),
                    Err(error) => (Content::Refused(error.into()), None),
                }
            }
            ElementKind::Stream => {
                match self.until_ready(|| parent.try_open_stream(&stat.name, mode)) {
                    Ok(stream) => (self.stream(&stream), None),
                    Err(error) => (Content::Refused(error.into()), None),
                }
            }
        }
    }

    fn storage(&mut self, storage: &Storage) -> Content {
        match self.until_ready(|| storage.try_list()) {
            Ok(listing) => Content::Storage { child_count: listing.len() },
            Err(error) => Content::Refused(error.into()),
        }
    }

    fn stream(&mut self, stream: &Stream) -> Content {
        let mut crc = Crc32::default();
        let mut len = 0;
        let mut part = vec![0; PART_LEN];
        let end = loop {
            match self.until_ready(|| stream.try_read_at(len, &mut part)) {
                Ok(0) => break None,
                Ok(count) => {
                    crc.update(&part[..count]);
                    len += count as u64;
                }
                Err(error) => break Some(error.into()),
            }
        };
        Content::Stream { len, crc32: crc.value(), end }
    }
}
