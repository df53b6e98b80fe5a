//! Saved forms as the contract writes them down (`contract/binding.md` 3.4, `contract/observed.md`
//! 2.5). The expected bytes are put together here, field by field, by hand.

use docfile_binding::{
    AntiMoniker, ClassMoniker, ErrorKind, FILE_CLASS_ID, FileMoniker, ITEM_CLASS_ID, ItemMoniker,
    Moniker, PointerMoniker, UrlMoniker,
};

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[track_caller]
#[expect(clippy::unwrap_used, reason = "a test may fail loudly")]
fn assert_saved(moniker: &Moniker, bytes: &[u8]) {
    assert_eq!(moniker.save().unwrap(), bytes);
    let (read, used) = Moniker::load(moniker.class_id(), bytes).unwrap();
    assert_eq!((&read, used), (moniker, bytes.len()));
    assert_eq!(read.save().unwrap(), bytes);
    assert!(moniker.max_saved_len().unwrap() >= bytes.len());
}

#[test]
fn an_anti_moniker_is_its_count() {
    let anti = AntiMoniker::with_count(2).unwrap().into();
    assert_saved(&anti, &[2, 0, 0, 0]);
    assert_eq!(anti.max_saved_len().unwrap(), 20);
}

#[test]
fn a_class_is_its_id_and_the_length_of_what_follows() {
    let plain = Moniker::from(ClassMoniker::new(ITEM_CLASS_ID));
    let mut bytes = ITEM_CLASS_ID.to_bytes().to_vec();
    bytes.extend([0; 4]);
    assert_saved(&plain, &bytes);
    assert_eq!(plain.max_saved_len().unwrap(), 20);
    let with = ClassMoniker::with_parameters(ITEM_CLASS_ID, ";ab").unwrap();
    let bytes = [&ITEM_CLASS_ID.to_bytes()[..], &[6, 0, 0, 0], b";\0a\0b\0"].concat();
    assert_saved(&with.clone().into(), &bytes);
    let (Moniker::Class(read), _) = Moniker::load(with_id(), &bytes).unwrap() else { panic!() };
    assert_eq!(read.parameters(), with.parameters());
}

fn with_id() -> docfile_compound::Guid {
    docfile_binding::CLASS_CLASS_ID
}

#[test]
fn an_item_is_two_texts_with_their_lengths() {
    let item = |delimiter, text| Moniker::from(ItemMoniker::new(delimiter, text));
    assert_saved(&item("!", "Test"), b"\x02\0\0\0!\0\x05\0\0\0Test\0");
    assert_saved(&item("", ""), b"\x01\0\0\0\0\x01\0\0\0\0");
    let none = Moniker::from(ItemMoniker::without_delimiter("T"));
    assert_saved(&none, b"\0\0\0\0\x02\0\0\0T\0");
    // What is no ASCII follows as UTF-16 without an end.
    assert_saved(&item("!", "Ü"), b"\x02\0\0\0!\0\x04\0\0\0\xDC\0\xDC\0");
    assert_saved(&item("!", "Я1"), b"\x02\0\0\0!\0\x07\0\0\0?1\0\x2F\x04\x31\0");
}

/// The filler 0xFF is what the contract says that Windows was given to load.
#[test]
fn what_follows_the_narrow_text_of_an_item_counts() {
    let bytes = b"\x05\0\0\0\xFF\xFF\0&\0\x06\0\0\0\xFF\0W\0i\0";
    let (read, used) = Moniker::load(ITEM_CLASS_ID, bytes).unwrap();
    assert_eq!(used, bytes.len());
    let Moniker::Item(item) = read else { panic!() };
    assert_eq!((item.delimiter(), item.item().as_str()), (Some("&"), "Wi"));
}

