//! Real files, read by the engine over a simulated link: byte for byte what the same engine reads
//! from memory, and few requests.

use core::time::Duration;
use std::sync::Arc;

use docfile_binding::planner::{Filling, PlannerSettings, Policy};
use docfile_compound::{
    CompoundFile, ElementKind, LockBytes, MemoryBytes, OpenMode, Result, Settings, Storage,
};
use docfile_testkit::corpus::Corpus;
use docfile_testkit::network::{Behaviour, Network, SimulatedServer, VirtualLink};

use crate::rig::{Driver, Outcome, Remote};

/// Every how manyth file is read.
const STEP: usize = 40;

/// A compound file that is opened once, and again only when the array is another one.
#[derive(Default)]
struct Opened {
    of: Option<(Arc<Remote>, CompoundFile)>,
}

impl Opened {
    fn root(&mut self, remote: &Arc<Remote>) -> Result<Storage> {
        if self.of.as_ref().is_none_or(|(bytes, _)| !Arc::ptr_eq(bytes, remote)) {
            let bytes: Arc<dyn LockBytes> = remote.clone();
            let file = CompoundFile::try_open(bytes, Settings::default())?;
            self.of = Some((remote.clone(), file));
        }
        self.of.as_ref().unwrap().1.root(OpenMode::read())
    }
}

/// Everything below a storage: names, kinds, lengths, and with `content` the bytes of streams.
fn collect(storage: &Storage, content: bool, into: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    for stat in storage.try_list()?.elements {
        let label = format!("{:?} {:?} {}", stat.name, stat.kind, stat.len);
        match stat.kind {
            ElementKind::Storage => {
                into.push((label, Vec::new()));
                collect(
                    &storage.try_open_storage(&stat.name, OpenMode::child_read())?,
                    content,
                    into,
                )?;
            }
            ElementKind::Stream => {
                let mut bytes = Vec::new();
                if content {
                    let stream = storage.try_open_stream(&stat.name, OpenMode::child_read())?;
                    bytes.resize(usize::try_from(stat.len).unwrap(), 0);
                    let count = stream.try_read_at(0, &mut bytes)?;
                    bytes.truncate(count);
                }
                into.push((label, bytes));
            }
        }
    }
    Ok(())
}

fn from_memory(bytes: &[u8], content: bool) -> Option<Vec<(String, Vec<u8>)>> {
    let array: Arc<dyn LockBytes> = Arc::new(MemoryBytes::new(bytes.to_vec()));
    let mut found = Vec::new();
    collect(&Storage::try_open(array).ok()?, content, &mut found).ok()?;
    Some(found)
}

fn over_the_link(driver: &mut Driver, content: bool) -> Vec<(String, Vec<u8>)> {
    let mut opened = Opened::default();
    driver
        .read(|remote| {
            let mut found = Vec::new();
            collect(&opened.root(remote)?, content, &mut found)?;
            Ok(found)
        })
        .unwrap()
}

fn driver(bytes: &[u8], policy: Policy, filling: Filling, behaviour: Behaviour) -> Driver {
    let settings = PlannerSettings { policy, filling, ..PlannerSettings::default() };
    let server = SimulatedServer::of(bytes.to_vec(), behaviour);
    let link = VirtualLink {
        jitter: Duration::from_millis(3),
        short_reads: true,
        ..VirtualLink::new(10, 50)
    };
    Driver::new(settings, Network::new(link, server, 5))
}

#[test]
fn every_stream_is_the_same_over_a_link_that_is_cut_and_jitters() {
    let Some(corpus) = Corpus::locate() else { return };
    let mut read_count = 0;
    for file in corpus.files().filter(|file| file.len < 300_000).step_by(STEP) {
        let bytes = file.read();
        let Some(expected) = from_memory(&bytes, true) else { continue };
        for (policy, filling) in [
            (Policy::Frugal, Filling::Never),
            (Policy::Fast, Filling::Never),
            (Policy::Fast, Filling::WhenIdle),
        ] {
            let behaviour = Behaviour { cut_chance: 5, ..Behaviour::default() };
            let mut driver = driver(&bytes, policy, filling, behaviour);
            assert!(over_the_link(&mut driver, true) == expected, "{}", file.name);
            assert!(driver.planner.counters().received_byte_count() < 2 * file.len + 65_536);
            read_count += 1;
        }
    }
    assert!(read_count > 15, "{read_count}");
}

