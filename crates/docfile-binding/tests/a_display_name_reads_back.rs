//! A name that was shown reads as the moniker it was shown for (`contract/binding.md` 3.2;
//! `docs/names.md`).

#![expect(clippy::unwrap_used, reason = "the values are ours, and a test may fail loudly")]

use docfile_binding::{
    AntiMoniker, AnyFile, BindContext, ClassMoniker, ErrorKind, FILE_CLASS_ID, FileMoniker,
    ItemMoniker, MAX_DISPLAY_LEN, Moniker, PointerMoniker, URL_CONTEXT, UrlMoniker, compose,
    parse_display_name,
};
use proptest::prelude::*;
use std::sync::Arc;

fn item() -> impl Strategy<Value = Moniker> {
    let unit = prop_oneof![
        4 => prop::sample::select("!/%[]0525abÜ".encode_utf16().collect::<Vec<_>>()),
        1 => any::<u16>(),
    ];
    ("[!/]", prop::collection::vec(unit, 0..40)).prop_map(|(delimiter, units)| {
        Moniker::from(ItemMoniker::from_units(Some(&delimiter), units))
    })
}

fn outer() -> impl Strategy<Value = Moniker> {
    prop_oneof![
        // Not what a class, a scheme or nothing would be.
        "[a-z0-9/\\\\][a-z0-9%!/\\\\ .]{0,20}".prop_map(|path| FileMoniker::new(path).into()),
        "(https?|s3)://[a-z]{1,5}/[a-zA-Z0-9!%?#/.]{0,12}"
            .prop_filter_map("a URL", |url| UrlMoniker::new(&url).ok().map(Moniker::from)),
        "(;[a-z!%]{1,8})?".prop_map(|text| {
            ClassMoniker::with_parameters(FILE_CLASS_ID, &text).unwrap().into()
        }),
    ]
}

proptest! {
    #[test]
    fn what_is_shown_reads_back(outer in outer(), items in prop::collection::vec(item(), 0..4)) {
        // The first step is always behind a `!`.
        let mut items = items;
        if let Some(Moniker::Item(first)) = items.first_mut() {
            *first = ItemMoniker::from_units(Some("!"), first.units().to_vec());
        }
        let moniker = compose([outer].into_iter().chain(items)).unwrap().unwrap();
        let shown = moniker.display_name().unwrap();
        let read = parse_display_name(&BindContext::default(), &shown, &AnyFile).unwrap();
        prop_assert_eq!(read.display_name().unwrap(), shown);
        prop_assert_eq!(read, moniker);
    }

    #[test]
    fn no_name_makes_reading_panic(text in "(clsid:|@|http://|c:\\\\|%|25|21|!|/|[\\[]5[\\]]|:|é|😀|-){0,12}") {
        if let Ok(moniker) = parse_display_name(&BindContext::default(), &text, &AnyFile) {
            // What is shown of it is a name again, of the same.
            let shown = moniker.display_name().unwrap();
            let again = parse_display_name(&BindContext::default(), &shown, &AnyFile).unwrap();
            prop_assert_eq!(again, moniker);
        }
    }
}

#[test]
fn names_are_those_of_the_contract() {
    let shown = |moniker: Moniker| moniker.display_name().unwrap();
    assert_eq!(shown(FileMoniker::new(r"c:\dir\file").into()), r"c:\dir\file");
    assert_eq!(shown(ItemMoniker::new("!", "item 1").into()), "!item 1");
    assert_eq!(shown(ItemMoniker::without_delimiter("item").into()), "item");
    assert_eq!(shown(AntiMoniker::with_count(3).unwrap().into()), r"\..\..\..");
    assert_eq!(shown(AntiMoniker::with_count(0).unwrap().into()), "");
    assert_eq!(shown(UrlMoniker::new("http://h/x").unwrap().into()), "http://h/x");
    let kind = |moniker: Moniker| moniker.display_name().unwrap_err().kind();
    assert_eq!(kind(PointerMoniker::null().into()), ErrorKind::NotImplemented);
}

/// `contract/binding.md` 6: a relative URL is completed by what is at its left or by the context.
#[test]
fn a_relative_url_is_shown_complete_where_it_can_be() {
    let url = |text: &str| Moniker::from(UrlMoniker::new(text).unwrap());
    let relative = url("../x");
    assert_eq!(relative.display_name().unwrap(), "../x");
    let left = url("http://host/a/b/c");
    assert_eq!(relative.display_name_in(None, Some(&left)).unwrap(), "http://host/a/x");
    let context = BindContext::default();
    context.register_object_param(URL_CONTEXT, Arc::new(url("http://other/a/b")));
    assert_eq!(relative.display_name_in(Some(&context), None).unwrap(), "http://other/x");
    assert_eq!(relative.display_name_in(Some(&context), Some(&left)).unwrap(), "http://host/a/x");
}

#[test]
fn a_name_out_of_proportion_is_refused() {
    let anti = |count| Moniker::from(AntiMoniker::with_count(count).unwrap());
    let longest = anti(AntiMoniker::MAX_COUNT);
    assert!(longest.display_name().unwrap().len() <= MAX_DISPLAY_LEN);
    let both = longest.compose_with(&longest).unwrap().unwrap();
    let error = both.display_name().unwrap_err();
    assert_eq!((error.kind(), error.hresult()), (ErrorKind::TooLong, 0x8007_000E));
}
