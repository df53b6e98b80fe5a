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

use docfile_compound::property::CodePage;
use docfile_compound::{FileTime, Result};

use crate::charset::code_page_of_language;
use crate::gathering::Gathering;
use crate::info::{Detail, Info};
use crate::kind::Kind;
use crate::parts::Parts;
use crate::told::Told;
use crate::view::View;
use attachment::Attachment;
use body::MessageBody;
use people::{Person, Recipient};
use properties::{Owner, Properties};

/// The head of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Message {
    /// What sort of item it is, such as `IPM.Note` for a message.
    pub(crate) class: Option<String>,
    /// The subject.
    pub(crate) subject: Option<String>,
    /// Who sent it.
    pub(crate) sender: Option<Person>,
    /// In whose name it was sent, if that is another.
    pub(crate) on_behalf_of: Option<Person>,
    /// Who it went to.
    pub(crate) recipients: Vec<Recipient>,
    /// The names of those it went to, as the message shows them.
    pub(crate) display_to: Option<String>,
    /// The names of those who got a copy.
    pub(crate) display_cc: Option<String>,
    /// The names of those who got a copy without the others knowing.
    pub(crate) display_bcc: Option<String>,
    /// When the sender submitted it.
    pub(crate) sent: Option<FileTime>,
    /// When it was delivered.
    pub(crate) received: Option<FileTime>,
    /// When the item was made.
    pub(crate) created: Option<FileTime>,
    /// When the item was last changed.
    pub(crate) modified: Option<FileTime>,
    /// The id that mail programs know it by.
    pub(crate) message_id: Option<String>,
    /// What is attached, in the order of the message's elements.
    pub(crate) attachments: Vec<Attachment>,
    /// The number of the code page of its narrow strings.
    pub(crate) code_page: u16,
    /// Parts that could not be read, and why.
    pub(crate) damaged: Vec<String>,
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

/// How many recipients and how many attachments are told ([MS-OXMSG] 2.2.1 and 2.2.2 allow 2048).
const EACH_MAX: usize = 2048;
/// The longest list of names that is read, in bytes.
const NAMES_LEN_MAX: usize = 64 << 10;

impl Told for Message {
    const KIND: Kind = Kind::OutlookMessage;

    fn try_read(parts: &Parts) -> Result<Self> {
        let properties = try_open(parts)?;
        let mut gathering = Gathering::of(parts);
        let mut message = Self::read(&properties, &mut gathering);
        let names = gathering.take(parts.try_list(&[])).unwrap_or_default();
        let mut names: Vec<String> = names.iter().map(|stat| stat.name.to_string_lossy()).collect();
        names.sort_unstable();
        for name in of_prefix(&names, "__recip_version1.0_#") {
            message.recipients.extend(Recipient::read(&properties, &mut gathering, name));
        }
        for name in of_prefix(&names, "__attach_version1.0_#") {
            message.attachments.extend(Attachment::read(&properties, &mut gathering, name));
        }
        message.damaged = gathering.finish()?;
        Ok(message)
    }

    fn tell(&self, info: &mut Info) {
        info.title = self.subject.clone().or(info.title.take());
        info.author = self.sender.as_ref().map(ToString::to_string).or(info.author.take());
        info.created = self.created.or(info.created);
        info.modified = self.modified.or(info.modified);
        info.add_some("subject", self.subject.as_deref());
        info.add_some("from", self.sender.as_ref().map(ToString::to_string));
        info.add_some("on_behalf_of", self.on_behalf_of.as_ref().map(ToString::to_string));
        info.add_some("to", self.display_to.as_deref());
        info.add_some("cc", self.display_cc.as_deref());
        info.add_some("bcc", self.display_bcc.as_deref());
        info.add_some("sent", self.sent.map(Detail::Time));
        info.add_some("received", self.received.map(Detail::Time));
        let recipients = self.recipients.iter().map(Recipient::detail);
        info.add("recipients", Detail::List(recipients.collect()));
        let attachments = self.attachments.iter().map(Attachment::detail);
        info.add("attachments", Detail::List(attachments.collect()));
        info.add_some("class", self.class.as_deref());
        info.add_some("message_id", self.message_id.as_deref());
        info.add("code_page", u32::from(self.code_page));
        let documents = self.attachments.iter().filter_map(Attachment::embedded);
        info.add_embedded(&documents.collect::<Vec<_>>());
        info.add_damage(&self.damaged);
    }

    fn try_view(&self, parts: &Parts) -> Result<View> {
        let body = MessageBody::try_read(parts, &try_open(parts)?)?;
        let mut view = View::default();
        view.heading(1, self.subject.as_deref().unwrap_or_default());
        let shown = |person: &Option<Person>| person.as_ref().map(ToString::to_string);
        view.fact("From:", shown(&self.sender).as_deref());
        view.fact("On behalf of:", shown(&self.on_behalf_of).as_deref());
        view.fact("To:", self.display_to.as_deref());
        view.fact("Cc:", self.display_cc.as_deref());
        let date = self.sent.or(self.received).map(|time| time.to_string());
        view.fact("Date:", date.as_deref());
        for attachment in &self.attachments {
            view.fact("Attachment:", Some(attachment.name.as_deref().unwrap_or("(no name)")));
        }
        view.lines(body.text().trim_end());
        for damage in &body.damaged {
            view.fact("Damaged:", Some(damage));
        }
        if let Some(damage) = body.rtf_damage {
            view.fact("Damaged:", Some(damage.sentence()));
        }
        Ok(view)
    }
}

impl Message {
    /// What the message's own properties say.
    fn read(properties: &Properties, gathering: &mut Gathering<'_>) -> Self {
        let g = gathering;
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
        message
    }
}

/// The properties of a message, with the code page that it states, or that its language implies.
fn try_open(parts: &Parts) -> Result<Properties> {
    let properties = Properties::try_open(parts, &[], Owner::Message)?;
    let stated = |id| properties.number(id).and_then(code_page::of_number);
    let implied = || {
        let language_id = u16::try_from(properties.number(id::LOCALE)? & 0xFFFF).ok()?;
        Some(CodePage(code_page_of_language(language_id)))
    };
    let code_page = stated(id::CODE_PAGE)
        .or_else(implied)
        .or_else(|| stated(id::INTERNET_CODE_PAGE))
        .unwrap_or(CodePage::WINDOWS_1252);
    Ok(properties.in_code_page(code_page))
}

/// The names of the storages of recipients or of attachments.
fn of_prefix<'a>(names: &'a [String], prefix: &str) -> impl Iterator<Item = &'a str> {
    let prefix = prefix.to_owned();
    names.iter().map(String::as_str).filter(move |name| name.starts_with(&prefix)).take(EACH_MAX)
}

#[cfg(test)]
mod tests;
