//! Read two 256 MiB streams alternately in steps of 64 KiB, as they were written; compared with
//! reading one after the other.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use super::{Pass, Row, Setting, read_through};
use crate::case::{Against, Case, Contender, Reach, Statistic, peak_beside};
use crate::counted::Counters;
use crate::job::Job;
use crate::page_buffer::PageBuffer;
use crate::source;
use crate::workload::Version;
use crate::workload::compound::{ALTERNATE_STEP, PAIR, Workload};
use crate::workload::content::expected_page_sum;

pub(super) const ROW: Row = Row {
    name: "alternate",
    summary: "read two 256 MiB streams alternately in 64 KiB steps",
    cases,
    pass,
};

const LARGE_STEP: u64 = 1024 * 1024;

fn cases(setting: &Setting, version: Version) -> io::Result<Vec<Case>> {
    let file = Workload::Pair.path(&setting.work, version, setting.scale)?;
    let len = setting.scale.quarter_len();
    Ok(vec![Case {
        title: format!("two {} MiB streams read alternately, {version}", len >> 20),
        contenders: vec![
            Contender::ours("ours"),
            Contender::ours("ours, one after the other").with("turn", len),
            Contender::of_cfb(),
            Contender::tuned_cfb("cfb, 1 MiB steps", LARGE_STEP)
                .with("step", LARGE_STEP)
                .with("turn", LARGE_STEP),
            Contender::libgsf(),
            Contender::wine(),
        ],
        reach: vec![
            Reach::Speed {
                ours: "ours",
                against: Against::Named("ours, one after the other"),
                share: 1.0 / 1.1,
            },
            peak_beside(ALTERNATE_STEP),
        ],
        job: Job::default()
            .with("row", ROW.name)
            .with("file", file.display())
            .with("version", version)
            .with("left", PAIR[0].0)
            .with("right", PAIR[1].0)
            .with("len", len)
            .with("step", ALTERNATE_STEP)
            .with("turn", ALTERNATE_STEP),
        passes: 1,
        statistic: Statistic::Best,
        checksum: PAIR
            .iter()
            .fold(0, |sum: u64, (_, seed)| sum.wrapping_add(expected_page_sum(*seed, len))),
        verify: None,
        counted: false,
    }])
}

/// `turn` bytes of one stream, then as many of the other, in reads of `step`.
fn pass(job: &Job, counters: Option<Arc<Counters>>) -> io::Result<Pass> {
    let (len, turn) = (job.number::<u64>("len")?, job.number::<u64>("turn")?);
    let start = Instant::now();
    let source = source::open(job, counters)?;
    let mut left = source.stream(job.word("left")?)?;
    let mut right = source.stream(job.word("right")?)?;
    let mut buffer = PageBuffer::new(job.number("step")?);
    let mut checksum = 0_u64;
    for offset in (0..len).step_by(turn as usize) {
        for stream in [&mut left, &mut right] {
            let turn = offset..len.min(offset + turn);
            let sum = read_through(&mut **stream, turn, buffer.as_mut())?;
            checksum = checksum.wrapping_add(sum);
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    Ok(Pass { seconds, checksum })
}
