//! Every rule of [MS-OLEPS] that a file can break: read permissively, the breach is told and the
//! other properties are there; read strictly, it is the error.
#![expect(clippy::expect_used, reason = "helpers of tests may fail loudly, as tests may")]

use std::sync::Arc;

use docfile_compound::property::{
    Elements, Finding, PropertySetStream, PropertyValue, format_id, parse, well_known,
};
use docfile_compound::{
    CompoundFile, ErrorKind, Limits, MemoryBytes, OpenMode, Result, Rule, Settings, Validation,
};
use docfile_testkit::raw::fault::Fault;

type Read = (PropertySetStream, Vec<Finding>);

/// Reads the property sets that the file of a fault holds.
fn read(fault: &Fault, validation: Validation) -> Result<Read> {
    let bytes = Arc::new(MemoryBytes::new(fault.build().to_vec()));
    let root = CompoundFile::try_open(bytes, Settings::default())?.root(OpenMode::read())?;
    let mut streams = [format_id::SUMMARY_INFORMATION, format_id::DOC_SUMMARY_INFORMATION]
        .into_iter()
        .filter_map(|id| {
            root.try_open_stream(&format_id::stream_name(id), OpenMode::child_read()).ok()
        });
    let stream = streams.next().expect("the file of a property fault has a property set");
    PropertySetStream::try_read(&stream, validation, &Limits::default())
}

#[test]
fn each_breach_is_an_error_when_reading_strictly_and_a_finding_otherwise() {
    let of_properties = |fault: &Fault| fault.rule.section().starts_with("[MS-OLEPS]");
    let mut rules: Vec<Rule> = Vec::new();
    for fault in Fault::all().filter(of_properties) {
        let error = read(&fault, Validation::Strict).expect_err(fault.what);
        assert_eq!(error.rule(), Some(fault.rule), "{}: {error}", fault.what);

        let (stream, findings) = read(&fault, Validation::Permissive).expect(fault.what);
        let found: Vec<Rule> = findings.iter().map(|finding| finding.rule).collect();
        assert_eq!(found, [fault.rule], "{}: {findings:?}", fault.what);
        let set = stream.sets().first().expect(fault.what);
        let title = set.get(well_known::TITLE).and_then(PropertyValue::as_text);
        match fault.rule {
            Rule::PropertyBounds => assert_eq!(title, None, "{}", fault.what),
            Rule::PropertyDuplicate => assert_eq!(title, Some("Other"), "{}", fault.what),
            _ => assert!(title.is_some_and(|title| title.starts_with("Title")), "{}", fault.what),
        }
        rules.push(fault.rule);
    }
    let all = Rule::ALL.iter().filter(|rule| rule.section().starts_with("[MS-OLEPS]"));
    let untested: Vec<&Rule> = all.filter(|rule| !rules.contains(rule)).collect();
    assert!(untested.is_empty(), "{untested:?}");
}

/// A stream with one set of the given properties, each value at its place.
fn stream(properties: &[(u32, &[u8])]) -> Vec<u8> {
    let mut stream = b"\xFE\xFF\x01\0\x06\0\x02\0".to_vec();
    stream.extend([0; 16]);
    stream.extend(1u32.to_le_bytes());
    stream.extend(format_id::PROPERTY_BAG.to_bytes());
    stream.extend(48u32.to_le_bytes());
    let code_page: (u32, &[u8]) = (1, b"\x02\0\0\0\xE4\x04\0\0");
    let properties: Vec<(u32, &[u8])> =
        core::iter::once(code_page).chain(properties.iter().copied()).collect();
    let values_len: usize = properties.iter().map(|(_, value)| value.len()).sum();
    let mut offset = 8 + 8 * properties.len();
    let number = |len: usize| u32::try_from(len).unwrap_or(u32::MAX).to_le_bytes();
    stream.extend(number(offset + values_len));
    stream.extend(number(properties.len()));
    for (id, value) in &properties {
        stream.extend(id.to_le_bytes());
        stream.extend(number(offset));
        offset += value.len();
    }
    properties.iter().for_each(|(_, value)| stream.extend_from_slice(value));
    stream
}

#[track_caller]
fn assert_read(value: &[u8], expected: &PropertyValue, rules: &[Rule]) {
    let bytes = stream(&[(2, value), (3, b"\x03\0\0\0\x2A\0\0\0")]);
    let (read, findings) =
        parse(&bytes, Validation::Permissive, &Limits::default()).expect("one bad value at most");
    let set = read.sets().first().expect("one set");
    assert_eq!(set.get(2), Some(expected));
    assert_eq!(set.get(3), Some(&PropertyValue::I4(42)), "the neighbour");
    assert_eq!(findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(), rules);
}

