//! What any document may say of itself: the property sets of its root, and the thumbnail in them.
//!
//! Invariant: every stream of the root that is a property set by its name is read, each on its
//! own, and all of them are asked for at once; one that is damaged costs only itself. The sets
//! are given as they are; what is picked out of them here is what a person asks for first.

use docfile_compound::property::{
    PropertySet, PropertySetStream, PropertyValue, format_id, well_known,
};
use docfile_compound::{ElementKind, FileTime, Guid, Limits, Name, OpenMode, Result, Storage};
use docfile_compound::{Stat, Validation};

use crate::gathering::Gathering;
use crate::picture::Picture;

/// The property sets of a document's root.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    sets: Vec<PropertySet>,
    /// Parts that could not be read, and why.
    pub damaged: Vec<String>,
}

/// The parts of a document under one heading, such as its sheets or pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// What they are, in the language of the program that wrote it.
    pub heading: String,
    /// Their names, in order.
    pub names: Vec<String>,
}

/// How many property sets of a root are read.
const SETS_MAX: usize = 64;

impl Summary {
    /// Reads all property sets of the root.
    ///
    /// # Errors
    ///
    /// [`Pending`](docfile_compound::ErrorKind::Pending) naming all that is missing.
    pub fn try_read(root: &Storage) -> Result<Self> {
        let listing = root.try_list()?;
        let is_set = |stat: &&Stat| {
            stat.kind == ElementKind::Stream && format_id::is_stream_name(&stat.name)
        };
        let names = listing.iter().filter(is_set).take(SETS_MAX).map(|stat| stat.name);
        Self::try_read_named(root, names)
    }

    /// Reads the two sets that most programs write, without looking for others.
    ///
    /// # Errors
    ///
    /// As [`try_read`](Self::try_read).
    pub fn try_read_usual(root: &Storage) -> Result<Self> {
        let usual = [format_id::SUMMARY_INFORMATION, format_id::DOC_SUMMARY_INFORMATION];
        Self::try_read_named(root, usual.map(format_id::stream_name))
    }

    /// Reads the sets in the stream of that name alone.
    pub(crate) fn try_read_stream(root: &Storage, name: &str) -> Result<Self> {
        Self::try_read_named(root, [Name::new(name)?])
    }

    fn try_read_named(root: &Storage, names: impl IntoIterator<Item = Name>) -> Result<Self> {
        let mut gathering = Gathering::default();
        let mut sets = Vec::new();
        for name in names {
            if let Some(stream) = gathering.take(try_set_stream(root, &name)).flatten() {
                sets.extend(stream.sets().iter().cloned());
            }
        }
        Ok(Self { sets, damaged: gathering.finish()? })
    }

    /// The sets, in the order of their streams in the directory.
    #[must_use]
    pub fn sets(&self) -> &[PropertySet] {
        &self.sets
    }

    /// The value of a property.
    #[must_use]
    pub fn get(&self, format_id: Guid, id: u32) -> Option<&PropertyValue> {
        self.sets.iter().find(|set| set.format_id() == format_id)?.get(id)
    }

    /// The text of a property of the summary, if it has one that is not empty.
    #[must_use]
    pub fn text(&self, id: u32) -> Option<&str> {
        self.text_of(format_id::SUMMARY_INFORMATION, id)
    }

    /// The text of a property of any set, if it has one that is not empty.
    #[must_use]
    pub fn text_of(&self, format_id: Guid, id: u32) -> Option<&str> {
        let text = self.get(format_id, id)?.as_text()?;
        Some(text.trim_end_matches('\0')).filter(|text| !text.is_empty())
    }