/// The single request: a server without ranges, an element tree, and all streams.
#[test]
fn a_server_without_ranges_is_asked_once_for_a_whole_document() {
    let Some(corpus) = Corpus::locate() else { return };
    for file in corpus.files().filter(|file| file.len < 300_000).step_by(3 * STEP) {
        let bytes = file.read();
        let Some(expected) = from_memory(&bytes, true) else { continue };
        let behaviour = Behaviour { serves_ranges: false, ..Behaviour::default() };
        let mut driver = driver(&bytes, Policy::Fast, Filling::WhenIdle, behaviour);
        assert!(over_the_link(&mut driver, true) == expected, "{}", file.name);
        driver.finish();
        assert_eq!(driver.outcome, Outcome::Complete);
        assert_eq!(driver.network.server().requests.len(), 1);
        assert_eq!(driver.planner.counters().received_byte_count(), file.len);
    }
}

/// A directory of 322 sectors, hardly two of which stand side by side.
#[test]
fn a_scattered_file_is_fetched_whole_before_it_takes_many_requests() {
    let Some(corpus) = Corpus::locate() else { return };
    let file = corpus.files().find(|file| file.name.ends_with("_64322.ole2")).unwrap();
    let bytes = file.read();
    for (link, most) in [
        (VirtualLink::new(1, 80), 110),
        (VirtualLink::new(10, 50), 24),
        (VirtualLink::new(100, 20), 16),
        (VirtualLink { round_trip: Duration::from_micros(300), ..VirtualLink::new(1000, 1) }, 24),
    ] {
        let settings = PlannerSettings { filling: Filling::Never, ..PlannerSettings::default() };
        let server = SimulatedServer::of(bytes.clone(), Behaviour::default());
        let mut driver = Driver::new(settings, Network::new(link.clone(), server, 5));
        let mut opened = Opened::default();
        let found = driver.read(|remote| opened.root(remote)?.try_list()).unwrap();
        assert_eq!(found.elements.len(), 1285);
        let count = driver.planner.counters().request_count;
        println!("{link:?}: {count} requests, {:?}", driver.network.now());
        assert!(count <= most, "{count} requests");
    }
}

/// Listing the root touches few bytes (frugal) in few requests (fast): counted over the whole
/// corpus.
#[test]
fn listing_takes_few_bytes_or_few_requests() {
    let Some(corpus) = Corpus::locate() else { return };
    let (mut shares, mut requests) = (Vec::new(), Vec::new());
    let (mut frugal_len, mut all_len) = (0, 0);
    for file in corpus.files().filter(|file| file.len >= 256 << 10) {
        let bytes = file.read();
        let array: Arc<dyn LockBytes> = Arc::new(MemoryBytes::new(bytes.clone()));
        let Ok(expected) = Storage::try_open(array).and_then(|root| root.try_list()) else {
            continue;
        };
        for policy in [Policy::Frugal, Policy::Fast] {
            let mut driver = driver(&bytes, policy, Filling::Never, Behaviour::default());
            let mut opened = Opened::default();
            let found = driver.read(|remote| opened.root(remote)?.try_list()).unwrap();
            assert_eq!(found.elements, expected.elements, "{}", file.name);
            let counters = driver.planner.counters();
            println!(
                "{policy:?}: {} bytes, {} requests of {} {}",
                counters.received_byte_count(),
                counters.request_count,
                file.len,
                file.name
            );
            if policy == Policy::Fast {
                requests.push(counters.request_count);
            } else {
                let allowed = (file.len / 20).max(40 << 10);
                shares.push(counters.received_byte_count() * 100 / allowed);
                frugal_len += counters.received_byte_count();
                all_len += file.len;
            }
        }
    }
    shares.sort_unstable();
    requests.sort_unstable();
    let at = |numbers: &[u64], part: usize| numbers[(numbers.len() - 1) * part / 100];
    println!("frugal, percent of the bytes allowed: {} / {}", at(&shares, 50), at(&shares, 90));
    println!("fast, requests: {} / {}", at(&requests, 50), at(&requests, 90));
    assert!(frugal_len * 10 < all_len, "{frugal_len} of {all_len}");
    assert!(at(&shares, 50) <= 100, "{shares:?}");
    assert!(at(&requests, 50) <= 3 && at(&requests, 90) <= 5);
}
