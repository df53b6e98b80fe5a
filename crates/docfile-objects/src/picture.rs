//! Pictures that documents carry of themselves, as files that any viewer opens.
//!
//! Invariant: nothing is decoded here. Where a document stores less than a file (a bitmap without
//! its file header, a picture behind a header of the document's own) the missing part is put in
//! front or the rest cut off; the bytes of the picture stay as they are. Formats: [MS-WMF] 2.3.2,
//! [MS-EMF] 2.3.4.2, the signatures of PNG, JPEG and GIF.

use docfile_compound::property::{ClipboardData, ClipboardFormat};

use crate::field_cursor::FieldCursor;

/// The format of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PictureFormat {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// A Windows bitmap.
    Bmp,
    /// An enhanced metafile.
    Emf,
    /// A Windows metafile.
    Wmf,
}

impl PictureFormat {
    /// The ending that files of this format bear, without a dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
            Self::Emf => "emf",
            Self::Wmf => "wmf",
        }
    }

    /// The format that the first bytes tell.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        const EMF_SIGNATURE: &[u8] = b" EMF";
        Some(match bytes {
            [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Self::Png,
            [0xFF, 0xD8, 0xFF, ..] => Self::Jpeg,
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Self::Gif,
            [b'B', b'M', ..] if bytes.len() >= BITMAP_HEADERS_MIN => Self::Bmp,
            [1, 0, 0, 0, ..] if bytes.get(40..44) == Some(EMF_SIGNATURE) => Self::Emf,
            [0xD7, 0xCD, 0xC6, 0x9A, ..] | [1 | 2, 0, 9, 0, ..] => Self::Wmf,
            _ => return None,
        })
    }
}

/// A picture: its format and the bytes of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The format.
    pub format: PictureFormat,
    /// The bytes, as a file of that format.
    pub bytes: Vec<u8>,
}

/// `BITMAPFILEHEADER` and the shortest header behind it, in bytes.
const BITMAP_HEADERS_MIN: usize = 26;
const BITMAP_FILE_HEADER_LEN: usize = 14;
/// How far a document's own header in front of a picture reaches, in bytes.
const OWN_HEADER_MAX: usize = 4096;

const CF_METAFILEPICT: u32 = 3;
const CF_DIB: u32 = 8;
const CF_ENHMETAFILE: u32 = 14;
/// The mapping mode and the extents in front of a metafile ([MS-OLEPS] leaves them to Windows).
const METAFILEPICT_LEN: usize = 8;

impl Picture {
    /// The picture that `bytes` are.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let format = PictureFormat::of(bytes)?;
        let bytes = if format == PictureFormat::Png { png_alone(bytes) } else { bytes };
        Some(Self { format, bytes: bytes.to_vec() })
    }

    /// The picture that begins somewhere near the start of `bytes`, behind a header unknown here.
    /// Only formats whose signature nothing else has are looked for.
    #[must_use]
    pub fn within(bytes: &[u8]) -> Option<Self> {
        let last = bytes.len().min(OWN_HEADER_MAX);
        let start = (0..last).find(|start| {
            let format = bytes.get(*start..).and_then(PictureFormat::of);
            matches!(format, Some(PictureFormat::Png | PictureFormat::Jpeg | PictureFormat::Gif))
        })?;
        Self::of(bytes.get(start..)?)
    }

    /// The picture of a property that holds clipboard data, such as the thumbnail of a summary.
    #[must_use]
    pub fn of_clipboard(data: &ClipboardData) -> Option<Self> {
        let (format, bytes) = data.format();
        let by_signature = || Self::of(bytes).or_else(|| Self::within(bytes));
        match format {
            ClipboardFormat::Windows(CF_DIB) => of_dib(bytes).or_else(by_signature),
            ClipboardFormat::Windows(CF_ENHMETAFILE) => by_signature(),
            ClipboardFormat::Windows(CF_METAFILEPICT) => {
                bytes.get(METAFILEPICT_LEN..).and_then(Self::of).or_else(by_signature)
            }
            _ => by_signature(),
        }
    }
}

