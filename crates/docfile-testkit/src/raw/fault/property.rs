//! Faults of property sets ([MS-OLEPS] 2.15 to 2.21), in streams of otherwise valid files.
//!
//! The property set is written out here by hand: one set, each value where its entry says.

use docfile_compound::Rule;

use super::super::builder::{FileBuilder, Version};
use super::super::image::Image;
use super::{Fault, ROOMY, forgivable, sample};

const I2: u16 = 2;
const BOOL: u16 = 11;
/// Of version 1, as are arrays.
const I1: u16 = 16;
const LPSTR: u16 = 30;
/// A type that [MS-OLEPS] 2.15 does not list.
const UNLISTED: u16 = 0x0FF0;

/// `F29F85E0-4FF9-1068-AB91-08002B27B3D9` as stored.
const SUMMARY: [u8; 16] = [
    0xE0, 0x85, 0x9F, 0xF2, 0xF9, 0x4F, 0x68, 0x10, 0xAB, 0x91, 0x08, 0x00, 0x2B, 0x27, 0xB3, 0xD9,
];
/// `D5CDD505-2E9C-101B-9397-08002B2CF9AE` as stored: the one set that has a dictionary.
const USER_DEFINED: [u8; 16] = [
    0x05, 0xD5, 0xCD, 0xD5, 0x9C, 0x2E, 0x1B, 0x10, 0x93, 0x97, 0x08, 0x00, 0x2B, 0x2C, 0xF9, 0xAE,
];

/// Where the one set starts, from the start of the stream.
const SET_OFFSET: usize = 48;

pub(super) const FAULTS: &[Fault] = &[
    forgivable(Rule::PropertySetHeader, "another byte order mark", || {
        let mut stream = summary(&usual());
        stream[0] = 0;
        file(SUMMARY, stream)
    }),
    forgivable(Rule::PropertySetBounds, "a set that is longer than its stream", || {
        let mut stream = summary(&usual());
        stream[SET_OFFSET + 2] = 0x10;
        file(SUMMARY, stream)
    }),
    forgivable(Rule::PropertyBounds, "a value past the end of its set", || {
        let mut stream = summary(&usual());
        // The offset of the second property.
        stream[SET_OFFSET + 8 + 12 + 2] = 0x10;
        file(SUMMARY, stream)
    }),
    forgivable(Rule::PropertyType, "a type that is not listed", || {
        let mut properties = usual();
        properties.push((7, value(UNLISTED, &[1, 0, 0, 0])));
        file(SUMMARY, summary(&properties))
    }),
    forgivable(Rule::PropertyDuplicate, "two titles", || {
        let mut properties = usual();
        properties.push((2, text("Other\0")));
        file(SUMMARY, summary(&properties))
    }),
    forgivable(Rule::PropertyString, "a string without its null", || {
        file(SUMMARY, summary(&[(1, code_page()), (2, text("Titles"))]))
    }),
    forgivable(Rule::PropertyDictionary, "a dictionary that names a property twice", || {
        let entry = |id: u32, name: &str| {
            let mut bytes = id.to_le_bytes().to_vec();
            bytes.extend_from_slice(&u32::try_from(name.len()).unwrap_or(0).to_le_bytes());
            bytes.extend_from_slice(name.as_bytes());
            bytes
        };
        let mut dictionary = 2_u32.to_le_bytes().to_vec();
        dictionary.extend(entry(2, "One\0"));
        dictionary.extend(entry(2, "Two\0"));
        let properties = [(0, dictionary), (1, code_page()), (2, text("Titled\0"))];
        file(USER_DEFINED, property_set(USER_DEFINED, &properties))
    }),
    forgivable(Rule::PropertyCodePage, "no code page", || {
        file(SUMMARY, summary(&[(2, text("Title\0"))]))
    }),
    forgivable(Rule::PropertyAlignment, "a value two bytes beside a multiple of four", || {
        // Two bytes of the code page's value are its padding.
        let short_code_page = code_page()[..6].to_vec();
        file(SUMMARY, summary(&[(1, short_code_page), (2, text("Title\0"))]))
    }),
    forgivable(Rule::PropertyOrder, "the second value listed before the first", || {
        let mut stream = summary(&usual());
        let (first, second) = stream[SET_OFFSET + 8..SET_OFFSET + 24].split_at_mut(8);
        first.swap_with_slice(second);
        file(SUMMARY, stream)
    }),
    forgivable(Rule::PropertyVersion, "a type of version 1 in version 0", || {
        let mut properties = usual();
        properties.push((7, value(I1, &[1, 0, 0, 0])));
        file(SUMMARY, summary(&properties))
    }),
    forgivable(Rule::PropertyBool, "a boolean of 1", || {
        let mut properties = usual();
        properties.push((7, value(BOOL, &[1, 0, 0, 0])));
        file(SUMMARY, summary(&properties))
    }),
];

fn usual() -> Vec<(u32, Vec<u8>)> {
    vec![(1, code_page()), (2, text("Title\0"))]
}

fn code_page() -> Vec<u8> {
    value(I2, &[0xE4, 0x04, 0, 0])
}

/// A string of code page 1252 with the given bytes, padded to a multiple of four.
fn text(bytes: &str) -> Vec<u8> {
    let mut data = u32::try_from(bytes.len()).unwrap_or(0).to_le_bytes().to_vec();
    data.extend_from_slice(bytes.as_bytes());
    data.resize(data.len().next_multiple_of(4), 0);
    value(LPSTR, &data)
}

fn value(kind: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = u32::from(kind).to_le_bytes().to_vec();
    bytes.extend_from_slice(data);
    bytes
}

fn summary(properties: &[(u32, Vec<u8>)]) -> Vec<u8> {
    property_set(SUMMARY, properties)
}

/// A stream with one property set ([MS-OLEPS] 2.21, then 2.20).
fn property_set(format_id: [u8; 16], properties: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut stream = vec![0xFE, 0xFF, 0, 0, 0x0A, 0, 2, 0];
    stream.extend_from_slice(&[0; 16]);
    stream.extend_from_slice(&1_u32.to_le_bytes());
    stream.extend_from_slice(&format_id);
    stream.extend_from_slice(&48_u32.to_le_bytes());
    assert_eq!(stream.len(), SET_OFFSET, "the set follows the header");
    let mut offset = u32::try_from(8 + 8 * properties.len()).unwrap_or(0);
    let values_len: usize = properties.iter().map(|(_, value)| value.len()).sum();
    let set_len = offset + u32::try_from(values_len).unwrap_or(0);
    stream.extend_from_slice(&set_len.to_le_bytes());
    stream.extend_from_slice(&u32::try_from(properties.len()).unwrap_or(0).to_le_bytes());
    for (id, value) in properties {
        stream.extend_from_slice(&id.to_le_bytes());
        stream.extend_from_slice(&offset.to_le_bytes());
        offset += u32::try_from(value.len()).unwrap_or(0);
    }
    properties.iter().for_each(|(_, value)| stream.extend_from_slice(value));
    stream
}

/// The sample with this stream under the name that belongs to its format.
fn file(format_id: [u8; 16], stream: Vec<u8>) -> Image {
    let name = if format_id == SUMMARY {
        "\u{5}SummaryInformation"
    } else {
        "\u{5}DocumentSummaryInformation"
    };
    FileBuilder::new(Version::V3, sample().with_stream(name, stream)).layout(ROOMY).build()
}
