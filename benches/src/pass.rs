//! The child's side: does a contender's job when told to, and tells what came of it.
//!
//! The talk, a line each: `ready`; a line from the parent; `seconds S` and `checksum N` for every
//! pass; counts, if asked for; `done`; the end of input from the parent. The parent reads the
//! child's peak memory before it lets it go. The rivals in `peers/` talk the same way.

use std::io::{self, BufRead, Read, Write};
use std::sync::Arc;

use crate::counted::Counters;
use crate::job::{Job, wrong};
use crate::row::ROWS;

/// Runs the job's passes.
pub(crate) fn run(job: &Job) -> io::Result<()> {
    let name = job.word("row")?;
    let row = ROWS.iter().find(|row| row.name == name).ok_or_else(|| wrong("no such row"))?;
    let counters = job.word("counted").is_ok().then(|| Arc::new(Counters::default()));

    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    writeln!(output, "ready")?;
    input.read_line(&mut String::new())?;
    for _ in 0..job.number::<u64>("passes")? {
        let pass = (row.pass)(job, counters.clone())?;
        writeln!(output, "seconds {:.9}\nchecksum {}", pass.seconds, pass.checksum)?;
    }
    if let Some(counters) = counters {
        for (word, field) in counters.count().fields() {
            if let Some(number) = field {
                writeln!(output, "{word} {number}")?;
            }
        }
    }
    writeln!(output, "done")?;
    output.flush()?;
    input.read_to_end(&mut Vec::new())?;
    Ok(())
}
