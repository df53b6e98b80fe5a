//! A check of bytes that are still arriving names every table sector that it knows it needs, asks
//! for nothing else, and ends with the report on the whole file, in whatever order they come
//! (`design.md` 4; the contract of `LockBytes`).

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use core::ops::Range;
use std::sync::Arc;

use docfile_compound::{ByteRanges, Limits, LockBytes, MemoryBytes, Report, Rule, try_check};
use docfile_testkit::corpus::Corpus;
use docfile_testkit::lying::{Arriving, arrive_until_ready};
use docfile_testkit::random::Random;
use docfile_testkit::raw::{Fault, FileBuilder, Layout, Version, valid};

/// Files of every sort: valid ones, broken ones, real ones.
fn files() -> Vec<(String, File)> {
    let mut files: Vec<(String, Vec<u8>)> =
        (0..60).map(|seed| (format!("seed {seed}"), valid(seed).0.to_vec())).collect();
    let faults = Fault::all().filter(|fault| fault.rule != Rule::HeaderSignature);
    for fault in faults.filter(|fault| fault.rule.section().starts_with("[MS-CFB]")) {
        let image = fault.build();
        if image.len() < 1 << 20 {
            files.push((format!("{} ({})", fault.what, fault.rule.id()), image.to_vec()));
        }
    }
    if let Some(corpus) = Corpus::locate() {
        files.extend(corpus.files().map(|file| (file.name.clone(), file.read())));
    }
    files.into_iter().map(|(name, bytes)| (name, File::new(bytes))).collect()
}

struct File {
    bytes: Arc<MemoryBytes>,
    len: u64,
    sector_len: u64,
    difat_count: usize,
    report: Report,
}

impl File {
    fn new(bytes: Vec<u8>) -> Self {
        let len = bytes.len() as u64;
        let sector_len = if bytes.get(30) == Some(&12) { 4096 } else { 512 };
        let claimed = bytes.get(72..).and_then(<[u8]>::first_chunk);
        let claimed = claimed.map_or(0, |bytes| u64::from(u32::from_le_bytes(*bytes)));
        let difat_count = usize::try_from(claimed.min(len / sector_len)).unwrap();
        let bytes = Arc::new(MemoryBytes::new(bytes));
        let report = try_check(bytes.clone(), Limits::default()).unwrap();
        Self { bytes, len, sector_len, difat_count, report }
    }

    fn sector_count(&self) -> u64 {
        self.len.div_ceil(self.sector_len)
    }

    fn sector(&self, index: u64) -> Range<u64> {
        index * self.sector_len..((index + 1) * self.sector_len).min(self.len)
    }
}

#[test]
fn one_missing_sector_is_all_that_is_asked_for() {
    for (name, file) in files() {
        // What a check of the whole file does not read cannot matter to it.
        let all = Arc::new(Arriving::new(file.bytes.clone()));
        all.arrive_all();
        try_check(all.clone(), Limits::default()).unwrap();
        let read: ByteRanges = all.take_requests().into_iter().flatten().collect();
        let sectors = (0..file.sector_count()).map(|index| file.sector(index));
        let sectors: Vec<_> = sectors.filter(|range| read.intersects(range)).collect();
        // A large directory is a hundred times the same.
        let step = sectors.len().div_ceil(60);
        for range in sectors.into_iter().step_by(step) {
            let array = Arc::new(Arriving::all_but(file.bytes.clone(), range.clone()));
            let error = try_check(array, Limits::default()).unwrap_err();
            let missing = error.into_missing().unwrap();
            assert!(!missing.required.is_empty(), "{name}, without {range:?}");
            for part in missing.required.iter() {
                assert!(range.start <= part.start && part.end <= range.end, "{name}: {part:?}");
            }
        }
    }
}

#[test]
fn what_arrives_as_asked_for_costs_few_rounds_and_no_stream_data() {
    for (name, file) in files() {
        for is_length_known in [true, false] {
            let inner = file.bytes.clone();
            let array = Arc::new(match is_length_known {
                true => Arriving::new(inner),
                false => Arriving::of_unknown_len(inner),
            });
            let step = || try_check(array.clone(), Limits::default());
            let (found, rounds) = arrive_until_ready(&*array, step);
            assert_eq!(found.unwrap(), file.report, "{name}");
            // Header; DIFAT; FAT; directory and mini FAT. The length is asked for beside them,
            // but may show that what was taken for a sector is none.
            let most = 3 + file.difat_count + usize::from(!is_length_known);
            assert!(rounds.len() <= most, "{name}: {} rounds: {rounds:?}", rounds.len());
        }
    }
}

#[test]
fn stream_data_is_never_asked_for() {
    for version in [Version::V3, Version::V4] {
        let tree = docfile_testkit::model::Tree::default()
            .with_stream("long", vec![1; 300_000])
            .with_stream("short", vec![2; 1_000]);
        let layout = Layout { spare_fat_count: 115, ..Layout::default() };
        let image = FileBuilder::new(version, tree).layout(layout).build();
        let array = Arc::new(Arriving::new(image.to_sparse()));
        let step = || try_check(array.clone(), Limits::default());
        let (found, rounds) = arrive_until_ready(&*array, step);
        assert!(found.unwrap().is_clean());
        let streams = [image.stream_sectors(image.find("long")), image.mini_stream_sectors()];
        for sector in streams.into_iter().flatten() {
            let offset = image.sector_offset(*sector);
            let range = offset..offset + version.sector_len();
            assert!(!array.arrived().intersects(&range), "sector {sector} was asked for");
        }
        // All that the header lists is asked for at once, beside the DIFAT sector.
        let second = rounds.get(1).unwrap();
        for sector in image.fat_sectors().iter().take(109).chain(image.difat_sectors()) {
            let offset = image.sector_offset(*sector);
            assert!(second.contains(&(offset..offset + version.sector_len())), "sector {sector}");
        }
        let directory = image.sector_offset(image.directory_sectors()[0]);
        assert!(second.contains(&(directory..directory + version.sector_len())));
    }
}

#[test]
fn any_order_of_arrival_ends_in_the_same_report() {
    let files = files();
    let mut random = Random::seeded(5);
    for round in 0..1_000 {
        let (name, file) = random.pick(&files);
        let mut order: Vec<u64> = (0..file.sector_count()).collect();
        random.shuffle(&mut order);
        let array = Arc::new(match random.chance(1, 4) {
            true => Arriving::of_unknown_len(file.bytes.clone()),
            false => Arriving::new(file.bytes.clone()),
        });
        let every = order.len().div_ceil(12);
        for part in order.chunks(every) {
            match try_check(array.clone(), Limits::default()) {
                Ok(found) => assert_eq!(found, file.report, "{name}, round {round}"),
                Err(error) => {
                    let missing = error.into_missing().unwrap();
                    let here = array.arrived();
                    assert!(!missing.required.is_empty(), "{name}");
                    assert!(missing.required.iter().all(|range| !here.intersects(&range)));
                }
            }
            part.iter().for_each(|index| array.arrive(file.sector(*index)));
        }
        array.tell_len();
        assert_eq!(array.len(), Some(file.len));
        let found = try_check(array, Limits::default()).unwrap();
        assert_eq!(found, file.report, "{name}, round {round}");
    }
}
