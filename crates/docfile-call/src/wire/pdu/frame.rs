//! A packet cut into its parts, before its body is read: all that checking a signature needs.
//!
//! ```text
//! | header 16 | body | padding | security trailer 8 | token |
//! |<------ signed: all but the token -------------->|
//!             |<- encrypted, but for the fixed    ->|
//!             |   fields before the stub data  |
//! ```

use super::cursor::Reader;
use super::error::{Result, WireFault};
use super::header::{AUTH_LEN_OFFSET, FRAG_LEN_OFFSET, HEADER_LEN, Header};
use super::sec_trailer::{SEC_TRAILER_LEN, SecTrailer};

/// The parts of one whole packet.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The common header.
    pub header: Header,
    /// The security trailer, if there is a token.
    pub security: Option<SecTrailer>,
    bytes: &'a [u8],
    /// Where the body ends, and the padding begins.
    body_end: usize,
    /// Where the padding ends, and the security trailer begins.
    padded_end: usize,
}

impl<'a> Frame<'a> {
    /// Cuts `bytes`, which must be one packet from its first byte to its last.
    ///
    /// # Errors
    ///
    /// What [`Header::parse`] says; a length that is not that of `bytes`; a trailer that does not
    /// fit, or whose level is unknown.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        let header = Header::parse(bytes)?;
        if usize::from(header.frag_len) != bytes.len() {
            return Err(WireFault::FragmentLength.at(FRAG_LEN_OFFSET));
        }
        let auth_len = usize::from(header.auth_len);
        if auth_len == 0 {
            let body_end = bytes.len();
            return Ok(Self { header, security: None, bytes, body_end, padded_end: body_end });
        }
        let padded_end = bytes
            .len()
            .checked_sub(auth_len + SEC_TRAILER_LEN)
            .filter(|end| *end >= HEADER_LEN)
            .ok_or_else(|| WireFault::AuthLength.at(AUTH_LEN_OFFSET))?;
        let rest = bytes.get(padded_end..).unwrap_or_default();
        let security = SecTrailer::read(&mut Reader::new(rest, padded_end, header.order))?;
        let body_end = padded_end
            .checked_sub(usize::from(security.pad_len))
            .filter(|end| *end >= HEADER_LEN)
            .ok_or_else(|| WireFault::AuthPadding.at(padded_end + 2))?;
        Ok(Self { header, security: Some(security), bytes, body_end, padded_end })
    }

    /// The body: what stands between the header and the padding.
    #[must_use]
    pub fn body(&self) -> &'a [u8] {
        self.bytes.get(HEADER_LEN..self.body_end).unwrap_or_default()
    }

    /// The packet up to `stub_offset`: what is signed but never encrypted at its start.
    #[must_use]
    pub fn before(&self, stub_offset: usize) -> &'a [u8] {
        self.bytes.get(..stub_offset.min(self.padded_end)).unwrap_or_default()
    }

    /// The stub data and the padding behind them: what privacy encrypts.
    #[must_use]
    pub fn padded_from(&self, stub_offset: usize) -> &'a [u8] {
        self.bytes.get(stub_offset..self.padded_end).unwrap_or_default()
    }

    /// The eight bytes of the security trailer.
    #[must_use]
    pub fn trailer(&self) -> &'a [u8] {
        self.bytes.get(self.padded_end..self.padded_end + SEC_TRAILER_LEN).unwrap_or_default()
    }

    /// The token behind the security trailer; empty when there is none.
    #[must_use]
    pub fn token(&self) -> &'a [u8] {
        self.bytes.get(self.padded_end + SEC_TRAILER_LEN..).unwrap_or_default()
    }

    /// A reader of the body.
    pub(super) fn reader(&self) -> Reader<'a> {
        Reader::new(self.body(), HEADER_LEN, self.header.order)
    }
}
