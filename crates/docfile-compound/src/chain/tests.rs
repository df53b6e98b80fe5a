//! Chains over a made table of links, some of whose pages are missing.

use core::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::error::ErrorKind;
use crate::missing::Missing;
use crate::sector::FREE_SECTOR;

/// A table of eight links a page; pages named as missing are pending.
struct Table {
    links: Vec<u32>,
    missing: RefCell<BTreeSet<u32>>,
    page_count: Cell<u32>,
    end: Option<u64>,
}

impl Table {
    fn new(links: &[u32]) -> Self {
        let end = Some(links.len() as u64);
        Self { links: links.to_vec(), missing: RefCell::default(), page_count: Cell::new(0), end }
    }

    /// The chain over these sectors, in their order.
    fn of_chain(sectors: &[u32], len: usize) -> Self {
        let mut links = vec![FREE_SECTOR; len];
        for (at, sector) in sectors.iter().enumerate() {
            links[*sector as usize] = sectors.get(at + 1).copied().unwrap_or(END_OF_CHAIN);
        }
        Self::new(&links)
    }
}

impl Links for Table {
    fn links_per_page(&self) -> u32 {
        8
    }

    fn page(&self, index: u32) -> Result<Page> {
        if self.missing.borrow().contains(&index) {
            let offset = u64::from(index) * 32;
            return Err(Error::pending(Missing::required(offset..offset + 32)));
        }
        self.page_count.set(self.page_count.get() + 1);
        let mut page = [FREE_SECTOR; 8];
        let links = self.links.iter().skip(8 * index as usize);
        page.iter_mut().zip(links).for_each(|(to, from)| *to = *from);
        Ok(page.iter().flat_map(|link| link.to_le_bytes()).collect())
    }

    fn offset_of(&self, sector: u32) -> u64 {
        4 * u64::from(sector)
    }

    fn sector_end(&self) -> Option<u64> {
        self.end
    }

    fn rules(&self) -> LinkRules {
        LinkRules {
            start: Rule::ChainStart,
            short: Rule::ChainShort,
            cycle: Rule::ChainCycle,
            broken: Rule::ChainBroken,
            past_end: Rule::SectorPastEnd,
        }
    }
}

fn known(chain: &Chain, table: &Table, count: u64) -> (Vec<u32>, Option<Error>) {
    chain.with(table, count, |extents, error| {
        (extents.runs_from(0).flat_map(Run::range).collect(), error)
    })
}

#[test]
fn the_first_sector_needs_no_table() {
    let table = Table::of_chain(&[3, 4], 8);
    table.missing.borrow_mut().insert(0);
    let chain = Chain::new(3, 0, u64::MAX);
    assert_eq!(known(&chain, &table, 1).0, [3]);
    assert_eq!(table.page_count.get(), 0);
}

#[test]
fn growth_stops_at_a_missing_page_and_keeps_what_it_has() {
    let sectors = [1, 2, 3, 9, 10, 17, 4];
    let table = Table::of_chain(&sectors, 24);
    table.missing.borrow_mut().insert(2);
    let chain = Chain::new(1, 0, u64::MAX);
    let (found, error) = known(&chain, &table, 7);
    assert_eq!(found, [1, 2, 3, 9, 10, 17]);
    assert_eq!(error.map(|error| error.kind()), Some(ErrorKind::Pending));
    table.missing.borrow_mut().clear();
    let before = table.page_count.get();
    assert_eq!(known(&chain, &table, 7).0, sectors);
    assert_eq!(table.page_count.get(), before + 1, "a retry reads only what is new");
}

#[test]
fn a_chain_is_followed_no_further_than_asked() {
    let sectors: Vec<u32> = (0..64).collect();
    let table = Table::of_chain(&sectors, 64);
    let chain = Chain::new(0, 0, u64::MAX);
    assert_eq!(known(&chain, &table, 10).0.len(), 10);
    assert_eq!(table.page_count.get(), 2);
}

#[test]
fn a_link_to_nowhere_is_told_where_it_stands() {
    for (link, rule) in [(FREE_SECTOR, Rule::ChainBroken), (99, Rule::SectorPastEnd)] {
        let mut table = Table::of_chain(&[5, 6], 8);
        table.links[6] = link;
        let chain = Chain::new(5, 0, u64::MAX);
        for _ in 0..2 {
            let (found, error) = known(&chain, &table, 9);
            assert_eq!(found, [5, 6]);
            let error = error.unwrap();
            assert_eq!((error.rule(), error.offset()), (Some(rule), Some(24)));
        }
    }
}

#[test]
fn a_start_outside_the_file_is_told_where_it_stands() {
    let table = Table::new(&[END_OF_CHAIN; 8]);
    let chain = Chain::new(0xFFFF_FFFC, 116, u64::MAX);
    let error = known(&chain, &table, 1).1.unwrap();
    assert_eq!((error.rule(), error.offset()), (Some(Rule::ChainStart), Some(116)));
}

proptest! {
    #[test]
    fn any_chain_is_found_however_it_is_asked_for(
        order in Just((0..60).collect::<Vec<u32>>()).prop_shuffle(),
        len in 1usize..60,
        steps in prop::collection::vec(0u64..70, 1..8),
        missing in prop::collection::btree_set(0u32..8, 0..4),
    ) {
        let sectors = &order[..len];
        let table = Table::of_chain(sectors, 64);
        *table.missing.borrow_mut() = missing;
        let chain = Chain::new(sectors[0], 0, u64::MAX);
        for step in steps {
            let (found, error) = known(&chain, &table, step);
            prop_assert!(sectors.starts_with(&found));
            match error {
                Some(error) => prop_assert!(error.is_pending()),
                None => prop_assert!(found.len() as u64 >= step.min(len as u64)),
            }
        }
        table.missing.borrow_mut().clear();
        prop_assert_eq!(known(&chain, &table, 64).0, sectors);
    }

    #[test]
    fn every_cycle_is_found(
        order in Just((0..60).collect::<Vec<u32>>()).prop_shuffle(),
        len in 1usize..60,
        back in 0usize..60,
        known_end in any::<bool>(),
    ) {
        let sectors = &order[..len];
        let mut table = Table::of_chain(sectors, 64);
        table.links[sectors[len - 1] as usize] = sectors[back % len];
        if !known_end {
            table.end = None;
        }
        let chain = Chain::new(sectors[0], 0, u64::MAX);
        let (found, error) = known(&chain, &table, u64::MAX);
        prop_assert_eq!(error.and_then(|error| error.rule()), Some(Rule::ChainCycle));
        prop_assert!(found.len() <= 4 * len + 4, "{} sectors of {len}", found.len());
    }
}
