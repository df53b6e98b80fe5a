//! Lay a 1 GiB document out anew, listing first, in memory; the limit is copying the file by
//! reads and writes of a MiB.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::time::Instant;

use docfile::{CompoundFile, FileBytes, LayoutScript, LockBytes as _, Relayout, Settings};

use super::{Pass, Row, Setting};
use crate::case::{Against, Case, Contender, Reach, Statistic, peak_beside};
use crate::counted::Counters;
use crate::job::{Job, wrong};
use crate::source::counted;
use crate::workload::Version;
use crate::workload::compound::{LARGE, Workload};
use crate::workload::content::listing_word;

pub(super) const ROW: Row =
    Row { name: "optimize", summary: "lay a 1 GiB document out anew", cases, pass };

const STEP: u64 = 1024 * 1024;

fn cases(setting: &Setting, version: Version) -> io::Result<Vec<Case>> {
    let file = Workload::Large.path(&setting.work, version, setting.scale)?;
    let len = setting.scale.large_len();
    Ok(vec![Case {
        title: format!("lay a document of {} MiB out anew, {version}", len >> 20),
        contenders: vec![Contender::limit("copy", "copy"), Contender::ours("ours")],
        reach: vec![
            Reach::Speed { ours: "ours", against: Against::Named("copy"), share: 0.5 },
            peak_beside(STEP),
        ],
        job: Job::default()
            .with("row", ROW.name)
            .with("file", file.display())
            .with("scratch", setting.tmpfs.join(format!("optimized-{version}.cfb")).display())
            .with("version", version)
            .with("stream", LARGE.0)
            .with("len", len)
            .with("step", STEP),
        passes: 1,
        statistic: Statistic::Best,
        checksum: listing_word(LARGE.0, len),
        verify: Some(verify),
        counted: false,
    }])
}

/// Looks for the stream with the crate `cfb`, strictly, then removes what was written.
fn verify(job: &Job) -> io::Result<u64> {
    let path = job.word("scratch")?;
    let options = cfb::OpenOptions::new();
    let options = if job.contender()? == "ours" { options.strict() } else { options };
    let written = options.open(path);
    fs::remove_file(path)?;
    let len = written?.entry(job.word("stream")?)?.len();
    Ok(listing_word(job.word("stream")?, len))
}

fn pass(job: &Job, counters: Option<Arc<Counters>>) -> io::Result<Pass> {
    let scratch = job.word("scratch")?;
    let _ = fs::remove_file(scratch);
    let start = Instant::now();
    match job.contender()? {
        "copy" => copy(job, scratch),
        "ours" => lay_out(job, scratch, counters),
        other => Err(wrong(&format!("no contender `{other}` for this work"))),
    }?;
    Ok(Pass { seconds: start.elapsed().as_secs_f64(), checksum: 0 })
}

/// Through a buffer, as ours does; the system's own copy would move no bytes.
fn copy(job: &Job, scratch: &str) -> io::Result<()> {
    let (mut from, mut to) = (File::open(job.file()?)?, File::create(scratch)?);
    let mut step = vec![0; job.number("step")?];
    loop {
        let count = from.read(&mut step)?;
        if count == 0 {
            return Ok(());
        }
        to.write_all(step.get(..count).unwrap_or_default())?;
    }
}

fn lay_out(job: &Job, scratch: &str, counters: Option<Arc<Counters>>) -> io::Result<()> {
    let old = FileBytes::open(job.file()?).map_err(io::Error::other)?;
    let old = CompoundFile::try_open(counted(old, counters), Settings::default());
    let old = old.map_err(io::Error::other)?;
    let new = FileBytes::create(scratch).map_err(io::Error::other)?;
    let mut relayout =
        Relayout::try_new(&old, &LayoutScript::default()).map_err(io::Error::other)?;
    loop {
        let offset = relayout.written_len();
        let step = relayout.try_step(&mut |data| new.write_at(offset, data));
        if !step.map_err(io::Error::other)? {
            return Ok(());
        }
    }
}
