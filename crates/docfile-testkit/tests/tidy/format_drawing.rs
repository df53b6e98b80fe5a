//! The tables of `docs/format.md` add up: each field starts where the one before ends, and the
//! whole has the length that the format gives it.
//!
//! The code derives its offsets from one another and asserts the same sums; so a table that adds
//! up cannot drift from the code by one field's length unseen.

use std::fs;

use crate::workspace;

#[test]
fn header_and_entry_are_drawn_without_gaps() {
    let text = fs::read_to_string(workspace().join("docs/format.md")).unwrap();
    assert_eq!(drawn_length(&text, "## Header"), 512);
    assert_eq!(drawn_length(&text, "## Directory"), 128);
}

/// The length of the first table of fields under a heading.
fn drawn_length(text: &str, heading: &str) -> u32 {
    let (_, section) = text.split_once(&format!("\n{heading}\n")).unwrap_or_default();
    let rows = section
        .lines()
        .skip_while(|line| !line.starts_with("| offset"))
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let mut end = 0;
    for row in rows {
        let cells: Vec<u32> =
            row.split('|').filter_map(|cell| cell.trim().parse().ok()).take(2).collect();
        let [offset, len] = cells[..] else { continue };
        assert_eq!(offset, end, "{heading}: {row}");
        end = offset + len;
    }
    end
}
