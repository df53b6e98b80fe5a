//! The allocator held against a list of which sectors each generation uses.

#![expect(clippy::single_range_in_vec_init, reason = "lists of runs, some of them of one run")]
#![expect(clippy::cast_possible_truncation, reason = "the counts here are small")]

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const FIRST: Generation = Generation::OPENED;

fn with_free(end: u32, free: &[Range<u32>]) -> Allocator {
    let mut allocator = Allocator::new(SectorSize::V4, end);
    for run in free {
        allocator.learn_free(run.clone());
    }
    allocator
}

fn free_runs(allocator: &Allocator) -> Vec<Range<u32>> {
    allocator.free().iter().collect()
}

#[test]
fn sectors_directly_behind_are_preferred_then_the_shortest_run_then_the_end() {
    let mut allocator = with_free(1000, &[10..20, 30..34, 50..53]);
    assert_eq!(allocator.take(3, Some(9)).unwrap(), [10..13]);
    assert_eq!(allocator.take(3, Some(200)).unwrap(), [50..53]);
    assert_eq!(allocator.take(3, None).unwrap(), [30..33]);
    assert_eq!(allocator.take(9, None).unwrap(), [1000..1009]);
    assert_eq!(allocator.end(), 1009);
    assert_eq!(free_runs(&allocator), [13..20, 33..34]);
}

#[test]
fn what_fits_directly_behind_is_used_and_the_rest_is_one_run() {
    let mut allocator = with_free(1000, &[10..12, 40..60]);
    assert_eq!(allocator.take(5, Some(9)).unwrap(), [10..12, 40..43]);
}

#[test]
fn a_stream_at_the_end_grows_with_the_file() {
    let mut allocator = with_free(1000, &[10..20]);
    assert_eq!(allocator.take(5, Some(999)).unwrap(), [1000..1005]);
}

#[test]
fn growing_begins_with_the_free_sectors_at_the_end() {
    let mut allocator = with_free(1000, &[10..12, 990..1000]);
    assert_eq!(allocator.take(25, None).unwrap(), [990..1015]);
    assert_eq!(free_runs(&allocator), [10..12]);
}

#[test]
fn a_file_that_is_free_to_more_than_a_quarter_is_filled_before_it_grows() {
    let pieces: Vec<_> = (0..60).map(|index| index * 3..index * 3 + 1).collect();
    let mut allocator = with_free(200, &pieces);
    assert_eq!(allocator.take(2, Some(199)).unwrap().len(), 2);
    assert_eq!(allocator.end(), 200);
    let mut less_free = with_free(200, &pieces[..50]);
    assert_eq!(less_free.take(2, Some(199)).unwrap(), [200..202]);
}

#[test]
fn the_range_lock_sector_is_never_handed_out() {
    let lock = SectorSize::V4.range_lock_sector();
    let mut allocator = with_free(lock - 2, &[]);
    assert_eq!(allocator.take(5, None).unwrap(), [lock - 2..lock, lock + 1..lock + 4]);
    let mut allocator = with_free(lock, &[]);
    assert_eq!(allocator.take(2, Some(lock - 1)).unwrap(), [lock + 1..lock + 3]);
    let mut allocator = with_free(lock + 9, &[lock - 1..lock + 2]);
    assert_eq!(free_runs(&allocator), [lock - 1..lock, lock + 1..lock + 2]);
    allocator.commit(Generation(1), [lock..lock + 1], []);
    assert_eq!(free_runs(&allocator), [lock - 1..lock, lock + 1..lock + 2]);
}

