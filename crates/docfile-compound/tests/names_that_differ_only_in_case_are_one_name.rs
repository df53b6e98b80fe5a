//! Which names are one name, and which only look like it ([MS-CFB] 2.6.4 and Appendix A).

use core::cmp::Ordering;

use docfile_compound::Name;

#[expect(clippy::unwrap_used, reason = "the names are ours, and a test may fail loudly")]
fn compare(a: &str, b: &str) -> Ordering {
    let name = |text: &str| Name::new(text).unwrap();
    let order = name(a).compare(&name(b));
    assert_eq!(name(b).compare(&name(a)), order.reverse(), "{a} {b}");
    order
}

#[track_caller]
fn assert_same(pairs: &[(&str, &str)]) {
    for (a, b) in pairs {
        assert_eq!(compare(a, b), Ordering::Equal, "{a} {b}");
    }
}

#[track_caller]
fn assert_different(pairs: &[(&str, &str)]) {
    for (a, b) in pairs {
        assert_ne!(compare(a, b), Ordering::Equal, "{a} {b}");
    }
}

#[test]
fn letters_are_the_same_in_both_cases() {
    assert_same(&[
        ("Contents", "CONTENTS"),
        ("àþÿ", "ÀÞŸ"),
        ("ăłžƀ", "ĂŁŽɃ"),
        ("άΐω", "ΆΐΩ"),
        ("аяё", "АЯЁ"),
        ("աֆ", "ԱՖ"),
        ("ⴀⴥ", "ႠჅ"),
        ("ⅰⓐ", "ⅠⒶ"),
        ("ⰰⲁ", "ⰀⲀ"),
        ("ａｚ", "ＡＺ"),
    ]);
}

#[test]
fn a_letter_whose_capital_is_several_letters_is_its_own_capital() {
    // A document by Word sorts its custom XML parts so (issue 60 of the crate `cfb`); with SS
    // for sharp s the two would change places.
    assert_eq!(compare("ÜL43ÁMÆÛÏEKZÅYWÚÓVDÙÄÀ==", "ßQÑ52Ç4ÅÁÔÂFÛCWCÙÂNË5Q=="), Ordering::Less);
    assert_different(&[("ß", "ẞ"), ("ß", "S"), ("ŉ", "N"), ("ǰ", "J"), ("ΐ", "Ι"), ("ﬁ", "F")]);
    assert_eq!(compare("ẖ", "ẗ"), Ordering::Less);
    assert_eq!(compare("և", "օ"), Ordering::Greater);
}

#[test]
fn greek_with_iota_below_has_the_titlecase_letter_for_a_capital() {
    assert_same(&[("ᾳ", "ᾼ"), ("ᾀ", "ᾈ"), ("ᾧ", "ᾯ"), ("ῳ", "ῼ"), ("ῃ", "ῌ")]);
    // This one pair meets in its small letter.
    assert_eq!(compare("ῌ", "Ὴ"), Ordering::Less);
}

#[test]
fn a_capital_that_does_not_fold_back_does_not_count() {
    assert_different(&[
        ("ı", "I"),
        ("İ", "i"),
        ("ſ", "S"),
        ("ẛ", "Ṡ"),
        ("µ", "Μ"),
        ("ǅ", "Ǆ"),
        ("ǈ", "Ǉ"),
        ("ǋ", "Ǌ"),
        ("ǲ", "Ǳ"),
        ("ϐ", "Β"),
        ("ϑ", "Θ"),
        ("ϕ", "Φ"),
        ("ϵ", "Ε"),
        ("\u{345}", "Ι"),
        ("\u{1FBE}", "Ι"),
        ("\u{212A}", "k"),
        ("\u{212B}", "å"),
        ("\u{2126}", "ω"),
    ]);
    assert_same(&[("ǆ", "Ǆ"), ("ǉ", "Ǉ"), ("ǌ", "Ǌ"), ("ǳ", "Ǳ"), ("μ", "Μ"), ("β", "Β")]);
}

#[test]
fn the_exceptions_of_the_appendix_hold() {
    assert_same(&[("ς", "Σ"), ("ς", "σ"), ("Ⱥ", "ⱥ"), ("Ⱦ", "ⱦ")]);
    assert_eq!(compare("Ⱥ", "Ⱡ"), Ordering::Greater);
    assert_eq!(compare("Ⱥ", "Ⱦ"), Ordering::Less);
}

#[test]
fn a_capital_that_came_after_unicode_5_does_not_count() {
    assert_different(&[
        ("ა", "Ა"),
        ("ꭰ", "Ꭰ"),
        ("ᏸ", "Ᏸ"),
        ("ɐ", "Ɐ"),
        ("ɥ", "Ɥ"),
        ("ꙁ", "Ꙁ"),
        ("ꞌ", "Ꞌ"),
        ("ԥ", "Ԥ"),
        ("ͱ", "Ͱ"),
        ("ᵹ", "Ᵹ"),
        ("ⱳ", "Ⱳ"),
        ("ᶎ", "Ᶎ"),
    ]);
}

#[test]
fn letters_beyond_the_basic_plane_have_no_case() {
    assert_different(&[("𐐨", "𐐀"), ("𞤢", "𞤀")]);
    assert_eq!(compare("𐐀", "ｚ"), Ordering::Greater, "longer");
}
