//! The three messages of a handshake ([MS-NLMP] 2.2.1), as they are on the wire.
//!
//! Their variable fields are given by length and offset into the message; a field that does not
//! lie inside it is refused, and nothing is copied for it.

use crate::security::error::{SecurityError, SecurityFault};

type Result<T> = core::result::Result<T, SecurityError>;

const SIGNATURE: &[u8; 8] = b"NTLMSSP\0";
const NEGOTIATE: u32 = 1;
const CHALLENGE: u32 = 2;
const AUTHENTICATE: u32 = 3;

const CHALLENGE_HEADER_LEN: usize = 56;
const AUTHENTICATE_HEADER_LEN: usize = 88;
/// Where the integrity code stands in AUTHENTICATE, and how long it is.
pub(super) const INTEGRITY_CODE_OFFSET: usize = 72;
pub(super) const INTEGRITY_CODE_LEN: usize = 16;

/// A message whose signature and type are right.
#[derive(Clone, Copy)]
struct Message<'a>(&'a [u8]);

impl<'a> Message<'a> {
    fn of_type(bytes: &'a [u8], message_type: u32) -> Result<Self> {
        let message = Self(bytes);
        if !bytes.starts_with(SIGNATURE) {
            return Err(SecurityFault::MalformedToken.into());
        }
        match message.u32(8)? == message_type {
            true => Ok(message),
            false => Err(SecurityFault::OutOfStep.into()),
        }
    }

    fn array<const N: usize>(self, offset: usize) -> Result<[u8; N]> {
        let rest = self.0.get(offset..).ok_or(SecurityFault::MalformedToken)?;
        Ok(*rest.first_chunk().ok_or(SecurityFault::MalformedToken)?)
    }

    fn u32(self, offset: usize) -> Result<u32> {
        self.array(offset).map(u32::from_le_bytes)
    }

    /// The bytes that the field at `offset` points to. An empty field may point anywhere.
    fn field(self, offset: usize) -> Result<&'a [u8]> {
        let len = usize::from(u16::from_le_bytes(self.array(offset)?));
        if len == 0 {
            return Ok(&[]);
        }
        let start =
            usize::try_from(self.u32(offset + 4)?).map_err(|_| SecurityFault::MalformedToken)?;
        let rest = self.0.get(start..).ok_or(SecurityFault::MalformedToken)?;
        Ok(rest.get(..len).ok_or(SecurityFault::MalformedToken)?)
    }

    fn text(self, offset: usize) -> Result<String> {
        let (pairs, rest) = self.field(offset)?.as_chunks();
        if !rest.is_empty() {
            return Err(SecurityFault::MalformedToken.into());
        }
        let units = pairs.iter().copied().map(u16::from_le_bytes);
        let text: core::result::Result<String, _> = char::decode_utf16(units).collect();
        text.map_err(|_| SecurityFault::MalformedToken.into())
    }
}

/// Writes fields one behind the other, behind a header of a known length.
struct Builder {
    bytes: Vec<u8>,
    payload: Vec<u8>,
    header_len: usize,
}

impl Builder {
    fn new(message_type: u32, header_len: usize) -> Self {
        let mut bytes = SIGNATURE.to_vec();
        bytes.extend_from_slice(&message_type.to_le_bytes());
        Self { bytes, payload: Vec::new(), header_len }
    }

