//! A Hangul document of version 5: its title, and the preview that it carries of itself.
//!
//! Invariant: the text and the picture are those of the preview streams, which are stored plain;
//! the body is compressed or encrypted and is not read. Source: the published "Hangul document
//! file structure 5.0", 3.1 and 3.2.

use docfile_compound::property::{format_id, well_known};
use docfile_compound::{Result, Storage};

use crate::field_cursor::FieldCursor;
use crate::gathering::Gathering;
use crate::picture::Picture;
use crate::summary::Summary;
use crate::text::utf_16;

/// What a Hangul document says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HwpDocument {
    /// The version of the format, such as `5.1.0.3`; `None` when the header is not one.
    pub version: Option<String>,
    /// Whether the streams of the body are compressed.
    pub is_compressed: bool,
    /// Whether a password is needed to read the body.
    pub is_encrypted: bool,
    /// Whether it may be read but not changed or printed freely.
    pub is_for_distribution: bool,
    /// Whether it holds scripts.
    pub has_script: bool,
    /// The title of its summary.
    pub title: Option<String>,
    /// The author of its summary.
    pub author: Option<String>,
    /// The beginning of its text.
    pub preview_text: Option<String>,
    /// Parts that could not be read, and why.
    pub damaged: Vec<String>,
}

const SIGNATURE: &[u8] = b"HWP Document File";
const SIGNATURE_LEN: usize = 32;
const HEADER_LEN: usize = 256;
/// The preview holds about a thousand characters; more than this, in bytes, is not read.
const PREVIEW_TEXT_MAX: usize = 1 << 20;

const COMPRESSED: u32 = 1;
const ENCRYPTED: u32 = 1 << 1;
const FOR_DISTRIBUTION: u32 = 1 << 2;
const SCRIPT: u32 = 1 << 3;

impl HwpDocument {
    /// Reads the header, the summary and the preview text.
    ///
    /// # Errors
    ///
    /// [`Pending`](docfile_compound::ErrorKind::Pending) naming all that is missing.
    pub fn try_read(root: &Storage) -> Result<Self> {
        let mut gathering = Gathering::default();
        let header = gathering.prefix(root, &["FileHeader"], HEADER_LEN);
        let text = gathering.prefix(root, &["PrvText"], PREVIEW_TEXT_MAX);
        let summary = gathering.take(Summary::try_read_stream(root, "\u{5}HwpSummaryInformation"));
        gathering.all_here()?;
        let mut document = header.map(|header| Self::parse(&header)).unwrap_or_default();
        document.preview_text = text.map(|text| utf_16(&text)).filter(|text| !text.is_empty());
        if let Some(summary) = summary {
            let text = |id| summary.text_of(format_id::HWP_SUMMARY_INFORMATION, id);
            document.title = text(well_known::TITLE).map(str::to_owned);
            document.author = text(well_known::AUTHOR).map(str::to_owned);
            document.damaged = summary.damaged;
        }
        document.damaged.extend(gathering.finish()?);
        Ok(document)
    }

    /// The picture of its first page, if there is one.
    ///
    /// # Errors
    ///
    /// As [`try_read`](Self::try_read).
    pub fn try_preview(root: &Storage) -> Result<Option<Picture>> {
        let mut gathering = Gathering::default();
        let image = gathering.stream(root, &["PrvImage"]);
        gathering.finish()?;
        Ok(image.and_then(|bytes| Picture::of(&bytes)))
    }

    fn parse(header: &[u8]) -> Self {
        let mut document = Self::default();
        let mut cursor = FieldCursor::new(header);
        let signature = cursor.take(SIGNATURE_LEN);
        let (Some(signature), Some(version), Some(flags)) =
            (signature, cursor.array::<4>(), cursor.u32())
        else {
            return document;
        };
        if !signature.starts_with(SIGNATURE) {
            return document;
        }
        let [revision, build, minor, major] = version;
        document.version = Some(format!("{major}.{minor}.{build}.{revision}"));
        document.is_compressed = flags & COMPRESSED != 0;
        document.is_encrypted = flags & ENCRYPTED != 0;
        document.is_for_distribution = flags & FOR_DISTRIBUTION != 0;
        document.has_script = flags & SCRIPT != 0;
        document
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_tells_version_and_flags() {
        let mut header = vec![0; 256];
        header[..17].copy_from_slice(SIGNATURE);
        header[32..36].copy_from_slice(&[3, 0, 1, 5]);
        header[36] = 0b1011;
        let document = HwpDocument::parse(&header);
        assert_eq!(document.version.as_deref(), Some("5.1.0.3"));
        assert!(document.is_compressed && document.is_encrypted && document.has_script);
        assert!(!document.is_for_distribution);
    }

    #[test]
    fn a_header_without_the_signature_says_nothing() {
        assert_eq!(HwpDocument::parse(&[0; 256]), HwpDocument::default());
        assert_eq!(HwpDocument::parse(SIGNATURE), HwpDocument::default());
    }
}
