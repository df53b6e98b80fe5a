//! Files to try things on: the shared corpus where it is there, and always the project's own.
//!
//! The project's own are random valid files and one file for each fault, so that without the
//! corpus less is tried but nothing is left untried.

use crate::corpus::{Corpus, CorpusFile};
use crate::raw::{Fault, valid};

/// How many of the random valid files are specimens.
const VALID_COUNT: u64 = 60;

/// A file to try things on.
#[derive(Debug, Clone)]
pub struct Specimen {
    /// What to call it in a failure message.
    pub name: String,
    source: Source,
}

#[derive(Debug, Clone, Copy)]
enum Source {
    Corpus(&'static CorpusFile),
    Valid(u64),
    Broken(Fault),
}

impl Specimen {
    /// Every specimen: first the corpus, in the order of its manifest, then the project's own.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let corpus = Corpus::locate().into_iter().flat_map(Corpus::files);
        let corpus =
            corpus.map(|file| Self { name: file.name.clone(), source: Source::Corpus(file) });
        corpus.chain(Self::own()).collect()
    }

    /// The project's own specimens.
    pub fn own() -> impl Iterator<Item = Self> {
        let valid = (0..VALID_COUNT).map(|seed| Self {
            name: format!("the valid file of seed {seed}"),
            source: Source::Valid(seed),
        });
        // A file of gigabytes is tried where that is the point.
        let small = |fault: &Fault| fault.rule != docfile_compound::Rule::RangeLockSector;
        let broken = Fault::all().filter(small).map(|fault| Self {
            name: format!("{} ({})", fault.rule.id(), fault.what),
            source: Source::Broken(fault),
        });
        valid.chain(broken)
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        match self.source {
            Source::Corpus(file) => file.read(),
            Source::Valid(seed) => valid(seed).0.to_vec(),
            Source::Broken(fault) => fault.build().to_vec(),
        }
    }
}

/// Whether the long form of a test was asked for, by setting `DOCFILE_LONG`.
#[must_use]
pub fn is_long_run() -> bool {
    std::env::var_os("DOCFILE_LONG").is_some_and(|value| value != "0")
}