/// A bitmap file of a bitmap without its file header ([MS-WMF] 2.2.2.9).
fn of_dib(dib: &[u8]) -> Option<Picture> {
    let mut cursor = FieldCursor::new(dib);
    let header_len = cursor.len32()?;
    if !(40..=124).contains(&header_len) || dib.len() < header_len {
        return None;
    }
    let bits_per_pixel = FieldCursor::at(dib, 14).u16()?;
    let compression = FieldCursor::at(dib, 16).u32()?;
    let colors_used = FieldCursor::at(dib, 32).len32()?;
    let color_count = match (colors_used, bits_per_pixel) {
        (0, 1 | 4 | 8) => 1_usize << bits_per_pixel,
        (used, _) => used,
    };
    // The masks of a bitmap of bit fields stand behind a short header only.
    let masks_len = if compression == 3 && header_len == 40 { 12 } else { 0 };
    let pixels = color_count
        .checked_mul(4)?
        .checked_add(BITMAP_FILE_HEADER_LEN + header_len + masks_len)
        .filter(|pixels| *pixels <= dib.len() + BITMAP_FILE_HEADER_LEN)?;
    let file_len = u32::try_from(dib.len().checked_add(BITMAP_FILE_HEADER_LEN)?).ok()?;
    let mut bytes = b"BM".to_vec();
    bytes.extend(file_len.to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(u32::try_from(pixels).ok()?.to_le_bytes());
    bytes.extend(dib);
    Some(Picture { format: PictureFormat::Bmp, bytes })
}

/// A PNG without what follows its last chunk; all of it where the last chunk is missing.
fn png_alone(bytes: &[u8]) -> &[u8] {
    let mut cursor = FieldCursor::at(bytes, 8);
    loop {
        let Some(len) = cursor.array().map(u32::from_be_bytes) else { return bytes };
        let Some(kind) = cursor.array::<4>() else { return bytes };
        // The chunk, and its checksum.
        let len = usize::try_from(len).unwrap_or(usize::MAX).saturating_add(4);
        if cursor.skip(len).is_none() {
            return bytes;
        }
        if &kind == b"IEND" {
            return bytes.get(..cursor.offset()).unwrap_or(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png() -> Vec<u8> {
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        png.extend([0, 0, 0, 2]);
        png.extend(b"IHDRab....");
        png.extend([0, 0, 0, 0]);
        png.extend(b"IEND....");
        png
    }

    #[test]
    fn a_picture_is_cut_out_of_what_surrounds_it() {
        let mut bytes = vec![7; 100];
        bytes.extend(png());
        bytes.extend([9; 50]);
        let picture = Picture::within(&bytes).unwrap();
        assert_eq!(picture, Picture { format: PictureFormat::Png, bytes: png() });
        assert_eq!(Picture::within(&[7; 100]), None);
    }

    #[test]
    fn a_bitmap_of_the_clipboard_becomes_a_file() {
        let mut dib = vec![0; 40];
        dib[0] = 40;
        dib[14] = 8;
        dib.extend([0; 256 * 4 + 4]);
        let picture = Picture::of_clipboard(&ClipboardData::windows(CF_DIB, &dib)).unwrap();
        assert_eq!(picture.format, PictureFormat::Bmp);
        assert_eq!(picture.bytes.len(), dib.len() + 14);
        assert_eq!(picture.bytes[10..14], (14_u32 + 40 + 1024).to_le_bytes());
        // More colours than there are bytes.
        dib[32..36].copy_from_slice(&[0xFF; 4]);
        assert_eq!(Picture::of_clipboard(&ClipboardData::windows(CF_DIB, &dib)), None);
    }

    #[test]
    fn a_metafile_stands_behind_its_extents() {
        let mut data = vec![8, 0, 100, 0, 100, 0, 0, 0];
        data.extend([1, 0, 9, 0, 0, 3]);
        let picture = Picture::of_clipboard(&ClipboardData::windows(3, &data)).unwrap();
        assert_eq!((picture.format, picture.bytes.len()), (PictureFormat::Wmf, 6));
    }
}
