//! The text of a slide: what its shapes say, in the order of the shapes, the title first
//! ([MS-PPT] 2.5 and 2.9).
//!
//! Invariant: a shape either holds its text or points to the outline in the document; marks that
//! stand for numbers and dates are left out.

use super::records::{Record, find, records, walk};
use crate::bounds::Bounds;
use crate::fields::{u16_at, u32_at, utf_16};
use crate::view::View;

/// Numbers of the records that are used.
mod number {
    pub(super) const SLIDE_LIST: u16 = 0x0FF0;
    pub(super) const SLIDE_ENTRY: u16 = 0x03F3;
    pub(super) const TEXT_HEADER: u16 = 0x0F9F;
    pub(super) const WIDE_TEXT: u16 = 0x0FA0;
    pub(super) const NARROW_TEXT: u16 = 0x0FA8;
    /// What stands at the edges of slides, its flags, and a text in it.
    pub(super) const EDGES: u16 = 0x0FD9;
    pub(super) const EDGES_FLAGS: u16 = 0x0FDA;
    pub(super) const EDGE_TEXT: u16 = 0x0FBA;
    pub(super) const OUTLINE: u16 = 0x0F9E;
    /// A shape's reference to an embedded object.
    pub(super) const OBJECT_REFERENCE: u16 = 0x0BC1;
}

/// The list of the slides, among those of masters and notes.
const OF_SLIDES: u16 = 0;
/// The edges of slides, among those of notes.
const EDGES_OF_SLIDES: u16 = 3;
/// The edges of one slide, in its own record.
const EDGES_OF_ONE: u16 = 0;
/// Texts at the edges: their instance, and the flag that shows them.
const EDGE_TEXTS: [(u16, u16); 2] = [(0, 4), (2, 32)];
/// The embedded objects of a slide that are shown.
const OBJECT_MAX: usize = 256;
/// Kinds of text that are titles.
const TITLES: [u32; 2] = [0, 6];
/// The kind of text that is no placeholder's.
const OTHER: u32 = 4;

/// A text, and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    kind: u32,
    text: String,
}

impl Text {
    fn is_title(&self) -> bool {
        TITLES.contains(&self.kind)
    }
}

/// A slide, as the document lists it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Slide {
    /// The number of the object.
    pub(super) object: u32,
    /// The texts that the document holds for it.
    pub(super) outline: Vec<Text>,
}

impl Slide {
    /// The title in the outline, where there is one.
    pub(super) fn title(&self) -> Option<&str> {
        let title = self.outline.iter().find(|text| text.is_title());
        title.map(|title| title.text.trim()).filter(|title| !title.is_empty())
    }
}

/// The slides in the order of showing, by the document's own record.
pub(super) fn list(document: &[u8]) -> Vec<Slide> {
    let container = records(document).next();
    let lists = container.iter().flat_map(|container| records(container.body));
    let list = lists.filter(|record| record.number == number::SLIDE_LIST);
    let mut slides: Vec<Slide> = Vec::new();
    for list in list.filter(|list| list.instance == OF_SLIDES) {
        let mut kind = OTHER;
        for record in records(list.body) {
            if record.number == number::SLIDE_ENTRY {
                let object = u32_at(record.body, 0).unwrap_or_default();
                slides.push(Slide { object, outline: Vec::new() });
            } else if let Some(slide) = slides.last_mut() {
                take_text(&record, &mut kind, &mut slide.outline);
            }
        }
    }
    slides
}

/// What all slides show at their edges, by the document's own record.
pub(super) fn edges(document: &[u8]) -> Vec<String> {
    let container = records(document).next();
    container.and_then(|container| edge_texts(container.body, EDGES_OF_SLIDES)).unwrap_or_default()
}

