//! A property set in a file whose bytes are missing, or in a stream that the file is damaged in.
#![expect(clippy::expect_used, reason = "helpers of tests may fail loudly, as tests may")]

use std::sync::Arc;

use docfile_compound::property::{Finding, PropertySetStream, PropertyValue, format_id};
use docfile_compound::{
    CompoundFile, ErrorKind, Limits, LockBytes, MemoryBytes, OpenMode, Result, Rule, Settings,
    Validation,
};
use docfile_testkit::lying::{Arriving, arrive_until_ready};
use docfile_testkit::model::Tree;
use docfile_testkit::raw::{END_OF_CHAIN, FileBuilder, Image, Version};

const SECTOR_LEN: u64 = 512;

/// A file with a summary that holds a text of `text_len` characters.
fn file(text_len: usize) -> Image {
    let mut sets = PropertySetStream::new(format_id::SUMMARY_INFORMATION);
    let set = sets.set_or_insert(format_id::SUMMARY_INFORMATION).expect("it has one");
    set.set(2, "first").expect("a text");
    set.set(3, "x".repeat(text_len)).expect("a text");
    set.set(4, "last").expect("a text");
    let bytes = sets.emit().expect("a short stream");
    let tree = Tree::default()
        .with_stream("Before", vec![1; 3000])
        .with_stream("\u{5}SummaryInformation", bytes)
        .with_stream("Behind", vec![2; 9000]);
    FileBuilder::new(Version::V3, tree).build()
}

fn read(
    bytes: Arc<dyn LockBytes>,
    validation: Validation,
) -> Result<(PropertySetStream, Vec<Finding>)> {
    let root = CompoundFile::try_open(bytes, Settings::default())?.root(OpenMode::read())?;
    let name = format_id::stream_name(format_id::SUMMARY_INFORMATION);
    let stream = root.try_open_stream(&name, OpenMode::child_read())?;
    PropertySetStream::try_read(&stream, validation, &Limits::default())
}

#[test]
fn whichever_sector_is_missing_is_named_and_then_the_set_reads_as_from_the_whole_file() {
    // In the mini stream, in sectors, and longer than what is read at once.
    for text_len in [100, 6000, 80_000] {
        let image = file(text_len).to_vec();
        let whole = MemoryBytes::new(image.clone());
        let (expected, _) = read(Arc::new(whole), Validation::Strict).expect("a whole file");
        let len = u64::try_from(image.len()).expect("a short file");
        let mut pending_count = 0;
        for start in (0..len).step_by(512) {
            let missing = start..len.min(start + SECTOR_LEN);
            let bytes = Arc::new(Arriving::all_but(MemoryBytes::new(image.clone()), missing));
            let step = || read(Arc::clone(&bytes) as _, Validation::Strict);
            let (outcome, rounds) = arrive_until_ready(&bytes, step);
            assert_eq!(outcome.expect("all has arrived").0, expected, "{start}");
            pending_count += rounds.len();
        }
        assert!(pending_count * 512 > text_len, "{pending_count} sectors were needed");
    }
}

#[test]
fn all_sectors_of_a_set_are_asked_for_at_once() {
    let image = file(6000).to_vec();
    let bytes = Arc::new(Arriving::new(MemoryBytes::new(image)));
    let step = || read(Arc::clone(&bytes) as _, Validation::Strict);
    let (outcome, rounds) = arrive_until_ready(&bytes, step);
    assert!(outcome.is_ok());
    let last = rounds.last().expect("nothing had arrived");
    // The first sector is asked for along with the table that tells of the others.
    assert!(last.byte_count() > 6000 - 512, "{last:?}");
}

#[test]
fn what_comes_before_damage_in_the_stream_is_read() {
    let mut image = file(80_000);
    let id = image.find("[5]SummaryInformation");
    let sectors = image.stream_sectors(id).to_vec();
    let cut = sectors.get(20).copied().expect("a long stream");
    image.put_u32(image.fat_entry_offset(cut), END_OF_CHAIN);
    let bytes = || Arc::new(MemoryBytes::new(image.to_vec()));

    let (stream, findings) = read(bytes(), Validation::Permissive).expect("its beginning is there");
    let first = findings.first().expect("the stream ends early");
    assert_eq!((first.rule, first.offset), (Rule::PropertySetBounds, 21 * SECTOR_LEN));
    let set = stream.sets().first().expect("it has one");
    let text = |id| set.get(id).and_then(PropertyValue::as_text);
    assert_eq!(text(2), Some("first"));
    assert!(text(3).is_some_and(|text| text.len() > 10_000 && text.len() < 21 * 512));
    assert_eq!(text(4), None);

    let error = read(bytes(), Validation::Strict).expect_err("it is damaged");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
}
