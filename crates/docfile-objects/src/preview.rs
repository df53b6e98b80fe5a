//! The picture that a property set holds as clipboard data, as a file of its own.
//!
//! Invariant: only what an image library can open by its media type is given out; the pixels are
//! not decoded here ([MS-OLEPS] 2.11; the bitmap's header is that of [MS-WMF] 2.2.2.3).

use docfile_compound::property::{ClipboardData, ClipboardFormat};

use crate::fields::{u16_at, u32_at};
use crate::info::Preview;

const METAFILE: u32 = 3;
const BITMAP: u32 = 8;
const ENHANCED_METAFILE: u32 = 14;
/// What stands before a metafile on the clipboard: mapping mode, extents, a handle.
const METAFILE_HEADER_LEN: usize = 8;
/// What a file has before a bitmap that the clipboard has not.
const BITMAP_FILE_HEADER_LEN: u32 = 14;

/// The picture in this data, if it is one.
pub(crate) fn of_clipboard(data: &ClipboardData) -> Option<Preview> {
    let (format, bytes) = data.format();
    match format {
        ClipboardFormat::Windows(METAFILE) => {
            let bytes = bytes.get(METAFILE_HEADER_LEN..)?;
            Some(Preview { media_type: "image/wmf", bytes: bytes.to_vec() })
        }
        ClipboardFormat::Windows(ENHANCED_METAFILE) => {
            Some(Preview { media_type: "image/emf", bytes: bytes.to_vec() })
        }
        ClipboardFormat::Windows(BITMAP) => of_bitmap(bytes),
        _ => of_bytes(bytes),
    }
}

/// The picture that these bytes are by their first ones, if they are one.
pub(crate) fn of_bytes(bytes: &[u8]) -> Option<Preview> {
    let media_type = match bytes {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [b'G', b'I', b'F', b'8', ..] => "image/gif",
        [b'B', b'M', ..] => "image/bmp",
        _ => return None,
    };
    Some(Preview { media_type, bytes: bytes.to_vec() })
}

/// A bitmap without its file header, with one.
pub(crate) fn of_bitmap(bytes: &[u8]) -> Option<Preview> {
    let header_len = u32_at(bytes, 0)?;
    let bits_per_pixel = u16_at(bytes, 14)?;
    let color_count = match (u32_at(bytes, 32)?, bits_per_pixel) {
        (0, 1..=8) => 1 << bits_per_pixel,
        (count, _) => count,
    };
    let masks_len = if u32_at(bytes, 16)? == 3 && header_len == 40 { 12 } else { 0 };
    let pixels_offset = BITMAP_FILE_HEADER_LEN
        .checked_add(header_len)?
        .checked_add(color_count.checked_mul(4)?)?
        .checked_add(masks_len)?;
    let file_len = BITMAP_FILE_HEADER_LEN.checked_add(u32::try_from(bytes.len()).ok()?)?;
    let parts: [&[u8]; 5] =
        [b"BM", &file_len.to_le_bytes(), &[0; 4], &pixels_offset.to_le_bytes(), bytes];
    Some(Preview { media_type: "image/bmp", bytes: parts.concat() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bitmap_gets_the_header_of_a_file() {
        let mut bytes = vec![0; 48];
        bytes[0] = 40;
        bytes[14] = 1;
        let preview = of_clipboard(&ClipboardData::windows(BITMAP, &bytes)).unwrap();
        assert_eq!(preview.media_type, "image/bmp");
        assert_eq!(u32_at(&preview.bytes, 2), Some(62));
        assert_eq!(u32_at(&preview.bytes, 10), Some(62));
    }

    #[test]
    fn what_is_no_picture_gives_none() {
        assert_eq!(of_clipboard(&ClipboardData::default()), None);
        assert_eq!(of_bitmap(&[40]), None);
    }
}
