//! Whose a chain is, how much of it the owner needs, and which rules it can break
//! ([MS-CFB] 2.3, 2.4, 2.6).

use crate::check::directory::Directory;
use crate::check::report::Severity;
use crate::check::tree::Tree;
use crate::rule::Rule;
use crate::sector::MAX_REGULAR_SECTOR;

/// Whose a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Difat,
    Fat,
    Directory,
    MiniFat,
    /// The stream of that entry; of the root's, the mini stream.
    Entry(u32),
}

/// A chain as its owner describes it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain {
    pub(super) owner: Owner,
    pub(super) start: u32,
    /// Where the start is stored.
    pub(super) start_offset: u64,
    pub(super) need: Need,
    /// What it costs when the chain, or the bytes of its units, are too few.
    pub(super) lack_cost: Severity,
    pub(super) kind: ChainKind,
}

/// What a chain is, and so which rules it can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChainKind {
    Directory,
    /// A stream in sectors, or the mini FAT.
    Stream,
    MiniStream,
    /// A stream in mini sectors.
    ShortStream,
}

/// How much of a chain its owner needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// So many bytes.
    Bytes(u64),
    /// As much as there is; whether that is too little is known from elsewhere.
    All { is_short: bool },
}

/// The rules that a kind of chain can break.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub(super) start: Rule,
    pub(super) broken: Rule,
    pub(super) cycle: Rule,
    pub(super) shared: Rule,
    pub(super) short: Rule,
    pub(super) long: Rule,
    pub(super) past_end: Rule,
}

const STREAM: Rules = Rules {
    start: Rule::ChainStart,
    broken: Rule::ChainBroken,
    cycle: Rule::ChainCycle,
    shared: Rule::ChainShared,
    short: Rule::ChainShort,
    long: Rule::ChainLong,
    past_end: Rule::SectorPastEnd,
};

const SHORT_STREAM: Rules = Rules {
    start: Rule::ChainStart,
    broken: Rule::MiniChainBroken,
    cycle: Rule::MiniChainCycle,
    shared: Rule::MiniChainShared,
    short: Rule::MiniChainShort,
    long: Rule::MiniChainLong,
    past_end: Rule::MiniSectorPastEnd,
};

impl ChainKind {
    pub(super) const fn rules(self) -> Rules {
        match self {
            Self::Stream => STREAM,
            Self::ShortStream => SHORT_STREAM,
            Self::MiniStream => Rules { short: Rule::MiniStreamShort, ..STREAM },
            Self::Directory => Rules {
                start: Rule::DirectoryStart,
                broken: Rule::DirectoryChain,
                cycle: Rule::DirectoryChain,
                ..STREAM
            },
        }
    }
}

impl Chain {
    /// Whether there is a chain to follow. A stream without bytes has none; the mini stream's is
    /// followed all the same, because there are files whose root says too little.
    pub(super) fn is_followed(&self) -> bool {
        let is_mini_stream = self.kind == ChainKind::MiniStream;
        self.need != Need::Bytes(0) || is_mini_stream && self.start <= MAX_REGULAR_SECTOR
    }

    /// How many units of that length are needed, when that is known.
    pub(super) fn needed(&self, unit_len: u64) -> Option<u64> {
        match self.need {
            Need::Bytes(len) => Some(len.div_ceil(unit_len)),
            Need::All { .. } => None,
        }
    }

    /// Whether more units are needed than `count`.
    pub(super) fn is_short(&self, count: u64, unit_len: u64) -> bool {
        match self.need {
            Need::Bytes(len) => count < len.div_ceil(unit_len),
            Need::All { is_short } => is_short,
        }
    }

    /// How many bytes the unit at that place of the chain must have. Of a table sector that is
    /// cut short the rest is made up.
    pub(super) fn bytes_at(&self, index: u64, unit_len: u64) -> u64 {
        match self.need {
            Need::Bytes(len) => len.saturating_sub(index.saturating_mul(unit_len)).min(unit_len),
            Need::All { .. } => 1,
        }
    }
}

/// What the owners of chains are called.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'c> {
    pub(super) directory: &'c Directory,
    pub(super) tree: &'c Tree,
}

impl Names<'_> {
    /// As the element of a finding.
    pub(super) fn element(&self, owner: Owner) -> Option<String> {
        match owner {
            Owner::Entry(id) => self.tree.path(self.directory, id),
            Owner::Difat | Owner::Fat | Owner::Directory | Owner::MiniFat => None,
        }
    }

    /// In the text of a finding.
    pub(super) fn title(&self, owner: Owner) -> String {
        let table = match owner {
            Owner::Difat => "the DIFAT",
            Owner::Fat => "the FAT",
            Owner::Directory => "the directory",
            Owner::MiniFat => "the mini FAT",
            Owner::Entry(0) => "the mini stream",
            Owner::Entry(id) => {
                return self.element(owner).unwrap_or_else(|| format!("entry {id}"));
            }
        };
        table.to_owned()
    }
}
