//! Read a 256 MiB stream whose sectors are strewn over the file; the limit is a loop of `pread`
//! over the same places in the same order.

use std::io;

use super::sequential;
use super::{Row, Setting};
use crate::case::{Against, Case, Contender, Reach, Statistic, peak_beside};
use crate::job::Job;
use crate::workload::Version;
use crate::workload::compound::{LARGE, Workload};
use crate::workload::content::expected_page_sum;

pub(super) const ROW: Row = Row {
    name: "scattered",
    summary: "read a 256 MiB stream whose sectors are permuted at random",
    cases,
    pass: sequential::ROW.pass,
};

const STEP: u64 = 1024 * 1024;

fn cases(setting: &Setting, version: Version) -> io::Result<Vec<Case>> {
    let file = Workload::Scattered.path(&setting.work, version, setting.scale)?;
    let len = setting.scale.quarter_len();
    let mut contenders =
        vec![Contender::limit("pread loop over the places", "places"), Contender::ours("ours")];
    contenders.extend(Contender::readers());
    Ok(vec![Case {
        title: format!("{} MiB, sectors permuted at random, {version}", len >> 20),
        contenders,
        reach: vec![
            Reach::Speed {
                ours: "ours",
                against: Against::Named("pread loop over the places"),
                share: 0.9,
            },
            Reach::Speed { ours: "ours", against: Against::BestRival, share: 1.0 },
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
