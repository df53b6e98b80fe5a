//! Format ids: which set of properties it is, and which stream holds it ([MS-OLEPS] 2.23).
//!
//! A few well-known sets have streams with names of their own; the name of any other is
//! character 5 and the format id in base 32, lowest bit first.

use crate::error::{Error, ErrorKind, Result};
use crate::guid::Guid;
use crate::name::Name;

/// Title, author, dates and counts of a document.
pub const SUMMARY_INFORMATION: Guid = Guid::from_u128(0xF29F85E0_4FF9_1068_AB91_08002B27B3D9);
/// More of the same, by Office.
pub const DOC_SUMMARY_INFORMATION: Guid = Guid::from_u128(0xD5CDD502_2E9C_101B_9397_08002B2CF9AE);
/// Properties that the user of a document named; the second set in the stream of
/// [`DOC_SUMMARY_INFORMATION`].
pub const USER_DEFINED_PROPERTIES: Guid = Guid::from_u128(0xD5CDD505_2E9C_101B_9397_08002B2CF9AE);
/// A FlashPix image: what holds for all of it.
pub const GLOBAL_INFO: Guid = Guid::from_u128(0x56616F00_C154_11CE_8553_00AA00A1F95B);
/// A FlashPix image: what it holds.
pub const IMAGE_CONTENTS: Guid = Guid::from_u128(0x56616400_C154_11CE_8553_00AA00A1F95B);
/// A FlashPix image: what it shows and how it came about.
pub const IMAGE_INFO: Guid = Guid::from_u128(0x56616500_C154_11CE_8553_00AA00A1F95B);
/// The state of an object, as properties ([MS-OLEPS] 2.25.2).
pub const PROPERTY_BAG: Guid = Guid::from_u128(0x20001801_5DE6_11D1_8E38_00C04FB9386D);
/// The summary of a Hangul document, in the stream `[5]HwpSummaryInformation`.
pub const HWP_SUMMARY_INFORMATION: Guid = Guid::from_u128(0x9FA2B660_1061_11D4_B4C6_006097C09D8C);

/// Sets whose stream has a name of its own.
const NAMED: [(Guid, &str); 6] = [
    (SUMMARY_INFORMATION, "\u{5}SummaryInformation"),
    (DOC_SUMMARY_INFORMATION, "\u{5}DocumentSummaryInformation"),
    (USER_DEFINED_PROPERTIES, "\u{5}DocumentSummaryInformation"),
    (GLOBAL_INFO, "\u{5}GlobalInfo"),
    (IMAGE_CONTENTS, "\u{5}ImageContents"),
    (IMAGE_INFO, "\u{5}ImageInfo"),
];
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz012345";
const DIGIT_COUNT: usize = 26;
const DIGIT_BITS: usize = 5;

/// The name of the stream (or, for a set with streams of its own, the storage) that holds the set.
///
/// ```
/// use docfile_compound::property::format_id;
/// let name = format_id::stream_name(format_id::PROPERTY_BAG);
/// assert_eq!(name.to_string(), "[5]Bagaaqy23kudbhchAaq5u2chNd");
/// ```
#[must_use]
pub fn stream_name(format_id: Guid) -> Name {
    let named = NAMED.iter().find(|(id, _)| *id == format_id);
    let units: Vec<u16> = match named {
        Some((_, name)) => name.encode_utf16().collect(),
        None => core::iter::once(5).chain(digits(format_id)).collect(),
    };
    Name::stored(&units).unwrap_or(Name::EMPTY)
}

/// The format id of the set in a stream (or storage) of this name; that of
/// [`DOC_SUMMARY_INFORMATION`] for the stream that also holds the user's properties.
///
/// # Errors
///
/// [`ErrorKind::InvalidName`] when the name is not one that [`stream_name`] gives
/// (`contract/observed.md` 43). Programs also store property sets under such names.
pub fn of_stream_name(name: &Name) -> Result<Guid> {
    let wrong = || {
        Error::new(ErrorKind::InvalidName, "not the name of a property set")
            .with_element(name.to_string())
    };
    for (id, text) in NAMED {
        let units: Vec<u16> = text.encode_utf16().collect();
        if Name::stored(&units)?.compare(name).is_eq() {
            return Ok(id);
        }
    }
    let digits = name.units().strip_prefix(&[5]).filter(|digits| digits.len() == DIGIT_COUNT);
    digits.and_then(of_digits).ok_or_else(wrong)
}

