//! Who sent a message and who it went to ([MS-OXOMSG] 2.2.1, [MS-OXMSG] 2.2.1).
//!
//! Invariant: an address is the one that mail travels by, where the message has it; an address of
//! Exchange alone is no address that a person knows, and comes only where there is no other.

use super::properties::{Owner, Properties};
use crate::gathering::Gathering;
use crate::info::Detail;

/// A name and an address; either may be missing, not both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Person {
    /// The name.
    pub(crate) name: Option<String>,
    /// The address.
    pub(crate) address: Option<String>,
}

/// How somebody gets a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum RecipientKind {
    /// It is for them.
    To,
    /// They get a copy.
    Cc,
    /// They get a copy, and the others do not know.
    Bcc,
    /// The message does not say.
    Unknown,
}

/// Somebody who gets a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recipient {
    /// How they get it.
    pub(crate) kind: RecipientKind,
    /// Who they are.
    pub(crate) person: Person,
}

/// Whether an address is a name in the directory of an Exchange server.
fn is_of_exchange(address: &str) -> bool {
    address.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("/o="))
}

/// Where the parts of a person stand: name, address that mail travels by, address.
struct Ids {
    name: u16,
    mail: u16,
    address: u16,
}

const SENDER: Ids = Ids { name: 0x0C1A, mail: 0x5D01, address: 0x0C1F };
const REPRESENTED: Ids = Ids { name: 0x0042, mail: 0x5D02, address: 0x0065 };
const RECIPIENT: Ids = Ids { name: 0x3001, mail: 0x39FE, address: 0x3003 };
const RECIPIENT_KIND: u16 = 0x0C15;

impl Person {
    fn read(properties: &Properties, gathering: &mut Gathering<'_>, ids: &Ids) -> Option<Self> {
        let name = properties.line(gathering, ids.name);
        let mail = properties.line(gathering, ids.mail);
        let address = mail.or_else(|| properties.line(gathering, ids.address));
        let address = address.filter(|address| name.is_none() || !is_of_exchange(address));
        (name.is_some() || address.is_some()).then_some(Self { name, address })
    }

    pub(super) fn sender(properties: &Properties, gathering: &mut Gathering<'_>) -> Option<Self> {
        Self::read(properties, gathering, &SENDER)
    }

    pub(super) fn represented(
        properties: &Properties,
        gathering: &mut Gathering<'_>,
    ) -> Option<Self> {
        Self::read(properties, gathering, &REPRESENTED)
    }
}

impl Recipient {
    pub(super) fn read(
        message: &Properties,
        gathering: &mut Gathering<'_>,
        name: &str,
    ) -> Option<Self> {
        let parts = gathering.parts();
        let properties = gathering.take(Properties::try_open(parts, &[name], Owner::Other))?;
        let properties = properties.in_code_page(message.code_page());
        let kind = match properties.number(RECIPIENT_KIND).map(|kind| kind & 0xF) {
            Some(1) => RecipientKind::To,
            Some(2) => RecipientKind::Cc,
            Some(3) => RecipientKind::Bcc,
            _ => RecipientKind::Unknown,
        };
        let person = Person::read(&properties, gathering, &RECIPIENT)?;
        Some(Self { kind, person })
    }

    /// The facts about them.
    pub(super) fn detail(&self) -> Detail {
        let mut facts = vec![("kind".to_owned(), self.kind.word().into())];
        let parts = [("name", &self.person.name), ("address", &self.person.address)];
        for (name, value) in parts {
            facts.extend(value.as_deref().map(|value| (name.to_owned(), value.into())));
        }
        Detail::Map(facts)
    }
}

impl core::fmt::Display for Person {
    /// `Name <address>`, or the one that there is.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match (&self.name, &self.address) {
            (Some(name), Some(address)) if name != address => write!(f, "{name} <{address}>"),
            (Some(only), _) | (None, Some(only)) => f.write_str(only),
            (None, None) => Ok(()),
        }
    }
}

impl RecipientKind {
    /// The word by which scripts know it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::To => "to",
            Self::Cc => "cc",
            Self::Bcc => "bcc",
            Self::Unknown => "unknown",
        }
    }
}
