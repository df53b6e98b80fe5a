//! Random reads of 4 KiB in a 1 GiB stream, by one thread and by two.
//!
//! Opening is not timed, as nobody opens for a single read; tables that a contender loads only
//! when a read needs them are. Each thread reads as often as the one, at places of its own.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use super::{Pass, Row, Setting};
use crate::case::{Against, Case, Contender, Reach, Statistic, peak_beside};
use crate::counted::Counters;
use crate::job::Job;
use crate::source::{self, Source};
use crate::workload::Version;
use crate::workload::compound::{LARGE, Workload};
use crate::workload::content::{PAGE_LEN, first_word, random_offset, word_at};

pub(super) const ROW: Row =
    Row { name: "random", summary: "100,000 random reads of 4 KiB in a 1 GiB stream", cases, pass };

fn cases(setting: &Setting, version: Version) -> io::Result<Vec<Case>> {
    let file = Workload::Large.path(&setting.work, version, setting.scale)?;
    let (len, count) = (setting.scale.large_len(), setting.scale.random_count());
    [1_u64, 2]
        .into_iter()
        .map(|threads| {
            Ok(Case {
                title: format!(
                    "{count} random 4 KiB reads in {} MiB, {version}, {threads} thread(s)",
                    len >> 20
                ),
                contenders: contenders(threads, checksum(count, len)),
                reach: reach(threads),
                job: Job::default()
                    .with("row", ROW.name)
                    .with("file", file.display())
                    .with("version", version)
                    .with("stream", LARGE.0)
                    .with("len", len)
                    .with("count", count)
                    .with("threads", threads),
                passes: 1,
                statistic: Statistic::Best,
                checksum: checksum(count * threads, len),
                verify: None,
                counted: false,
            })
        })
        .collect()
}

fn contenders(threads: u64, of_one_thread: u64) -> Vec<Contender> {
    let work = threads as f64;
    let mut contenders = vec![
        Contender::limit("pread loop", "bare").doing(work),
        Contender::ours("ours").doing(work),
        Contender::tuned_cfb("cfb, 4 KiB buffer", PAGE_LEN).doing(work),
    ];
    if threads == 1 {
        contenders.extend(Contender::readers());
    } else {
        let alone = Contender::ours("ours, one thread").with("threads", 1);
        contenders.push(alone.expecting(of_one_thread));
        // What a second thread brings the machine at all.
        contenders.push(Contender::limit("pread loop, one thread", "bare").with("threads", 1));
        contenders.push(Contender::of_cfb().doing(work));
    }
    contenders
}

fn reach(threads: u64) -> Vec<Reach> {
    let compared = match threads {
        1 => (Against::Named("pread loop"), 0.8),
        _ => (Against::Named("ours, one thread"), 1.8),
    };
    let speed = Reach::Speed { ours: "ours", against: compared.0, share: compared.1 };
    vec![speed, peak_beside(threads * PAGE_LEN)]
}

fn checksum(count: u64, len: u64) -> u64 {
    (0..count).fold(0, |sum: u64, index| {
        sum.wrapping_add(read_word(index, word_at(LARGE.1, random_offset(index, len))))
    })
}

/// What a read contributes to the checksum.
const fn read_word(index: u64, word: u64) -> u64 {
    word.wrapping_mul(2 * index + 1)
}

fn pass(job: &Job, counters: Option<Arc<Counters>>) -> io::Result<Pass> {
    let (count, threads) = (job.number::<u64>("count")?, job.number::<u64>("threads")?);
    let source = source::open(job, counters)?;
    let start = Instant::now();
    let checksum = thread::scope(|scope| {
        let readers: Vec<_> = (0..threads)
            .map(|thread| {
                let source = &*source;
                scope.spawn(move || read_pages(source, job, thread * count..(thread + 1) * count))
            })
            .collect();
        readers.into_iter().try_fold(0_u64, |sum, reader| {
            let read = reader.join().map_err(|_| io::Error::other("a reader panicked"))?;
            Ok::<_, io::Error>(sum.wrapping_add(read?))
        })
    })?;
    let seconds = start.elapsed().as_secs_f64();
    Ok(Pass { seconds, checksum })
}

fn read_pages(source: &dyn Source, job: &Job, indexes: std::ops::Range<u64>) -> io::Result<u64> {
    let len = job.number("len")?;
    let mut stream = source.stream(job.word("stream")?)?;
    let mut page = [0; PAGE_LEN as usize];
    indexes.into_iter().try_fold(0_u64, |sum, index| {
        stream.read_at(random_offset(index, len), &mut page)?;
        Ok(sum.wrapping_add(read_word(index, first_word(&page))))
    })
}
