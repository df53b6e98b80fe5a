//! What the screen shows at one moment, as lines of text.
//!
//! Invariant: every line fits the screen, and text of the document has passed
//! [`visible`](crate::output::visible) before it comes here. The first line says what it is, the
//! second how much of it is here, the third is a map of the file; the pages follow.

use docfile::fill::FillLockBytes;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::failure::Failure;
use crate::live::Scroll;
use crate::output::human_len;

/// One picture of the screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) lines: Vec<String>,
}

/// What is shown, and where the user has gone in it.
#[derive(Debug)]
pub(super) struct State {
    name: String,
    title: Option<String>,
    pages: Vec<Vec<String>>,
    /// All lines of all pages as wide as the screen, with an empty one between pages.
    lines: Vec<String>,
    /// Where in `lines` the pages that were fitted begin.
    page_starts: Vec<usize>,
    columns: usize,
    top: usize,
    screen_rows: usize,
    note: String,
}

/// Rows that are not the document's: three above, one below.
const OWN_ROWS: usize = 4;

impl State {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: crate::output::visible(name).to_string(),
            title: None,
            pages: Vec::new(),
            lines: Vec::new(),
            page_starts: Vec::new(),
            columns: 0,
            top: 0,
            screen_rows: 1,
            note: String::new(),
        }
    }

    /// Takes over what has come.
    pub(super) fn take(&mut self, pages: &mut Vec<Vec<String>>, title: Option<&str>) {
        self.pages.append(pages);
        if self.title.is_none() {
            self.title = title.map(|title| crate::output::visible(title).to_string());
        }
    }

    /// Breaks the lines of pages that are new, or of all where the screen has another width.
    fn fit(&mut self, columns: usize) {
        if self.columns != columns {
            self.columns = columns;
            self.lines.clear();
            self.page_starts.clear();
        }
        for page in self.pages.iter().skip(self.page_starts.len()) {
            if !self.lines.is_empty() {
                self.lines.push(String::new());
            }
            self.page_starts.push(self.lines.len());
            self.lines.extend(page.iter().flat_map(|line| wrap(line, columns)));
        }
    }

    /// How it stands.
    pub(super) fn status(&mut self, failure: Option<&Failure>, is_done: bool) {
        self.note = match (failure, is_done) {
            (Some(failure), _) if failure.is_stop() => String::from("stopped"),
            (Some(failure), _) => failure.to_string(),
            (None, true) => String::from("all pages are here"),
            (None, false) if self.pages.is_empty() => String::from("opening"),
            (None, false) => String::from("more is coming"),
        };
    }

    pub(super) fn scroll(&mut self, by: Scroll) {
        let screen = isize::try_from(self.screen_rows).unwrap_or(isize::MAX);
        let moved = |by: isize| self.top.saturating_add_signed(by);
        self.top = match by {
            Scroll::Lines(count) => moved(count),
            Scroll::Screens(count) => moved(count.saturating_mul(screen)),
            Scroll::Pages(count) => {
                let page = self.page_starts.partition_point(|start| *start <= self.top);
                let wanted = page.saturating_sub(1).saturating_add_signed(count);
                let last = self.page_starts.last().copied().unwrap_or_default();
                self.page_starts.get(wanted).copied().unwrap_or(last)
            }
            Scroll::Start => 0,
            Scroll::End => usize::MAX,
        };
    }
}

impl Frame {
    pub(super) fn of(
        state: &mut State,
        fill: Option<&FillLockBytes>,
        ready: Option<(usize, usize)>,
        (columns, rows): (usize, usize),
    ) -> Self {
        let room = rows.saturating_sub(OWN_ROWS).max(1);
        state.screen_rows = room;
        state.fit(columns);
        state.top = state.top.min(state.lines.len().saturating_sub(room));
        let title = state.title.as_deref().unwrap_or("…");
        let mut lines = vec![cut(&format!("{}  {title}", state.name), columns)];
        lines.push(cut(&arrival_text(fill, ready), columns));
        lines.push(map(fill, columns));
        let shown = state.lines.iter().skip(state.top).take(room).cloned();
        lines.extend(shown);
        lines.resize(rows.saturating_sub(1), String::new());
        let page = state.page_starts.partition_point(|start| *start <= state.top).max(1);
        let pages = state.page_starts.len().max(1);
        let keys = "q quit  s stop  space page  n p pages";
        lines.push(cut(&format!("page {page} of {pages}  {}  {keys}", state.note), columns));
        Self { lines }
    }
}

fn arrival_text(fill: Option<&FillLockBytes>, ready: Option<(usize, usize)>) -> String {
    let Some(fill) = fill else { return String::from("everything is here") };
    let arrived = human_len(fill.arrived().byte_count());
    let mut text = match fill.len() {
        Some(len) => format!("{arrived} of {} here", human_len(len)),
        None => format!("{arrived} here"),
    };
    if let Some((ready, count)) = ready {
        text.push_str(&format!(", {ready} of {count} streams ready"));
    }
    text
}

