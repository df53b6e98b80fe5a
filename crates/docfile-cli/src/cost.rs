//! What each fact cost: which elements were read for it, and how much of each.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use docfile::ByteRanges;
use docfile::objects::Touch;

use crate::bill::Bill;
use crate::output::{human_len, visible};

/// The lines of `-v`: what the kind cost, then every element in the order in which it was first
/// read.
pub(crate) fn text(for_kind: &Bill, touches: &[Touch]) -> String {
    let mut order: Vec<&[String]> = Vec::new();
    let mut read: BTreeMap<&[String], ByteRanges> = BTreeMap::new();
    for touch in touches {
        let ranges = read.entry(&touch.path).or_insert_with(|| {
            order.push(&touch.path);
            ByteRanges::default()
        });
        ranges.insert(touch.range.clone());
    }
    let mut text = format!("kind from {}\n", for_kind.fetched_text());
    for path in order {
        let len = read.get(path).map_or(0, ByteRanges::byte_count);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "read {} of {}", human_len(len), path_text(path));
    }
    text
}

fn path_text(path: &[String]) -> String {
    let name = |name: &String| match docfile::Name::new(name) {
        Ok(name) => name.to_string(),
        Err(_) => visible(name).to_string(),
    };
    path.iter().map(name).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_twice_is_told_once() {
        let touch = |name: &str, range| Touch { path: vec![name.to_owned()], range };
        let touches = [touch("b", 0..1024), touch("\u{5}a", 0..10), touch("b", 512..2048)];
        let text = text(&Bill::default(), &touches);
        let lines: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(lines, ["read 2 KiB of b", "read 10 B of [5]a"]);
    }
}
