//! Every kept seed, those that failed once among them, passes its target.

use std::fs;
use std::path::Path;

fn run_all(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // The name of the last one printed is the one that failed.
        println!("{}", path.display());
        run(&fs::read(path).unwrap());
        count += 1;
    }
    assert!(count > 0, "{target} has no seeds");
}

#[test]
fn layouts() {
    run_all("layouts", docfile_fuzz::layouts::run);
}

#[test]
fn documents() {
    run_all("documents", docfile_fuzz::documents::run);
}

#[test]
fn document_streams() {
    run_all("document_streams", docfile_fuzz::documents::run_on_streams);
}

#[test]
fn open_and_walk() {
    run_all("open_and_walk", docfile_fuzz::open_and_walk::run);
}

#[test]
fn operations() {
    run_all("operations", docfile_fuzz::operations::run);
}

#[test]
fn property_sets() {
    run_all("property_sets", docfile_fuzz::property_sets::run);
}

#[test]
fn call_values() {
    run_all("call_values", docfile_fuzz::call_values::run);
}

#[test]
fn orpc_calls() {
    run_all("orpc_calls", docfile_fuzz::orpc_calls::run);
}
