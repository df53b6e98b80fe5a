//! The figures of `docs/performance.md`: ours and the rivals, on the same files, in one run.
//!
//! `bench ROW` runs a row of the table; `bench pass key=value...` is one contender's child process
//! and not for people. See `README.md` beside this crate for what is compared and how.

mod arguments;
mod case;
mod child;
mod counted;
mod job;
mod page_buffer;
mod pass;
mod peer;
mod report;
mod rounds;
mod row;
mod source;
mod workload;

use std::io;
use std::process::ExitCode;

use arguments::Arguments;
use job::Job;
use peer::Peers;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).peekable();
    let ran = match arguments.peek().map(String::as_str) {
        Some("pass") => Job::parse(arguments.skip(1)).and_then(|job| pass::run(&job)),
        Some("--help" | "-h") | None => {
            print!("{}", arguments::usage());
            Ok(())
        }
        Some(_) => Arguments::parse(arguments).and_then(|arguments| compare(&arguments)),
    };
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the rows and prints the report.
fn compare(arguments: &Arguments) -> io::Result<()> {
    let peers = Peers::find(&arguments.setting.work, &arguments.skipped)?;
    for (name, version) in peers.versions() {
        if let Err(why) = version {
            eprintln!("{name} is skipped: {why}");
        }
    }
    let mut results = Vec::new();
    for row in &arguments.rows {
        for version in &arguments.versions {
            for case in (row.cases)(&arguments.setting, *version)? {
                let outcomes = rounds::run(&case, &peers, arguments.rounds, arguments.patience);
                results.push((case, outcomes));
            }
        }
    }
    let words: Vec<_> = std::env::args().skip(1).collect();
    let command = format!("cargo run --release -- {}", words.join(" "));
    println!("{}", report::markdown(&results, &peers, &command));
    if report::ours_is_wrong(&results) {
        return Err(io::Error::other("ours read or wrote something wrong"));
    }
    Ok(())
}