#[test]
fn a_path_is_narrow_and_wide_when_it_must_be() {
    let narrow = |steps_up: u16, text: &[u8], wide: &[u8]| {
        let mut bytes = steps_up.to_le_bytes().to_vec();
        bytes.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
        bytes.extend(text);
        bytes.extend([0xFF, 0xFF, 0xAD, 0xDE]);
        bytes.extend([0; 20]);
        bytes.extend(wide);
        bytes
    };
    let file = |path: &str| Moniker::from(FileMoniker::new(path));
    assert_saved(&file(r"c:\a.doc"), &narrow(0, b"c:\\a.doc\0", &[0; 4]));
    assert_saved(&file(r"..\..\a"), &narrow(2, b"a\0", &[0; 4]));
    assert_saved(&file(""), &narrow(0, b"\0", &[0; 4]));
    let text = utf_16("aЯ");
    let wide = [&[10, 0, 0, 0, 4, 0, 0, 0, 3, 0][..], &text].concat();
    assert_saved(&file("aЯ"), &narrow(0, b"a?\0", &wide));
    assert_saved(&file(r"..\aЯ"), &narrow(1, b"a?\0", &wide));
}

#[test]
fn loading_a_path_does_not_look_at_its_constants() {
    let mut bytes = Moniker::from(FileMoniker::new("ab")).save().unwrap();
    bytes[9..33].fill(0xEE);
    let (read, _) = Moniker::load(FILE_CLASS_ID, &bytes).unwrap();
    assert_eq!(read, FileMoniker::new("ab").into());
}

/// `contract/observed.md` 2.5: 27 characters and a null are 0x38 bytes.
#[test]
fn a_url_is_its_length_in_bytes_and_its_text() {
    let text = "http://127.0.0.1:80/abc.doc";
    let url = Moniker::from(UrlMoniker::verbatim(text));
    let bytes = [&[0x38, 0, 0, 0][..], &utf_16(text), &[0, 0]].concat();
    assert_saved(&url, &bytes);
    assert_eq!(url.max_saved_len().unwrap(), 60);
}

/// Newer writers append a GUID, a version and flags ([MS-OSHARED] 2.3.7.6).
#[test]
fn the_tail_of_a_newer_url_is_kept() {
    let tail =
        b"\x79\x58\x81\xf4\x3b\x1d\x7f\x48\xaf\x2c\x82\x5d\xc4\x85\x27\x63\0\0\0\0\xa5\xab\0\0";
    let bytes = [&[0x3C, 0, 0, 0][..], &utf_16("http://poi.apache"), &[0, 0], tail].concat();
    let (read, used) = Moniker::load(docfile_binding::URL_CLASS_ID, &bytes).unwrap();
    assert_eq!(used, bytes.len());
    assert_eq!(read.save().unwrap(), bytes);
    let Moniker::Url(url) = read else { panic!() };
    assert_eq!((url.url(), url.creation_flags()), (Some("http://poi.apache"), Some(0xABA5)));
}

#[test]
fn a_composite_is_its_components_with_their_classes() {
    let anti = Moniker::from(AntiMoniker::new());
    let item = Moniker::from(ItemMoniker::new("!", "T"));
    let both = anti.compose_with(&item).unwrap().unwrap();
    let bytes = [
        &[2, 0, 0, 0][..],
        b"\x05\x03\0\0\0\0\0\0\xC0\0\0\0\0\0\0\x46",
        &[1, 0, 0, 0],
        b"\x04\x03\0\0\0\0\0\0\xC0\0\0\0\0\0\0\x46",
        b"\x02\0\0\0!\0\x02\0\0\0T\0",
    ]
    .concat();
    assert_saved(&both, &bytes);
    let with_class = both.save_with_class().unwrap();
    assert_eq!(&with_class[..16], b"\x09\x03\0\0\0\0\0\0\xC0\0\0\0\0\0\0\x46");
    assert_eq!(Moniker::load_with_class(&with_class).unwrap(), (both, with_class.len()));
}

#[test]
fn a_pointer_and_a_url_that_was_never_given_have_no_saved_form() {
    let kind = |moniker: Moniker| moniker.save().unwrap_err().kind();
    assert_eq!(kind(PointerMoniker::null().into()), ErrorKind::NotImplemented);
    assert_eq!(kind(UrlMoniker::default().into()), ErrorKind::Uninitialized);
}
