//! Random links, random trouble, readers that come and go: never a wrong byte, never a hang,
//! never a waiter forgotten. The rig panics when somebody waits and nothing will happen.
//!
//! `DOCFILE_SCHEDULES` sets how many schedules run.

use core::ops::Range;
use core::time::Duration;

use docfile_binding::planner::{Filling, OnChange, PlannerSettings, Policy, Retry};
use docfile_compound::{ErrorKind, Missing};
use docfile_testkit::network::{Behaviour, Network, ServerLie, SimulatedServer, VirtualLink};
use docfile_testkit::random::Random;

use crate::rig::{Driver, Outcome, Step, resource};

const DEFAULT_COUNT: u64 = 10_000;

#[test]
fn never_a_wrong_byte_a_hang_or_a_forgotten_waiter() {
    let count = std::env::var("DOCFILE_SCHEDULES").ok().and_then(|text| text.parse().ok());
    let mut tally = [0u64; 3];
    for seed in 0..count.unwrap_or(DEFAULT_COUNT) {
        // A seed in the output of a failed run is its reproducer.
        let outcome = std::panic::catch_unwind(|| run(seed));
        match outcome {
            Ok(index) => tally[index] += 1,
            Err(panic) => {
                println!("schedule {seed}");
                std::panic::resume_unwind(panic);
            }
        }
    }
    let [complete, running, gave_up] = tally;
    println!("{complete} complete, {running} left running, {gave_up} gave up");
    assert!(complete > 0 && running > 0 && gave_up > 0, "the schedules are not of all sorts");
}

fn run(seed: u64) -> usize {
    let mut random = Random::seeded(seed);
    let len = *random.pick(&[0, 1, 511, 5_000, 70_000, 300_000]);
    let len = len + random.below(1000);
    let version_count = 1 + u64::from(random.chance(1, 4));
    let versions: Vec<_> = (0..version_count).map(|n| resource(len, seed * 2 + n)).collect();
    let behaviour = behaviour(&mut random);
    let honest = behaviour.lie.is_none() && version_count == 1;
    let calm = honest
        && behaviour.cut_chance
            + behaviour.busy_chance
            + behaviour.silent_chance
            + behaviour.refused_chance
            == 0;
    let server = SimulatedServer {
        versions: versions.clone(),
        ..SimulatedServer::of(Vec::new(), behaviour)
    };
    let settings = settings(&mut random);
    let fills = settings.filling == Filling::WhenIdle;
    let mut driver = Driver::new(settings, Network::new(link(&mut random), server, seed));
    for _ in 0..random.below(6) {
        round(&mut driver, &mut random, &versions, calm);
    }
    if random.chance(1, 2) && driver.outcome == Outcome::Running
        // A transfer comes to its end by itself when it fills, or cannot stop in between.
        && (fills || driver.planner.has_ranges() == Some(false))
    {
        driver.finish();
    }
    check(&driver, &versions, calm);
    match driver.outcome {
        Outcome::Complete => 0,
        Outcome::Running => 1,
        Outcome::GaveUp(_) => 2,
    }
}