/// The texts at the edges that a container tells: a date of the user's own, and the footer.
fn edge_texts(container: &[u8], instance: u16) -> Option<Vec<String>> {
    let edges = records(container)
        .find(|record| record.number == number::EDGES && record.instance == instance)?;
    let flags = u16_at(find(edges.body, number::EDGES_FLAGS)?.body, 2)?;
    let shown = records(edges.body).filter(|record| {
        let is_shown = |(instance, flag)| record.instance == instance && flags & flag != 0;
        record.number == number::EDGE_TEXT && EDGE_TEXTS.into_iter().any(is_shown)
    });
    Some(shown.map(|record| utf_16(record.body)).collect())
}

/// Takes the record into the texts, if it is of a text. A header begins one.
fn take_text(record: &Record<'_>, kind: &mut u32, texts: &mut Vec<Text>) {
    let text = match record.number {
        number::TEXT_HEADER => {
            *kind = u32_at(record.body, 0).unwrap_or(OTHER);
            texts.push(Text { kind: *kind, text: String::new() });
            return;
        }
        number::WIDE_TEXT => utf_16(record.body),
        number::NARROW_TEXT => record.body.iter().map(|byte| char::from(*byte)).collect(),
        _ => return,
    };
    match texts.last_mut() {
        Some(last) if last.text.is_empty() => last.text = text,
        _ => texts.push(Text { kind: *kind, text }),
    }
}

/// The page of a slide: what its object says, within `bounds`, and at the edges what it says
/// itself or else what all slides show.
pub(super) fn view(slide: &Slide, object: &[u8], edges: &[String], bounds: &Bounds) -> View {
    let mut texts = Vec::new();
    let mut kind = OTHER;
    let mut was_outline = false;
    let mut object_count = 0_usize;
    let mut text_left = bounds.page_text_len;
    walk(object, bounds.record_depth, &mut |record| match record.number {
        number::OUTLINE => {
            let index = u32_at(record.body, 0).and_then(|index| usize::try_from(index).ok());
            let text = index.and_then(|index| slide.outline.get(index));
            // A slide may point to the same text as often as it likes.
            let text = text.filter(|text| text.text.len() <= text_left);
            text_left = text_left.saturating_sub(text.map_or(0, |text| text.text.len().max(16)));
            texts.extend(text.cloned());
            was_outline = true;
        }
        number::OBJECT_REFERENCE => object_count = object_count.saturating_add(1),
        _ => take_text(record, &mut kind, &mut texts),
    });
    if !was_outline && texts.iter().all(|text| text.text.is_empty()) {
        texts.clone_from(&slide.outline);
    }
    // Titles stand first wherever their shape is in the order of drawing.
    texts.sort_by_key(|text| !text.is_title());
    let mut view = View::default();
    for text in texts {
        if text.is_title() {
            let title = text.text.replace(['\r', '\u{0B}'], " ");
            view.heading(1, title.trim());
            continue;
        }
        for paragraph in text.text.split('\r') {
            view.paragraph(paragraph);
        }
    }
    let own = records(object).next().and_then(|container| edge_texts(container.body, EDGES_OF_ONE));
    for text in own.as_deref().unwrap_or(edges) {
        view.paragraph(text);
    }
    for _ in 0..object_count.min(OBJECT_MAX) {
        view.picture("embedded object");
    }
    view
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::powerpoint::records::record;

    #[test]
    fn a_slide_shows_its_outline_and_its_own_text() {
        let entry = record(0, number::SLIDE_ENTRY, &7_u32.to_le_bytes());
        let title = record(0, number::TEXT_HEADER, &0_u32.to_le_bytes());
        let text = record(0, number::NARROW_TEXT, b"Plan");
        let list_record = record(0xF, number::SLIDE_LIST, &[entry, title, text].concat());
        let slides = list(&record(0xF, 1000, &list_record));
        assert_eq!((slides[0].object, slides[0].title()), (7, Some("Plan")));

        let own = record(0, number::WIDE_TEXT, &[b'a', 0, 13, 0, b'b', 0]);
        let outline = record(0, number::OUTLINE, &0_u32.to_le_bytes());
        let object = record(0xF, 1006, &[own, outline].concat());
        assert_eq!(
            view(&slides[0], &object, &["foot".into()], &Bounds::default()).to_string(),
            "Plan\na\nb\nfoot\n"
        );
    }
}