    fn fixed(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn field(&mut self, value: &[u8]) {
        let value = value.get(..MAX_FIELD_LEN).unwrap_or(value);
        let len = u16::try_from(value.len()).unwrap_or(0).to_le_bytes();
        let offset = u32::try_from(self.header_len + self.payload.len()).unwrap_or(0);
        self.fixed(&len);
        self.fixed(&len);
        self.fixed(&offset.to_le_bytes());
        self.payload.extend_from_slice(value);
    }

    fn finish(mut self) -> Vec<u8> {
        debug_assert_eq!(self.bytes.len(), self.header_len);
        self.bytes.append(&mut self.payload);
        self.bytes
    }
}

/// The longest field that is written, in bytes.
const MAX_FIELD_LEN: usize = 4096;

/// What a client begins with: what it can do.
pub(super) fn negotiate(flags: u32) -> Vec<u8> {
    let mut builder = Builder::new(NEGOTIATE, 40);
    builder.fixed(&flags.to_le_bytes());
    builder.field(&[]);
    builder.field(&[]);
    builder.fixed(&[0; 8]);
    builder.finish()
}

/// The flags of a NEGOTIATE message.
pub(super) fn negotiate_flags(bytes: &[u8]) -> Result<u32> {
    Message::of_type(bytes, NEGOTIATE)?.u32(12)
}

/// What a server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Challenge<'a> {
    pub(super) flags: u32,
    pub(super) challenge: [u8; 8],
    pub(super) target_name: &'a [u8],
    pub(super) target_info: &'a [u8],
}

impl<'a> Challenge<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self> {
        let message = Message::of_type(bytes, CHALLENGE)?;
        Ok(Self {
            target_name: message.field(12)?,
            flags: message.u32(20)?,
            challenge: message.array(24)?,
            target_info: message.field(40)?,
        })
    }

    pub(super) fn emit(&self) -> Vec<u8> {
        let mut builder = Builder::new(CHALLENGE, CHALLENGE_HEADER_LEN);
        builder.field(self.target_name);
        builder.fixed(&self.flags.to_le_bytes());
        builder.fixed(&self.challenge);
        builder.fixed(&[0; 8]);
        builder.field(self.target_info);
        builder.fixed(&[0; 8]);
        builder.finish()
    }
}

/// What a client proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Authenticate<'a> {
    pub(super) flags: u32,
    pub(super) domain: String,
    pub(super) user: String,
    /// The proof and what it is over.
    pub(super) nt_response: &'a [u8],
    pub(super) session_key: &'a [u8],
}

impl<'a> Authenticate<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self> {
        let message = Message::of_type(bytes, AUTHENTICATE)?;
        Ok(Self {
            nt_response: message.field(20)?,
            domain: message.text(28)?,
            user: message.text(36)?,
            session_key: message.field(52)?,
            flags: message.u32(60)?,
        })
    }

    /// The message with zeros in the place of the integrity code.
    pub(super) fn emit(&self) -> Vec<u8> {
        let mut builder = Builder::new(AUTHENTICATE, AUTHENTICATE_HEADER_LEN);
        // No LM response: 24 zeros ([MS-NLMP] 3.1.5.1.2).
        builder.field(&[0; 24]);
        builder.field(self.nt_response);
        builder.field(&super::user::utf16(&self.domain));
        builder.field(&super::user::utf16(&self.user));
        builder.field(&[]);
        builder.field(self.session_key);
        builder.fixed(&self.flags.to_le_bytes());
        builder.fixed(&[0; 8]);
        builder.fixed(&[0; INTEGRITY_CODE_LEN]);
        builder.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_read_back_and_refuse_every_cut() {
        let challenge = Challenge {
            flags: 0xE28A_8233,
            challenge: [9; 8],
            target_name: b"S\0",
            target_info: &[0; 4],
        };
        let bytes = challenge.emit();
        assert_eq!(Challenge::parse(&bytes), Ok(challenge));
        for len in 0..bytes.len() {
            assert!(Challenge::parse(&bytes[..len]).is_err(), "{len}");
        }
        let authenticate = Authenticate {
            flags: 1,
            domain: "Domain".into(),
            user: "Jürgen".into(),
            nt_response: &[7; 60],
            session_key: &[8; 16],
        };
        let bytes = authenticate.emit();
        assert_eq!(Authenticate::parse(&bytes), Ok(authenticate));
        for len in 0..bytes.len() {
            assert!(Authenticate::parse(&bytes[..len]).is_err(), "{len}");
        }
        assert_eq!(negotiate_flags(&negotiate(5)), Ok(5));
        assert_eq!(negotiate_flags(&bytes), Err(SecurityFault::OutOfStep.into()));
    }
}