/// Some readers side by side, and one that goes before it got anything.
fn round(driver: &mut Driver, random: &mut Random, versions: &[std::sync::Arc<[u8]>], calm: bool) {
    let len = versions[0].len() as u64;
    let ranges: Vec<Range<u64>> = (0..1 + random.below(4))
        .map(|_| {
            let start = random.below(len + 600);
            start..start + random.below(*random.clone().pick(&[16, 600, 50_000]))
        })
        .collect();
    let leaver = random
        .chance(1, 3)
        .then(|| driver.register(&Missing::required(random.below(len + 1)..len + 5)))
        .flatten();
    if random.chance(1, 2) {
        driver.idle(Duration::from_millis(random.below(400)));
    }
    if let Some(leaver) = leaver {
        driver.deregister(leaver);
    }
    let steps: Vec<Step<'_>> = ranges
        .iter()
        .map(|range| -> Step<'_> { Box::new(|remote| read_any_version(remote, range, versions)) })
        .collect();
    for result in driver.read_all(steps) {
        if let Err(error) = result {
            assert!(!calm, "{error}");
            assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
        }
    }
}

/// Reads a range; it must be that of one version, whole.
fn read_any_version(
    remote: &crate::rig::Remote,
    range: &Range<u64>,
    versions: &[std::sync::Arc<[u8]>],
) -> docfile_compound::Result<()> {
    use docfile_compound::LockBytes;
    let mut buffer = vec![0; usize::try_from(range.end - range.start).unwrap()];
    let count = remote.try_read_at(range.start, &mut buffer)?;
    let start = usize::try_from(range.start).unwrap();
    let is_of = |version: &std::sync::Arc<[u8]>| {
        let end = version.len().min(start + buffer.len());
        version.get(start..end).unwrap_or_default() == &buffer[..count]
    };
    assert!(versions.iter().any(is_of), "bytes of no version at {range:?}");
    Ok(())
}

fn check(driver: &Driver, versions: &[std::sync::Arc<[u8]>], calm: bool) {
    let counters = driver.planner.counters();
    assert!(counters.request_count >= driver.network.server().requests.len() as u64);
    if calm {
        assert!(!matches!(driver.outcome, Outcome::GaveUp(_)), "{:?}", driver.outcome);
        assert_eq!((counters.retry_count, counters.restart_count), (0, 0));
    }
    let arrived = driver.remote.with_state(|state| state.arrived().byte_count());
    assert!(arrived <= counters.received_byte_count());
    if versions.len() == 1 && counters.restart_count == 0 {
        let fresh = counters.received_byte_count() - counters.wasted_byte_count;
        assert_eq!(fresh, arrived);
    }
    if driver.outcome == Outcome::Complete {
        assert_eq!(arrived, versions[0].len() as u64);
    }
}

fn link(random: &mut Random) -> VirtualLink {
    VirtualLink {
        jitter: Duration::from_millis(*random.pick(&[0, 5, 100])),
        short_reads: random.chance(1, 2),
        piece_len: *random.pick(&[1_000, 4_096, 30_000]),
        ..VirtualLink::new(*random.pick(&[1, 10, 100]), *random.pick(&[1, 20, 80]))
    }
}

fn behaviour(random: &mut Random) -> Behaviour {
    let lies = [
        ServerLie::OtherStart,
        ServerLie::NoContentRange,
        ServerLie::OtherTotal,
        ServerLie::LongBody,
        ServerLie::ShortBody,
        ServerLie::Encoding,
        ServerLie::IgnoredRange,
        ServerLie::Status(404),
        ServerLie::Status(416),
    ];
    let trouble = random.chance(1, 2);
    let mut chance = |most: u64| if trouble { random.below(most) } else { 0 };
    let (cut, busy, silent, refused) = (chance(60), chance(200), chance(60), chance(200));
    let lie = random.chance(1, 5).then(|| (random.below(4), *random.pick(&lies)));
    // Where no length is promised, none can be broken, and nobody could notice.
    let needs_len = matches!(lie, Some((_, ServerLie::LongBody | ServerLie::ShortBody)));
    Behaviour {
        serves_ranges: !random.chance(1, 5),
        tells_len: needs_len || !random.chance(1, 5),
        // Without a tag two versions of one length cannot be told apart until bytes come twice.
        sends_etag: true,
        cut_chance: cut,
        busy_chance: busy,
        silent_chance: silent,
        refused_chance: refused,
        changes_at_request: random.chance(1, 2).then(|| random.below(8)),
        lie,
    }
}

fn settings(random: &mut Random) -> PlannerSettings {
    PlannerSettings {
        policy: *random.pick(&[Policy::Frugal, Policy::Fast]),
        filling: *random.pick(&[Filling::Never, Filling::WhenIdle]),
        on_change: *random.pick(&[OnChange::Fail, OnChange::Restart]),
        parallel_count: 1 + random.count(8),
        retry: Retry { jitter_seed: random.next_u64(), ..Retry::default() },
        ..PlannerSettings::default()
    }
}
