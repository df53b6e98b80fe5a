//! What is known about a document without showing it.
//!
//! Invariant: text of the document is as the document has it, but without control characters in
//! the facts that are shown by name; the properties keep their values as stored.

use docfile_compound::property::{PropertyValue, well_known};
use docfile_compound::{FileTime, Guid};

use crate::kind::Kind;

/// The facts about a document.
#[derive(Debug, Clone)]
pub struct Info {
    /// What it is.
    pub kind: Kind,
    /// The program that wrote it.
    pub application: Option<String>,
    /// The version of its format or of the program.
    pub version: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// When it was made, as it says itself.
    pub created: Option<FileTime>,
    /// When it was last saved, as it says itself.
    pub modified: Option<FileTime>,
    /// All properties, in the order of the sets and of their ids in the file.
    pub properties: Vec<DocumentProperty>,
    /// What its kind makes interesting, most interesting first; names in snake case.
    pub details: Vec<(String, Detail)>,
    /// A picture of it.
    pub preview: Option<Preview>,
    /// How many documents are embedded in it; the detail `embedded` names each, with its path
    /// behind `SOURCE!`.
    pub embedded_count: usize,
}

impl Info {
    /// Info that says no more than the kind.
    #[must_use]
    pub const fn new(kind: Kind) -> Self {
        Self {
            kind,
            application: None,
            version: None,
            title: None,
            author: None,
            created: None,
            modified: None,
            properties: Vec::new(),
            details: Vec::new(),
            preview: None,
            embedded_count: 0,
        }
    }

    /// The detail of this name.
    #[must_use]
    pub fn detail(&self, name: &str) -> Option<&Detail> {
        self.details.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Adds a detail.
    pub(crate) fn add(&mut self, name: &str, value: impl Into<Detail>) {
        self.details.push((name.to_owned(), value.into()));
    }
}

/// The value of a detail.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Detail {
    /// Text.
    Text(String),
    /// A whole number; lengths are in bytes.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// A moment.
    Time(FileTime),
    /// A class id or another id of 16 bytes.
    Id(Guid),
    /// Several, in order.
    List(Vec<Self>),
    /// Several under names, in order.
    Map(Vec<(String, Self)>),
}

impl From<&str> for Detail {
    fn from(text: &str) -> Self {
        Self::Text(crate::view::clean(text))
    }
}

impl From<String> for Detail {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<usize> for Detail {
    fn from(count: usize) -> Self {
        Self::Integer(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Detail {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<bool> for Detail {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Detail {
    fn from(list: Vec<T>) -> Self {
        Self::List(list.into_iter().map(Into::into).collect())
    }
}

/// A property of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentProperty {
    /// The format of the set that it is in.
    pub format_id: Guid,
    /// Its id in the set.
    pub id: u32,
    /// The name that the user or the format gives it.
    pub name: Option<String>,
    /// Its value.
    pub value: PropertyValue,
}

impl DocumentProperty {
    /// The name, or the id where there is none.
    #[must_use]
    pub fn label(&self) -> String {
        let known = || well_known::property_name(self.format_id, self.id).map(str::to_owned);
        self.name.clone().or_else(known).unwrap_or_else(|| self.id.to_string())
    }
}

/// A picture of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// What the bytes are, such as `image/png`.
    pub media_type: &'static str,
    /// The picture.
    pub bytes: Vec<u8>,
}
