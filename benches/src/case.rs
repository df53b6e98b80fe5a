//! The vocabulary of a row: cases, contenders, and what is to be reached.
//!
//! A case is one line of the final table: a piece of work on one file, done by the limit (no
//! format at all), by ours and by the rivals. Nothing here runs anything.

use std::io;

use crate::job::Job;

/// Whom a contender stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// What the machine can do without any format.
    Limit,
    Ours,
    Rival,
    /// A rival in a setting that nobody gets by default: shown and compared like a rival.
    TunedRival,
}

/// Where a contender's code runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    /// In a child of this binary.
    Bench,
    /// In a child of this binary that starts a program of the system; its memory says nothing.
    System,
    Olefile,
    Libgsf,
    Wine,
}

/// Somebody who does the work of a case.
#[derive(Debug, Clone)]
pub(crate) struct Contender {
    /// As printed, and unique in its case.
    pub(crate) name: &'static str,
    pub(crate) role: Role,
    pub(crate) host: Host,
    /// Words that only this contender gets.
    pub(crate) words: Vec<(&'static str, String)>,
    /// How much more work than the others it does (two threads do twice as much).
    pub(crate) work: f64,
    /// What its checksum must be, when that differs from the case's.
    pub(crate) checksum: Option<u64>,
}

impl Contender {
    fn new(name: &'static str, role: Role, host: Host, contender: &str) -> Self {
        let words = vec![("contender", contender.to_owned())];
        Self { name, role, host, words, work: 1.0, checksum: None }
    }

    pub(crate) fn limit(name: &'static str, contender: &str) -> Self {
        Self::new(name, Role::Limit, Host::Bench, contender)
    }

    pub(crate) fn ours(name: &'static str) -> Self {
        Self::new(name, Role::Ours, Host::Bench, "ours")
    }

    pub(crate) fn of_cfb() -> Self {
        Self::new("cfb", Role::Rival, Host::Bench, "cfb")
    }

    /// The crate `cfb` with a stream buffer of `len` bytes.
    pub(crate) fn tuned_cfb(name: &'static str, len: u64) -> Self {
        Self::new(name, Role::TunedRival, Host::Bench, "cfb").with("buffer", len)
    }

    pub(crate) fn system(name: &'static str) -> Self {
        Self::new(name, Role::Limit, Host::System, name)
    }

    pub(crate) fn olefile() -> Self {
        Self::new("olefile", Role::Rival, Host::Olefile, "olefile")
    }

    pub(crate) fn libgsf() -> Self {
        Self::new("libgsf", Role::Rival, Host::Libgsf, "libgsf")
    }

    pub(crate) fn wine() -> Self {
        Self::new("Wine", Role::Rival, Host::Wine, "wine")
    }

    /// The rivals that read everything: in process, in Python, in C, under Wine.
    pub(crate) fn readers() -> Vec<Self> {
        vec![Self::of_cfb(), Self::libgsf(), Self::wine(), Self::olefile()]
    }

    #[must_use]
    pub(crate) fn with(mut self, key: &'static str, value: impl ToString) -> Self {
        self.words.push((key, value.to_string()));
        self
    }

    #[must_use]
    pub(crate) const fn doing(mut self, work: f64) -> Self {
        self.work = work;
        self
    }

    #[must_use]
    pub(crate) const fn expecting(mut self, checksum: u64) -> Self {
        self.checksum = Some(checksum);
        self
    }

    pub(crate) const fn is_rival(&self) -> bool {
        matches!(self.role, Role::Rival | Role::TunedRival)
    }
}

/// With whom a speed is compared.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Against {
    BestRival,
    Named(&'static str),
}

/// A figure to reach.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reach {
    /// Work per second of `ours`, at least `share` of that of another.
    Speed {
        ours: &'static str,
        against: Against,
        share: f64,
    },
    BytesRead {
        at_most: u64,
    },
    BytesWritten {
        at_most: u64,
    },
    /// Peak memory of every contender of ours.
    Peak {
        at_most: u64,
    },
}

/// The standing demand on memory: 32 MiB beside what the caller holds.
pub(crate) const fn peak_beside(caller_holds: u64) -> Reach {
    Reach::Peak { at_most: (32 << 20) + caller_holds }
}

/// Which of a contender's times counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Statistic {
    Best,
    /// For work whose best time is a lucky flush.
    Median,
}

/// Proves from outside that a contender wrote what it should; answers the checksum.
pub(crate) type Verify = fn(&Job) -> io::Result<u64>;

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Case {
    /// What is done, and on what.
    pub(crate) title: String,
    pub(crate) contenders: Vec<Contender>,
    pub(crate) reach: Vec<Reach>,
    /// The words that every contender gets.
    pub(crate) job: Job,
    /// How often a child repeats the work; more than once only for very short work.
    pub(crate) passes: u64,
    pub(crate) statistic: Statistic,
    /// What every contender's checksum must be.
    pub(crate) checksum: u64,
    /// For work that writes: instead of the contender's own word.
    pub(crate) verify: Option<Verify>,
    /// Whether reads, writes and bytes are counted, in a run of its own.
    pub(crate) counted: bool,
}
