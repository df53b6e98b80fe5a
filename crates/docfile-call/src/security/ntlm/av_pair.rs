//! The list of names and values in a challenge and in a proof ([MS-NLMP] 2.2.2.1).

use crate::security::error::{SecurityError, SecurityFault};

const END: u16 = 0;
pub(super) const NETBIOS_COMPUTER: u16 = 1;
pub(super) const NETBIOS_DOMAIN: u16 = 2;
pub(super) const DNS_COMPUTER: u16 = 3;
pub(super) const DNS_DOMAIN: u16 = 4;
pub(super) const FLAGS: u16 = 6;
pub(super) const TIMESTAMP: u16 = 7;

/// In [`FLAGS`]: the message carries an integrity code.
pub(super) const HAS_INTEGRITY_CODE: u32 = 0x2;

/// The most entries that are read; there are eleven kinds.
const MAX_COUNT: usize = 32;

/// Reads a list up to its end mark.
pub(super) fn parse(mut bytes: &[u8]) -> Result<Vec<(u16, &[u8])>, SecurityError> {
    let mut pairs = Vec::new();
    while pairs.len() < MAX_COUNT {
        let &[i0, i1, l0, l1, ref rest @ ..] = bytes else { break };
        let id = u16::from_le_bytes([i0, i1]);
        if id == END {
            return Ok(pairs);
        }
        let len = usize::from(u16::from_le_bytes([l0, l1]));
        let (value, rest) = rest.split_at_checked(len).ok_or(SecurityFault::MalformedToken)?;
        pairs.push((id, value));
        bytes = rest;
    }
    Err(SecurityFault::MalformedToken.into())
}

/// Writes a list and its end mark.
pub(super) fn emit(pairs: &[(u16, &[u8])], out: &mut Vec<u8>) {
    for (id, value) in pairs {
        if let Ok(len) = u16::try_from(value.len()) {
            out.extend_from_slice(&id.to_le_bytes());
            out.extend_from_slice(&len.to_le_bytes());
            out.extend_from_slice(value);
        }
    }
    out.extend_from_slice(&[0; 4]);
}

/// The value of the flags in a list; 0 where there are none.
pub(super) fn flags(pairs: &[(u16, &[u8])]) -> u32 {
    pairs
        .iter()
        .find(|(id, _)| *id == FLAGS)
        .and_then(|(_, value)| value.first_chunk())
        .map_or(0, |bytes| u32::from_le_bytes(*bytes))
}
