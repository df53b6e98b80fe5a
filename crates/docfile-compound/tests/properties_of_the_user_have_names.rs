//! Properties that the user of a document names: the second set in the stream of the document
//! summary, and the dictionary that every such set has.
#![expect(clippy::expect_used, reason = "helpers of tests may fail loudly, as tests may")]

use docfile_compound::property::{
    CodePage, PropertySet, PropertySetStream, PropertyValue, format_id, parse, well_known,
};
use docfile_compound::{ErrorKind, FileTime, Limits, Validation};

fn written(stream: &PropertySetStream) -> PropertySetStream {
    let bytes = stream.emit().expect("a short stream");
    let (read, findings) =
        parse(&bytes, Validation::Strict, &Limits::default()).expect("what we write is valid");
    assert_eq!(findings, []);
    assert_eq!(&read, stream);
    read
}

fn user_defined(stream: &mut PropertySetStream) -> &mut PropertySet {
    stream.set_or_insert(format_id::USER_DEFINED_PROPERTIES).expect("there is a place for it")
}

#[test]
fn they_join_the_document_summary_in_its_stream() {
    let mut stream = PropertySetStream::new(format_id::DOC_SUMMARY_INFORMATION);
    assert_eq!(stream.sets().len(), 1);
    let set = user_defined(&mut stream);
    assert_eq!(set.set_named("Client", "Meier & Söhne").expect("a text"), 2);
    assert_eq!(set.set_named("Paid", true).expect("a boolean"), 3);
    assert_eq!(set.set_named("Due", FileTime(133_000_000_000_000_000)).expect("a time"), 4);
    let read = written(&stream);
    let ids: Vec<_> = read.sets().iter().map(PropertySet::format_id).collect();
    assert_eq!(ids, [format_id::DOC_SUMMARY_INFORMATION, format_id::USER_DEFINED_PROPERTIES]);
    let set = read.set(format_id::USER_DEFINED_PROPERTIES).expect("it was written");
    assert_eq!(set.get_named("client").and_then(PropertyValue::as_text), Some("Meier & Söhne"));
    assert_eq!(set.name_of(3), Some("Paid"));

    assert!(stream.remove_user_defined());
    assert!(!stream.remove_user_defined());
    assert_eq!(written(&stream).sets().len(), 1);
}

#[test]
fn no_other_set_shares_a_stream() {
    let mut stream = PropertySetStream::new(format_id::SUMMARY_INFORMATION);
    for format_id in [format_id::USER_DEFINED_PROPERTIES, format_id::PROPERTY_BAG] {
        let error = stream.set_or_insert(format_id).expect_err("no place");
        assert_eq!(error.kind(), ErrorKind::InvalidParameter);
    }
    assert!(stream.set_or_insert(format_id::SUMMARY_INFORMATION).is_ok());
}

#[test]
fn a_new_name_gets_the_lowest_free_id_and_a_known_one_keeps_its_own() {
    let mut stream = PropertySetStream::new(format_id::USER_DEFINED_PROPERTIES);
    let set = user_defined(&mut stream);
    for (name, id) in [("a", 2), ("b", 3), ("c", 4)] {
        assert_eq!(set.set_named(name, 1).expect("a number"), id);
    }
    assert!(set.remove_named("b").expect("no reserved id"));
    assert!(!set.remove_named("b").expect("no reserved id"));
    assert_eq!(set.set_named("A", 2).expect("a number"), 2);
    assert_eq!(set.set_named("d", 1).expect("a number"), 3);
    set.set(5, 7).expect("a property without a name");
    assert_eq!(set.set_named("e", 1).expect("a number"), 6);
    let names: Vec<_> = set.dictionary().expect("names").iter().collect();
    assert_eq!(names, [(2, "a"), (4, "c"), (3, "d"), (6, "e")]);
    written(&stream);
}

#[test]
fn the_dictionary_stands_in_front_and_then_the_code_page() {
    let mut stream = PropertySetStream::new(format_id::USER_DEFINED_PROPERTIES);
    user_defined(&mut stream).set_named("a", 1).expect("a number");
    let bytes = stream.emit().expect("a short stream");
    // The second set: where its announcement says, eight bytes into it the table.
    let at = |offset: usize| {
        let bytes = bytes.get(offset..offset + 4).and_then(|bytes| bytes.try_into().ok());
        u32::from_le_bytes(bytes.expect("within the stream"))
    };
    let set = usize::try_from(at(64)).expect("an offset");
    let ids = [at(set + 8), at(set + 16), at(set + 24)];
    assert_eq!(ids, [well_known::DICTIONARY, well_known::CODE_PAGE, 2]);
    assert_eq!(at(set + 12), 8 + 3 * 8, "the first value follows the table");
}