#[test]
fn a_file_of_version_3_ends_below_two_gibibytes() {
    let lock = SectorSize::V3.range_lock_sector();
    let mut allocator = Allocator::new(SectorSize::V3, lock - 3);
    allocator.learn_free(7..9);
    let error = allocator.take(6, None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert_eq!(free_runs(&allocator), [7..9]);
    assert_eq!(allocator.take(5, None).unwrap(), [7..9, lock - 3..lock]);
    assert!(allocator.take(1, None).is_err());
}

#[test]
fn a_file_ends_at_the_highest_sector_number() {
    let mut allocator = Allocator::new(SectorSize::V4, MAX_REGULAR_SECTOR - 1);
    assert!(allocator.take(3, None).is_err());
    let all = allocator.take(2, None).unwrap();
    assert_eq!(all, [MAX_REGULAR_SECTOR - 1..MAX_REGULAR_SECTOR + 1]);
    assert!(allocator.take(u32::MAX, Some(u32::MAX)).is_err());
}

#[test]
fn a_freed_sector_waits_for_readers_of_older_generations() {
    let mut allocator = with_free(10, &[]);
    allocator.open(FIRST);
    allocator.commit(Generation(1), [3..5], []);
    allocator.open(Generation(1));
    allocator.commit(Generation(2), [5..6], []);
    assert_eq!(free_runs(&allocator), []);
    allocator.close(FIRST);
    assert_eq!(free_runs(&allocator), [3..5]);
    allocator.close(Generation(1));
    assert_eq!(free_runs(&allocator), [3..6]);
}

#[test]
fn a_reader_holds_only_what_its_own_generation_uses() {
    let mut allocator = with_free(10, &[]);
    allocator.open(FIRST);
    let mut old = Vec::new();
    for generation in 1..1000 {
        let new = allocator.take(3, None).unwrap();
        allocator.commit(Generation(generation), old, new.clone());
        // The editor sees its own newest commit, as an old reader looks on.
        allocator.open(Generation(generation));
        if generation > 1 {
            allocator.close(Generation(generation - 1));
        }
        old = new;
    }
    assert_eq!(allocator.end(), 16);
}

#[test]
fn what_a_damaged_file_frees_twice_is_handed_out_once() {
    let mut allocator = with_free(10, &[]);
    allocator.open(FIRST);
    allocator.commit(Generation(1), [3..5, 4..20], []);
    allocator.open(Generation(1));
    allocator.commit(Generation(2), [3..4], []);
    allocator.close(FIRST);
    assert_eq!(free_runs(&allocator), [3..10]);
    let taken = allocator.take(2, Some(2)).unwrap();
    allocator.commit(Generation(3), [4..6], []);
    allocator.close(Generation(1));
    assert_eq!(taken, [3..5]);
    assert_eq!(free_runs(&allocator), [5..10]);
}

#[test]
fn a_stale_table_frees_nothing_that_was_handed_out_since() {
    let mut allocator = with_free(10, &[4..6]);
    assert_eq!(allocator.take(1, None).unwrap(), [4..5]);
    allocator.learn_free(4..6);
    assert_eq!(free_runs(&allocator), [5..6]);
    allocator.commit(Generation(1), [], [4..5]);
    allocator.learn_free(3..6);
    assert_eq!(free_runs(&allocator), [3..4, 5..6]);
}

#[test]
fn trimming_stops_at_the_last_sector_that_anybody_uses() {
    let mut allocator = with_free(100, &[80..90, 95..100]);
    let taken = allocator.take(20, None).unwrap();
    assert_eq!(taken, [95..115]);
    assert_eq!(allocator.trim(), 115);
    allocator.give_back(97..115);
    assert_eq!(allocator.trim(), 97);
    assert_eq!(free_runs(&allocator), [80..90]);
}

#[test]
fn trimming_goes_past_the_range_lock_sector_unless_a_damaged_file_uses_it() {
    let lock = SectorSize::V4.range_lock_sector();
    let mut allocator = with_free(lock - 5, &[]);
    let taken = allocator.take(20, None).unwrap();
    for run in taken {
        allocator.give_back(run);
    }
    assert_eq!(allocator.trim(), lock - 5);
    let mut damaged = with_free(lock + 5, &[lock - 5..lock, lock + 1..lock + 5]);
    assert_eq!(damaged.trim(), lock + 1);
    damaged.learn_free(lock..lock + 1);
    assert_eq!(damaged.trim(), lock - 5);
}

#[test]
fn a_file_edited_for_ever_stays_near_the_size_of_its_contents() {
    let mut allocator = with_free(0, &[]);
    let mut streams: Vec<Vec<Range<u32>>> = vec![Vec::new(); 20];
    let mut state = 1u32;
    let mut random = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    let mut longest = 0;
    for edit in 1..5000 {
        let count = 1 + random(60);
        let near = random(2000);
        let new = allocator.take(count, Some(near)).unwrap();
        let old = core::mem::replace(&mut streams[random(20) as usize], new.clone());
        allocator.commit(Generation(edit), old, new);
        let used: u64 = streams.iter().flatten().map(|run| u64::from(run_len(run))).sum();
        longest = longest.max(used + 60);
        let end = u64::from(allocator.end());
        assert!(end <= longest * 4 / 3 + 60, "{end} sectors for at most {longest} in use");
    }
}

/// What the sectors of a file around the range lock are used for, told plainly.
struct Model {
    lock: u32,
    limit: u32,
    free_at_open: BTreeSet<u32>,
    /// Sectors that were told to be free, freed, or are newer than the file.
    managed: BTreeSet<u32>,
    reserved: [BTreeSet<u32>; 2],
    newest: (Generation, BTreeSet<u32>),
    /// Per reader: the generation it sees and the sectors that this one uses.
    readers: Vec<(Generation, BTreeSet<u32>)>,
}

const WINDOW: u32 = 400;

impl Model {
    fn is_used(&self, sector: u32) -> bool {
        self.reserved.iter().any(|reserved| reserved.contains(&sector))
            || self.newest.1.contains(&sector)
            || self.readers.iter().any(|(_, used)| used.contains(&sector))
    }

    fn free(&self, end: u32) -> BTreeSet<u32> {
        let free = |sector: &u32| *sector < end && *sector != self.lock && !self.is_used(*sector);
        self.managed.iter().copied().filter(free).collect()
    }

    fn room(&self, end: u32) -> usize {
        (end..self.limit).filter(|sector| *sector != self.lock).count()
    }
}

#[derive(Debug, Clone)]
enum Op {
    Take { transaction: usize, count: u32, near: Option<u32> },
    GiveBack { transaction: usize, index: usize },
    Learn { offset: u32, len: u32 },
    Commit { transaction: usize, freed: Vec<usize> },
    Open { reader: Option<usize> },
    Close { reader: usize },
    Trim,
}

fn op() -> impl Strategy<Value = Op> {
    let near = prop::option::of(0u32..WINDOW);
    prop_oneof![
        4 => (0usize..2, 0u32..12, near)
            .prop_map(|(transaction, count, near)| Op::Take { transaction, count, near }),
        1 => (0usize..2, any::<usize>())
            .prop_map(|(transaction, index)| Op::GiveBack { transaction, index }),
        1 => (0u32..30, 1u32..10).prop_map(|(offset, len)| Op::Learn { offset, len }),
        2 => (0usize..2, prop::collection::vec(any::<usize>(), 0..12))
            .prop_map(|(transaction, freed)| Op::Commit { transaction, freed }),
        1 => prop::option::of(any::<usize>()).prop_map(|reader| Op::Open { reader }),
        1 => any::<usize>().prop_map(|reader| Op::Close { reader }),
        1 => Just(Op::Trim),
    ]
}

fn pick(set: &BTreeSet<u32>, index: usize) -> Option<u32> {
    set.iter().copied().nth(index.checked_rem(set.len())?)
}

fn apply(allocator: &mut Allocator, model: &mut Model, base: u32, op: Op) {
    match op {
        Op::Take { transaction, count, near } => {
            let end = allocator.end();
            let free = model.free(end);
            let available = free.len() + model.room(end);
            let Ok(runs) = allocator.take(count, near.map(|near| base + near)) else {
                assert!(available < count as usize, "refused with {available} for {count}");
                return;
            };
            let taken: BTreeSet<u32> = runs.iter().cloned().flatten().collect();
            assert_eq!(taken.len(), count as usize, "{runs:?}");
            assert!(runs.iter().all(|run| !run.is_empty()), "{runs:?}");
            assert!(taken.iter().all(|sector| free.contains(sector)
                || (end..model.limit).contains(sector) && *sector != model.lock));
            model.reserved[transaction].extend(taken);
        }
        Op::GiveBack { transaction, index } => {
            if let Some(sector) = pick(&model.reserved[transaction], index) {
                model.reserved[transaction].remove(&sector);
                allocator.give_back(sector..sector + 1);
            }
        }
        Op::Learn { offset, len } => {
            for sector in
                (base + offset..base + offset + len).filter(|s| model.free_at_open.contains(s))
            {
                allocator.learn_free(sector..sector + 1);
                model.managed.insert(sector);
            }
        }
        Op::Commit { transaction, freed } => {
            let (generation, mut used) = model.newest.clone();
            let generation = Generation(generation.0 + 1);
            let freed: BTreeSet<u32> = freed.into_iter().filter_map(|i| pick(&used, i)).collect();
            used.retain(|sector| !freed.contains(sector));
            let adopted = core::mem::take(&mut model.reserved[transaction]);
            used.extend(&adopted);
            let runs = |set: &BTreeSet<u32>| set.iter().map(|s| *s..*s + 1).collect::<Vec<_>>();
            allocator.commit(generation, runs(&freed), runs(&adopted));
            model.managed.extend(freed);
            model.newest = (generation, used);
        }
        Op::Open { reader } => {
            let like =
                reader.and_then(|reader| model.readers.get(reader % model.readers.len().max(1)));
            let opened = like.unwrap_or(&model.newest).clone();
            allocator.open(opened.0);
            model.readers.push(opened);
        }
        Op::Close { reader } => {
            if let Some(index) = reader.checked_rem(model.readers.len()) {
                allocator.close(model.readers.swap_remove(index).0);
            }
        }
        Op::Trim => {
            let before = allocator.end();
            let end = allocator.trim();
            assert!((end..before).all(|sector| !model.is_used(sector)));
            assert!(!model.free(end).contains(&(end - 1)), "{end} could be lower");
        }
    }
}

proptest! {
    #[test]
    fn no_sector_is_handed_out_while_anybody_uses_it(
        version_3 in any::<bool>(),
        used_at_open in prop::collection::vec(any::<bool>(), 1..40),
        ops in prop::collection::vec(op(), 0..80),
    ) {
        let size = if version_3 { SectorSize::V3 } else { SectorSize::V4 };
        let lock = size.range_lock_sector();
        let base = lock - 60;
        let end = base + used_at_open.len() as u32;
        let (used, free_at_open) = (base..end).partition(|s| used_at_open[(s - base) as usize]);
        let mut allocator = Allocator::new(size, end);
        let mut model = Model {
            lock,
            limit: if version_3 { lock } else { base + WINDOW * 3 },
            free_at_open,
            managed: (end..base + WINDOW * 3).collect(),
            reserved: [BTreeSet::new(), BTreeSet::new()],
            newest: (FIRST, used),
            readers: Vec::new(),
        };
        for op in ops {
            apply(&mut allocator, &mut model, base, op);
            let free: BTreeSet<u32> = allocator.free().iter().flatten().collect();
            prop_assert_eq!(free, model.free(allocator.end()));
        }
    }
}
