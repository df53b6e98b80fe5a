//! Everything that has a chain, in the order in which it takes sectors: the tables, the streams
//! that storages lead to, and without a word those that nobody leads to; and what is left over
//! then ([MS-CFB] 2.2 to 2.4, 2.6).

use crate::check::chain::{Claimed, UnitKind, Units};
use crate::check::links::follow;
use crate::check::owner::{Chain, ChainKind, Names, Need, Owner};
use crate::check::report::{Findings, Severity};
use crate::check::tables::Tables;
use crate::check::tree::Tree;
use crate::check::{fat, mini};
use crate::directory::entry::{self, DirectoryEntry, EntryKind};
use crate::header::{self, Header};
use crate::rule::Rule;
use crate::sector::{MINI_CUTOFF, MINI_SECTOR_LEN};

/// Reports what is wrong with chains, with counts of sectors, and with what no chain has.
pub(super) fn check(tables: &Tables, tree: &Tree, findings: &mut Findings) {
    let streams = Streams { tables, names: Names { directory: &tables.directory, tree } };
    let mut sectors = Units::new(&tables.fat, streams.sectors());
    fat::claim_tables(tables, &mut sectors, findings);
    if tables.directory.entry(0).is_none() {
        let start = tables.header.directory_start;
        findings.add_table(
            Rule::DirectoryStart,
            Severity::Error,
            header::DIRECTORY_START as u64,
            || format!("The directory starts at sector {start:#X}, which is not in the file."),
        );
        fat::check_coverage(tables, &sectors, findings);
        return;
    }
    let names = &streams.names;
    let directory = sectors.claim(&streams.directory(), names, findings);
    let minis = streams.check_minis(directory, findings);
    let mini_fat = sectors.claim(&streams.mini_fat(minis.lacks_links), names, findings);
    sectors.claim(&streams.mini_stream(&minis), names, findings);
    for chain in streams.chains(true, ChainKind::Stream) {
        sectors.claim(&chain, names, findings);
    }
    sectors.finish(names, findings);
    let listed = tables.fat_list.chain.iter().map(|sector| (*sector, Owner::Difat));
    let listed = listed.chain(tables.fat_list.sectors().map(|sector| (sector, Owner::Fat)));
    let before = [streams.directory(), streams.mini_fat(false), streams.mini_stream(&minis)];
    let chains = before.into_iter().chain(streams.chains(true, ChainKind::Stream));
    sectors.report_shared(listed, chains, names, findings);
    streams.count_directory(directory, findings);
    streams.count_mini_fat(mini_fat, findings);
    fat::check_coverage(tables, &sectors, findings);
    if directory.is_whole {
        streams.claim_quietly(&mut sectors, ChainKind::Stream);
        fat::check_orphans(tables, &sectors, findings);
    }
}

/// The chains of a file, as headers and entries describe them.
struct Streams<'c> {
    tables: &'c Tables,
    names: Names<'c>,
}

