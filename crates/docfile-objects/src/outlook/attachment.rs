//! What is attached to a message ([MS-OXMSG] 2.2.2, [MS-OXCMSG] 2.2.2).
//!
//! Invariant: its length is that of the stream that holds it, not the one that the message states,
//! which counts other things too; no byte of it is read to know it.

use super::properties::{Owner, Properties, TYPE_OBJECT, binary_stream_name, stream_name};
use crate::embedded::Embedded;
use crate::gathering::Gathering;
use crate::info::Detail;
use crate::kind::Kind;

/// How something is attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum AttachmentKind {
    /// As a file, byte for byte.
    File,
    /// As a message.
    Message,
    /// As an object of another program.
    OleObject,
    /// Not in the message: it says where.
    Reference,
    /// In no way that is known here.
    Unknown,
}

/// Something attached to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attachment {
    /// The name of the file; of a message, what it is shown as.
    pub(crate) name: Option<String>,
    /// How it is attached.
    pub(crate) kind: AttachmentKind,
    /// Its length in bytes, of a file.
    pub(crate) len: Option<u64>,
    /// Its media type, if the message says.
    pub(crate) media_type: Option<String>,
    /// The id by which the body refers to it, as a picture on its page.
    pub(crate) content_id: Option<String>,
    /// Whether programs are not to show it in their lists.
    pub(crate) is_hidden: bool,
    /// The storage of the message that holds it.
    pub(crate) storage: String,
}

mod id {
    pub(super) const DISPLAY_NAME: u16 = 0x3001;
    pub(super) const DATA: u16 = 0x3701;
    pub(super) const SHORT_NAME: u16 = 0x3704;
    pub(super) const METHOD: u16 = 0x3705;
    pub(super) const LONG_NAME: u16 = 0x3707;
    pub(super) const MEDIA_TYPE: u16 = 0x370E;
    pub(super) const CONTENT_ID: u16 = 0x3712;
    pub(super) const IS_HIDDEN: u16 = 0x7FFE;
}

impl Attachment {
    pub(super) fn read(
        message: &Properties,
        gathering: &mut Gathering<'_>,
        name: &str,
    ) -> Option<Self> {
        let parts = gathering.parts();
        let properties = gathering.take(Properties::try_open(parts, &[name], Owner::Other))?;
        let properties = properties.in_code_page(message.code_page());
        let mut line = |id| properties.line(gathering, id);
        let file_name = line(id::LONG_NAME).or_else(|| line(id::SHORT_NAME));
        let shown = file_name.or_else(|| line(id::DISPLAY_NAME));
        let (media_type, content_id) = (line(id::MEDIA_TYPE), line(id::CONTENT_ID));
        let len = properties.binary_len(id::DATA);
        let kind = match properties.number(id::METHOD) {
            Some(1) => AttachmentKind::File,
            Some(2..=4 | 7) => AttachmentKind::Reference,
            Some(5) => AttachmentKind::Message,
            Some(6) => AttachmentKind::OleObject,
            // Some writers leave out how; the stream tells.
            _ if len.is_some() => AttachmentKind::File,
            _ => AttachmentKind::Unknown,
        };
        Some(Self {
            name: shown,
            kind,
            len,
            media_type,
            content_id,
            is_hidden: properties.is_set(id::IS_HIDDEN),
            storage: name.to_owned(),
        })
    }

    /// The names from the message's storage down to what holds the bytes: a stream, or for a
    /// message or an object a storage.
    pub(crate) fn path(&self) -> [String; 2] {
        let data = match self.kind {
            AttachmentKind::Message => stream_name(id::DATA, TYPE_OBJECT),
            AttachmentKind::OleObject if self.len.is_none() => stream_name(id::DATA, TYPE_OBJECT),
            _ => binary_stream_name(id::DATA),
        };
        [self.storage.clone(), data]
    }

    /// It as a document in turn, if it is one that is opened by its path.
    pub(super) fn embedded(&self) -> Option<Embedded> {
        let kind = match self.kind {
            AttachmentKind::Message => Some(Kind::OutlookMessage),
            AttachmentKind::OleObject => None,
            _ => return None,
        };
        Some(Embedded {
            path: self.path().to_vec(),
            name: self.name.clone(),
            kind,
            ..Embedded::default()
        })
    }

    /// The facts about it.
    pub(super) fn detail(&self) -> Detail {
        let kind = match self.kind {
            AttachmentKind::File => "file",
            AttachmentKind::Message => "message",
            AttachmentKind::OleObject => "object",
            AttachmentKind::Reference => "reference",
            AttachmentKind::Unknown => "unknown",
        };
        let mut facts = vec![("kind".to_owned(), kind.into())];
        let mut add = |name: &str, value: Option<Detail>| {
            facts.extend(value.map(|value| (name.to_owned(), value)));
        };
        let text = |text: &Option<String>| text.as_deref().map(Detail::from);
        add("name", text(&self.name));
        let len = self.len.map(|len| Detail::Integer(i64::try_from(len).unwrap_or(i64::MAX)));
        add("len", len);
        add("media_type", text(&self.media_type));
        add("content_id", text(&self.content_id));
        add("hidden", self.is_hidden.then_some(Detail::Flag(true)));
        add("path", Some(self.path().to_vec().into()));
        Detail::Map(facts)
    }
}
