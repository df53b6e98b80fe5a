//! Documents whose kind is told by one reading: what it says is worked out once and kept, and both
//! the facts and the pages come from that.
//!
//! Invariant: the first page needs only what [`Told::try_read`] and [`Told::try_view`] read; the
//! property sets and the picture are read for the facts alone. Pages are cut between blocks.

use core::fmt::Debug;

use docfile_compound::Result;

use crate::bounds::Bounds;
use crate::document::{DocumentObject, Touch};
use crate::gather::Gather;
use crate::info::{Info, Preview};
use crate::kept::Kept;
use crate::kind::Kind;
use crate::parts::Parts;
use crate::properties;
use crate::source::Source;
use crate::view::{Block, View, clean};

/// What a document of one kind tells.
pub(crate) trait Told: Debug + Send + Sync + Sized {
    /// The kind.
    const KIND: Kind;

    /// Whether programs write the usual property sets into documents of this kind. Where they do
    /// not, looking for them can cost the whole directory: absence shows in all of it.
    const HAS_PROPERTY_SETS: bool = false;

    /// Reads what the document says of itself.
    fn try_read(parts: &Parts) -> Result<Self>;

    /// Adds what was read to the facts, in which the property sets are told already.
    fn tell(&self, info: &mut Info);

    /// All that is shown, before it is cut into pages.
    fn try_view(&self, parts: &Parts) -> Result<View>;

    /// A picture of the document, where it has one outside its property sets.
    fn try_picture(_parts: &Parts) -> Result<Option<Preview>> {
        Ok(None)
    }
}

/// The document of a kind that is told by one reading.
#[derive(Debug)]
pub(crate) struct ToldDocument<T> {
    source: Source,
    parts: Parts,
    bounds: Bounds,
    told: Kept<T>,
    pages: Kept<Vec<View>>,
}

impl<T: Told> ToldDocument<T> {
    pub(crate) fn new(source: Source, bounds: Bounds) -> Self {
        let parts = Parts::new(source.elements().clone(), bounds.read_len);
        Self { source, parts, bounds, told: Kept::default(), pages: Kept::default() }
    }

    fn try_told(&self) -> Result<&T> {
        self.told.try_get_or(|| T::try_read(&self.parts))
    }
}

impl<T: Told> DocumentObject for ToldDocument<T> {
    fn kind(&self) -> Kind {
        T::KIND
    }

    fn try_info(&self) -> Result<Info> {
        let mut gather = Gather::default();
        let told = gather.add(self.try_told())?;
        let info = match T::HAS_PROPERTY_SETS {
            true => gather.add(properties::try_info(&self.source, T::KIND))?,
            false => None,
        };
        let picture = gather.add(T::try_picture(&self.parts))?;
        gather.finish()?;
        let mut info = info.unwrap_or_else(|| Info::new(T::KIND));
        info.preview = picture.flatten().or(info.preview);
        if let Some(told) = told {
            told.tell(&mut info);
        }
        let texts = [&mut info.application, &mut info.version, &mut info.title, &mut info.author];
        for text in texts.into_iter().flatten() {
            *text = clean(text);
        }
        Ok(info)
    }

    fn try_page(&self, index: usize) -> Result<Option<View>> {
        let pages = self.pages.try_get_or(|| {
            let view = self.try_told()?.try_view(&self.parts)?;
            Ok(cut(view, &self.bounds))
        })?;
        Ok(pages.get(index).cloned())
    }

    fn try_preview(&self) -> Result<Option<Preview>> {
        if let Some(picture) = T::try_picture(&self.parts)? {
            return Ok(Some(picture));
        }
        match T::HAS_PROPERTY_SETS {
            true => Ok(properties::try_info(&self.source, T::KIND)?.preview),
            false => Ok(None),
        }
    }

    fn touches(&self) -> Vec<Touch> {
        let mut touches = self.parts.touches();
        touches.extend(self.source.touches());
        touches
    }
}

/// Cuts what is shown into pages; there is always a first one.
fn cut(view: View, bounds: &Bounds) -> Vec<View> {
    let mut pages = vec![View::default()];
    let (mut char_count, mut row_count) = (0_usize, 0_u32);
    for block in view.blocks {
        if char_count >= bounds.page_char_count || row_count >= bounds.page_row_count {
            pages.push(View::default());
            (char_count, row_count) = (0, 0);
        }
        char_count = char_count.saturating_add(char_count_of(&block));
        row_count += u32::from(matches!(block, Block::Row(_)));
        if let Some(page) = pages.last_mut() {
            page.blocks.push(block);
        }
    }
    pages
}

fn char_count_of(block: &Block) -> usize {
    match block {
        Block::Heading { text, .. } | Block::Paragraph(text) => text.chars().count(),
        Block::Row(cells) => cells.iter().map(|cell| cell.chars().count()).sum(),
        Block::Picture { name } => name.chars().count(),
    }
}

impl View {
    /// Adds a heading that names a fact, and the fact, where there is one.
    pub(crate) fn fact(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.row([name.to_owned(), value.to_owned()]);
        }
    }

    /// Adds the lines of a text, a paragraph each.
    pub(crate) fn lines(&mut self, text: &str) {
        text.split('\n').for_each(|line| self.paragraph(line));
    }
}

impl Info {
    /// Adds a detail, where there is one.
    pub(crate) fn add_some(&mut self, name: &str, value: Option<impl Into<crate::info::Detail>>) {
        if let Some(value) = value {
            self.add(name, value);
        }
    }

    /// Adds which parts could not be read, where there are any.
    pub(crate) fn add_damage(&mut self, damaged: &[String]) {
        if !damaged.is_empty() {
            self.add("damaged", damaged.to_vec());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_end_after_so_many_characters_or_rows() {
        let bounds = Bounds { page_char_count: 4, page_row_count: 2, ..Bounds::default() };
        let mut view = View::default();
        view.lines("abc\nde\nf");
        ["x", "y", "z"].iter().for_each(|cell| view.row([(*cell).to_owned()]));
        let pages = cut(view, &bounds);
        let texts: Vec<String> = pages.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["abc\nde\n", "f\nx\ny\n", "z\n"]);
        assert_eq!(cut(View::default(), &bounds).len(), 1);
    }
}
