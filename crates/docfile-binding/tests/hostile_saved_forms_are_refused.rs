//! No bytes make loading panic, take long, or take memory that they do not justify; what it does
//! answer saves and loads again (`contract/binding.md` 3.4).

#![expect(clippy::unwrap_used, reason = "the values are ours, and a test may fail loudly")]

use docfile_binding::{
    ANTI_CLASS_ID, AntiMoniker, CLASS_CLASS_ID, COMPOSITE_CLASS_ID, ErrorKind, FILE_CLASS_ID,
    FileMoniker, ITEM_CLASS_ID, ItemMoniker, Moniker, POINTER_CLASS_ID, URL_CLASS_ID, UrlMoniker,
    compose,
};
use docfile_compound::Guid;
use proptest::prelude::*;

const CLASSES: [Guid; 6] =
    [ANTI_CLASS_ID, COMPOSITE_CLASS_ID, CLASS_CLASS_ID, FILE_CLASS_ID, ITEM_CLASS_ID, URL_CLASS_ID];

fn leaf() -> impl Strategy<Value = Moniker> {
    let item = ("[!/Я]?", prop::collection::vec(any::<u16>(), 0..6));
    prop_oneof![
        (1..=AntiMoniker::MAX_COUNT).prop_map(|n| AntiMoniker::with_count(n).unwrap().into()),
        item.prop_map(|(d, units)| ItemMoniker::from_units(Some(&d), units).into()),
        r"(\.\.\\){0,3}[a-zЯ!%ü]{0,5}".prop_map(|path| FileMoniker::new(path).into()),
        "[a-z:/Я]{0,8}".prop_map(|url| UrlMoniker::verbatim(url).into()),
    ]
}

fn moniker() -> impl Strategy<Value = Moniker> {
    prop::collection::vec(leaf(), 1..6).prop_filter_map("fits together", |row| compose(row).ok()?)
}

proptest! {
    #[test]
    fn what_was_saved_loads(moniker in moniker(), behind in prop::collection::vec(any::<u8>(), 0..4)) {
        let mut bytes = moniker.save_with_class().unwrap();
        let len = bytes.len();
        bytes.extend(behind);
        let (read, used) = Moniker::load_with_class(&bytes).unwrap();
        prop_assert_eq!(used, len);
        prop_assert_eq!(read.save_with_class().unwrap(), &bytes[..len]);
        prop_assert_eq!(read, moniker);
    }

    #[test]
    fn what_is_cut_short_is_refused(moniker in moniker(), cut in any::<prop::sample::Index>()) {
        let bytes = moniker.save_with_class().unwrap();
        let error = Moniker::load_with_class(&bytes[..cut.index(bytes.len())]).unwrap_err();
        prop_assert_eq!(error.kind(), ErrorKind::Truncated);
        prop_assert!(error.offset().unwrap() <= bytes.len());
    }

    #[test]
    fn no_bytes_make_loading_panic(
        class in prop::sample::select(CLASSES.to_vec()),
        bytes in prop::collection::vec(prop_oneof![3 => Just(0u8), 1 => 1u8..5, 1 => any::<u8>()], 0..80),
    ) {
        if let Ok((moniker, used)) = Moniker::load(class, &bytes) {
            prop_assert!(used <= bytes.len());
            let saved = moniker.save_with_class().unwrap();
            prop_assert_eq!(Moniker::load_with_class(&saved).unwrap().0, moniker);
        }
    }

    #[test]
    fn no_flipped_byte_makes_loading_panic(
        moniker in moniker(), at in any::<prop::sample::Index>(), byte in any::<u8>()
    ) {
        let mut bytes = moniker.save_with_class().unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = Moniker::load_with_class(&bytes);
    }
}

#[track_caller]
fn assert_refused(class: Guid, bytes: &[u8], kind: ErrorKind) {
    assert_eq!(Moniker::load(class, bytes).unwrap_err().kind(), kind);
}

#[test]
fn counts_and_lengths_that_cannot_be_are_refused() {
    assert_refused(ANTI_CLASS_ID, &0x10_0000u32.to_le_bytes(), ErrorKind::InvalidArgument);
    assert!(Moniker::load(ANTI_CLASS_ID, &0xF_FFFFu32.to_le_bytes()).is_ok());
    assert_refused(COMPOSITE_CLASS_ID, &u32::MAX.to_le_bytes(), ErrorKind::Malformed);
    assert_refused(COMPOSITE_CLASS_ID, &1000u32.to_le_bytes(), ErrorKind::Truncated);
    assert_refused(COMPOSITE_CLASS_ID, &[0; 4], ErrorKind::Malformed);
    assert_refused(URL_CLASS_ID, &u32::MAX.to_le_bytes(), ErrorKind::Truncated);
    assert_refused(URL_CLASS_ID, b"\x02\0\0\0a\0", ErrorKind::Malformed);
    assert_refused(URL_CLASS_ID, b"\x04\0\0\0\x00\xD8\0\0", ErrorKind::Malformed);
    assert_refused(ITEM_CLASS_ID, b"\x01\0\0\0!", ErrorKind::Malformed);
    assert_refused(ITEM_CLASS_ID, b"\x03\0\0\0!\0a\0\0\0\0", ErrorKind::Malformed);
    let far_up = [&[0xFF, 0xFF, 1, 0, 0, 0, 0][..], &[0; 28]].concat();
    assert_refused(FILE_CLASS_ID, &far_up, ErrorKind::Malformed);
}

#[test]
fn classes_without_a_saved_form_are_not_known() {
    for class in [POINTER_CLASS_ID, Guid::NULL] {
        let error = Moniker::load(class, &[0; 64]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ClassNotRegistered);
        assert_eq!(error.hresult(), 0x8004_0154);
    }
}

#[test]
fn composites_that_stand_too_deep_are_refused() {
    let nested = |depth: usize| {
        let mut bytes = Vec::new();
        for _ in 0..depth {
            bytes.extend([1, 0, 0, 0]);
            bytes.extend(COMPOSITE_CLASS_ID.to_bytes());
        }
        bytes.extend([1, 0, 0, 0]);
        bytes.extend(ANTI_CLASS_ID.to_bytes());
        bytes.extend([1, 0, 0, 0]);
        Moniker::load(COMPOSITE_CLASS_ID, &bytes)
    };
    // One component is no composite.
    assert_eq!(nested(3).unwrap().0, AntiMoniker::new().into());
    assert_eq!(nested(100_000).unwrap_err().kind(), ErrorKind::Malformed);
}

#[test]
fn components_that_do_not_fit_together_are_refused() {
    let file = |path: &str| Moniker::from(FileMoniker::new(path)).save_with_class().unwrap();
    let bytes = [&[2, 0, 0, 0][..], &file(r"c:\a"), &file(r"c:\b")].concat();
    assert_refused(COMPOSITE_CLASS_ID, &bytes, ErrorKind::Malformed);
    let anti = Moniker::from(AntiMoniker::new()).save_with_class().unwrap();
    let bytes = [&[2, 0, 0, 0][..], &file("a"), &anti].concat();
    assert_refused(COMPOSITE_CLASS_ID, &bytes, ErrorKind::Malformed);
}
