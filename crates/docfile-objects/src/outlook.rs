//! An Outlook message ([MS-OXMSG]): its subject, people and dates, its body, its attachments.
//!
//! Invariant: the head of a message is read without its body, the body without the attachments,
//! and of an attachment no byte before it is asked for. A message in a message is read by the
//! same code from the storage that holds it. Properties that programs name themselves are not
//! read.

mod attachment;
mod body;
mod code_page;
mod people;
mod properties;

pub use attachment::{Attachment, AttachmentKind};
pub use body::MessageBody;
use docfile_compound::property::CodePage;
use docfile_compound::{FileTime, Result, Storage};
pub use people::{Person, Recipient, RecipientKind};

use crate::gathering::Gathering;
use properties::Properties;

/// The head of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// What sort of item it is, such as `IPM.Note` for a message.
    pub class: Option<String>,
    /// The subject.
    pub subject: Option<String>,
    /// Who sent it.
    pub sender: Option<Person>,
    /// In whose name it was sent, if that is another.
    pub on_behalf_of: Option<Person>,
    /// Who it went to.
    pub recipients: Vec<Recipient>,
    /// The names of those it went to, as the message shows them.
    pub display_to: Option<String>,
    /// The names of those who got a copy.
    pub display_cc: Option<String>,
    /// The names of those who got a copy without the others knowing.
    pub display_bcc: Option<String>,
    /// When the sender submitted it.
    pub sent: Option<FileTime>,
    /// When it was delivered.
    pub received: Option<FileTime>,
    /// When the item was made.
    pub created: Option<FileTime>,
    /// When the item was last changed.
    pub modified: Option<FileTime>,
    /// The id that mail programs know it by.
    pub message_id: Option<String>,
    /// What is attached, in the order of the message's elements.
    pub attachments: Vec<Attachment>,
    /// The number of the code page of its narrow strings.
    pub code_page: u16,
    /// Parts that could not be read, and why.
    pub damaged: Vec<String>,
}

/// The ids of properties ([MS-OXPROPS]).
mod id {
    pub(super) const CLASS: u16 = 0x001A;
    pub(super) const SUBJECT: u16 = 0x0037;
    pub(super) const SENT: u16 = 0x0039;
    pub(super) const SUBJECT_PREFIX: u16 = 0x003D;
    pub(super) const NORMALIZED_SUBJECT: u16 = 0x0E1D;
    pub(super) const RECEIVED: u16 = 0x0E06;
    pub(super) const DISPLAY_BCC: u16 = 0x0E02;
    pub(super) const DISPLAY_CC: u16 = 0x0E03;
    pub(super) const DISPLAY_TO: u16 = 0x0E04;
    pub(super) const MESSAGE_ID: u16 = 0x1035;
    pub(super) const CREATED: u16 = 0x3007;
    pub(super) const MODIFIED: u16 = 0x3008;
    pub(super) const INTERNET_CODE_PAGE: u16 = 0x3FDE;
    pub(super) const LOCALE: u16 = 0x3FF1;
    pub(super) const CODE_PAGE: u16 = 0x3FFD;
}

/// The length of the header of the short properties of a message that is a file.
const OUTER_HEADER_LEN: usize = 32;
/// The same, of a message in a message.
const INNER_HEADER_LEN: usize = 24;
/// How many recipients and how many attachments are told ([MS-OXMSG] 2.2.1 and 2.2.2 allow 2048).
const EACH_MAX: usize = 2048;
/// The longest list of names that is read, in bytes.
const NAMES_LEN_MAX: usize = 64 << 10;

impl Message {
    /// Reads the head of a message that is a file.
    ///
    /// # Errors
    ///
    /// [`Pending`](docfile_compound::ErrorKind::Pending) naming all that is missing of the next
    /// step; there are three: what there is, where the texts are, the texts.
    pub fn try_read(root: &Storage) -> Result<Self> {
        Self::try_read_properties(&try_open(root, OUTER_HEADER_LEN)?)
    }

