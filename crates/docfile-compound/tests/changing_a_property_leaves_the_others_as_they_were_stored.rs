//! What happens to the bytes of a property set when one property of it changes; the set is the
//! worked example of [MS-OLEPS] 3.1 or 3.2.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may fail loudly, as tests may"
)]

mod worked_example;

use docfile_compound::property::{
    Array, ClipboardData, CodePage, Dimension, Elements, PropertySet, PropertySetStream,
    PropertyValue, format_id, parse, well_known,
};
use docfile_compound::{ErrorKind, FileTime, Limits, Validation};
use worked_example::{property_bag, summary_information};

fn strictly(bytes: &[u8]) -> PropertySetStream {
    let (stream, findings) =
        parse(bytes, Validation::Strict, &Limits::default()).expect("a set without faults");
    assert_eq!(findings, []);
    stream
}

fn first(stream: &mut PropertySetStream) -> &mut PropertySet {
    let format_id = stream.sets()[0].format_id();
    stream.set_mut(format_id).expect("it was just seen")
}

#[test]
fn what_is_not_changed_is_written_byte_for_byte() {
    for bytes in [summary_information(), property_bag()] {
        let mut stream = strictly(&bytes);
        assert_eq!(stream.emit().expect("not too long"), bytes);
        // Setting what is there already is no change.
        let title = stream.sets()[0].properties()[4].clone();
        first(&mut stream).set(title.id(), title.value().clone()).expect("a valid value");
        assert!(!stream.is_changed());
        assert_eq!(stream.emit().expect("not too long"), bytes);
    }
}

#[test]
fn a_changed_property_moves_the_others_and_changes_none_of_their_bytes() {
    let bytes = summary_information();
    let mut stream = strictly(&bytes);
    let before = stream.sets()[0].clone();
    first(&mut stream).set(well_known::TITLE, "A much longer title than before").expect("text");
    let after = strictly(&stream.emit().expect("not too long"));
    let after = &after.sets()[0];
    assert_eq!(after.properties().len(), before.properties().len());
    for (old, new) in before.properties().iter().zip(after.properties()) {
        assert_eq!(old.id(), new.id());
        if old.id() == well_known::TITLE {
            assert_eq!(new.value().as_text(), Some("A much longer title than before"));
        } else {
            // Word pads some strings inside their length; that stays.
            assert_eq!(before.stored_bytes(old), after.stored_bytes(new), "{}", old.id());
        }
    }
}

#[test]
fn a_removed_property_is_gone_and_its_name_with_it() {
    let mut stream = strictly(&property_bag());
    let set = first(&mut stream);
    assert_eq!(set.id_of("DisplayColour"), Some(4));
    assert!(set.remove(4).expect("an id of the user"));
    assert!(!set.remove(4).expect("an id of the user"));
    assert!(set.remove_named("MyStream").expect("an id of the user"));
    let read = strictly(&stream.emit().expect("not too long"));
    assert_eq!(read, stream);
    let set = &read.sets()[0];
    assert_eq!((set.get(4), set.get(6)), (None, None));
    assert_eq!((set.id_of("DisplayColour"), set.id_of("MyStorage")), (None, Some(12)));
}

#[test]
fn reserved_ids_are_refused() {
    let mut stream = strictly(&property_bag());
    let set = first(&mut stream);
    for id in [0, 1, 0x8000_0000, 0x8000_0001, 0x8000_0003, 0xBFFF_FFFF, 0xC000_0000, u32::MAX] {
        let error = set.set(id, 1).expect_err("a reserved id");
        assert_eq!(error.kind(), ErrorKind::InvalidParameter, "{id:#X}");
        assert_eq!(set.remove(id).expect_err("a reserved id").hresult(), 0x8003_0057, "{id:#X}");
    }
    assert!(!stream.is_changed());
}

#[test]
fn values_that_no_set_may_hold_are_refused() {
    use {Elements as E, PropertyValue as V};
    let array = |counts: &[u32], elements| {
        let dimension = |count: &u32| Dimension { count: *count, first_index: 0 };
        V::Array(Box::new(Array { dimensions: counts.iter().map(dimension).collect(), elements }))
    };
    let mut set = PropertySet::new(format_id::PROPERTY_BAG, CodePage::UTF_8);
    let before = set.clone();
    for value in [
        V::Lpstr("a\0b".into()),
        V::Lpwstr("a\0b".into()),
        V::Bstr("a\0".into()),
        V::Stream("a\0".into()),
        V::Unknown(vec![0x0F, 0, 0, 0]),
        V::Vector(E::Int(vec![1])),
        V::Vector(E::Decimal(vec![])),
        V::Vector(E::Lpstr(vec!["a".into(), "\0".into()])),
        V::Vector(E::Variant(vec![V::Vector(E::I2(vec![1]))])),
        V::Vector(E::Variant(vec![V::Empty])),
        V::Vector(E::Variant(vec![V::Lpwstr("\0".into())])),
        array(&[1], E::Variant(vec![V::Lpstr("a".into())])),
        array(&[1], E::FileTime(vec![FileTime(1)])),
        array(&[], E::I4(vec![])),
        array(&[1; 32], E::I4(vec![1])),
        array(&[2, 3], E::I4(vec![1, 2, 3, 4, 5])),
        array(&[u32::MAX; 4], E::I4(vec![])),
    ] {
        let error = set.set(2, value.clone()).expect_err("no set may hold it");
        assert_eq!(error.kind(), ErrorKind::InvalidParameter, "{value:?}");
    }
    assert_eq!(set, before);
    set.set(2, array(&[2, 3], E::I4(vec![1, 2, 3, 4, 5, 6]))).expect("as many as there should be");
    set.set(3, V::Bstr("a\0b".into())).expect("a string that knows its length");
    set.set(4, V::Clipboard(Box::new(ClipboardData::windows(3, b"picture")))).expect("a picture");
}

#[test]
fn a_set_is_of_version_1_when_it_needs_to_be() {
    let mut stream = PropertySetStream::new(format_id::PROPERTY_BAG);
    assert_eq!(stream.version(), 0);
    first(&mut stream).set(2, PropertyValue::Int(1)).expect("a valid value");
    assert_eq!(strictly(&stream.emit().expect("short")).version(), 1);
    first(&mut stream).set(2, PropertyValue::I4(1)).expect("a valid value");
    assert_eq!(strictly(&stream.emit().expect("short")).version(), 0);
    first(&mut stream).set_case_sensitive(true).expect("no names yet");
    assert_eq!(strictly(&stream.emit().expect("short")).version(), 1);
}

#[test]
fn more_than_windows_reads_is_not_written() {
    let mut stream = PropertySetStream::new(format_id::PROPERTY_BAG);
    first(&mut stream).set(2, PropertyValue::Blob(vec![0; 2 << 20])).expect("a valid value");
    assert_eq!(stream.emit().expect_err("too long").kind(), ErrorKind::TooLarge);
    first(&mut stream).set(2, PropertyValue::Blob(vec![0; 2_000_000])).expect("a valid value");
    assert!(stream.emit().is_ok());
}
