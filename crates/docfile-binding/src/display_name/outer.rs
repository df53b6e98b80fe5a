//! The first part of a name, before any `!`: how a `!` of its own is written (`docs/names.md`).
//!
//! `%21` is a `!`. So that text which happens to contain `%21` can be said too, a `%` before
//! `21`, or before any number of `25` and then `21`, is written `%25`. All other percent signs are
//! themselves: a path is not percent-encoded.

/// Writes a `!` as `%21`, and one `25` more into every run that would be read as one.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(index) = rest.find(['!', '%']) {
        let (before, found) = rest.split_at_checked(index).unwrap_or((rest, ""));
        let (mark, behind) = found.split_at_checked(1).unwrap_or_default();
        escaped.push_str(before);
        escaped.push_str(match mark {
            "!" => "%21",
            _ if run_len(behind).is_some() => "%25",
            _ => mark,
        });
        rest = behind;
    }
    escaped + rest
}

/// Reads what [`escape`] wrote.
pub(crate) fn unescape(text: &str) -> String {
    let mut read = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('%') {
        read.push_str(before);
        rest = behind;
        match run_len(behind) {
            // The shortest run is the mark itself; any other loses one of its 25.
            Some(2) => {
                read.push('!');
                rest = behind.get(2..).unwrap_or_default();
            }
            Some(len) => {
                read.push('%');
                read.push_str(behind.get(2..len).unwrap_or_default());
                rest = behind.get(len..).unwrap_or_default();
            }
            None => read.push('%'),
        }
    }
    read + rest
}

/// The length of the `25`s and the `21` that `text` starts with.
fn run_len(text: &str) -> Option<usize> {
    let behind = text.trim_start_matches("25");
    behind.starts_with("21").then(|| text.len() - behind.len() + 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_what_would_be_misread_is_marked() {
        for (text, escaped) in [
            ("50%.doc", "50%.doc"),
            ("100%25", "100%25"),
            ("a!b", "a%21b"),
            ("a%21b", "a%2521b"),
            ("%2521", "%252521"),
            ("%!", "%%21"),
        ] {
            assert_eq!(escape(text), escaped);
            assert_eq!(unescape(escaped), text);
        }
    }

    proptest! {
        #[test]
        fn both_ways_lead_back(text in "(%|25|21|!|x){0,12}") {
            let escaped = escape(&text);
            prop_assert!(!escaped.contains('!'));
            prop_assert_eq!(unescape(&escaped), text.clone());
            if !text.contains('!') {
                prop_assert_eq!(escape(&unescape(&text)), text);
            }
        }
    }
}
