//! The table of `docs/names.md`, "What a name is read as", line by line.

use docfile_binding::{
    AnyFile, BindContext, ClassMoniker, FileMoniker, ItemMoniker, Moniker, UrlMoniker,
    parse_display_name,
};

#[track_caller]
#[expect(clippy::unwrap_used, reason = "a test may fail loudly")]
fn assert_reads(name: &str, components: &[Moniker]) {
    let moniker = parse_display_name(&BindContext::default(), name, &AnyFile).unwrap();
    assert_eq!(moniker.components(), components);
    // Equality knows nothing of delimiters; the name shown does.
    assert_eq!(moniker.display_name().unwrap(), name);
}

fn item(delimiter: &str, text: &str) -> Moniker {
    ItemMoniker::new(delimiter, text).into()
}

#[test]
fn each_line_of_the_table() {
    let url = UrlMoniker::new("https://host/plan.doc").unwrap().into();
    assert_reads("https://host/plan.doc!Pool/Chart", &[url, item("!", "Pool"), item("/", "Chart")]);
    assert_reads("a%21b.doc![1]Ole", &[FileMoniker::new("a!b.doc").into(), item("!", "\u{1}Ole")]);
    assert_reads("plan.doc!", &[FileMoniker::new("plan.doc").into(), item("!", "")]);
    let class = ClassMoniker::new("00020906-0000-0000-C000-000000000046".parse().unwrap());
    assert_reads("clsid:00020906-0000-0000-C000-000000000046:!x", &[class.into(), item("!", "x")]);
}

#[test]
fn the_names_of_the_grammar() {
    for (name, count) in [
        ("plan.rvt!BasicFileInfo", 2),
        ("report.doc!ObjectPool/_1234/[1]Ole", 4),
        ("mail.msg!__attach_version1.0_#00000000/__substg1.0_37010102!WordDocument", 4),
        ("-", 1),
        ("100%25.doc", 1),
        ("%2521", 1),
    ] {
        let moniker = parse_display_name(&BindContext::default(), name, &AnyFile).unwrap();
        assert_eq!(moniker.components().len(), count);
        assert_eq!(moniker.display_name().unwrap(), name);
    }
    let file = parse_display_name(&BindContext::default(), "%252521", &AnyFile).unwrap();
    assert_eq!(file, FileMoniker::new("%2521").into());
}