#[test]
fn a_value_that_its_bytes_cannot_hold_is_read_as_far_as_they_go() {
    use PropertyValue as V;
    assert_read(
        b"\x1E\0\0\0\xFF\xFF\xFF\x7Fab\0\0",
        &V::Lpstr("ab".into()),
        &[Rule::PropertyBounds],
    );
    assert_read(
        b"\x1F\0\0\0\xFF\xFF\xFF\x7Fa\0\0\0",
        &V::Lpwstr("a".into()),
        &[Rule::PropertyBounds],
    );
    assert_read(b"\x41\0\0\0\0\0\0\x80abcd", &V::Blob(b"abcd".to_vec()), &[Rule::PropertyBounds]);
    assert_read(
        b"\x02\x10\0\0\xFF\xFF\xFF\x0F\x01\0\x02\0",
        &V::Vector(Elements::I2(vec![1, 2])),
        &[Rule::PropertyBounds],
    );
}

#[test]
fn what_is_no_value_at_all_is_kept_as_its_bytes() {
    use PropertyValue as V;
    for bytes in [
        // A number that names no type, a type with something where zero should be, a vector of
        // what there are no vectors of, an array whose header is of another type.
        &b"\x0F\0\0\0\x01\0\0\0"[..],
        b"\x03\0\x01\0\x01\0\0\0",
        b"\x41\x10\0\0\x01\0\0\0",
        b"\x03\x20\0\0\x02\0\0\0\x01\0\0\0\x01\0\0\0\0\0\0\0\x07\0\0\0",
    ] {
        assert_read(bytes, &V::Unknown(bytes.to_vec()), &[Rule::PropertyType]);
    }
}

#[test]
fn strings_of_a_vector_are_read_padded_or_not() {
    let texts = |texts: &[&str]| {
        PropertyValue::Vector(Elements::Lpstr(texts.iter().map(|text| (*text).into()).collect()))
    };
    let padded = b"\x1E\x10\0\0\x02\0\0\0\x02\0\0\0a\0\0\0\x05\0\0\0bcde\0\0\0\0";
    assert_read(padded, &texts(&["a", "bcde"]), &[]);
    let packed = b"\x1E\x10\0\0\x02\0\0\0\x02\0\0\0a\0\x05\0\0\0bcde\0\0";
    assert_read(packed, &texts(&["a", "bcde"]), &[Rule::PropertyAlignment]);
    let mixed = b"\x0C\x10\0\0\x03\0\0\0\x1E\0\0\0\x02\0\0\0a\0\x03\0\0\0\x07\0\0\0\
                  \x1E\0\0\0\x04\0\0\0bcd\0\0\0";
    let expected =
        PropertyValue::Vector(Elements::Variant(vec!["a".into(), 7.into(), "bcd".into()]));
    assert_read(mixed, &expected, &[Rule::PropertyAlignment]);
}

#[test]
fn a_code_page_without_a_table_is_read_as_1252_and_its_bytes_are_kept() {
    let mut bytes = stream(&[(2, b"\x1E\0\0\0\x03\0\0\0\xE9!\0\0")]);
    // The value of the code page is the first behind the table of two.
    bytes[48 + 8 + 16 + 4..48 + 8 + 16 + 6].copy_from_slice(&[37, 0]);
    let (read, findings) =
        parse(&bytes, Validation::Permissive, &Limits::default()).expect("a forgivable breach");
    let set = &read.sets()[0];
    assert_eq!(set.get(2).and_then(PropertyValue::as_text), Some("é!"));
    assert_eq!(findings[0].rule, Rule::PropertyCodePage);
    let title = set.properties().last().expect("two properties");
    assert_eq!(set.stored_bytes(title), Some(&b"\x1E\0\0\0\x03\0\0\0\xE9!\0\0"[..]));
}

#[test]
fn what_is_no_property_set_is_refused_and_an_empty_stream_is_one_without_sets() {
    let limits = Limits::default();
    for bytes in [&b"\xFE\xFF"[..], b"\xFE\xFF\0\0\x06\0\x02\0", &[0; 400], &[0xFF; 400]] {
        let error = parse(bytes, Validation::Permissive, &limits).expect_err("no property set");
        assert_eq!(error.rule(), Some(Rule::PropertySetHeader));
    }
    let (read, findings) = parse(&[], Validation::Permissive, &limits).expect("an empty stream");
    assert!(read.sets().is_empty());
    assert_eq!(findings.len(), 1);
    assert_eq!(read.emit().expect("it was not changed"), b"");
    assert!(parse(&[], Validation::Strict, &limits).is_err());
}

#[test]
fn a_stream_longer_than_the_limit_is_not_read() {
    let bytes = stream(&[]);
    let limits = Limits { property_set_len: bytes.len() - 1, ..Limits::default() };
    let error = parse(&bytes, Validation::Permissive, &limits).expect_err("too long");
    assert_eq!(error.kind(), ErrorKind::LimitReached);
}
