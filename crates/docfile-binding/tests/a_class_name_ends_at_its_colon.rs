//! What of `clsid:` names is eaten (`contract/binding.md` 2, step 1).

use docfile_binding::{AnyFile, BindContext, ClassMoniker, ErrorKind, Moniker, parse_display_name};

const ID: &str = "20d04fe0-3aea-1069-a2d8-08002b30309d";

#[test]
fn eaten_lengths_are_those_of_the_contract() {
    for (text, eaten) in [
        (format!("clsid:{ID}:"), 43),
        (format!("CLSID:{ID}"), 42),
        (format!("clsid:{{{ID}}}"), 44),
        (format!("clsid:{ID}}}"), 43),
        (format!("clsid:{ID}extra data"), 52),
        (format!("clsid:{ID};extra data:"), 54),
        (format!("clsid:{ID}:and more"), 43),
    ] {
        let (class, count) = ClassMoniker::parse(&text).unwrap();
        assert_eq!(count, eaten, "{text}");
        assert_eq!(class.class_id().to_string(), format!("{{{}}}", ID.to_uppercase()));
    }
}

#[test]
fn what_is_no_class_is_a_syntax_error() {
    let context = BindContext::default();
    for text in
        ["clsid:", "clsid::", "clsid:x", &format!("clsid:{{{ID}"), &format!("clsid:{{{ID}:")]
    {
        let error = ClassMoniker::parse(text).unwrap_err();
        assert_eq!((error.kind(), error.eaten_count()), (ErrorKind::Syntax, Some(0)), "{text}");
        let error = parse_display_name(&context, text, &AnyFile).unwrap_err();
        assert_eq!((error.kind(), error.eaten_count()), (ErrorKind::Syntax, Some(0)), "{text}");
    }
}

#[test]
fn the_display_name_is_upper_case_without_braces() {
    let (class, _) = ClassMoniker::parse(&format!("clsid:{{{ID}}};a=1")).unwrap();
    let shown = Moniker::from(class).display_name().unwrap();
    assert_eq!(shown, format!("clsid:{};a=1:", ID.to_uppercase()));
}
