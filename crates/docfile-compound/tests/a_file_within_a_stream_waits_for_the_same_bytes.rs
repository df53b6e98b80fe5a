//! A compound file within a stream of another waits as often, and for the same bytes, as it does
//! by itself; what it lacks is told in ranges of the outer file.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "the helpers of a test fail as loudly as it"
)]

use std::ops::Range;
use std::sync::Arc;

use docfile_compound::{
    ByteRanges, CompoundFile, LockBytes, MemoryBytes, Missing, Name, OpenMode, Settings, Stream,
};
use docfile_testkit::lying::Arriving;
use docfile_testkit::model::Tree;
use docfile_testkit::observation::Observation;
use docfile_testkit::raw::{self, FileBuilder, Layout, SectorOrder, Version};

type Slow = Arc<Arriving<MemoryBytes>>;

const STREAM_NAME: &str = "inner file";

/// A file that holds `inner` in a stream whose sectors lie anywhere.
fn outer(inner: &[u8], seed: u64) -> Vec<u8> {
    let tree = Tree::default()
        .with_stream(STREAM_NAME, inner.to_vec())
        .with_stream("beside it", vec![7; 10_000]);
    let layout = Layout { sector_order: SectorOrder::Shuffled(seed), ..Layout::default() };
    FileBuilder::new(Version::V3, tree).layout(layout).build().to_vec()
}

fn open_stream(bytes: Arc<dyn LockBytes>) -> Stream {
    let root = CompoundFile::try_open(bytes, Settings::default())
        .and_then(|file| file.root(OpenMode::read()))
        .expect("the outer file is valid");
    let name = Name::new(STREAM_NAME).unwrap();
    root.try_open_stream(&name, OpenMode::child_read()).expect("the stream is there")
}

/// What was required in each round of observing a file of which nothing has arrived, as ranges of
/// the array that `place` leads to.
fn rounds(
    slow: &Slow,
    bytes: Arc<dyn LockBytes>,
    place: impl Fn(Range<u64>) -> Vec<Range<u64>>,
) -> (Observation, Vec<ByteRanges>) {
    let mut rounds = Vec::new();
    let found = Observation::while_waiting(bytes, Settings::default(), |missing: &Missing| {
        for range in missing.required.iter() {
            assert!(!slow.arrived().intersects(&range), "{range:?} is required, and here");
        }
        slow.arrive_required(missing);
        rounds.push(missing.required.iter().flat_map(&place).collect());
    });
    (found, rounds)
}

#[test]
fn for_random_files() {
    for seed in 0..120 {
        let inner = raw::valid(seed).0.to_vec();
        if inner.len() < 4096 {
            continue;
        }
        let alone = Arc::new(Arriving::new(MemoryBytes::new(inner.clone())));
        let outer = outer(&inner, seed);
        let whole = open_stream(Arc::new(MemoryBytes::new(outer.clone())));
        let place = |range: Range<u64>| {
            whole.try_ranges(range.start, range.end - range.start).expect("nothing is missing")
        };
        let (seen_alone, alone_rounds) = rounds(&alone, alone.clone(), place);

        // Everything but the inner file is here.
        let slow = Arc::new(Arriving::new(MemoryBytes::new(outer)));
        slow.arrive_all();
        place(0..inner.len() as u64).into_iter().for_each(|range| slow.withhold(range));
        let stream = Arc::new(open_stream(slow.clone()));
        let (seen_within, within_rounds) = rounds(&slow, stream, |range| vec![range]);

        assert_eq!(seen_alone.difference(&seen_within), None, "seed {seed}");
        assert_eq!(alone_rounds, within_rounds, "seed {seed}");
    }
}
