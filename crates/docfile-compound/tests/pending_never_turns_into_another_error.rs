//! Whatever bytes are missing, and in whatever order they come, every operation ends exactly as it
//! does on the whole file: nothing but pending is said meanwhile, nothing is remembered of it, and
//! a repeated operation costs only what is new.
//!
//! Runs over the shared corpus, random valid files and one file for each fault. Set `DOCFILE_LONG`
//! to let every single sector be missing in turn, also of long files.

#![expect(
    clippy::panic,
    clippy::expect_used,
    reason = "the helpers of a test fail as loudly as it"
)]

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use docfile_compound::{
    CompoundFile, Error, Limits, LockBytes, MemoryBytes, OpenMode, Result, Settings, Storage,
    try_check,
};
use docfile_testkit::lying::{Arriving, Busy, Counting, arrive_until_ready};
use docfile_testkit::observation::{Blame, Observation};
use docfile_testkit::question::{Answer, Question};
use docfile_testkit::random::Random;
use docfile_testkit::specimen::{Specimen, is_long_run};

type Slow = Arriving<Counting<Arc<MemoryBytes>>>;

/// Without `DOCFILE_LONG`, so many bytes of a specimen are read again for missing sectors.
const BYTES_PER_SPECIMEN: usize = 4 << 20;

/// The unit in which bytes are withheld: the sector that the header claims, or the smaller one.
fn sector_len(bytes: &[u8]) -> usize {
    if bytes.get(30) == Some(&12) { 4096 } else { 512 }
}

/// The sectors to withhold: all, or of a long file the first, the last and an even choice between.
fn sectors(bytes: &[u8]) -> Vec<Range<u64>> {
    let len = sector_len(bytes);
    let count = bytes.len().div_ceil(len);
    let affordable = (BYTES_PER_SPECIMEN / bytes.len().max(1)).max(6);
    let step = if is_long_run() { 1 } else { count.div_ceil(affordable).max(1) };
    let chosen = (0..count).filter(|index| index % step == step / 2 || index + 1 == count);
    let range = |index: usize| (index * len) as u64..((index + 1) * len).min(bytes.len()) as u64;
    chosen.chain([0]).map(range).collect()
}

/// What went wrong first at each place, in a test that goes on to the end all the same.
#[derive(Default)]
struct Wrong(BTreeMap<String, String>);

impl Wrong {
    fn check(&mut self, place: &str, wrong: Option<String>) {
        if let Some(wrong) = wrong {
            self.0.entry(place.to_owned()).or_insert(wrong);
        }
    }

    fn nothing(&self) {
        let first: Vec<_> = self.0.iter().take(20).collect();
        assert!(first.is_empty(), "{} differences, the first: {first:#?}", self.0.len());
    }
}

/// Observes a specimen with one sector missing; answers how many bytes were read for that.
fn observe_without(
    memory: &Arc<MemoryBytes>,
    sector: &Range<u64>,
    place: &str,
) -> (Observation, u64) {
    let slow = Arc::new(Slow::all_but(Counting::new(memory.clone()), sector.clone()));
    let found = Observation::while_waiting(slow.clone(), Settings::default(), |missing| {
        for range in missing.required.iter() {
            let lacks = sector.start <= range.start && range.end <= sector.end;
            assert!(lacks, "{place}, without {sector:?}: {range:?} is required and here");
        }
        slow.arrive_required(missing);
    });
    (found, slow.inner().counts().read_len)
}

#[test]
fn with_any_one_sector_missing_and_at_no_further_cost() {
    let mut wrong = Wrong::default();
    for specimen in Specimen::all() {
        let bytes = specimen.bytes();
        let memory = Arc::new(MemoryBytes::new(bytes.clone()));
        let counted = Arc::new(Counting::new(memory.clone()));
        let whole = Observation::of(counted.clone(), Settings::default());
        let whole_cost = counted.counts().read_len;
        for sector in sectors(&bytes) {
            let (found, cost) = observe_without(&memory, &sector, &specimen.name);
            let difference = whole.difference(&found);
            wrong.check(&specimen.name, difference.map(|text| format!("{sector:?}: {text}")));
            let dear = format!("{sector:?}: {cost} bytes read instead of {whole_cost}");
            wrong.check(&specimen.name, (cost > whole_cost).then_some(dear));
        }
    }
    wrong.nothing();
}

