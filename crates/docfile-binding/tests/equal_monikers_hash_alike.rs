//! Equality, hashes, class ids and numbers of kinds (`contract/binding.md` 0.2 and 3.2; rule 63 of
//! `contract/observed.md`).

use std::sync::Arc;

use docfile_binding::{
    AntiMoniker, ClassMoniker, FILE_CLASS_ID, FileMoniker, ITEM_CLASS_ID, ItemMoniker, Moniker,
    Object, PointerMoniker, SystemId, UrlMoniker,
};

fn item(delimiter: &str, text: &str) -> Moniker {
    ItemMoniker::new(delimiter, text).into()
}

fn file(path: &str) -> Moniker {
    FileMoniker::new(path).into()
}

#[expect(clippy::unwrap_used, reason = "the URLs are ours")]
fn url(text: &str) -> Moniker {
    UrlMoniker::new(text).unwrap().into()
}

#[track_caller]
fn assert_same(a: &Moniker, b: &Moniker) {
    assert_eq!(a, b);
    assert_eq!(a.hash_value(), b.hash_value());
}

#[test]
fn items_ignore_case_and_delimiter() {
    assert_same(&item("!", "Test"), &item("&", "TEST"));
    assert_same(&item("", "Test"), &ItemMoniker::without_delimiter("test").into());
    assert_ne!(item("!", "Test"), item("!", "Test1"));
    assert_eq!(item("!", "Test").hash_value(), 0x73C);
}

#[test]
fn paths_ignore_case() {
    assert_same(&file(r"C:\Work\Übersicht.doc"), &file(r"c:\work\üBERSICHT.DOC"));
    assert_ne!(file(r"C:\a"), file(r"C:\b"));
    assert_ne!(file("x"), item("", "x"));
}

#[test]
fn urls_ignore_how_they_are_written_but_not_case_of_paths() {
    assert_same(&url("HTTP://HOST:80/a!b"), &UrlMoniker::verbatim("http://host/a%21b").into());
    assert_ne!(url("http://host/A"), url("http://host/a"));
}

#[test]
fn classes_ignore_parameters() {
    let with = ClassMoniker::with_parameters(ITEM_CLASS_ID, ";x").unwrap();
    assert_same(&with.into(), &ClassMoniker::new(ITEM_CLASS_ID).into());
    assert_ne!(ClassMoniker::new(FILE_CLASS_ID), ClassMoniker::new(ITEM_CLASS_ID));
    assert_eq!(Moniker::from(ClassMoniker::new(ITEM_CLASS_ID)).hash_value(), 0x304);
}

#[test]
fn pointers_are_the_same_object() {
    let (one, two): (Object, Object) = (Arc::new(1), Arc::new(1));
    let pointer = |object: &Object| Moniker::from(PointerMoniker::new(object.clone()));
    assert_same(&pointer(&one), &pointer(&one));
    assert_ne!(pointer(&one), pointer(&two));
    assert_ne!(pointer(&one), PointerMoniker::null().into());
    assert_same(&PointerMoniker::null().into(), &PointerMoniker::null().into());
}

#[test]
fn anti_monikers_are_their_count() {
    let anti = |count| Moniker::from(AntiMoniker::with_count(count).unwrap());
    assert_same(&anti(1), &AntiMoniker::new().into());
    assert_ne!(anti(1), anti(2));
    assert_eq!(anti(5).hash_value(), 0x8000_0005);
}

#[test]
fn composites_are_their_components_in_order() {
    let row = |a: &str, b: &str| item("!", a).compose_with(&item("#", b)).unwrap().unwrap();
    assert_same(&row("Test", "Wine"), &row("TEST", "wine"));
    assert_ne!(row("Test", "Wine"), row("Wine", "Test"));
    assert_eq!(row("Test", "Wine").hash_value(), 0xD87);
}

#[test]
fn kinds_have_the_numbers_of_the_contract() {
    let composite = item("!", "a").compose_with(&item("!", "b")).unwrap().unwrap();
    for (moniker, number, class_id) in [
        (composite, 1, "{00000309-0000-0000-C000-000000000046}"),
        (file("x"), 2, "{00000303-0000-0000-C000-000000000046}"),
        (AntiMoniker::new().into(), 3, "{00000305-0000-0000-C000-000000000046}"),
        (item("!", "a"), 4, "{00000304-0000-0000-C000-000000000046}"),
        (PointerMoniker::null().into(), 5, "{00000306-0000-0000-C000-000000000046}"),
        (url("http://h/"), 6, "{79EAC9E0-BAF9-11CE-8C82-00AA004BA90B}"),
        (ClassMoniker::new(FILE_CLASS_ID).into(), 7, "{0000031A-0000-0000-C000-000000000046}"),
    ] {
        assert_eq!(moniker.system_id().number(), number, "{moniker:?}");
        assert_eq!(moniker.class_id().to_string(), class_id);
    }
    assert_eq!(SystemId::None.number(), 0);
}

#[test]
fn only_a_url_makes_a_bind_asynchronous() {
    let page = url("http://h/x.doc");
    assert!(page.is_async());
    assert!(page.compose_with(&item("!", "a")).unwrap().unwrap().is_async());
    assert!(!file("x").is_async());
    assert!(!file("x").compose_with(&item("!", "a")).unwrap().unwrap().is_async());
}
