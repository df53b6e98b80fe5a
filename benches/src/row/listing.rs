//! Open a file of 100,000 small streams and list them, names and lengths, for the caller to keep.
//! The limit is reading the file's bytes.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Instant;

use super::{Pass, Row, Setting};
use crate::case::{Against, Case, Contender, Reach, Statistic, peak_beside};
use crate::counted::Counters;
use crate::job::{Job, wrong};
use crate::source::{open_cfb, open_root};
use crate::workload::Version;
use crate::workload::compound::{LISTED_LEN, Workload, element_name};
use crate::workload::content::listing_word;

pub(super) const ROW: Row =
    Row { name: "list", summary: "open and list 100,000 small streams", cases, pass };

const LIMIT_STEP: usize = 128 * 1024;
/// What the caller holds of each element.
const ELEMENT_LEN: u64 = size_of::<docfile::Stat>() as u64;

fn cases(setting: &Setting, version: Version) -> io::Result<Vec<Case>> {
    let file = Workload::Listed.path(&setting.work, version, setting.scale)?;
    let count = setting.scale.listed_count();
    let mut contenders =
        vec![Contender::limit("reading the bytes", "bytes"), Contender::ours("ours")];
    contenders.extend(Contender::readers());
    Ok(vec![Case {
        title: format!("open and list {count} small streams, {version}"),
        contenders,
        reach: vec![
            Reach::Speed { ours: "ours", against: Against::BestRival, share: 3.0 },
            peak_beside(count * ELEMENT_LEN),
        ],
        job: Job::default()
            .with("row", ROW.name)
            .with("file", file.display())
            .with("version", version),
        passes: 1,
        statistic: Statistic::Best,
        checksum: listing_sum((0..count).map(|index| (element_name(index), LISTED_LEN))),
        verify: None,
        counted: false,
    }])
}

fn listing_sum(elements: impl Iterator<Item = (String, u64)>) -> u64 {
    elements.fold(0, |sum, (name, len)| sum.wrapping_add(listing_word(&name, len)))
}

fn pass(job: &Job, counters: Option<Arc<Counters>>) -> io::Result<Pass> {
    match job.contender()? {
        "bytes" => read_bytes(job),
        "ours" => {
            let start = Instant::now();
            let elements = open_root(job, counters)?.try_list().map_err(io::Error::other)?;
            let seconds = start.elapsed().as_secs_f64();
            let elements = elements.iter().map(|stat| (stat.name.to_string_lossy(), stat.len));
            Ok(Pass { seconds, checksum: listing_sum(elements) })
        }
        "cfb" => {
            let start = Instant::now();
            let file = open_cfb(job, counters)?;
            let elements: Vec<_> = file
                .read_root_storage()
                .map(|entry| (entry.name().to_owned(), entry.len()))
                .collect();
            let seconds = start.elapsed().as_secs_f64();
            Ok(Pass { seconds, checksum: listing_sum(elements.into_iter()) })
        }
        other => Err(wrong(&format!("no contender `{other}` for this work"))),
    }
}

fn read_bytes(job: &Job) -> io::Result<Pass> {
    let mut buffer = vec![0; LIMIT_STEP];
    let start = Instant::now();
    let mut file = File::open(job.file()?)?;
    while file.read(&mut buffer)? > 0 {}
    Ok(Pass { seconds: start.elapsed().as_secs_f64(), checksum: 0 })
}