/// Two views of one file: the whole of it, and one that is still arriving.
///
/// Where the length was not known from the start, damage that has to do with the file's end may be
/// told by another rule than on the whole file, but as damage all the same.
struct Pair {
    whole: Storage,
    len_was_known: bool,
    slow_bytes: Arc<Slow>,
    slow: Storage,
}

/// Lets something arrive for a pending operation: what it requires, a part of that, or more.
fn arrive(slow: &Slow, error: &Error, random: &mut Random) {
    let missing = error.missing().expect("a pending error names what is missing");
    let arrived = slow.arrived();
    for range in missing.required.iter() {
        assert!(!arrived.intersects(&range), "{range:?} is required, and some of it is here");
    }
    match random.below(6) {
        // A part only: the next answer must be pending on the rest.
        0 => {
            let ranges: Vec<Range<u64>> = missing.required.iter().collect();
            let range = random.pick(&ranges).clone();
            slow.arrive(random.within(range.start..range.end)..range.end);
        }
        // More than was asked for, somewhere.
        1 => {
            let start = random.below(4 << 20);
            slow.arrive(start..start + random.below(50_000));
        }
        2 => {
            slow.arrive_required(missing);
            missing.helpful.iter().for_each(|range| slow.arrive(range));
        }
        3 if slow.len().is_none() => slow.tell_len(),
        _ => slow.arrive_required(missing),
    }
}

/// Repeats a step until it is ready.
fn until_ready<T>(
    slow: &Slow,
    random: &mut Random,
    mut step: impl FnMut() -> Result<T>,
) -> Result<T> {
    loop {
        match step() {
            Err(error) if error.is_pending() => arrive(slow, &error, random),
            ready => return ready,
        }
    }
}

fn open_both(bytes: &[u8], random: &mut Random) -> core::result::Result<Pair, (Blame, Blame)> {
    let memory = Arc::new(MemoryBytes::new(bytes.to_vec()));
    let inner = Counting::new(memory.clone());
    let len_was_known = random.chance(1, 2);
    let slow_bytes = Arc::new(match len_was_known {
        true => Arriving::new(inner),
        false => Arriving::of_unknown_len(inner),
    });
    let whole = CompoundFile::try_open(memory, Settings::default());
    let slow = until_ready(&slow_bytes, random, || {
        CompoundFile::try_open(slow_bytes.clone(), Settings::default())
    });
    match (whole, slow) {
        (Ok(whole), Ok(slow)) => {
            let root =
                |file: CompoundFile| file.root(OpenMode::read()).expect("nothing is pending");
            Ok(Pair { whole: root(whole), len_was_known, slow: root(slow), slow_bytes })
        }
        (Err(whole), Err(slow)) => Err((whole.into(), slow.into())),
        (whole, slow) => panic!("{whole:?} and {slow:?}"),
    }
}

