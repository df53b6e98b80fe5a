//! Every first input that the project's generators make passes its target: valid files in odd
//! layouts, a file for every way to break a rule, random programs, layout scripts, a property of
//! every type, a value and a call of every kind.

use docfile_fuzz::call_seeds;
use docfile_fuzz::document_seeds;
use docfile_fuzz::seeds::{self, Seeds};

fn run_all(seeds: Seeds, run: fn(&[u8])) {
    assert!(seeds.len() > 10, "the generators made nothing");
    for (name, bytes) in seeds {
        // The last name printed is the one that failed.
        println!("{name}");
        run(&bytes);
    }
}

#[test]
fn layouts() {
    run_all(seeds::layouts(), docfile_fuzz::layouts::run);
}

#[test]
fn documents() {
    run_all(document_seeds::documents(), docfile_fuzz::documents::run);
}

#[test]
fn document_streams() {
    run_all(document_seeds::document_streams().unwrap(), docfile_fuzz::documents::run_on_streams);
}

#[test]
fn open_and_walk() {
    run_all(seeds::files(), docfile_fuzz::open_and_walk::run);
}

#[test]
fn operations() {
    run_all(seeds::programs(), docfile_fuzz::operations::run);
}

#[test]
fn property_sets() {
    run_all(seeds::property_sets().unwrap(), docfile_fuzz::property_sets::run);
}

#[test]
fn call_values() {
    run_all(call_seeds::values().unwrap(), docfile_fuzz::call_values::run);
}

#[test]
fn orpc_calls() {
    run_all(call_seeds::calls().unwrap(), docfile_fuzz::orpc_calls::run);
}
