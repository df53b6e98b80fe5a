//! Read a 1 GiB stream from start to end, opening included; the limit is `cat`.

use std::io;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use super::{Pass, Row, Setting, read_through};
use crate::case::{Against, Case, Contender, Reach, Statistic, peak_beside};
use crate::counted::Counters;
use crate::job::Job;
use crate::page_buffer::PageBuffer;
use crate::source;
use crate::workload::Version;
use crate::workload::compound::{LARGE, Workload};
use crate::workload::content::expected_page_sum;

pub(super) const ROW: Row =
    Row { name: "sequential", summary: "read a 1 GiB stream from start to end", cases, pass };

/// What `cat` reads at a time.
const STEP: u64 = 128 * 1024;

fn cases(setting: &Setting, version: Version) -> io::Result<Vec<Case>> {
    let file = Workload::Large.path(&setting.work, version, setting.scale)?;
    let len = setting.scale.large_len();
    let mut contenders = vec![
        Contender::system("cat"),
        Contender::limit("pread loop", "bare"),
        Contender::ours("ours"),
    ];
    contenders.extend(Contender::readers());
    Ok(vec![Case {
        title: format!("read a {} MiB stream sequentially, {version}", len >> 20),
        contenders,
        reach: vec![
            Reach::Speed { ours: "ours", against: Against::Named("cat"), share: 0.95 },
            peak_beside(STEP),
        ],
        job: Job::default()
            .with("row", ROW.name)
            .with("file", file.display())
            .with("version", version)
            .with("stream", LARGE.0)
            .with("len", len)
            .with("step", STEP),
        passes: 1,
        statistic: Statistic::Best,
        checksum: expected_page_sum(LARGE.1, len),
        verify: None,
        counted: false,
    }])
}

fn pass(job: &Job, counters: Option<Arc<Counters>>) -> io::Result<Pass> {
    if job.contender()? == "cat" {
        return cat(job);
    }
    let (len, step) = (job.number("len")?, job.number("step")?);
    let start = Instant::now();
    let source = source::open(job, counters)?;
    let mut stream = source.stream(job.word("stream")?)?;
    let mut buffer = PageBuffer::new(step);
    // The bare loop does not step over the tables between the sectors of 512 bytes; it reads as
    // many bytes, which is what it is there to time.
    let checksum = read_through(&mut *stream, 0..len, buffer.as_mut())?;
    let seconds = start.elapsed().as_secs_f64();
    Ok(Pass { seconds, checksum })
}

fn cat(job: &Job) -> io::Result<Pass> {
    let start = Instant::now();
    let status = Command::new("cat").arg(job.file()?).stdout(Stdio::null()).status()?;
    let seconds = start.elapsed().as_secs_f64();
    if status.success() { Ok(Pass { seconds, checksum: 0 }) } else { Err(io::Error::other("cat")) }
}
