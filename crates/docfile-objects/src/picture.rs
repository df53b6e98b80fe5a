//! Pictures that stand behind a header of the document's own.
//!
//! Invariant: nothing is decoded; the bytes of the picture stay as they are, and what follows its
//! end is cut off where the format tells where that is.

use crate::field_cursor::FieldCursor;
use crate::info::Preview;
use crate::preview;

/// How far a document's own header in front of a picture reaches, in bytes.
const OWN_HEADER_MAX: usize = 4096;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The picture that these bytes are.
pub(crate) fn of(bytes: &[u8]) -> Option<Preview> {
    preview::of_bytes(if bytes.starts_with(PNG) { png_alone(bytes) } else { bytes })
}

/// The picture that begins somewhere near the start of `bytes`. Only formats whose signature
/// nothing else has are looked for.
pub(crate) fn within(bytes: &[u8]) -> Option<Preview> {
    let is_start = |bytes: &[u8]| {
        bytes.starts_with(PNG)
            || bytes.starts_with(b"\xFF\xD8\xFF")
            || bytes.starts_with(b"GIF87a")
            || bytes.starts_with(b"GIF89a")
    };
    let last = bytes.len().min(OWN_HEADER_MAX);
    let start = (0..last).find(|start| bytes.get(*start..).is_some_and(is_start))?;
    of(bytes.get(start..)?)
}

/// A PNG without what follows its last chunk; all of it where the last chunk is missing.
fn png_alone(bytes: &[u8]) -> &[u8] {
    let mut cursor = FieldCursor::at(bytes, PNG.len());
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

    #[test]
    fn a_picture_is_cut_out_of_what_surrounds_it() {
        let mut png = PNG.to_vec();
        png.extend([0, 0, 0, 2]);
        png.extend(b"IHDRab....");
        png.extend([0, 0, 0, 0]);
        png.extend(b"IEND....");
        let mut bytes = vec![7; 100];
        bytes.extend(&png);
        bytes.extend([9; 50]);
        let preview = within(&bytes).unwrap();
        assert_eq!((preview.media_type, preview.bytes), ("image/png", png));
        assert_eq!(within(&[7; 100]), None);
    }
}
