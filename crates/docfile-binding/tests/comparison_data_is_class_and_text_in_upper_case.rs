//! What the running object table compares (`contract/binding.md` 3.4, last column).

use docfile_binding::{
    ANTI_CLASS_ID, AntiMoniker, CLASS_CLASS_ID, COMPOSITE_CLASS_ID, ClassMoniker, ErrorKind,
    FILE_CLASS_ID, FileMoniker, ITEM_CLASS_ID, ItemMoniker, Moniker, PointerMoniker, URL_CLASS_ID,
    UrlMoniker,
};

fn text(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

#[track_caller]
#[expect(clippy::unwrap_used, reason = "a test may fail loudly")]
fn assert_data(moniker: &Moniker, parts: &[&[u8]]) {
    assert_eq!(moniker.comparison_data().unwrap(), parts.concat());
}

#[test]
fn each_kind_has_its_own() {
    let item = Moniker::from(ItemMoniker::new("!", "Test"));
    let anti = Moniker::from(AntiMoniker::with_count(3).unwrap());
    assert_data(&item, &[&ITEM_CLASS_ID.to_bytes(), &text("!TEST")]);
    assert_data(&anti, &[&ANTI_CLASS_ID.to_bytes(), &[3, 0, 0, 0]]);
    assert_data(
        &FileMoniker::new(r"c:\übung.doc").into(),
        &[&FILE_CLASS_ID.to_bytes(), &text(r"C:\ÜBUNG.DOC")],
    );
    assert_data(
        &ClassMoniker::new(FILE_CLASS_ID).into(),
        &[&CLASS_CLASS_ID.to_bytes(), &FILE_CLASS_ID.to_bytes()],
    );
    let url = UrlMoniker::new("HTTP://Host/Aa").unwrap().into();
    assert_data(&url, &[&URL_CLASS_ID.to_bytes(), &text("http://host/Aa")]);
    let both = anti.compose_with(&item).unwrap().unwrap();
    assert_data(
        &both,
        &[
            &COMPOSITE_CLASS_ID.to_bytes(),
            &ANTI_CLASS_ID.to_bytes(),
            &[3, 0, 0, 0],
            &ITEM_CLASS_ID.to_bytes(),
            &text("!TEST"),
        ],
    );
}

#[test]
fn a_pointer_has_none_and_nor_has_what_contains_one() {
    let pointer = Moniker::from(PointerMoniker::null());
    let item = Moniker::from(ItemMoniker::new("!", "a"));
    let both = pointer.compose_with(&item).unwrap().unwrap();
    for moniker in [pointer, both] {
        let error = moniker.comparison_data().unwrap_err();
        assert_eq!((error.kind(), error.hresult()), (ErrorKind::NotImplemented, 0x8000_4001));
    }
}