impl Streams<'_> {
    fn sectors(&self) -> UnitKind {
        let size = self.tables.size;
        UnitKind {
            word: "sector",
            len: size.len_u64(),
            end: self.tables.sector_end,
            byte_len: self.tables.len.saturating_sub(size.len_u64()),
            reserved: Some(size.range_lock_sector()),
        }
    }

    /// Claims the mini sectors of all short streams, and checks their table.
    fn check_minis(&self, directory: Claimed, findings: &mut Findings) -> Units<'_> {
        let kind = UnitKind {
            word: "mini sector",
            len: MINI_SECTOR_LEN,
            end: mini::mini_count(self.tables),
            byte_len: self.mini_stream_room(),
            reserved: None,
        };
        let mut minis = Units::new(&self.tables.mini_fat, kind);
        for chain in self.chains(true, ChainKind::ShortStream) {
            minis.claim(&chain, &self.names, findings);
        }
        minis.finish(&self.names, findings);
        let chains = self.chains(true, ChainKind::ShortStream);
        minis.report_shared(core::iter::empty(), chains, &self.names, findings);
        self.claim_quietly(&mut minis, ChainKind::ShortStream);
        mini::check(self.tables, &minis, directory.is_whole, findings);
        minis
    }

    /// How many bytes of the mini stream are in the file, from its start on, whatever the root
    /// says of its length.
    fn mini_stream_room(&self) -> u64 {
        let kind = self.sectors();
        let fat = &self.tables.fat;
        let mut marks = fat.marks();
        let mut room = 0;
        follow(fat, self.chain_of(0).start, kind.end, |sector| {
            let has = kind.bytes_of(sector);
            let is_new = marks.mark(fat, sector);
            room += if is_new { has } else { 0 };
            is_new && has == kind.len
        });
        room
    }

    fn directory(&self) -> Chain {
        Chain {
            owner: Owner::Directory,
            start: self.tables.header.directory_start,
            start_offset: header::DIRECTORY_START as u64,
            need: Need::All { is_short: self.names.tree.leads_beyond },
            lack_cost: Severity::Error,
            kind: ChainKind::Directory,
        }
    }

    fn mini_fat(&self, is_short: bool) -> Chain {
        Chain {
            owner: Owner::MiniFat,
            start: self.tables.header.mini_fat_start,
            start_offset: header::MINI_FAT_START as u64,
            need: Need::All { is_short },
            lack_cost: Severity::Error,
            kind: ChainKind::Stream,
        }
    }

    /// The mini stream. Where its root says too little, the short streams show how long it is;
    /// what it lacks costs nothing unless one of them needs it.
    fn mini_stream(&self, minis: &Units<'_>) -> Chain {
        let chain = self.chain_of(0);
        let shown = minis.highest.map_or(0, |mini| (u64::from(mini) + 1) * MINI_SECTOR_LEN);
        let Need::Bytes(len) = chain.need else { return chain };
        let need = Need::Bytes(len.max(shown.min(minis.kind.byte_len)));
        let lack_cost = if minis.lacks_bytes { Severity::Error } else { Severity::Forgiven };
        Chain { need, lack_cost, kind: ChainKind::MiniStream, ..chain }
    }

    /// The chain of the stream that an entry describes.
    fn chain_of(&self, id: u32) -> Chain {
        let directory = &self.tables.directory;
        let entry = directory.entry(id).unwrap_or_else(DirectoryEntry::unallocated);
        let is_short = entry.len < u64::from(MINI_CUTOFF);
        Chain {
            owner: Owner::Entry(id),
            start: entry.start,
            start_offset: directory.offset_of(id) + entry::START as u64,
            need: Need::Bytes(entry.len),
            lack_cost: Severity::Error,
            kind: if is_short { ChainKind::ShortStream } else { ChainKind::Stream },
        }
    }

    /// The chains of streams of one kind: of those that storages lead to, or of the others.
    fn chains(
        &self,
        is_reached: bool,
        kind: ChainKind,
    ) -> impl Iterator<Item = Chain> + Clone + '_ {
        let directory = &self.tables.directory;
        (1..directory.entry_count())
            .filter(move |id| self.names.tree.is_reached(*id) == is_reached)
            .filter(|id| directory.entry(*id).is_some_and(|e| e.kind == EntryKind::Stream))
            .map(|id| self.chain_of(id))
            .filter(move |chain| chain.kind == kind)
    }

    /// Takes what the streams of entries have that nobody leads to, so that it is not told of
    /// twice; what is wrong with them is nobody's loss.
    fn claim_quietly(&self, units: &mut Units<'_>, kind: ChainKind) {
        let mut nobodys = Findings::default();
        for chain in self.chains(false, kind) {
            units.claim(&chain, &self.names, &mut nobodys);
        }
        units.finish(&self.names, &mut nobodys);
    }

    fn count_directory(&self, chain: Claimed, findings: &mut Findings) {
        let Header { major_version, directory_count, .. } = self.tables.header;
        if major_version == 4 && chain.is_whole && chain.count != u64::from(directory_count) {
            let offset = header::DIRECTORY_COUNT as u64;
            findings.add_table(Rule::HeaderDirectoryCount, Severity::Forgiven, offset, || {
                let count = chain.count;
                format!("The header counts {directory_count} directory sectors, there are {count}.")
            });
        }
    }

    fn count_mini_fat(&self, chain: Claimed, findings: &mut Findings) {
        let Header { mini_fat_count, .. } = self.tables.header;
        if chain.is_whole && chain.count != u64::from(mini_fat_count) {
            let offset = header::MINI_FAT_COUNT as u64;
            findings.add_table(Rule::HeaderMiniFatCount, Severity::Forgiven, offset, || {
                let count = chain.count;
                format!("The header counts {mini_fat_count} mini FAT sectors, there are {count}.")
            });
        }
    }
}
