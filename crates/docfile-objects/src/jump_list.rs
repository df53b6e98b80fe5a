//! A jump list of automatic destinations: the files that a program opened last.
//!
//! Invariant: the list in `DestList` decides which entries there are and in which order; each
//! names the stream that holds its link. An entry whose link is missing or broken keeps the path
//! of the list. The list is not published by Microsoft; its layout is as observed by others, in
//! versions 1 (Windows 7 and 8) and 3 to 4 (Windows 10 and later).

mod destinations;
mod shell_link;

use docfile_compound::{FileTime, Result, Storage};

use crate::gathering::Gathering;
use destinations::{DestinationList, Entry};
pub use shell_link::ShellLink;

/// The entries of a jump list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JumpList {
    /// The version of the list.
    pub version: u32,
    /// The entries, in the order of the list: the one used last comes first.
    pub entries: Vec<JumpListEntry>,
    /// Parts that could not be read, and why.
    pub damaged: Vec<String>,
}

/// A file that was opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JumpListEntry {
    /// The number by which the list knows it; in hexadecimal, the name of the stream of its link.
    pub id: u32,
    /// The path that the list gives.
    pub path: String,
    /// The computer that it was opened on.
    pub host: String,
    /// When it was opened last.
    pub last_opened: Option<FileTime>,
    /// Its place among those pinned by the user, if it is pinned.
    pub pin: Option<u32>,
    /// How often it was opened, where the version of the list says so.
    pub open_count: Option<u32>,
    /// Where it is and how it was opened.
    pub link: Option<ShellLink>,
}

/// How many links are read; lists of Windows have some dozens.
const LINKS_MAX: usize = 4096;
/// How much of a link is read, in bytes; what is told stands in its first few hundred.
const LINK_LEN_MAX: usize = 16 << 10;
/// How much of the list is read, in bytes: some ten thousand entries.
const LIST_LEN_MAX: usize = 4 << 20;

impl JumpList {
    /// Reads the list and the links.
    ///
    /// # Errors
    ///
    /// [`Pending`](docfile_compound::ErrorKind::Pending) naming all that is missing.
    pub fn try_read(root: &Storage) -> Result<Self> {
        let mut gathering = Gathering::default();
        let stored = gathering.prefix(root, &["DestList"], LIST_LEN_MAX);
        gathering.all_here()?;
        let list = DestinationList::parse(&stored.unwrap_or_default());
        let mut entries = Vec::new();
        for (index, entry) in list.entries.into_iter().enumerate() {
            let link = (index < LINKS_MAX)
                .then(|| gathering.prefix(root, &[&format!("{:x}", entry.id)], LINK_LEN_MAX))
                .flatten();
            entries.push(JumpListEntry::new(entry, link.as_deref().and_then(ShellLink::parse)));
        }
        Ok(Self { version: list.version, entries, damaged: gathering.finish()? })
    }
}

impl JumpListEntry {
    fn new(entry: Entry, link: Option<ShellLink>) -> Self {
        Self {
            id: entry.id,
            path: entry.path,
            host: entry.host,
            last_opened: entry.last_opened,
            pin: entry.pin,
            open_count: entry.open_count,
            link,
        }
    }
}
