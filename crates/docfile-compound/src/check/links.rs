//! A table of links as a check sees it (the FAT, or the mini FAT), and following them.
//!
//! A page that the file lists twice is in the table once, where it is listed first: a chain that
//! needs it elsewhere has no links there. So the table is never larger than the bytes that it was
//! read from. Following ends when the visitor has seen a unit before, which a visitor must tell
//! by itself. [MS-CFB] 2.3, 2.4.

use crate::chain::link_at;
use crate::check::reader::Page;
use crate::sector::{
    DIFAT_SECTOR, END_OF_CHAIN, FAT_SECTOR, FREE_SECTOR, MAX_REGULAR_SECTOR, SectorId, SectorSize,
};

/// No page.
const ABSENT: u32 = u32::MAX;

#[derive(Debug)]
pub(super) struct LinkTable {
    size: SectorSize,
    /// For each page by its index: where it stands in `pages`, or `ABSENT`.
    slots: Vec<u32>,
    /// The sector and the content of each page that is there.
    pages: Vec<(u32, Page)>,
}

impl LinkTable {
    /// A table of `page_count` pages, of which those of `pages` are there, each with its index
    /// and its sector.
    pub(super) fn new(
        size: SectorSize,
        page_count: usize,
        pages: impl Iterator<Item = (u32, u32, Page)>,
    ) -> Self {
        let mut table = Self { size, slots: vec![ABSENT; page_count], pages: Vec::new() };
        for (slot, (index, sector, page)) in (0..).zip(pages) {
            if let Some(place) = table.slots.get_mut(index as usize) {
                *place = slot;
            }
            table.pages.push((sector, page));
        }
        table
    }

    pub(super) fn per_page(&self) -> u32 {
        self.size.fat_entries()
    }

    /// The link of a unit; none when the table has no page for it.
    pub(super) fn link(&self, unit: u32) -> Option<u32> {
        let (_, page) = self.page(unit / self.per_page())?;
        Some(link_at(page, unit % self.per_page()))
    }

    /// Where the link of a unit stands in the file; none when the table has no page for it.
    pub(super) fn offset_of(&self, unit: u32) -> Option<u64> {
        let (sector, _) = self.page(unit / self.per_page())?;
        let index = u64::from(unit % self.per_page());
        Some(self.size.offset(SectorId(*sector)) + 4 * index)
    }

    /// How many units the table describes, those of absent pages included.
    pub(super) fn described(&self) -> u64 {
        self.slots.len() as u64 * u64::from(self.per_page())
    }

    /// Indexes of pages that are absent.
    pub(super) fn absent_pages(&self) -> impl Iterator<Item = u32> + '_ {
        (0..).zip(&self.slots).filter(|(_, slot)| **slot == ABSENT).map(|(index, _)| index)
    }

    /// Every unit that is not free, and its link, in order.
    pub(super) fn used_links(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let per_page = self.per_page();
        let page = |(index, slot): (u32, &u32)| Some((index, &self.pages.get(*slot as usize)?.1));
        // No unit has a number that is none.
        (0..=MAX_REGULAR_SECTOR / per_page)
            .zip(&self.slots)
            .filter_map(page)
            // Whole pages are free in files that grew ahead.
            .filter(|(_, page)| page.iter().any(|byte| *byte != 0xFF))
            .flat_map(move |(index, page)| {
                (0..per_page).map(move |at| (index * per_page + at, link_at(page, at)))
            })
            .filter(|(_, link)| *link != FREE_SECTOR)
    }

    /// No unit marked yet.
    pub(super) fn marks(&self) -> Marks {
        let units = self.pages.len() * self.per_page() as usize;
        Marks(vec![0; units.div_ceil(64)])
    }

    fn page(&self, index: u32) -> Option<&(u32, Page)> {
        self.pages.get(*self.slots.get(index as usize)? as usize)
    }

    /// The place of a unit among those that the pages at hand describe.
    fn place(&self, unit: u32) -> Option<usize> {
        let slot = *self.slots.get((unit / self.per_page()) as usize)?;
        let first = (slot as usize).checked_mul(self.per_page() as usize)?;
        (slot != ABSENT).then(|| first + (unit % self.per_page()) as usize)
    }
}

