//! What a check finds in the fields of a directory entry, strict reading refuses as soon as it
//! touches that entry, for the same rule and at the same byte; permissive reading goes on.

#![expect(clippy::expect_used, reason = "the helpers of a test fail as loudly as it")]

use std::collections::BTreeSet;
use std::sync::Arc;

use docfile_compound::{
    CompoundFile, Limits, LockBytes, MemoryBytes, Name, OpenMode, Rule, Settings, Validation,
    try_check,
};
use docfile_testkit::corpus::Corpus;
use docfile_testkit::observation::{Observation, Seen};
use docfile_testkit::raw::entry::{NO_STREAM, field};
use docfile_testkit::raw::fault::sample;
use docfile_testkit::raw::{FileBuilder, Image, Layout, Version};

/// One way to break one rule in the entry of one element.
struct Case {
    rule: Rule,
    /// The element whose entry is broken; empty for the root.
    path: &'static str,
    field: u64,
    bytes: &'static [u8],
    /// Whether a permissive reader still finds the element under its name with all its bytes.
    is_kept: bool,
}

const fn case(rule: Rule, path: &'static str, field: u64, bytes: &'static [u8]) -> Case {
    Case { rule, path, field, bytes, is_kept: true }
}

const fn losing(rule: Rule, path: &'static str, field: u64, bytes: &'static [u8]) -> Case {
    Case { rule, path, field, bytes, is_kept: false }
}

const CASES: &[Case] = &[
    case(Rule::RootMissing, "", field::KIND, &[1]),
    case(Rule::RootName, "", field::NAME, b"r"),
    case(Rule::RootSibling, "", field::LEFT, &[3, 0, 0, 0]),
    case(Rule::RootSibling, "", field::RIGHT, &[3, 0, 0, 0]),
    case(Rule::RootCreated, "", field::CREATED, &[1]),
    case(Rule::EntryColor, "", field::COLOR, &[9]),
    case(Rule::EntryNamePadding, "", field::NAME + 40, &[1]),
    losing(Rule::EntryType, "Seventh", field::KIND, &[3]),
    losing(Rule::EntryType, "Pool", field::KIND, &[0xFF]),
    case(Rule::EntryType, "Pool", field::KIND, &[5]),
    case(Rule::EntryColor, "Seventh", field::COLOR, &[2]),
    case(Rule::EntryColor, "Pool/deep", field::COLOR, &[2]),
    case(Rule::EntryNameLength, "Seventh", field::NAME_LEN, &[17]),
    case(Rule::EntryNameLength, "Seventh", field::NAME_LEN, &[0]),
    case(Rule::EntryNameLength, "Seventh", field::NAME_LEN, &[0xFF, 0xFF]),
    losing(Rule::EntryNameLength, "Seventh", field::NAME + 4, &[0, 0]),
    losing(Rule::EntryNameTerminator, "Seventh", field::NAME_LEN, &[14]),
    case(Rule::EntryNameTerminator, "Seventh", field::NAME + 14, b"x"),
    case(Rule::EntryNamePadding, "Seventh", field::NAME + 62, &[1]),
    losing(Rule::EntryNameEmpty, "n", field::NAME, &NO_NAME),
    losing(Rule::EntryNameCharacter, "Seventh", field::NAME, b"/"),
    losing(Rule::EntryNameCharacter, "Pool/Chart", field::NAME + 2, b"!"),
    case(Rule::EntryChild, "Seventh", field::CHILD, &[1, 0, 0, 0]),
    case(Rule::EntrySizeHigh, "Seventh", field::LEN + 7, &[0x80]),
    losing(Rule::EntrySize, "Second", field::LEN + 3, &[0x10]),
    case(Rule::StreamClassId, "Seventh", field::CLASS_ID + 15, &[1]),
    case(Rule::StreamStateBits, "Seventh", field::STATE_BITS, &[1]),
    case(Rule::StreamTime, "Seventh", field::CREATED + 7, &[1]),
    case(Rule::StreamTime, "Seventh", field::MODIFIED, &[1]),
    case(Rule::StorageStart, "Pool", field::START, &[0xFE, 0xFF, 0xFF, 0xFF]),
    case(Rule::StorageSize, "Pool/deep", field::LEN + 4, &[1]),
];

/// The name field of an element without a name, and its length.
const NO_NAME: [u8; 65] = {
    let mut bytes = [0; 65];
    bytes[64] = 2;
    bytes
};

/// Rules of [MS-CFB] 2.6.1 to 2.6.3 that an entry cannot break by its fields alone: they are about
/// where its links and its chain lead.
const OF_LINKS: [Rule; 4] =
    [Rule::ChainStart, Rule::MiniStreamLength, Rule::MiniStreamShort, Rule::EntrySibling];

fn is_of_an_entry(rule: Rule) -> bool {
    matches!(rule.section(), "[MS-CFB] 2.6.1" | "[MS-CFB] 2.6.2" | "[MS-CFB] 2.6.3")
        && !OF_LINKS.contains(&rule)
}

impl Case {
    fn what(&self) -> String {
        format!("{} in \"{}\" at {}", self.rule.id(), self.path, self.field)
    }

    fn build(&self) -> Image {
        let layout = Layout { free_entry_count: 3, ..Layout::default() };
        let mut image = FileBuilder::new(Version::V3, sample()).layout(layout).build();
        let id = image.find(self.path);
        image.put(image.entry_field_offset(id, self.field), self.bytes);
        image
    }
}

fn observe(bytes: Vec<u8>, validation: Validation) -> Observation {
    let settings = Settings { validation, ..Settings::default() };
    Observation::of(Arc::new(MemoryBytes::new(bytes)), settings)
}