#[test]
fn in_any_order_of_arrival() {
    let specimens = Specimen::all();
    let seed_count = if is_long_run() { 20_000 } else { 1_000 };
    let mut observations = std::collections::HashMap::new();
    let mut wrong = Wrong::default();
    for seed in 0..seed_count {
        let mut random = Random::seeded(seed);
        let chosen = usize::try_from(seed).expect("a seed is small") * 7 % specimens.len();
        let specimen = &specimens[chosen];
        let bytes = specimen.bytes();
        let place = format!("{}, seed {seed}", specimen.name);
        let seen = observations.entry(chosen).or_insert_with(|| {
            Observation::of(Arc::new(MemoryBytes::new(bytes.clone())), Settings::default())
        });
        let pair = match open_both(&bytes, &mut random) {
            Ok(pair) => pair,
            Err((whole, slow)) => {
                let differ = format!("{whole:?} and {slow:?}");
                wrong.check(&place, (whole != slow).then_some(differ));
                continue;
            }
        };
        for _ in 0..25 {
            let question = Question::random(seen, &mut random);
            let whole: Answer = question.ask(&pair.whole).map_err(Blame::from);
            let slow = until_ready(&pair.slow_bytes, &mut random, || question.ask(&pair.slow));
            let slow = slow.map_err(Blame::from);
            let alike = if pair.len_was_known {
                whole == slow
            } else {
                whole.as_ref().map_err(|blame| blame.kind) == slow.as_ref().map_err(|b| b.kind)
            };
            let differ = format!("{question:?}: {whole:?} and {slow:?}");
            wrong.check(&place, (!alike).then_some(differ));
        }
    }
    wrong.nothing();
}

#[test]
fn when_the_length_is_told_last() {
    let mut wrong = Wrong::default();
    for specimen in Specimen::own() {
        let memory = Arc::new(MemoryBytes::new(specimen.bytes()));
        let whole = Observation::of(memory.clone(), Settings::default());
        let slow = Arc::new(Arriving::of_unknown_len(memory));
        let found = Observation::while_waiting(slow.clone(), Settings::default(), |missing| {
            slow.arrive_required(missing);
        });
        wrong.check(&specimen.name, coarse(whole).difference(&coarse(found)));
    }
    wrong.nothing();
}

/// The same observation with errors told apart by kind only; see [`Pair`].
fn coarse(observation: Observation) -> Observation {
    observation.with_blames(|blame| Blame { kind: blame.kind, rule: None, offset: None })
}

#[test]
fn when_every_first_asking_is_in_vain() {
    for (seed, specimen) in (0..).zip(Specimen::own()) {
        let memory = Arc::new(MemoryBytes::new(specimen.bytes()));
        let whole = Observation::of(memory.clone(), Settings::default());
        let busy = Arc::new(Busy::seeded(memory, seed));
        let found = Observation::while_waiting(busy, Settings::default(), |_| {});
        assert_eq!(whole.difference(&found), None, "{}", specimen.name);
    }
}

#[test]
fn a_check_ends_as_on_the_whole_file() {
    let check = |bytes: Arc<dyn LockBytes>| try_check(bytes, Limits::default());
    let mut wrong = Wrong::default();
    for (seed, specimen) in (0..).zip(Specimen::all()) {
        let memory = Arc::new(MemoryBytes::new(specimen.bytes()));
        let whole = check(memory.clone()).map_err(Blame::from);
        let mut random = Random::seeded(seed);
        let inner = || Counting::new(memory.clone());
        for slow in [Arc::new(Slow::new(inner())), Arc::new(Slow::of_unknown_len(inner()))] {
            let found = until_ready(&slow, &mut random, || check(slow.clone()));
            let found = found.map_err(Blame::from);
            wrong.check(&specimen.name, (found != whole).then(|| format!("{whole:?} {found:?}")));
        }
    }
    wrong.nothing();
}

#[test]
fn two_readers_of_one_file_share_what_has_come() {
    let memory = Arc::new(MemoryBytes::new(docfile_testkit::raw::valid(3).0.to_vec()));
    let slow = Arc::new(Slow::new(Counting::new(memory)));
    let open = || CompoundFile::try_open(slow.clone(), Settings::default());
    let file = arrive_until_ready(&slow, open).0.unwrap();
    let list = || file.root(OpenMode::read())?.try_list();
    let first = arrive_until_ready(&slow, list).0.unwrap();
    slow.inner().reset();
    let (second, rounds) = arrive_until_ready(&slow, list);
    assert_eq!(first.elements, second.unwrap().elements);
    assert_eq!((rounds.len(), slow.inner().counts().read_len), (0, 0));
}
