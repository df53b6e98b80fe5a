//! What is attached to a message ([MS-OXMSG] 2.2.2, [MS-OXCMSG] 2.2.2).
//!
//! Invariant: its length is that of the stream that holds it, not the one that the message states,
//! which counts other things too; no byte of it is read to know it.

use docfile_compound::{Name, Result, Storage};

use super::properties::{Properties, TYPE_OBJECT, binary_stream_name, stream_name};
use crate::gathering::{Gathering, try_storage};

/// How something is attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttachmentKind {
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
pub struct Attachment {
    /// The name of the file; of a message, what it is shown as.
    pub name: Option<String>,
    /// How it is attached.
    pub kind: AttachmentKind,
    /// Its length in bytes, of a file.
    pub len: Option<u64>,
    /// Its media type, if the message says.
    pub media_type: Option<String>,
    /// The id by which the body refers to it, as a picture on its page.
    pub content_id: Option<String>,
    /// Whether programs are not to show it in their lists.
    pub is_hidden: bool,
    /// The storage of the message that holds it.
    pub storage: Name,
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

const SHORT_HEADER_LEN: usize = 8;

impl Attachment {
    pub(super) fn read(
        message: &Properties,
        gathering: &mut Gathering,
        name: &str,
    ) -> Option<Self> {
        let storage = gathering.take(try_storage(message.storage(), &[name]))??;
        let properties = gathering.take(Properties::try_open(&storage, SHORT_HEADER_LEN))?;
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
            storage: Name::new(name).ok()?,
        })
    }

    /// The names from the message's storage down to what holds the bytes: a stream, or for a
    /// message or an object a storage.
    #[must_use]
    pub fn path(&self) -> [String; 2] {
        let data = match self.kind {
            AttachmentKind::Message => stream_name(id::DATA, TYPE_OBJECT),
            AttachmentKind::OleObject if self.len.is_none() => stream_name(id::DATA, TYPE_OBJECT),
            _ => binary_stream_name(id::DATA),
        };
        [self.storage.to_string_lossy(), data]
    }

    /// The bytes of an attached file; `None` where there are none.
    ///
    /// # Errors
    ///
    /// [`Pending`](docfile_compound::ErrorKind::Pending) naming all that is missing.
    pub fn try_bytes(&self, message: &Storage) -> Result<Option<Vec<u8>>> {
        let [storage, data] = self.path();
        let mut gathering = Gathering::default();
        let bytes = gathering.stream(message, &[&storage, &data]);
        gathering.finish()?;
        Ok(bytes)
    }

    /// The storage of an attached message or object; `None` where there is none.
    ///
    /// # Errors
    ///
    /// As [`try_bytes`](Self::try_bytes).
    pub fn try_open(&self, message: &Storage) -> Result<Option<Storage>> {
        let [storage, data] = self.path();
        try_storage(message, &[&storage, &data])
    }
}
