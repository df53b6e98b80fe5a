//! A jump list of automatic destinations: the files that a program opened last.
//!
//! Invariant: the list in `DestList` decides which entries there are and in which order; each
//! names the stream that holds its link. An entry whose link is missing or broken keeps the path
//! of the list. The list is not published by Microsoft; its layout is as observed by others, in
//! versions 1 (Windows 7 and 8) and 3 to 4 (Windows 10 and later).

mod destinations;
mod shell_link;

use docfile_compound::{FileTime, Result};

use crate::gathering::Gathering;
use crate::info::{Detail, Info};
use crate::kind::Kind;
use crate::parts::Parts;
use crate::told::Told;
use crate::view::View;
use destinations::{DestinationList, Entry};
pub(crate) use shell_link::ShellLink;

/// The entries of a jump list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct JumpList {
    /// The version of the list.
    pub(crate) version: u32,
    /// The entries, in the order of the list: the one used last comes first.
    pub(crate) entries: Vec<JumpListEntry>,
    /// Parts that could not be read, and why.
    pub(crate) damaged: Vec<String>,
}

/// A file that was opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct JumpListEntry {
    /// The number by which the list knows it; in hexadecimal, the name of the stream of its link.
    pub(crate) id: u32,
    /// The path that the list gives.
    pub(crate) path: String,
    /// The computer that it was opened on.
    pub(crate) host: String,
    /// When it was opened last.
    pub(crate) last_opened: Option<FileTime>,
    /// Its place among those pinned by the user, if it is pinned.
    pub(crate) pin: Option<u32>,
    /// How often it was opened, where the version of the list says so.
    pub(crate) open_count: Option<u32>,
    /// Where it is and how it was opened.
    pub(crate) link: Option<ShellLink>,
}

/// How many links are read; lists of Windows have some dozens.
const LINKS_MAX: usize = 4096;
/// How much of a link is read, in bytes; what is told stands in its first few hundred.
const LINK_LEN_MAX: usize = 16 << 10;
/// How much of the list is read, in bytes: some ten thousand entries.
const LIST_LEN_MAX: usize = 4 << 20;

impl Told for JumpList {
    const KIND: Kind = Kind::JumpList;

    fn try_read(parts: &Parts) -> Result<Self> {
        let mut gathering = Gathering::of(parts);
        let stored = gathering.prefix(&["DestList"], LIST_LEN_MAX);
        gathering.all_here()?;
        let list = DestinationList::parse(&stored.unwrap_or_default());
        let mut entries = Vec::new();
        for (index, entry) in list.entries.into_iter().enumerate() {
            let link = (index < LINKS_MAX)
                .then(|| gathering.prefix(&[&format!("{:x}", entry.id)], LINK_LEN_MAX))
                .flatten();
            entries.push(JumpListEntry::new(entry, link.as_deref().and_then(ShellLink::parse)));
        }
        Ok(Self { version: list.version, entries, damaged: gathering.finish()? })
    }

    fn tell(&self, info: &mut Info) {
        info.version = Some(self.version.to_string());
        info.add("entry_count", self.entries.len());
        let entries = self.entries.iter().map(JumpListEntry::detail);
        info.add("entries", Detail::List(entries.collect()));
        info.add_damage(&self.damaged);
    }

    fn try_view(&self, _parts: &Parts) -> Result<View> {
        let mut view = View::default();
        for entry in &self.entries {
            let time = entry.last_opened.map(|time| time.to_string()).unwrap_or_default();
            view.row([time, entry.target().to_owned()]);
        }
        Ok(view)
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

    /// Where the file is: as its link says, else as the list does.
    fn target(&self) -> &str {
        let link = self.link.as_ref();
        let of_link = link.and_then(|link| link.local_path.as_ref().or(link.network_path.as_ref()));
        of_link.filter(|path| !path.is_empty()).unwrap_or(&self.path)
    }

    fn detail(&self) -> Detail {
        let mut facts = vec![("target".to_owned(), self.target().into())];
        let mut add = |name: &str, value: Option<Detail>| {
            facts.extend(value.map(|value| (name.to_owned(), value)));
        };
        add("path", Some(self.path.as_str().into()));
        add("stream", Some(format!("{:x}", self.id).into()));
        add("host", (!self.host.is_empty()).then(|| self.host.as_str().into()));
        add("last_opened", self.last_opened.map(Detail::Time));
        add("pin", self.pin.map(Into::into));
        add("open_count", self.open_count.map(Into::into));
        if let Some(link) = &self.link {
            let text = |text: &Option<String>| text.as_deref().map(Detail::from);
            add("description", text(&link.description));
            add("relative_path", text(&link.relative_path));
            add("working_folder", text(&link.working_folder));
            add("arguments", text(&link.arguments));
            add("target_len", Some(link.target_len.into()));
            add("target_created", link.created.map(Detail::Time));
            add("target_modified", link.modified.map(Detail::Time));
        }
        Detail::Map(facts)
    }
}