#[test]
fn case_counts_only_where_a_set_says_so() {
    let mut stream = PropertySetStream::new(format_id::PROPERTY_BAG);
    let set = stream.set_or_insert(format_id::PROPERTY_BAG).expect("it has one");
    set.set_named("Größe", 1).expect("a number");
    assert_eq!(set.id_of("GRÖßE"), Some(2));
    set.set_case_sensitive(true).expect("no names that differ in case only");
    assert_eq!(set.id_of("GRÖßE"), None);
    assert_eq!(set.set_named("größe", 2).expect("a number"), 3);
    let error = set.set_case_sensitive(false).expect_err("two names would be one");
    assert_eq!(error.kind(), ErrorKind::InvalidParameter);
    let read = written(&stream);
    assert!(read.sets().first().is_some_and(PropertySet::is_case_sensitive));
    let set = stream.set_or_insert(format_id::PROPERTY_BAG).expect("it has one");
    set.remove(3).expect("an id of the user");
    set.set_case_sensitive(false).expect("one name is left");
    assert_eq!(written(&stream).version(), 0);
}

#[test]
fn names_that_cannot_be_are_refused() {
    let mut set = PropertySet::new(format_id::USER_DEFINED_PROPERTIES, CodePage::UTF_8);
    for name in ["", "a\0b"] {
        assert_eq!(
            set.set_named(name, 1).expect_err("no name").kind(),
            ErrorKind::InvalidParameter
        );
    }
    assert!(set.dictionary().is_none());
}

#[test]
fn text_that_the_code_page_cannot_write_moves_the_set_to_utf_8() {
    for by_name in [false, true] {
        let mut stream = PropertySetStream::new(format_id::USER_DEFINED_PROPERTIES);
        let set = user_defined(&mut stream);
        set.set_code_page(CodePage::WINDOWS_1252).expect("the set is empty");
        set.set_named("Maß", "groß").expect("1252 has both");
        assert_eq!(set.code_page(), CodePage::WINDOWS_1252);
        if by_name {
            set.set_named("Имя", 1).expect("UTF-8 has it");
        } else {
            set.set(9, "Имя").expect("UTF-8 has it");
        }
        assert_eq!(set.code_page(), CodePage::UTF_8);
        let read = written(&stream);
        let set = read.set(format_id::USER_DEFINED_PROPERTIES).expect("it was written");
        assert_eq!(set.get_named("maß").and_then(PropertyValue::as_text), Some("groß"));
    }
}

#[test]
fn text_that_was_not_understood_keeps_a_set_where_it_is() {
    let mut stream = PropertySetStream::new(format_id::SUMMARY_INFORMATION);
    let set = stream.set_or_insert(format_id::SUMMARY_INFORMATION).expect("it has one");
    set.set(well_known::TITLE, "xx").expect("a text");
    let mut bytes = stream.emit().expect("a short stream");
    let text = bytes.windows(3).position(|bytes| bytes == b"xx\0").expect("the title");
    bytes.get_mut(text..text + 2).expect("within").copy_from_slice(b"\xFFy");
    // In UTF-8 no character starts with that byte.
    let (mut stream, _) =
        parse(&bytes, Validation::Permissive, &Limits::default()).expect("one bad text");
    let set = stream.set_mut(format_id::SUMMARY_INFORMATION).expect("it has one");
    assert_eq!(set.get(well_known::TITLE).and_then(PropertyValue::as_text), Some("\u{FFFD}y"));
    let error = set.transcode(CodePage::UTF_16).expect_err("the byte would be lost");
    assert_eq!(error.kind(), ErrorKind::InvalidParameter);
    assert!(!stream.is_changed());
}

#[test]
fn the_code_page_is_settled_by_the_first_property() {
    let mut set = PropertySet::new(format_id::PROPERTY_BAG, CodePage::UTF_8);
    set.set_code_page(CodePage::UTF_16).expect("the set is empty");
    assert_eq!(set.get(well_known::CODE_PAGE), Some(&PropertyValue::I2(1200)));
    assert!(set.set_code_page(CodePage(37)).is_err(), "there is no table of it");
    set.set(2, "hi").expect("a text");
    let error = set.set_code_page(CodePage::WINDOWS_1252).expect_err("it is settled");
    assert_eq!(error.hresult(), 0x8003_0057);
    assert_eq!(set.get(2).and_then(PropertyValue::as_text), Some("hi"));
    set.transcode(CodePage::WINDOWS_1252).expect("1252 has it");
    assert_eq!(set.get(well_known::CODE_PAGE), Some(&PropertyValue::I2(1252)));
}
