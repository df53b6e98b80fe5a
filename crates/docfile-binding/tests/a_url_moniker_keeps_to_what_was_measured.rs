//! `contract/observed.md` 2.5 and rule 46; `contract/binding.md` 6.

use docfile_binding::{
    BindContext, ErrorKind, FileMoniker, ItemMoniker, Moniker, ReduceDepth, Reduced, UrlMoniker,
};

#[expect(clippy::unwrap_used, reason = "the URLs are ours")]
fn url(text: &str) -> Moniker {
    UrlMoniker::new(text).unwrap().into()
}

#[test]
fn a_relative_name_is_completed_by_the_context_it_is_made_in() {
    let page = url("http://host/a/b/c.html");
    let made = |text: &str| UrlMoniker::in_context(&page, text).unwrap().url().map(str::to_owned);
    assert_eq!(made("d.html").as_deref(), Some("http://host/a/b/d.html"));
    assert_eq!(made("../x").as_deref(), Some("http://host/a/x"));
    assert_eq!(made("https://other/").as_deref(), Some("https://other/"));
    let no_url = FileMoniker::new("a.doc").into();
    assert_eq!(UrlMoniker::in_context(&no_url, "x").unwrap().url(), Some("x"));
}

#[test]
fn empty_and_relative_names_are_accepted_without_a_context() {
    for text in ["", "d.html", "../x", "//host/x", "?q", "#f"] {
        let made = UrlMoniker::new(text).unwrap();
        assert_eq!((made.url(), made.is_absolute()), (Some(text), false));
        let error = made.resolve(&made).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Syntax);
    }
    for text in ["http://[x", "http://h:99999/", r"c:\dir\file"] {
        assert_eq!(UrlMoniker::new(text).unwrap_err().kind(), ErrorKind::Syntax, "{text}");
    }
}

#[test]
fn absolute_names_are_made_canonical_unless_asked_not_to() {
    assert_eq!(UrlMoniker::new("HTTP://HOST:80/a b/../c").unwrap().url(), Some("http://host/c"));
    let kept = UrlMoniker::verbatim("HTTP://HOST/x");
    assert_eq!((kept.url(), kept.scheme().as_deref()), (Some("HTTP://HOST/x"), Some("http")));
}

#[test]
fn a_moniker_without_a_url_has_no_name() {
    let made = Moniker::from(UrlMoniker::default());
    let error = made.display_name().unwrap_err();
    assert_eq!((error.kind(), error.hresult()), (ErrorKind::Uninitialized, 0x8007_000E));
    let Moniker::Url(made) = made else { panic!() };
    assert_eq!(made.url(), None);
}

#[test]
fn it_reduces_to_itself_and_has_no_inverse_and_no_components() {
    let context = BindContext::default();
    let page = url("http://host/x");
    assert_eq!(page.reduce(&context, ReduceDepth::All, None).unwrap(), Reduced::ToSelf);
    let error = page.inverse().unwrap_err();
    assert_eq!((error.kind(), error.hresult()), (ErrorKind::NoInverse, 0x8004_01EC));
    assert!(page.enumerate().is_none());
}

#[test]
fn what_windows_does_not_implement_is_not() {
    let context = BindContext::default();
    let (page, other) = (url("http://host/x"), url("http://host/y"));
    let item = Moniker::from(ItemMoniker::new("!", "a"));
    let kinds = [
        page.is_running(&context, None, None).unwrap_err().kind(),
        page.time_of_last_change(&context, None).unwrap_err().kind(),
        page.common_prefix_with(&other).unwrap_err().kind(),
        page.common_prefix_with(&item).unwrap_err().kind(),
        page.relative_path_to(&other).unwrap_err().kind(),
    ];
    assert_eq!(kinds, [ErrorKind::NotImplemented; 5]);
}

#[test]
fn resolving_over_and_over_does_not_grow_without_end() {
    let mut page = UrlMoniker::new("http://h/").unwrap();
    let step = UrlMoniker::new(&format!("{}/", "x".repeat(4000))).unwrap();
    for _ in 0..1000 {
        match page.resolve(&step) {
            Ok(longer) => page = longer,
            Err(error) => return assert_eq!(error.kind(), ErrorKind::Syntax),
        }
    }
    panic!("the URL has {} bytes", page.url().unwrap().len());
}
