//! The table of compositions (`contract/binding.md` 3.3), line by line.

use docfile_binding::{
    AntiMoniker, ClassMoniker, ErrorKind, FileMoniker, ItemMoniker, Moniker, PointerMoniker,
    URL_CLASS_ID, UrlMoniker, compose,
};

fn file(path: &str) -> Moniker {
    FileMoniker::new(path).into()
}

fn item(text: &str) -> Moniker {
    ItemMoniker::new("!", text).into()
}

#[expect(clippy::unwrap_used, reason = "the counts are ours")]
fn anti(count: u32) -> Moniker {
    AntiMoniker::with_count(count).unwrap().into()
}

#[expect(clippy::unwrap_used, reason = "the URLs are ours")]
fn url(text: &str) -> Moniker {
    UrlMoniker::new(text).unwrap().into()
}

#[expect(clippy::unwrap_used, reason = "what is composed here fits together")]
fn row<const N: usize>(monikers: [Moniker; N]) -> Option<Moniker> {
    compose(monikers).unwrap()
}

#[test]
fn one_is_taken_back_by_one() {
    let pointer = PointerMoniker::new(std::sync::Arc::new(1));
    for moniker in [file("x"), item("x"), pointer.into(), ClassMoniker::new(URL_CLASS_ID).into()] {
        assert_eq!(moniker.compose_with(&anti(1)).unwrap(), None);
        assert_eq!(moniker.compose_if_not_generic(&anti(1)).unwrap(), None);
        assert_eq!(moniker.compose_with(&anti(2)).unwrap(), Some(anti(1)));
        assert_eq!(moniker.compose_if_not_generic(&anti(2)).unwrap(), Some(anti(1)));
    }
}

#[test]
fn a_leading_anti_moniker_of_a_composite_is_used_up() {
    let right = row([anti(1), item("I")]).unwrap();
    assert_eq!(
        item("X").compose_if_not_generic(&right).unwrap_err().kind(),
        ErrorKind::NeedGeneric
    );
    assert_eq!(item("X").compose_with(&right).unwrap(), Some(item("I")));
    let left = row([item("1"), item("3")]).unwrap();
    let right = row([anti(1), item("2")]).unwrap();
    assert_eq!(left.compose_with(&right).unwrap(), row([item("1"), item("2")]));
}

#[test]
fn a_composite_loses_from_its_right() {
    let both = row([item("A"), item("B")]).unwrap();
    assert_eq!(both.compose_with(&anti(1)).unwrap(), Some(item("A")));
    assert_eq!(both.compose_with(&anti(2)).unwrap(), None);
    assert_eq!(both.compose_with(&anti(3)).unwrap(), Some(anti(1)));
    let whole = row([item("A"), item("B"), item("C")]).unwrap();
    assert_eq!(whole.compose_with(&anti(1)).unwrap(), Some(both.clone()));
    let generic = both.compose_if_not_generic(&item("C")).unwrap_err();
    assert_eq!((generic.kind(), generic.hresult()), (ErrorKind::NeedGeneric, 0x8004_01E2));
}

#[test]
fn counts_of_anti_monikers_are_not_added() {
    let both = anti(1).compose_with(&anti(1)).unwrap().unwrap();
    assert_eq!(both.components().len(), 2);
    assert_eq!(both.display_name().unwrap(), r"\..\..");
    assert_ne!(both, anti(2));
    assert_eq!(
        anti(1).compose_if_not_generic(&anti(1)).unwrap_err().kind(),
        ErrorKind::NeedGeneric
    );
}

#[test]
fn paths_join_and_absolute_ones_do_not() {
    let joined = |a: &str, b: &str| file(a).compose_if_not_generic(&file(b));
    assert_eq!(joined(r"c:\dir", r"..\x.doc").unwrap(), Some(file(r"c:\x.doc")));
    assert_eq!(joined("/a", "b").unwrap(), Some(file("/a/b")));
    let error = joined(r"c:\dir", r"c:\x").unwrap_err();
    assert_eq!((error.kind(), error.hresult()), (ErrorKind::Syntax, 0x8004_01E4));
    let behind_an_item = row([item("A"), file("b"), file("c")]).unwrap();
    assert_eq!(behind_an_item.components(), [item("A"), file(r"b\c")]);
}

/// `contract/observed.md` 2.5: a URL and a URL resolve, a URL and an item stand in a row.
#[test]
fn urls_resolve_and_nothing_takes_them_back() {
    let page = url("http://host/a/b/c.html");
    assert_eq!(
        page.compose_if_not_generic(&url("d.html")).unwrap(),
        Some(url("http://host/a/b/d.html"))
    );
    assert_eq!(page.compose_if_not_generic(&item("i")).unwrap_err().kind(), ErrorKind::NeedGeneric);
    let with_item = page.compose_with(&item("i")).unwrap().unwrap();
    assert_eq!(with_item.display_name().unwrap(), "http://host/a/b/c.html!i");
    let with_anti = page.compose_with(&anti(1)).unwrap().unwrap();
    assert_eq!(with_anti.components(), [page, anti(1)]);
}

#[test]
fn nothing_composed_is_nothing() {
    assert_eq!(row([]), None);
    assert_eq!(row([item("a")]), Some(item("a")));
}
