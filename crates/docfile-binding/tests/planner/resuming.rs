//! What an earlier run left is used while the resource is the same, and forgotten when it is not.

use docfile_binding::planner::{Filling, PlannerSettings, Resume, Validator};
use docfile_testkit::network::{Behaviour, Network, SimulatedServer, VirtualLink};

use crate::rig::{Driver, Outcome, read_range, resource};

const LEN: u64 = 1 << 20;
const KEPT: [core::ops::Range<u64>; 2] = [0..600_000, 700_000..900_000];

fn resumed(etag: &str, serves_ranges: bool) -> Driver {
    resumed_with(etag, serves_ranges, Filling::WhenIdle)
}

fn resumed_with(etag: &str, serves_ranges: bool, filling: Filling) -> Driver {
    driver(Some(etag), Behaviour { serves_ranges, ..Behaviour::default() }, filling)
}

fn driver(etag: Option<&str>, behaviour: Behaviour, filling: Filling) -> Driver {
    let resume = Resume {
        validator: Validator { etag: etag.map(Into::into), last_modified: None },
        total_len: LEN,
        arrived: KEPT.into_iter().collect(),
    };
    let settings = PlannerSettings { resume: Some(resume), filling, ..PlannerSettings::default() };
    let server = SimulatedServer::of(resource(LEN, 1), behaviour);
    let mut driver = Driver::new(settings, Network::new(VirtualLink::new(10, 50), server, 1));
    let seed = if etag == Some("\"old\"") { 2 } else { 1 };
    driver.preload(&resource(LEN, seed), &KEPT);
    driver
}

#[test]
fn only_what_lacks_is_fetched() {
    let mut driver = resumed("\"0\"", true);
    driver.finish();
    assert_eq!(driver.outcome, Outcome::Complete);
    assert_eq!(driver.planner.counters().received_byte_count(), LEN - 800_000);
    read_range(&driver.remote, &(0..LEN), &resource(LEN, 1)).unwrap();
}

/// Nothing that is wanted lacks: the server is asked whether the resource changed, and nothing else.
#[test]
fn what_is_here_is_shown_when_the_server_confirms_it_and_not_before() {
    let mut driver = resumed_with("\"0\"", true, Filling::Never);
    let early = driver.remote.with_state(|state| state.try_read_many([0..512]));
    assert!(early.unwrap_err().is_pending());
    assert_eq!(driver.remote.with_state(docfile_binding::fill::FillState::len), None);
    driver.read(|remote| read_range(remote, &(0..512), &resource(LEN, 1))).unwrap();
    driver.read(|remote| read_range(remote, &(700_000..900_000), &resource(LEN, 1))).unwrap();
    let requests = &driver.network.server().requests;
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].if_none_match.as_deref(), Some("\"0\""));
    assert_eq!(driver.planner.counters().received_byte_count(), 0);
    // What lacks is asked for alone, between what is here.
    driver.read(|remote| read_range(remote, &(650_000..650_512), &resource(LEN, 1))).unwrap();
    let range = driver.network.server().requests[1].range.clone().unwrap();
    assert!(range.start == 650_000 && range.end <= 700_000, "{range:?}");
    assert_eq!(driver.planner.counters().wasted_byte_count, 0);
}

#[test]
fn bytes_of_a_resource_that_changed_are_never_shown() {
    let mut driver = resumed_with("\"old\"", true, Filling::Never);
    let array = driver.remote.clone();
    driver.idle(core::time::Duration::from_secs(10));
    assert_eq!(driver.restart_count, 1);
    assert!(array.with_state(|state| state.arrived().is_empty()));
}

/// What a server does not say proves nothing.
#[test]
fn without_proof_that_it_is_the_same_everything_begins_anew() {
    let behaviour = Behaviour { sends_etag: false, ..Behaviour::default() };
    let mut driver = driver(None, behaviour, Filling::WhenIdle);
    driver.finish();
    assert_eq!((driver.outcome.clone(), driver.restart_count), (Outcome::Complete, 1));
    read_range(&driver.remote, &(0..LEN), &resource(LEN, 1)).unwrap();
}

#[test]
fn what_was_kept_of_another_version_is_forgotten() {
    for serves_ranges in [true, false] {
        let mut driver = resumed("\"old\"", serves_ranges);
        driver.finish();
        assert_eq!((driver.outcome.clone(), driver.restart_count), (Outcome::Complete, 1));
        read_range(&driver.remote, &(0..LEN), &resource(LEN, 1)).unwrap();
    }
}

#[test]
fn a_server_that_lost_its_ranges_is_read_from_the_front() {
    let mut driver = resumed("\"0\"", false);
    driver.finish();
    assert_eq!((driver.outcome.clone(), driver.restart_count), (Outcome::Complete, 0));
    assert_eq!(driver.planner.counters().wasted_byte_count, 800_000);
    read_range(&driver.remote, &(0..LEN), &resource(LEN, 1)).unwrap();
}