/// The file as a strip of `columns` characters, each as full as its part of the file.
fn map(fill: Option<&FillLockBytes>, columns: usize) -> String {
    const SHADES: [char; 5] = ['·', '░', '▒', '▓', '█'];
    let Some(len) = fill.and_then(FillLockBytes::len).filter(|len| *len > 0) else {
        return String::new();
    };
    let arrived = fill.map(FillLockBytes::arrived).unwrap_or_default();
    let columns = u64::try_from(columns).unwrap_or(u64::MAX).max(1);
    let offset = |column: u64| {
        let offset = u128::from(len) * u128::from(column) / u128::from(columns);
        u64::try_from(offset).unwrap_or(u64::MAX)
    };
    (0..columns)
        .map(|column| {
            let range = offset(column)..offset(column + 1).max(offset(column) + 1);
            let whole = range.end - range.start;
            let here = whole.saturating_sub(arrived.gaps(range).byte_count());
            let shade = match u128::from(here) * 4 / u128::from(whole) {
                0 if here > 0 => 1,
                quarters => usize::try_from(quarters).unwrap_or_default(),
            };
            SHADES.get(shade).copied().unwrap_or('█')
        })
        .collect()
}

/// The line in pieces that fit, broken at blanks where there are some.
fn wrap(line: &str, columns: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    let mut len = 0_usize;
    for word in line.split_inclusive(' ') {
        let word_len = word.width();
        if len > 0 && len + word_len > columns {
            pieces.push(std::mem::take(&mut piece));
            len = 0;
        }
        for character in word.chars() {
            let character_len = character.width().unwrap_or_default();
            if len + character_len > columns {
                pieces.push(std::mem::take(&mut piece));
                len = 0;
            }
            piece.push(character);
            len += character_len;
        }
    }
    pieces.push(piece);
    pieces
}

fn cut(text: &str, columns: usize) -> String {
    crate::output::fitting(text, columns).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[&str]) -> Vec<String> {
        text.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn a_frame_fills_the_screen_and_no_more() {
        let mut state = State::new("http://host/plan.doc");
        state.take(&mut vec![lines(&["first page", &"long ".repeat(40)])], Some("word  Plan"));
        for size in [(80, 24), (20, 5), (33, 7)] {
            let frame = Frame::of(&mut state, None, None, size);
            assert_eq!(frame.lines.len(), size.1);
            assert!(frame.lines.iter().all(|line| line.width() <= size.0), "{frame:?}");
        }
    }

    #[test]
    fn pages_grow_into_place_and_are_gone_through_by_key() {
        let mut state = State::new("x");
        state.take(&mut vec![lines(&["one"; 30])], None);
        let before = Frame::of(&mut state, None, None, (40, 10));
        state.take(&mut vec![lines(&["two"; 30])], None);
        let after = Frame::of(&mut state, None, None, (40, 10));
        assert_eq!(before.lines[3..9], after.lines[3..9], "what is read does not jump");
        state.scroll(Scroll::Pages(1));
        let second = Frame::of(&mut state, None, None, (40, 10));
        assert_eq!(second.lines[3], "two");
        assert!(second.lines[9].starts_with("page 2 of 2"), "{second:?}");
        state.scroll(Scroll::Screens(-1));
        state.scroll(Scroll::Start);
        assert_eq!(Frame::of(&mut state, None, None, (40, 10)).lines[3], "one");
        state.scroll(Scroll::End);
        assert_eq!(Frame::of(&mut state, None, None, (40, 10)).lines[8], "two");
    }

    #[test]
    fn a_page_begins_where_it_is_shown_however_often_lines_were_broken() {
        let mut state = State::new("x");
        state.take(&mut vec![lines(&["word ".repeat(50).as_str()]), lines(&["two"; 30])], None);
        for columns in [20, 40, 33] {
            Frame::of(&mut state, None, None, (columns, 10));
            state.scroll(Scroll::Start);
            state.scroll(Scroll::Pages(1));
            let frame = Frame::of(&mut state, None, None, (columns, 10));
            assert_eq!(frame.lines[3], "two", "{columns}");
            assert!(frame.lines[9].starts_with("page 2 of 2"), "{frame:?}");
        }
    }

    #[test]
    fn the_map_tells_where_the_bytes_are() {
        let fill = FillLockBytes::memory();
        fill.set_fill_size(100).unwrap();
        fill.fill_at(50, &[0; 25]).unwrap();
        fill.fill_at(90, &[0; 1]).unwrap();
        assert_eq!(map(Some(&fill), 4), "··█░");
        assert_eq!(
            arrival_text(Some(&fill), Some((1, 3))),
            "26 B of 100 B here, 1 of 3 streams ready"
        );
    }

    #[test]
    fn a_long_line_is_broken_at_blanks() {
        assert_eq!(wrap("ab cd ef", 5), ["ab ", "cd ef"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("", 3), [""]);
        assert_eq!(wrap("文字文字", 5), ["文字", "文字"], "they are two columns wide");
    }
}
