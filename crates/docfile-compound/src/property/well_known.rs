//! The properties of well-known sets: their ids and the names this crate gives them.
//!
//! Such sets have no dictionary; what an id means is agreed on ([MS-OLEPS] 2.25.1, [MS-OSHARED]
//! 2.3.3.2). The names are plain words in snake case, for programs as well as people.

use super::format_id::{
    DOC_SUMMARY_INFORMATION, GLOBAL_INFO, HWP_SUMMARY_INFORMATION, IMAGE_CONTENTS, IMAGE_INFO,
    PROPERTY_BAG, SUMMARY_INFORMATION, USER_DEFINED_PROPERTIES,
};
use crate::guid::Guid;

/// The id of the dictionary, which is no property.
pub const DICTIONARY: u32 = 0;
/// The code page of a set's 8-bit strings.
pub const CODE_PAGE: u32 = 1;
/// The language that a set was written in.
pub const LOCALE: u32 = 0x8000_0000;
/// Whether case counts in the names of properties.
pub const BEHAVIOR: u32 = 0x8000_0003;

/// The title of a document ([`SUMMARY_INFORMATION`]).
pub const TITLE: u32 = 2;
/// Its subject ([`SUMMARY_INFORMATION`]).
pub const SUBJECT: u32 = 3;
/// Who wrote it ([`SUMMARY_INFORMATION`]).
pub const AUTHOR: u32 = 4;
/// How long it was edited, a length of time ([`SUMMARY_INFORMATION`]).
pub const EDIT_TIME: u32 = 10;
/// When it was made ([`SUMMARY_INFORMATION`]).
pub const CREATED: u32 = 12;
/// When it was last saved ([`SUMMARY_INFORMATION`]).
pub const LAST_SAVED: u32 = 13;
/// A picture of it ([`SUMMARY_INFORMATION`]).
pub const THUMBNAIL: u32 = 17;
/// The headings over the parts of a document, each with their count
/// ([`DOC_SUMMARY_INFORMATION`]).
pub const HEADING_PAIRS: u32 = 12;
/// The names of the parts of a document ([`DOC_SUMMARY_INFORMATION`]).
pub const DOCUMENT_PARTS: u32 = 13;

const OF_ANY_SET: &[(u32, &str)] = &[
    (DICTIONARY, "dictionary"),
    (CODE_PAGE, "code_page"),
    (LOCALE, "locale"),
    (0x8000_0001, "modify_time"),
    (BEHAVIOR, "behavior"),
];

const OF_SUMMARY: &[(u32, &str)] = &[
    (TITLE, "title"),
    (SUBJECT, "subject"),
    (AUTHOR, "author"),
    (5, "keywords"),
    (6, "comments"),
    (7, "template"),
    (8, "last_author"),
    (9, "revision_number"),
    (EDIT_TIME, "edit_time"),
    (11, "last_printed"),
    (CREATED, "created"),
    (LAST_SAVED, "last_saved"),
    (14, "page_count"),
    (15, "word_count"),
    (16, "char_count"),
    (THUMBNAIL, "thumbnail"),
    (18, "application"),
    (19, "security"),
];

const OF_DOC_SUMMARY: &[(u32, &str)] = &[
    (2, "category"),
    (3, "presentation_format"),
    (4, "byte_count"),
    (5, "line_count"),
    (6, "paragraph_count"),
    (7, "slide_count"),
    (8, "note_count"),
    (9, "hidden_count"),
    (10, "multimedia_clip_count"),
    (11, "scale"),
    (HEADING_PAIRS, "heading_pairs"),
    (DOCUMENT_PARTS, "document_parts"),
    (14, "manager"),
    (15, "company"),
    (16, "links_dirty"),
    (17, "char_count_with_spaces"),
    (19, "shared_document"),
    (20, "link_base"),
    (21, "hyperlinks"),
    (22, "hyperlinks_changed"),
    (23, "application_version"),
    (24, "digital_signature"),
    (26, "content_type"),
    (27, "content_status"),
    (28, "language"),
    (29, "document_version"),
];

/// What a Hangul document has beside the ids of the summary ("Hangul document file format 5.0").
const OF_HWP_SUMMARY: &[(u32, &str)] = &[(20, "date_text"), (21, "paragraph_count")];

/// The name of a well-known set; `None` for any other.
#[must_use]
pub fn set_name(format_id: Guid) -> Option<&'static str> {
    match format_id {
        SUMMARY_INFORMATION => Some("SummaryInformation"),
        DOC_SUMMARY_INFORMATION => Some("DocumentSummaryInformation"),
        USER_DEFINED_PROPERTIES => Some("UserDefinedProperties"),
        GLOBAL_INFO => Some("GlobalInfo"),
        IMAGE_CONTENTS => Some("ImageContents"),
        IMAGE_INFO => Some("ImageInfo"),
        PROPERTY_BAG => Some("PropertyBag"),
        HWP_SUMMARY_INFORMATION => Some("HwpSummaryInformation"),
        _ => None,
    }
}

/// The name of a property whose id is agreed on in a set of this format; `None` for any other.
///
/// ```
/// use docfile_compound::property::{format_id, well_known};
/// let set = format_id::SUMMARY_INFORMATION;
/// assert_eq!(well_known::property_name(set, 4), Some("author"));
/// assert_eq!(well_known::property_id(set, "author"), Some(4));
/// ```
#[must_use]
pub fn property_name(format_id: Guid, id: u32) -> Option<&'static str> {
    tables(format_id).find(|(entry_id, _)| *entry_id == id).map(|(_, name)| name)
}

/// The id of a property by the name that [`property_name`] gives it.
#[must_use]
pub fn property_id(format_id: Guid, name: &str) -> Option<u32> {
    tables(format_id).find(|(_, entry)| *entry == name).map(|(id, _)| id)
}

/// Whether a [`FileTime`](crate::FileTime) under this id is a length of time and not a moment.
#[must_use]
pub fn is_duration(format_id: Guid, id: u32) -> bool {
    matches!(format_id, SUMMARY_INFORMATION | HWP_SUMMARY_INFORMATION) && id == EDIT_TIME
}

fn tables(format_id: Guid) -> impl Iterator<Item = (u32, &'static str)> {
    let own: &[&[(u32, &str)]] = match format_id {
        SUMMARY_INFORMATION => &[OF_SUMMARY],
        DOC_SUMMARY_INFORMATION => &[OF_DOC_SUMMARY],
        HWP_SUMMARY_INFORMATION => &[OF_SUMMARY, OF_HWP_SUMMARY],
        _ => &[],
    };
    own.iter().copied().flatten().chain(OF_ANY_SET).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_names_are_unique_in_each_set() {
        for format_id in [SUMMARY_INFORMATION, DOC_SUMMARY_INFORMATION, HWP_SUMMARY_INFORMATION] {
            for (id, name) in tables(format_id) {
                assert_eq!(property_name(format_id, id), Some(name));
                assert_eq!(property_id(format_id, name), Some(id));
            }
        }
    }

    #[test]
    fn sets_without_agreed_ids_know_only_the_reserved_ones() {
        assert_eq!(property_name(USER_DEFINED_PROPERTIES, 2), None);
        assert_eq!(property_name(USER_DEFINED_PROPERTIES, CODE_PAGE), Some("code_page"));
        assert_eq!(property_id(PROPERTY_BAG, "title"), None);
    }
}