/// Where a check finds the rule broken in an element that is reached.
fn found(bytes: &[u8], rule: Rule) -> BTreeSet<u64> {
    let report = try_check(Arc::new(MemoryBytes::new(bytes.to_vec())), Limits::default())
        .expect("the file is a compound file");
    let found = report.findings.into_iter();
    found.filter(|finding| finding.rule == rule).map(|finding| finding.offset).collect()
}

#[test]
fn every_rule_of_an_entry_has_a_case() {
    let cases: BTreeSet<Rule> = CASES.iter().map(|case| case.rule).collect();
    let mut rules: BTreeSet<Rule> =
        Rule::ALL.iter().copied().filter(|rule| is_of_an_entry(*rule)).collect();
    // An unallocated entry is no element; see below.
    rules.remove(&Rule::EntryUnusedField);
    assert_eq!(cases, rules);
}

#[test]
fn a_check_finds_it_and_strict_reading_refuses_it_at_that_byte() {
    for case in CASES {
        let bytes = case.build().to_vec();
        let found = found(&bytes, case.rule);
        assert!(!found.is_empty(), "{}: a check does not find it", case.what());
        let Observation::Closed(blame) = observe(bytes, Validation::Strict) else {
            panic!("{}: strict reading goes on", case.what());
        };
        assert_eq!(blame.rule, Some(case.rule), "{}", case.what());
        assert!(blame.offset.is_some_and(|offset| found.contains(&offset)), "{}", case.what());
    }
}

#[test]
fn permissive_reading_shows_everything_else() {
    let elements = |observation: Observation, what: &str| match observation {
        Observation::Open { elements, .. } => elements,
        Observation::Closed(blame) => panic!("{what}: {blame:?}"),
    };
    let whole = FileBuilder::new(Version::V3, sample()).build().to_vec();
    let whole = elements(observe(whole, Validation::Strict), "the sample");
    for case in CASES {
        let seen = elements(observe(case.build().to_vec(), Validation::Permissive), &case.what());
        let is_other = |element: &&Seen| !is_within(&element.display_path(), case.path);
        for expected in whole.iter().filter(|element| case.is_kept || is_other(element)) {
            let same = seen.iter().find(|element| element.path == expected.path);
            let same = same.unwrap_or_else(|| panic!("{}: {expected:?}", case.what()));
            assert_eq!(same.content, expected.content, "{}", case.what());
        }
    }
}

/// Whether `path` is the element `of` or lies below it; nothing lies below the root here.
fn is_within(path: &str, of: &str) -> bool {
    path.strip_prefix(of)
        .is_some_and(|rest| !of.is_empty() && (rest.is_empty() || rest.starts_with('/')))
}

#[test]
fn strict_reading_that_does_not_touch_it_goes_on() {
    for case in CASES.iter().filter(|case| case.path == "Seventh") {
        let settings = Settings { validation: Validation::Strict, ..Settings::default() };
        let bytes = Arc::new(MemoryBytes::new(case.build().to_vec()));
        let root = CompoundFile::try_open(bytes, settings).unwrap().root(OpenMode::read()).unwrap();
        let name = Name::new("n").unwrap();
        let stream = root.try_open_stream(&name, OpenMode::child_read()).unwrap();
        assert_eq!(stream.try_read_at(0, &mut [0; 200]).unwrap(), 100, "{}", case.what());
    }
}

#[test]
fn an_unused_entry_is_refused_when_a_link_leads_to_it() {
    let layout = Layout { free_entry_count: 3, ..Layout::default() };
    let mut image = FileBuilder::new(Version::V3, sample()).layout(layout).build();
    let (leaf, free) = (image.find("n"), image.free_entry());
    assert_eq!(image.u32_at(image.entry_field_offset(leaf, field::LEFT)), NO_STREAM);
    image.put_u32(image.entry_field_offset(leaf, field::LEFT), free);
    image.put_u32(image.entry_field_offset(free, field::START), 7);
    assert_eq!(found(&image.to_vec(), Rule::EntryUnusedField).len(), 1);
    let Observation::Closed(blame) = observe(image.to_vec(), Validation::Strict) else {
        panic!("strict reading goes on");
    };
    assert_eq!(blame.rule, Some(Rule::EntryUnusedField));
    assert!(matches!(observe(image.to_vec(), Validation::Permissive), Observation::Open { .. }));
}

#[test]
fn for_every_file_of_the_corpus() {
    let (mut refused_count, mut clean_count) = (0, 0);
    for file in Corpus::locate().into_iter().flat_map(Corpus::files) {
        let bytes: Arc<dyn LockBytes> = Arc::new(MemoryBytes::new(file.read()));
        let Ok(report) = try_check(bytes.clone(), Limits::default()) else { continue };
        let settings = Settings { validation: Validation::Strict, ..Settings::default() };
        let strict = Observation::of(bytes.clone(), settings);
        let in_elements: Vec<_> = report
            .findings
            .iter()
            .filter(|finding| is_of_an_entry(finding.rule) && finding.element.is_some())
            .collect();
        if !in_elements.is_empty() {
            refused_count += 1;
            let closed = matches!(strict, Observation::Closed(_));
            assert!(closed, "{}: {in_elements:?} and {strict:?}", file.name);
        } else if report.is_clean() {
            clean_count += 1;
            let whole = Observation::of(bytes, Settings::default());
            assert_eq!(whole.difference(&strict), None, "{}", file.name);
        }
    }
    if Corpus::locate().is_some() {
        assert!(refused_count > 20 && clean_count > 20, "{refused_count}, {clean_count}");
    }
}