    /// The title.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.text(well_known::TITLE)
    }

    /// The subject.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.text(well_known::SUBJECT)
    }

    /// Who wrote it.
    #[must_use]
    pub fn author(&self) -> Option<&str> {
        self.text(well_known::AUTHOR)
    }

    /// A moment of the summary, such as [`CREATED`](well_known::CREATED).
    #[must_use]
    pub fn time(&self, id: u32) -> Option<FileTime> {
        match self.get(format_id::SUMMARY_INFORMATION, id)? {
            PropertyValue::FileTime(time) if time.is_some() => Some(*time),
            _ => None,
        }
    }

    /// The thumbnail of the summary, as a picture that viewers open.
    #[must_use]
    pub fn thumbnail(&self) -> Option<Picture> {
        match self.get(format_id::SUMMARY_INFORMATION, well_known::THUMBNAIL)? {
            PropertyValue::Clipboard(data) => Picture::of_clipboard(data),
            _ => None,
        }
    }

    /// The parts of the document, under the headings that its program wrote over them.
    #[must_use]
    pub fn parts(&self) -> Vec<Parts> {
        let value = |id| self.get(format_id::DOC_SUMMARY_INFORMATION, id);
        let (Some(pairs), Some(names)) =
            (value(well_known::HEADING_PAIRS), value(well_known::DOCUMENT_PARTS))
        else {
            return Vec::new();
        };
        let PropertyValue::Vector(pairs) = pairs else { return Vec::new() };
        let PropertyValue::Vector(names) = names else { return Vec::new() };
        let text = |value: PropertyValue| {
            value.as_text().unwrap_or_default().trim_end_matches('\0').to_owned()
        };
        let mut names = names.iter().map(text);
        let mut parts = Vec::new();
        let mut heading = None;
        for value in pairs.iter() {
            match (value.as_integer(), heading.take()) {
                (None, _) => heading = Some(text(value)),
                (Some(count), Some(heading)) => {
                    let count = usize::try_from(count).unwrap_or(0);
                    parts.push(Parts { heading, names: names.by_ref().take(count).collect() });
                }
                _ => {}
            }
        }
        parts
    }
}

fn try_set_stream(root: &Storage, name: &Name) -> Result<Option<PropertySetStream>> {
    match root.try_find(name)? {
        Some(stat) if stat.kind == ElementKind::Stream => {}
        _ => return Ok(None),
    }
    let stream = root.try_open_stream(name, OpenMode::child_read())?;
    let (sets, _) =
        PropertySetStream::try_read(&stream, Validation::Permissive, &Limits::default())?;
    Ok(Some(sets))
}

#[cfg(test)]
mod tests {
    use docfile_compound::property::{ClipboardData, Elements};

    use super::*;

    #[test]
    fn parts_are_told_under_their_headings() {
        let mut stream = PropertySetStream::new(format_id::DOC_SUMMARY_INFORMATION);
        let set = stream.set_or_insert(format_id::DOC_SUMMARY_INFORMATION).unwrap();
        let names = ["Hall", "Kitchen", "Wall"].map(str::to_owned).to_vec();
        let names = PropertyValue::Vector(Elements::Lpstr(names));
        set.set(well_known::DOCUMENT_PARTS, names).unwrap();
        let pairs = vec![
            PropertyValue::Lpstr("Pages".into()),
            PropertyValue::I4(2),
            PropertyValue::Lpstr("Masters".into()),
            PropertyValue::I4(9),
        ];
        set.set(well_known::HEADING_PAIRS, PropertyValue::Vector(Elements::Variant(pairs)))
            .unwrap();
        let summary = Summary { sets: stream.sets().to_vec(), damaged: Vec::new() };
        let parts = summary.parts();
        assert_eq!(parts[0].heading, "Pages");
        assert_eq!(parts[0].names, ["Hall", "Kitchen"]);
        assert_eq!(parts[1].names, ["Wall"]);
    }

    #[test]
    fn the_thumbnail_is_a_picture() {
        let mut stream = PropertySetStream::new(format_id::SUMMARY_INFORMATION);
        let set = stream.set_or_insert(format_id::SUMMARY_INFORMATION).unwrap();
        let data = ClipboardData::windows(3, b"\x08\0\x01\0\x01\0\0\0\x01\0\x09\0rest");
        set.set(well_known::THUMBNAIL, PropertyValue::Clipboard(Box::new(data))).unwrap();
        let summary = Summary { sets: stream.sets().to_vec(), damaged: Vec::new() };
        assert_eq!(summary.thumbnail().unwrap().bytes, b"\x01\0\x09\0rest");
        assert_eq!(summary.title(), None);
    }
}
