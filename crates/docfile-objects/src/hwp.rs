//! A Hangul document of version 5: its title, and the preview that it carries of itself.
//!
//! Invariant: the text and the picture are those of the preview streams, which are stored plain;
//! the body is compressed or encrypted and is not read. Source: the published "Hangul document
//! file structure 5.0", 3.1 and 3.2.

use docfile_compound::property::{PropertySetStream, PropertyValue, format_id, well_known};
use docfile_compound::{FileTime, Limits, Result, Validation};

use crate::field_cursor::FieldCursor;
use crate::gathering::Gathering;
use crate::info::{Info, Preview};
use crate::kind::Kind;
use crate::parts::Parts;
use crate::picture;
use crate::text::utf_16;
use crate::told::Told;
use crate::view::View;

/// What a Hangul document says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct HwpDocument {
    /// The version of the format, such as `5.1.0.3`; `None` when the header is not one.
    pub(crate) version: Option<String>,
    /// Whether the streams of the body are compressed.
    pub(crate) is_compressed: bool,
    /// Whether a password is needed to read the body.
    pub(crate) is_encrypted: bool,
    /// Whether it may be read but not changed or printed freely.
    pub(crate) is_for_distribution: bool,
    /// Whether it holds scripts.
    pub(crate) has_script: bool,
    /// The title of its summary.
    pub(crate) title: Option<String>,
    /// The author of its summary.
    pub(crate) author: Option<String>,
    /// When it was made.
    pub(crate) created: Option<FileTime>,
    /// When it was last saved.
    pub(crate) modified: Option<FileTime>,
    /// The beginning of its text.
    pub(crate) preview_text: Option<String>,
    /// Parts that could not be read, and why.
    pub(crate) damaged: Vec<String>,
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

impl Told for HwpDocument {
    const KIND: Kind = Kind::Hwp;

    fn try_read(parts: &Parts) -> Result<Self> {
        let mut gathering = Gathering::of(parts);
        let header = gathering.prefix(&["FileHeader"], HEADER_LEN);
        let text = gathering.prefix(&["PrvText"], PREVIEW_TEXT_MAX);
        let summary = gathering.take(try_summary(parts)).flatten();
        gathering.all_here()?;
        let mut document = header.map(|header| Self::parse(&header)).unwrap_or_default();
        document.preview_text = text.map(|text| utf_16(&text)).filter(|text| !text.is_empty());
        if let Some(summary) = summary {
            document.read_summary(&summary);
        }
        document.damaged = gathering.finish()?;
        Ok(document)
    }

    fn tell(&self, info: &mut Info) {
        info.version.clone_from(&self.version);
        info.title = self.title.clone().or(info.title.take());
        info.author = self.author.clone().or(info.author.take());
        info.created = self.created.or(info.created);
        info.modified = self.modified.or(info.modified);
        info.add("compressed", self.is_compressed);
        info.add("encrypted", self.is_encrypted);
        info.add("for_distribution", self.is_for_distribution);
        info.add("script", self.has_script);
        info.add_some("preview_text", self.preview_text.as_deref());
        info.add_damage(&self.damaged);
    }

    fn try_view(&self, _parts: &Parts) -> Result<View> {
        let mut view = View::default();
        if let Some(title) = &self.title {
            view.heading(1, title);
        }
        let text = self.preview_text.as_deref().unwrap_or_default();
        view.lines(text.replace("\r\n", "\n").trim_end());
        Ok(view)
    }

    fn try_picture(parts: &Parts) -> Result<Option<Preview>> {
        let mut gathering = Gathering::of(parts);
        let image = gathering.stream(&["PrvImage"]);
        gathering.finish()?;
        Ok(image.and_then(|bytes| picture::of(&bytes)))
    }
}

/// The summary, which has a name and a format of its own.
fn try_summary(parts: &Parts) -> Result<Option<PropertySetStream>> {
    let Some(stream) = parts.try_stream(&["\u{5}HwpSummaryInformation"])? else {
        return Ok(None);
    };
    let limits = Limits::default();
    PropertySetStream::try_read(&stream, Validation::Permissive, &limits)
        .map(|(sets, _)| Some(sets))
}

impl HwpDocument {
    fn read_summary(&mut self, summary: &PropertySetStream) {
        let Some(set) = summary.set(format_id::HWP_SUMMARY_INFORMATION) else { return };
        let text = |id| {
            let text = set.get(id).and_then(PropertyValue::as_text).map(str::trim);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let time = |id| match set.get(id) {
            Some(PropertyValue::FileTime(time)) if time.is_some() => Some(*time),
            _ => None,
        };
        self.title = text(well_known::TITLE);
        self.author = text(well_known::AUTHOR);
        self.created = time(well_known::CREATED);
        self.modified = time(well_known::LAST_SAVED);
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