    /// Reads the head of a message that is attached to another, from the storage that
    /// [`Attachment::try_open`] gives.
    ///
    /// # Errors
    ///
    /// As [`try_read`](Self::try_read).
    pub fn try_read_inner(storage: &Storage) -> Result<Self> {
        Self::try_read_properties(&try_open(storage, INNER_HEADER_LEN)?)
    }

    fn try_read_properties(properties: &Properties) -> Result<Self> {
        let mut gathering = Gathering::default();
        let g = &mut gathering;
        let mut message = Self {
            class: properties.line(g, id::CLASS),
            subject: properties.line(g, id::SUBJECT),
            sender: Person::sender(properties, g),
            on_behalf_of: Person::represented(properties, g),
            display_to: properties.text(g, id::DISPLAY_TO, NAMES_LEN_MAX),
            display_cc: properties.text(g, id::DISPLAY_CC, NAMES_LEN_MAX),
            display_bcc: properties.text(g, id::DISPLAY_BCC, NAMES_LEN_MAX),
            sent: properties.time(id::SENT),
            received: properties.time(id::RECEIVED),
            created: properties.time(id::CREATED),
            modified: properties.time(id::MODIFIED),
            message_id: properties.line(g, id::MESSAGE_ID),
            code_page: properties.code_page().0,
            ..Self::default()
        };
        if message.subject.is_none() {
            let rest = properties.line(g, id::NORMALIZED_SUBJECT);
            let prefix = properties.line(g, id::SUBJECT_PREFIX).filter(|_| rest.is_some());
            message.subject = rest.map(|rest| prefix.unwrap_or_default() + &rest);
        }
        if message.on_behalf_of == message.sender {
            message.on_behalf_of = None;
        }
        for name in elements(properties.storage(), g, "__recip_version1.0_#") {
            message.recipients.extend(Recipient::read(properties, g, &name));
        }
        for name in elements(properties.storage(), g, "__attach_version1.0_#") {
            message.attachments.extend(Attachment::read(properties, g, &name));
        }
        message.damaged = gathering.finish()?;
        Ok(message)
    }

    /// Reads the body of a message that is a file, in every form that it has.
    ///
    /// # Errors
    ///
    /// [`Pending`](docfile_compound::ErrorKind::Pending) naming all that is missing.
    pub fn try_body(root: &Storage) -> Result<MessageBody> {
        MessageBody::try_read(&try_open(root, OUTER_HEADER_LEN)?)
    }

    /// Reads the body of a message that is attached to another.
    ///
    /// # Errors
    ///
    /// As [`try_body`](Self::try_body).
    pub fn try_inner_body(storage: &Storage) -> Result<MessageBody> {
        MessageBody::try_read(&try_open(storage, INNER_HEADER_LEN)?)
    }
}

/// The properties of a message, with the code page that it states.
fn try_open(storage: &Storage, header_len: usize) -> Result<Properties> {
    let properties = Properties::try_open(storage, header_len)?;
    let stated = |id| properties.number(id).and_then(code_page::of_number);
    let code_page = stated(id::CODE_PAGE)
        .or_else(|| properties.number(id::LOCALE).map(code_page::of_locale))
        .or_else(|| stated(id::INTERNET_CODE_PAGE))
        .unwrap_or(CodePage::WINDOWS_1252);
    Ok(properties.in_code_page(code_page))
}

/// The names of the storages of recipients or attachments, in the order of their numbers.
fn elements(storage: &Storage, gathering: &mut Gathering, prefix: &str) -> Vec<String> {
    let Some(listing) = gathering.take(storage.try_list()) else { return Vec::new() };
    let mut names: Vec<String> = listing
        .iter()
        .map(|stat| stat.name.to_string_lossy())
        .filter(|name| name.starts_with(prefix))
        .collect();
    names.sort_unstable();
    names.truncate(EACH_MAX);
    names
}
