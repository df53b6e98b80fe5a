//! The head of a file of the cache: of which resource, in which version, its bytes are.
//!
//! Invariant: a head that parses names a validator that tells versions apart, and a layout that
//! fits a `u64`. Another magic, version or checksum is no head. Drawing: `docs/cache.md`.

use docfile_binding::planner::Validator;

/// The head has a page of its own, so that what follows can be synced without it.
pub(super) const HEADER_LEN: u64 = 4096;
/// Where the bytes of the resource begin.
pub(super) const DATA_OFFSET: u64 = HEADER_LEN;

const MAGIC: [u8; 8] = *b"docfile\x1A";
const VERSION: u32 = 1;
/// Stands for a field that the server did not send.
const ABSENT: u16 = u16::MAX;
/// Longer tags and dates than this are not kept.
const FIELD_MAX: usize = 1024;

/// What is said of the resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) validator: Validator,
    /// The length of the resource in bytes.
    pub(super) total_len: u64,
}

impl Header {
    /// Where the journal begins: on the page behind the last byte of the resource.
    pub(super) fn journal_offset(&self) -> Option<u64> {
        self.total_len.checked_next_multiple_of(HEADER_LEN)?.checked_add(DATA_OFFSET)
    }

    /// The page, and the checksum that ties the journal to it; nothing for what is not kept.
    pub(super) fn emit(&self) -> Option<(Vec<u8>, u32)> {
        if self.total_len == 0 || !self.validator.tells_versions_apart() {
            return None;
        }
        self.journal_offset()?;
        let fields = [self.validator.etag.as_deref(), self.validator.last_modified.as_deref()];
        let mut page = Vec::from(MAGIC);
        page.extend(VERSION.to_le_bytes());
        page.extend(self.total_len.to_le_bytes());
        for field in fields {
            let len = match field {
                None => ABSENT,
                Some(text) if text.len() > FIELD_MAX => return None,
                Some(text) => u16::try_from(text.len()).ok()?,
            };
            page.extend(len.to_le_bytes());
        }
        fields.into_iter().flatten().for_each(|text| page.extend(text.as_bytes()));
        let checksum = crc32fast::hash(&page);
        page.extend(checksum.to_le_bytes());
        page.resize(usize::try_from(HEADER_LEN).ok()?, 0);
        Some((page, checksum))
    }

    /// Reads a page.
    pub(super) fn parse(page: &[u8]) -> Option<(Self, u32)> {
        let rest = page.strip_prefix(&MAGIC)?;
        let (version, rest) = rest.split_first_chunk()?;
        if u32::from_le_bytes(*version) != VERSION {
            return None;
        }
        let (total_len, rest) = rest.split_first_chunk()?;
        let (etag_len, rest) = rest.split_first_chunk()?;
        let (date_len, rest) = rest.split_first_chunk()?;
        let (etag, rest) = field(u16::from_le_bytes(*etag_len), rest)?;
        let (last_modified, rest) = field(u16::from_le_bytes(*date_len), rest)?;
        let (told, behind) = rest.split_first_chunk()?;
        let covered = page.get(..page.len().checked_sub(behind.len() + told.len())?)?;
        let checksum = crc32fast::hash(covered);
        let validator = Validator { etag, last_modified };
        let header = Self { validator, total_len: u64::from_le_bytes(*total_len) };
        header.journal_offset()?;
        let is_whole = u32::from_le_bytes(*told) == checksum
            && header.total_len > 0
            && header.validator.tells_versions_apart();
        is_whole.then_some((header, checksum))
    }
}

type Field = Option<std::sync::Arc<str>>;

fn field(len: u16, rest: &[u8]) -> Option<(Field, &[u8])> {
    if len == ABSENT {
        return Some((None, rest));
    }
    let (text, rest) = rest.split_at_checked(usize::from(len))?;
    Some((Some(str::from_utf8(text).ok()?.into()), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(etag: Option<&str>, date: Option<&str>) -> Header {
        let validator =
            Validator { etag: etag.map(Into::into), last_modified: date.map(Into::into) };
        Header { validator, total_len: 5000 }
    }

    #[test]
    fn a_head_reads_back_and_a_changed_one_does_not() {
        for header in [
            header(Some("\"a\""), None),
            header(None, Some("Mon, 01 Jan 2001 00:00:00 GMT")),
            header(Some("W/\"a\""), Some("Mon")),
        ] {
            let (page, checksum) = header.emit().unwrap_or_default();
            assert_eq!(page.len() as u64, HEADER_LEN);
            assert_eq!(Header::parse(&page), Some((header, checksum)));
            let used = page.iter().rposition(|byte| *byte != 0).unwrap_or(0);
            for index in 0..used {
                let mut other = page.clone();
                if let Some(byte) = other.get_mut(index) {
                    *byte ^= 1;
                }
                assert_eq!(Header::parse(&other), None, "{index}");
                assert_eq!(Header::parse(page.get(..index).unwrap_or_default()), None);
            }
        }
    }

    #[test]
    fn what_proves_nothing_is_not_kept() {
        assert!(header(None, None).emit().is_none());
        assert!(header(Some("W/\"a\""), None).emit().is_none());
        assert!(header(Some(&"x".repeat(2000)), None).emit().is_none());
        assert!(Header { total_len: 0, ..header(Some("\"a\""), None) }.emit().is_none());
        assert!(Header { total_len: u64::MAX, ..header(Some("\"a\""), None) }.emit().is_none());
    }
}
