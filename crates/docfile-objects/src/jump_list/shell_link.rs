//! A link to a file ([MS-SHLLINK]): where the file is and how it is to be opened.
//!
//! Invariant: the parts are read in the order of the flags and each is left behind by its stated
//! length, so a part that makes no sense costs only itself. The list of shell items and the extra
//! data are passed over; nothing is resolved.

use docfile_compound::property::CodePage;
use docfile_compound::{FileTime, Guid};

use crate::field_cursor::FieldCursor;
use crate::text::{of_code_page, utf_16};

/// What a link says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ShellLink {
    /// The file on a disk of the computer.
    pub(crate) local_path: Option<String>,
    /// The file on a share.
    pub(crate) network_path: Option<String>,
    /// The file, seen from the link.
    pub(crate) relative_path: Option<String>,
    /// What the link is called.
    pub(crate) description: Option<String>,
    /// The folder to start in.
    pub(crate) working_folder: Option<String>,
    /// The arguments to start with.
    pub(crate) arguments: Option<String>,
    /// The length of the file in bytes, its low 32 bits.
    pub(crate) target_len: u32,
    /// When the file was made.
    pub(crate) created: Option<FileTime>,
    /// When the file was changed.
    pub(crate) modified: Option<FileTime>,
}

const HEADER_LEN: u32 = 76;
const CLASS_ID: Guid = Guid::from_u128(0x00021401_0000_0000_C000_000000000046);

const HAS_ITEM_LIST: u32 = 1;
const HAS_LINK_INFO: u32 = 1 << 1;
const HAS_DESCRIPTION: u32 = 1 << 2;
const HAS_RELATIVE_PATH: u32 = 1 << 3;
const HAS_WORKING_FOLDER: u32 = 1 << 4;
const HAS_ARGUMENTS: u32 = 1 << 5;
const IS_UNICODE: u32 = 1 << 7;

/// The code page of the computer that wrote it is not stored.
const CODE_PAGE: CodePage = CodePage::WINDOWS_1252;

impl ShellLink {
    /// Reads a link; `None` when the bytes do not begin as one does.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut cursor = FieldCursor::new(bytes);
        if cursor.u32()? != HEADER_LEN || Guid::from_bytes(cursor.array()?) != CLASS_ID {
            return None;
        }
        let flags = cursor.u32()?;
        cursor.skip(4)?;
        let time = |ticks| Some(FileTime(ticks)).filter(|time| time.is_some());
        let created = time(cursor.u64()?);
        cursor.skip(8)?;
        let modified = time(cursor.u64()?);
        let target_len = cursor.u32()?;
        cursor.skip(20)?;
        let mut link = Self { created, modified, target_len, ..Self::default() };
        // Whatever is missing from here on is not told.
        let _ = link.read_parts(&mut cursor, flags);
        Some(link)
    }

    fn read_parts(&mut self, cursor: &mut FieldCursor<'_>, flags: u32) -> Option<()> {
        if flags & HAS_ITEM_LIST != 0 {
            let len = cursor.u16()?;
            cursor.skip(usize::from(len))?;
        }
        if flags & HAS_LINK_INFO != 0 {
            let len = FieldCursor::at(cursor.rest(), 0).len32()?;
            let info = cursor.take(len.max(4))?;
            // A broken part of it leaves the paths unknown.
            let _ = self.read_link_info(info);
        }
        let is_unicode = flags & IS_UNICODE != 0;
        let strings = [
            (HAS_DESCRIPTION, &mut self.description),
            (HAS_RELATIVE_PATH, &mut self.relative_path),
            (HAS_WORKING_FOLDER, &mut self.working_folder),
            (HAS_ARGUMENTS, &mut self.arguments),
        ];
        for (flag, field) in strings {
            if flags & flag != 0 {
                let count = usize::from(cursor.u16()?);
                *field = Some(if is_unicode {
                    utf_16(cursor.take(count.checked_mul(2)?)?)
                } else {
                    of_code_page(cursor.take(count)?, CODE_PAGE)
                });
            }
        }
        Some(())
    }

    /// [MS-SHLLINK] 2.3: offsets count from the start of the part.
    fn read_link_info(&mut self, info: &[u8]) -> Option<()> {
        const HAS_LOCAL: u32 = 1;
        const HAS_NETWORK: u32 = 2;
        const HEADER_WITH_UNICODE_LEN: usize = 0x24;
        let mut cursor = FieldCursor::at(info, 4);
        let header_len = cursor.len32()?;
        let flags = cursor.u32()?;
        cursor.skip(4)?;
        let local_offset = cursor.len32()?;
        let network_offset = cursor.len32()?;
        let suffix_offset = cursor.len32()?;
        let narrow = |offset| of_code_page(info.get(offset..).unwrap_or_default(), CODE_PAGE);
        let mut local = narrow(local_offset);
        let mut suffix = narrow(suffix_offset);
        if header_len >= HEADER_WITH_UNICODE_LEN {
            let wide = |offset| utf_16(info.get(offset..).unwrap_or_default());
            let (local_offset, suffix_offset) = (cursor.len32()?, cursor.len32()?);
            if local_offset != 0 {
                local = wide(local_offset);
            }
            if suffix_offset != 0 {
                suffix = wide(suffix_offset);
            }
        }
        if flags & HAS_LOCAL != 0 {
            self.local_path = Some(format!("{local}{suffix}"));
        }
        if flags & HAS_NETWORK != 0 {
            let share = info.get(network_offset..)?;
            let name_offset = FieldCursor::at(share, 8).len32()?;
            let name = of_code_page(share.get(name_offset..)?, CODE_PAGE);
            self.network_path = Some(format!("{name}\\{suffix}"));
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> Vec<u8> {
        let mut bytes = HEADER_LEN.to_le_bytes().to_vec();
        bytes.extend(CLASS_ID.to_bytes());
        let flags = HAS_ITEM_LIST | HAS_LINK_INFO | HAS_DESCRIPTION | HAS_ARGUMENTS | IS_UNICODE;
        bytes.extend(flags.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend([1, 0, 0, 0, 0, 0, 0, 0].repeat(3));
        bytes.extend(1234_u32.to_le_bytes());
        bytes.resize(76, 0);
        bytes.extend([4, 0, 9, 9, 9, 9]);
        let mut info = Vec::new();
        for field in [28_u32 + 16, 28, 1, 0, 28, 0, 28 + 9] {
            info.extend(field.to_le_bytes());
        }
        info.extend(b"D:\\doc\\a\0x.txt\0\0");
        bytes.extend(info);
        for text in ["said", "/p"] {
            bytes.extend(u16::try_from(text.len()).unwrap().to_le_bytes());
            bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        }
        bytes
    }

    #[test]
    fn a_link_tells_its_file() {
        let read = ShellLink::parse(&link()).unwrap();
        assert_eq!(read.local_path.as_deref(), Some("D:\\doc\\ax.txt"));
        assert_eq!(read.description.as_deref(), Some("said"));
        assert_eq!(read.arguments.as_deref(), Some("/p"));
        assert_eq!((read.target_len, read.network_path), (1234, None));
    }

    #[test]
    fn a_link_that_is_cut_short_tells_what_is_there() {
        let bytes = link();
        for len in 0..bytes.len() {
            assert_eq!(ShellLink::parse(&bytes[..len]).is_some(), len >= 76, "{len}");
        }
    }
}
