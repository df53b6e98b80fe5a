//! One small stream out of a file of 64 MiB whose tables are strewn over it: how many requests,
//! how many bytes, how much virtual time, beside the bounds for the same link.
//!
//! The bounds: d1 is the exact chain of what needs what, one round trip each, without any guess;
//! d2 has a first read of 64 KiB and guesses that can be verified, all in parallel. Both connect
//! once, and take the bytes at the full rate. Source: `peers-progressive.md` 4.

use core::time::Duration;
use std::sync::Arc;

use docfile_binding::planner::{Filling, PlannerSettings, Policy};
use docfile_compound::{CompoundFile, LockBytes, Name, OpenMode, Result, Settings};
use docfile_testkit::grown::{Grown, TARGET_LEN};
use docfile_testkit::network::{Behaviour, Network, SimulatedServer, VirtualLink};

use crate::rig::{Driver, Remote};

/// Round trips and bytes of a bound.
type Bound = (u32, u64);

/// Large sectors, directory last, d1, d2.
const FILES: [(bool, bool, Bound, Bound); 4] = [
    (false, false, (10, 73_216), (3, 109_056)),
    (false, true, (15, 75_776), (4, 140_800)),
    (true, false, (6, 78_336), (3, 110_592)),
    (true, true, (6, 78_336), (4, 143_360)),
];
const LINKS: [(u64, u64); 3] = [(1, 80), (10, 50), (100, 20)];

fn time(link: &VirtualLink, (round_trips, len): Bound) -> Duration {
    link.round_trip * round_trips + link.time_of(len)
}

/// Opens `Storage10/Target` and reads all of it.
fn read_target(file: &mut Option<CompoundFile>, remote: &Arc<Remote>) -> Result<Vec<u8>> {
    let file = match file {
        Some(file) => file,
        None => {
            let bytes: Arc<dyn LockBytes> = remote.clone();
            file.insert(CompoundFile::try_open(bytes, Settings::default())?)
        }
    };
    let root = file.root(OpenMode::read())?;
    let name = |text: &str| Name::new(text).unwrap();
    let storage = root.try_open_storage(&name("Storage10"), OpenMode::child_read())?;
    let stream = storage.try_open_stream(&name("Target"), OpenMode::child_read())?;
    let mut bytes = vec![0; TARGET_LEN];
    let count = stream.try_read_at(0, &mut bytes)?;
    bytes.truncate(count);
    Ok(bytes)
}

#[test]
fn a_small_stream_of_a_large_file_takes_few_requests() {
    for (large_sectors, directory_last, d1, d2) in FILES {
        let grown = Grown { large_sectors, directory_last, stream_len: 337_500 };
        let bytes: Arc<[u8]> = grown.bytes().into();
        for (megabit, millis) in LINKS {
            for policy in [Policy::Fast, Policy::Frugal] {
                let link = VirtualLink::new(megabit, millis);
                let server = SimulatedServer::of(bytes.clone(), Behaviour::default());
                let settings = PlannerSettings {
                    policy,
                    filling: Filling::Never,
                    ..PlannerSettings::default()
                };
                let mut driver = Driver::new(settings, Network::new(link.clone(), server, 1));
                let mut file = None;
                let found = driver.read(|remote| read_target(&mut file, remote)).unwrap();
                assert!(found == Grown::target());
                let counters = driver.planner.counters();
                let now = driver.network.now();
                println!(
                    "v{} directory {} {megabit:>3}/{millis} {policy:?}: {now:?} (d1 {:?}, d2 {:?}), {} requests, {} bytes",
                    if large_sectors { 4 } else { 3 },
                    if directory_last { "last " } else { "first" },
                    time(&link, d1),
                    time(&link, d2),
                    counters.request_count,
                    counters.received_byte_count(),
                );
                assert!(counters.received_byte_count() * 200 < bytes.len() as u64);
                assert!(counters.request_count <= 18);
                if policy == Policy::Fast {
                    // A tenth above d1: on a slow link the first request is too long, for it is
                    // made before anything is known.
                    assert!(now <= time(&link, d1) * 11 / 10, "{now:?}");
                }
            }
        }
    }
}
