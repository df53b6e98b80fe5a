//! What an earlier run left is used while the resource is the same, and forgotten when it is not.

use docfile_binding::planner::{PlannerSettings, Resume, Validator};
use docfile_testkit::network::{Behaviour, Network, SimulatedServer, VirtualLink};

use crate::rig::{Driver, Outcome, read_range, resource};

const LEN: u64 = 1 << 20;
const KEPT: [core::ops::Range<u64>; 2] = [0..600_000, 700_000..900_000];

fn resumed(etag: &str, serves_ranges: bool) -> Driver {
    let resume = Resume {
        validator: Validator { etag: Some(etag.into()), last_modified: None },
        total_len: LEN,
        arrived: KEPT.into_iter().collect(),
    };
    let settings = PlannerSettings { resume: Some(resume), ..PlannerSettings::default() };
    let behaviour = Behaviour { serves_ranges, ..Behaviour::default() };
    let server = SimulatedServer::of(resource(LEN, 1), behaviour);
    let mut driver = Driver::new(settings, Network::new(VirtualLink::new(10, 50), server, 1));
    driver.preload(&resource(LEN, if etag == "\"0\"" { 1 } else { 2 }), &KEPT);
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
