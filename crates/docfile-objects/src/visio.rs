//! A Visio drawing of 2000 to 2010: its pages, and the text on them.
//!
//! Invariant: the names of pages are those that Visio writes into the document summary; the text
//! is that of the shapes on the pages, in the order in which they are stored. Text that is
//! inserted by fields, and the text of masters, is not read. The layout of the drawing is not
//! published; it is read as others have described it, from version 6 (2000) on.

mod chunk;
mod packed;
mod pointer;

use docfile_compound::property::{PropertyValue, format_id, well_known};
use docfile_compound::{Error, ErrorKind, Result};

use crate::gathering::Gathering;
use crate::info::{DocumentProperty, Info};
use crate::kind::Kind;
use crate::parts::Parts;
use crate::told::Told;
use crate::view::View;
use pointer::Drawing;

/// What a Visio drawing says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct VisioDocument {
    /// The version of the format: 11 is that of 2003 to 2010.
    pub(crate) version: Option<u8>,
    /// The text on the pages, a list for each page that has any.
    pub(crate) pages: Vec<Vec<String>>,
    /// Parts that could not be read, and why.
    pub(crate) damaged: Vec<String>,
}

/// The first version whose text is read.
const TEXT_VERSION_MIN: u8 = 6;

impl Told for VisioDocument {
    const KIND: Kind = Kind::Visio;
    const HAS_PROPERTY_SETS: bool = true;

    fn try_read(parts: &Parts) -> Result<Self> {
        let mut gathering = Gathering::of(parts);
        let stored = gathering.stream(&["VisioDocument"]).unwrap_or_default();
        gathering.all_here()?;
        let drawing = Drawing::parse(&stored);
        let version = drawing.as_ref().map(Drawing::version);
        let pages = match &drawing {
            Some(drawing) if drawing.version() >= TEXT_VERSION_MIN => drawing.page_texts(),
            _ => Vec::new(),
        };
        Ok(Self { version, pages, damaged: gathering.finish()? })
    }

    fn tell(&self, info: &mut Info) {
        info.version = self.version.map(|version| version.to_string());
        let names = part_names(&info.properties);
        if !names.is_empty() {
            info.add("page_and_master_names", names);
        }
        let count: usize = self.pages.iter().map(Vec::len).sum();
        info.add("text_count", count);
        info.add_damage(&self.damaged);
    }

    fn try_view(&self, _parts: &Parts) -> Result<View> {
        if self.version.is_some_and(|version| version < TEXT_VERSION_MIN) {
            let text = "the text of a Visio drawing before 2000 is not read";
            return Err(Error::new(ErrorKind::Unimplemented, text));
        }
        let mut view = View::default();
        for (index, page) in self.pages.iter().enumerate() {
            if self.pages.len() > 1 {
                view.heading(2, &format!("{}", index + 1));
            }
            page.iter().for_each(|text| view.lines(text));
        }
        Ok(view)
    }
}

/// The names of parts that the document summary lists.
fn part_names(properties: &[DocumentProperty]) -> Vec<String> {
    let parts = properties.iter().find(|property| {
        property.format_id == format_id::DOC_SUMMARY_INFORMATION
            && property.id == well_known::DOCUMENT_PARTS
    });
    let Some(PropertyValue::Vector(names)) = parts.map(|property| &property.value) else {
        return Vec::new();
    };
    let name =
        |value: PropertyValue| value.as_text().map(|name| name.trim_end_matches('\0').to_owned());
    names.iter().filter_map(name).collect()
}