/// Whether a stream of this name is, by its first character, a property set.
#[must_use]
pub fn is_stream_name(name: &Name) -> bool {
    name.units().first() == Some(&5)
}

/// The 26 digits of a format id. Those that begin on a byte are capitals, as Windows writes them
/// ([MS-OLEPS] note 8); nobody may depend on it.
fn digits(format_id: Guid) -> impl Iterator<Item = u16> {
    let bits = u128::from_le_bytes(format_id.to_bytes());
    (0..DIGIT_COUNT).map(move |index| {
        let value = bits >> (index * DIGIT_BITS) & 0x1F;
        let digit = usize::try_from(value).ok().and_then(|value| ALPHABET.get(value));
        let digit = digit.copied().unwrap_or(b'a');
        u16::from(if (index * DIGIT_BITS).is_multiple_of(8) {
            digit.to_ascii_uppercase()
        } else {
            digit
        })
    })
}

fn of_digits(digits: &[u16]) -> Option<Guid> {
    let mut bits = 0u128;
    for (index, digit) in digits.iter().enumerate() {
        let digit = u8::try_from(*digit).ok()?.to_ascii_lowercase();
        let value = ALPHABET.iter().position(|candidate| *candidate == digit)?;
        let value = u128::try_from(value).ok()?;
        let shift = index * DIGIT_BITS;
        // Of the last digit only three bits belong to the id; the others are zero.
        if value.checked_shl(u32::try_from(shift).ok()?)? >> shift != value {
            return None;
        }
        bits |= value << shift;
    }
    Some(Guid::from_bytes(bits.to_le_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(text: &str) -> Name {
        Name::from_display(text).unwrap()
    }

    #[test]
    fn known_pairs_go_both_ways() {
        for (id, text) in [
            (SUMMARY_INFORMATION, "[5]SummaryInformation"),
            (DOC_SUMMARY_INFORMATION, "[5]DocumentSummaryInformation"),
            (GLOBAL_INFO, "[5]GlobalInfo"),
            (IMAGE_CONTENTS, "[5]ImageContents"),
            (IMAGE_INFO, "[5]ImageInfo"),
            // The example of [MS-OLEPS] 3.2.2.
            (PROPERTY_BAG, "[5]Bagaaqy23kudbhchAaq5u2chNd"),
            (Guid::NULL, "[5]AaaaaaaaAaaaaaaaAaaaaaaaAa"),
            // Of the last digit only three bits belong to the id.
            (Guid::from_bytes([0xFF; 16]), "[5]5555555555555555555555555h"),
        ] {
            assert_eq!(stream_name(id).to_string(), text);
            assert_eq!(of_stream_name(&name(text)).unwrap(), id);
        }
        assert_eq!(stream_name(USER_DEFINED_PROPERTIES), stream_name(DOC_SUMMARY_INFORMATION));
    }

    #[test]
    fn case_does_not_count() {
        assert_eq!(
            of_stream_name(&name("[5]DOCUMENTSUMMARYINFORMATION")).unwrap(),
            DOC_SUMMARY_INFORMATION
        );
        assert_eq!(of_stream_name(&name("[5]bAGAAQY23KUDBHCHAAQ5U2CHND")).unwrap(), PROPERTY_BAG);
    }

    #[test]
    fn other_names_are_refused() {
        for text in [
            "",
            "SummaryInformation",
            "[5]",
            "[5]HwpSummaryInformation",
            "[5]Bagaaqy23kudbhchAaq5u2chN",
            "[5]Bagaaqy23kudbhchAaq5u2chN6",
            // The two bits behind the id are set.
            "[5]55555555555555555555555555",
            "[1]Bagaaqy23kudbhchAaq5u2chNd",
        ] {
            assert_eq!(of_stream_name(&name(text)).unwrap_err().kind(), ErrorKind::InvalidName);
        }
    }

    proptest! {
        #[test]
        fn every_format_id_has_a_name_of_its_own(bytes in any::<[u8; 16]>()) {
            let id = Guid::from_bytes(bytes);
            prop_assert_eq!(of_stream_name(&stream_name(id)).unwrap(), id);
        }
    }
}
