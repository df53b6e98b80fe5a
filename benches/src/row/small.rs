//! Open a 1 GiB file and read one small stream of it. Most of the time of an eager reader goes
//! to tables that this work does not need, so bytes and reads are counted.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use super::{Pass, Row, Setting};
use crate::case::{Against, Case, Contender, Reach, Statistic, peak_beside};
use crate::counted::Counters;
use crate::job::Job;
use crate::source;
use crate::workload::Version;
use crate::workload::compound::{SMALL, SMALL_LEN, Workload};
use crate::workload::content::word_at;

pub(super) const ROW: Row =
    Row { name: "small", summary: "open a 1 GiB file and read one small stream", cases, pass };

/// The work is over in less than a millisecond, so each child does it several times.
const PASSES: u64 = 20;

fn cases(setting: &Setting, version: Version) -> io::Result<Vec<Case>> {
    let file = Workload::Large.path(&setting.work, version, setting.scale)?;
    let mut contenders = vec![Contender::ours("ours")];
    contenders.extend(Contender::readers());
    Ok(vec![Case {
        title: format!(
            "open, read {SMALL_LEN} bytes of a {} MiB file, {version}",
            setting.scale.large_len() >> 20
        ),
        contenders,
        reach: vec![
            Reach::Speed { ours: "ours", against: Against::Named("Wine"), share: 1.0 },
            Reach::BytesRead { at_most: 64 * 1024 },
            peak_beside(0),
        ],
        job: Job::default()
            .with("row", ROW.name)
            .with("file", file.display())
            .with("version", version)
            .with("stream", SMALL.0)
            .with("len", SMALL_LEN),
        passes: PASSES,
        statistic: Statistic::Best,
        checksum: (0..SMALL_LEN / 8)
            .fold(0, |sum: u64, word| sum.wrapping_add(word_at(SMALL.1, 8 * word))),
        verify: None,
        counted: true,
    }])
}

fn pass(job: &Job, counters: Option<Arc<Counters>>) -> io::Result<Pass> {
    let mut buffer = vec![0; job.number("len")?];
    let start = Instant::now();
    let source = source::open(job, counters)?;
    source.stream(job.word("stream")?)?.read_at(0, &mut buffer)?;
    let seconds = start.elapsed().as_secs_f64();
    let words = buffer.as_chunks::<8>().0;
    let checksum =
        words.iter().fold(0_u64, |sum, word| sum.wrapping_add(u64::from_le_bytes(*word)));
    Ok(Pass { seconds, checksum })
}