/// A set of units of one table, a bit each.
#[derive(Debug)]
pub(super) struct Marks(Vec<u64>);

impl Marks {
    /// Marks a unit; answers whether it was not marked before. A unit that the table does not
    /// describe cannot be marked, and always answers yes.
    pub(super) fn mark(&mut self, table: &LinkTable, unit: u32) -> bool {
        let Some((word, bit)) = self.bit(table, unit) else { return true };
        let Some(word) = self.0.get_mut(word) else { return true };
        let before = *word;
        *word |= bit;
        before & bit == 0
    }

    pub(super) fn is_marked(&self, table: &LinkTable, unit: u32) -> bool {
        let bit = self.bit(table, unit);
        bit.is_some_and(|(word, bit)| self.0.get(word).is_some_and(|word| word & bit != 0))
    }

    fn bit(&self, table: &LinkTable, unit: u32) -> Option<(usize, u64)> {
        let place = table.place(unit)?;
        Some((place / 64, 1 << (place % 64)))
    }
}

/// A walk along links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Walk {
    /// Units visited, the last included.
    pub(super) count: u64,
    pub(super) last: Option<u32>,
    /// Where the last unit, or the start, leads.
    pub(super) next: u32,
    pub(super) end: End,
}

/// Why a walk along links ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// With ENDOFCHAIN.
    Chain,
    /// As many units were visited as were wanted.
    Enough,
    /// The visitor had seen the next unit.
    Seen,
    /// Next comes no unit, but the mark of what is no part of a chain, or nothing there is.
    Nowhere,
    /// The table has no link for the last unit.
    Undescribed,
}

impl Walk {
    /// A walk that is about to begin.
    pub(super) fn from(start: u32) -> Self {
        Self { count: 0, last: None, next: start, end: End::Enough }
    }

    /// Goes on over units below `unit_end` (or described by the table at least), until `count_max`
    /// have been visited, for as long as `visit` answers that it had not seen the unit.
    pub(super) fn go_on(
        &mut self,
        table: &LinkTable,
        unit_end: u64,
        count_max: u64,
        mut visit: impl FnMut(u32) -> bool,
    ) {
        let end = unit_end.max(table.described());
        self.end = loop {
            let unit = self.next;
            if unit == END_OF_CHAIN {
                break End::Chain;
            }
            if self.count >= count_max {
                break End::Enough;
            }
            if unit > MAX_REGULAR_SECTOR || u64::from(unit) >= end {
                break End::Nowhere;
            }
            if !visit(unit) {
                break End::Seen;
            }
            self.count += 1;
            self.last = Some(unit);
            let Some(link) = table.link(unit) else { break End::Undescribed };
            self.next = link;
        };
    }
}

/// Follows a chain from its start to wherever it ends.
pub(super) fn follow(
    table: &LinkTable,
    start: u32,
    unit_end: u64,
    visit: impl FnMut(u32) -> bool,
) -> Walk {
    let mut walk = Walk::from(start);
    walk.go_on(table, unit_end, u64::MAX, visit);
    walk
}

/// What a link says, in words.
pub(super) fn link_name(link: u32) -> String {
    match link {
        FREE_SECTOR => "FREESECT".to_owned(),
        END_OF_CHAIN => "ENDOFCHAIN".to_owned(),
        FAT_SECTOR => "FATSECT".to_owned(),
        DIFAT_SECTOR => "DIFSECT".to_owned(),
        number if number > MAX_REGULAR_SECTOR => format!("{number:#X}"),
        number => number.to_string(),
    }
}
