//! Change one 4 KiB stream in a 1 GiB file and make the change durable. The limit is the bare
//! flushes: as many bytes as ours wrote, flushed, then one more sector, flushed.

use std::error::Error;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use docfile::{CommitFlags, CompoundFile, FileBytes, Name, OpenMode, Settings};

use super::{Pass, Row, Setting, read_through};
use crate::case::{Against, Case, Contender, Reach, Statistic, peak_beside};
use crate::counted::{CountedFile, Counters};
use crate::job::{Job, wrong};
use crate::source::counted;
use crate::workload::Version;
use crate::workload::compound::{LARGE, PAGE, Workload};
use crate::workload::content::{self, PAGE_LEN, expected_page_sum};

pub(super) const ROW: Row = Row {
    name: "edit",
    summary: "edit one 4 KiB stream in a 1 GiB file and commit durably",
    cases,
    pass,
};

/// The journal and the disk's cache make single flushes vary; the median of these counts.
const PASSES: u64 = 20;
const SCRATCH_LEN: u64 = 8 << 20;

fn cases(setting: &Setting, version: Version) -> io::Result<Vec<Case>> {
    let file = Workload::Edited.path(&setting.work, version, setting.scale)?;
    let scratch = setting.work.join("scratch");
    let len = setting.scale.large_len();
    Ok(vec![Case {
        title: format!("edit 4 KiB in {} MiB and commit durably, {version}", len >> 20),
        contenders: vec![
            Contender::ours("ours"),
            Contender::limit("bare flushes", "flushes").with("scratch", scratch.display()),
            Contender::of_cfb(),
        ],
        reach: vec![
            Reach::Speed { ours: "ours", against: Against::Named("bare flushes"), share: 0.5 },
            Reach::BytesWritten { at_most: 256 * 1024 },
            peak_beside(PAGE_LEN),
        ],
        job: Job::default()
            .with("row", ROW.name)
            .with("file", file.display())
            .with("version", version)
            .with("stream", PAGE.0)
            .with("len", len),
        passes: PASSES,
        statistic: Statistic::Median,
        checksum: expected_page_sum(LARGE.1, len),
        verify: Some(verify),
        counted: true,
    }])
}

/// The rest of the file must be as it was, for the strictest reader there is beside ours.
fn verify(job: &Job) -> io::Result<u64> {
    let mut file = cfb::OpenOptions::new().strict().open(job.file()?)?;
    if file.entry(PAGE.0)?.len() != PAGE_LEN {
        return Err(io::Error::other("the edited stream has another length"));
    }
    let mut large = file.open_stream(LARGE.0)?;
    let len = large.len();
    read_through(&mut large, 0..len, &mut vec![0; 1 << 20])
}

fn pass(job: &Job, counters: Option<Arc<Counters>>) -> io::Result<Pass> {
    let mut page = [0; PAGE_LEN as usize];
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(io::Error::other)?;
    content::fill(now.subsec_nanos().into(), 0, &mut page);
    match job.contender()? {
        "flushes" => bare_flushes(job),
        "ours" => edit_by_ours(job, counters, &page).map_err(io::Error::other),
        "cfb" => edit_by_cfb(job, counters, &page),
        other => Err(wrong(&format!("no contender `{other}` for this work"))),
    }
}

fn bare_flushes(job: &Job) -> io::Result<Pass> {
    let scratch = job.word("scratch")?;
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(scratch)?;
    if file.metadata()?.len() != SCRATCH_LEN {
        file.write_all(&vec![1; SCRATCH_LEN as usize])?;
        file.sync_all()?;
    }
    let header = vec![2; job.version()?.sector_len() as usize];
    let body = vec![3; job.number::<usize>("bytes")?.saturating_sub(header.len())];
    let start = Instant::now();
    file.write_all_at(&body, PAGE_LEN)?;
    file.sync_data()?;
    file.write_all_at(&header, 0)?;
    file.sync_data()?;
    Ok(Pass { seconds: start.elapsed().as_secs_f64(), checksum: 0 })
}

/// Transacted: the commit makes the change durable and leaves the old or the new file whatever
/// happens.
fn edit_by_ours(
    job: &Job,
    counters: Option<Arc<Counters>>,
    page: &[u8],
) -> Result<Pass, Box<dyn Error + Send + Sync>> {
    let name = Name::new(job.word("stream")?)?;
    let start = Instant::now();
    let bytes = counted(FileBytes::open_for_edit(job.file()?)?, counters);
    let root = CompoundFile::try_open(bytes, Settings::default())?.root(OpenMode::edit())?;
    root.try_open_stream(&name, OpenMode::child_edit())?.cursor().write_all(page)?;
    root.try_commit(CommitFlags::DEFAULT)?;
    Ok(Pass { seconds: start.elapsed().as_secs_f64(), checksum: 0 })
}

/// One flush, in place: a crash in between leaves a broken stream.
fn edit_by_cfb(job: &Job, counters: Option<Arc<Counters>>, page: &[u8]) -> io::Result<Pass> {
    let start = Instant::now();
    let file = OpenOptions::new().read(true).write(true).open(job.file()?)?;
    let mut edited = cfb::CompoundFile::open(CountedFile::new(file, counters))?;
    let mut stream = edited.open_stream(job.word("stream")?)?;
    stream.write_all(page)?;
    stream.flush()?;
    drop(stream);
    edited.flush()?;
    edited.into_inner().sync()?;
    Ok(Pass { seconds: start.elapsed().as_secs_f64(), checksum: 0 })
}
