//! Build a file of 10,000 streams of 4 KiB and one of 256 MiB, in memory, with names that come
//! in order and names that do not. The limit is writing the same bytes to a plain file.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Instant;

use docfile::{CommitFlags, CompoundFile, FileBytes, FormatVersion, Name, OpenMode, Settings};

use super::{Pass, Row, Setting};
use crate::case::{Against, Case, Contender, Reach, Statistic, peak_beside};
use crate::counted::{CountedFile, Counters};
use crate::job::{Job, wrong};
use crate::source::counted;
use crate::workload::Version;
use crate::workload::compound::{LARGE, element_name};
use crate::workload::content::{PAGE_LEN, listing_word};

pub(super) const ROW: Row =
    Row { name: "build", summary: "build 10,000 streams of 4 KiB and one of 256 MiB", cases, pass };

const STEP: u64 = 1024 * 1024;
/// A prime, so that multiples of it visit every number below a count that it does not divide.
const STRIDE: u64 = 7919;

fn cases(setting: &Setting, version: Version) -> io::Result<Vec<Case>> {
    let (count, len) = (setting.scale.built_count(), setting.scale.quarter_len());
    let case = |(order, stride): (&str, u64)| {
        let file = setting.tmpfs.join(format!("built-{version}-{order}.cfb"));
        Case {
            title: format!(
                "build {count} streams of 4 KiB and one of {} MiB, names {order}, {version}",
                len >> 20
            ),
            contenders: vec![
                Contender::limit("plain file", "plain"),
                Contender::ours("ours").with("mode", "transacted"),
                Contender::ours("ours, direct mode").with("mode", "direct"),
                Contender::of_cfb(),
                Contender::libgsf(),
                Contender::wine(),
            ],
            reach: vec![
                Reach::Speed { ours: "ours", against: Against::Named("plain file"), share: 0.6 },
                Reach::Speed { ours: "ours", against: Against::BestRival, share: 1.0 },
                peak_beside(STEP),
            ],
            job: Job::default()
                .with("row", ROW.name)
                .with("file", file.display())
                .with("version", version)
                .with("stream", LARGE.0)
                .with("len", len)
                .with("count", count)
                .with("stride", stride)
                .with("step", STEP),
            passes: 1,
            statistic: Statistic::Best,
            checksum: names(count, 1)
                .map(|name| listing_word(&name, PAGE_LEN))
                .fold(listing_word(LARGE.0, len), u64::wrapping_add),
            verify: Some(verify),
            counted: false,
        }
    };
    Ok([("ascending", 1), ("scattered", STRIDE)].map(case).into())
}

/// The names in the order of their creation.
fn names(count: u64, stride: u64) -> impl Iterator<Item = String> {
    (0..count).map(move |index| element_name(index * stride % count))
}

/// Lists what was built by the strictest reader there is beside ours, then removes it. Rivals
/// need not be strict: Wine's trees never are.
fn verify(job: &Job) -> io::Result<u64> {
    let path = job.file()?;
    if job.contender()? == "plain" {
        fs::remove_file(path)?;
        return Ok(0);
    }
    let options = cfb::OpenOptions::new();
    let options = if job.contender()? == "ours" { options.strict() } else { options };
    let built = options.open(&path);
    fs::remove_file(path)?;
    Ok(built?
        .read_root_storage()
        .fold(0, |sum, entry| sum.wrapping_add(listing_word(entry.name(), entry.len()))))
}

fn pass(job: &Job, counters: Option<Arc<Counters>>) -> io::Result<Pass> {
    let page = vec![0x5A; PAGE_LEN as usize];
    let step = vec![0xA5; job.number("step")?];
    let _ = fs::remove_file(job.file()?);
    let start = Instant::now();
    match job.contender()? {
        "plain" => write_plain(job, &page, &step),
        "ours" => build_by_ours(job, counters, &page, &step),
        "cfb" => build_by_cfb(job, counters, &page, &step),
        other => Err(wrong(&format!("no contender `{other}` for this work"))),
    }?;
    Ok(Pass { seconds: start.elapsed().as_secs_f64(), checksum: 0 })
}

/// Writes `step` until the large stream's length is reached.
fn write_large(to: &mut impl Write, job: &Job, step: &[u8]) -> io::Result<()> {
    let mut rest = job.number::<u64>("len")?;
    while rest > 0 {
        let len = rest.min(step.len() as u64);
        to.write_all(step.get(..len as usize).unwrap_or_default())?;
        rest -= len;
    }
    Ok(())
}

fn write_plain(job: &Job, page: &[u8], step: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(job.file()?)?;
    for _ in 0..job.number::<u64>("count")? {
        file.write_all(page)?;
    }
    write_large(&mut file, job, step)
}

/// Every stream by writes of the same lengths as the others, one commit at the end.
fn build_by_ours(
    job: &Job,
    counters: Option<Arc<Counters>>,
    page: &[u8],
    step: &[u8],
) -> io::Result<()> {
    let bytes = FileBytes::create(job.file()?).map_err(docfile_error)?;
    let version = match job.version()? {
        Version::V3 => FormatVersion::V3,
        Version::V4 => FormatVersion::V4,
    };
    let mode = match job.word("mode")? {
        "direct" => OpenMode::direct(),
        _ => OpenMode::edit(),
    };
    let root = CompoundFile::create(counted(bytes, counters), version, Settings::default())
        .and_then(|file| file.root(mode))
        .map_err(docfile_error)?;
    let create = |name: &str| {
        let name = Name::new(name)?;
        Ok(root.try_create_stream(&name, OpenMode::child_edit())?.cursor())
    };
    for name in names(job.number("count")?, job.number("stride")?) {
        create(&name).map_err(docfile_error)?.write_all(page)?;
    }
    write_large(&mut create(job.word("stream")?).map_err(docfile_error)?, job, step)?;
    root.try_commit(CommitFlags::DEFAULT).map_err(docfile_error)?;
    Ok(())
}

fn docfile_error(error: docfile::Error) -> io::Error {
    io::Error::other(error)
}

fn build_by_cfb(
    job: &Job,
    counters: Option<Arc<Counters>>,
    page: &[u8],
    step: &[u8],
) -> io::Result<()> {
    let file = OpenOptions::new().read(true).write(true).create_new(true).open(job.file()?)?;
    let file = CountedFile::new(file, counters);
    let mut built = cfb::CompoundFile::create_with_version(job.version()?.of_cfb(), file)?;
    for name in names(job.number("count")?, job.number("stride")?) {
        built.create_new_stream(name)?.write_all(page)?;
    }
    write_large(&mut built.create_new_stream(job.word("stream")?)?, job, step)?;
    built.flush()
}
