//! The facts about a document for people: a screen for one, a row for one of many.
//!
//! Invariant: text of the document comes in by [`visible`] only.

use std::fmt::Write as _;

use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use crate::facts::Facts;
use crate::output::{fitting, human_len, visible};

/// The most lines of details that a screen has room for.
const DETAIL_LINES: usize = 14;
/// The most lines of properties that nothing else tells.
const PROPERTY_LINES: usize = 8;
/// How much of a value a line shows, in characters.
const VALUE_LEN: usize = 96;
/// The most of a list that one line tells.
const LIST_COUNT: usize = 8;

/// Everything that fits a screen.
pub(crate) fn screen(facts: &Facts) -> String {
    let mut lines: Vec<(String, String)> = vec![(String::from("kind"), facts.kind.to_owned())];
    let mut add = |name: &str, value: Option<&String>| {
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            lines.push((name.to_owned(), cut(value)));
        }
    };
    add("title", facts.title.as_ref());
    add("author", facts.author.as_ref());
    add("created", facts.created.as_ref());
    add("modified", facts.modified.as_ref());
    add("application", facts.application.as_ref());
    add("version", facts.version.as_ref());
    let details = facts.details.iter().filter_map(|(name, value)| {
        value_text(value).map(|text| (name.replace('_', " "), cut(&text)))
    });
    lines.extend(details.take(DETAIL_LINES));
    lines.extend(facts.more.iter().take(PROPERTY_LINES).map(|(n, v)| (n.clone(), cut(v))));
    if facts.embedded > 0 {
        let noun = if facts.embedded == 1 { "document" } else { "documents" };
        lines.push((String::from("embedded"), format!("{} {noun}", facts.embedded)));
    }
    if let Some(preview) = &facts.preview {
        let len = human_len(u64::try_from(preview.len).unwrap_or(u64::MAX));
        let saved = preview.path.as_ref().map(|path| format!(", saved as {path}"));
        let saved = saved.unwrap_or_default();
        lines.push((String::from("preview"), format!("{}, {len}{saved}", preview.media_type)));
    }
    let width = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for (name, value) in lines {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:width$}  {}", visible(&name), visible(&value));
    }
    text
}

/// One line: kind, day, who, what, where. The columns are as wide for every document, so that the
/// first line need not wait for the last one.
pub(crate) fn row(facts: &Facts, place: &str) -> String {
    let day = facts.modified.as_ref().or(facts.created.as_ref());
    let day: String = day.map(|time| time.chars().take(10).collect()).unwrap_or_default();
    let author = fitted(facts.author.as_deref().unwrap_or_default(), 20);
    let title = fitted(facts.title.as_deref().unwrap_or_default(), 36);
    format!("{:16}{day:12}{author}  {title}  {}\n", facts.kind, visible(place))
}

/// Exactly `width` columns of the text.
fn fitted(text: &str, width: usize) -> String {
    let text = visible(text.trim()).to_string();
    if text.width() <= width {
        return format!("{text}{}", " ".repeat(width.saturating_sub(text.width())));
    }
    let cut = fitting(&text, width.saturating_sub(1));
    format!("{cut}…{}", " ".repeat(width.saturating_sub(cut.width()).saturating_sub(1)))
}

fn cut(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= VALUE_LEN {
        return line;
    }
    let mut cut: String = line.chars().take(VALUE_LEN).collect();
    cut.push('…');
    cut
}

/// A detail in one line; none for what is empty.
fn value_text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(flag) => Some(String::from(if *flag { "yes" } else { "no" })),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Array(list) => {
            let shown: Vec<String> = list.iter().take(LIST_COUNT).filter_map(value_text).collect();
            let rest = list.len().saturating_sub(LIST_COUNT);
            let more = if rest > 0 { format!("; {rest} more") } else { String::new() };
            (!shown.is_empty()).then(|| shown.join("; ") + &more)
        }
        Value::Object(map) => {
            let shown: Vec<String> = map
                .iter()
                .filter_map(|(name, value)| {
                    value_text(value).map(|text| format!("{} {text}", name.replace('_', " ")))
                })
                .collect();
            (!shown.is_empty()).then(|| shown.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_list_says_how_much_it_leaves_out() {
        let list: Value = (0..11).collect();
        assert_eq!(value_text(&list).unwrap(), "0; 1; 2; 3; 4; 5; 6; 7; 3 more");
        assert_eq!(value_text(&json!([{"a_b": 1}, null])).unwrap(), "a b 1");
        assert_eq!(value_text(&json!([])), None);
    }

    #[test]
    fn a_column_is_as_wide_whatever_stands_in_it() {
        for text in [
            "",
            "short",
            "\u{1b}[31m",
            "a text that is longer than its column",
            "文字文字文字文字文字文字文字",
        ] {
            assert_eq!(fitted(text, 20).width(), 20, "{text}");
        }
    }
}
