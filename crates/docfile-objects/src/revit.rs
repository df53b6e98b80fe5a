//! A Revit project, family or template: which version wrote it, whether it is shared, its preview.
//!
//! Invariant: what is told stands in `BasicFileInfo`, as the lines of text that Revit writes there
//! for people and programs; the binary fields in front of them differ from version to version and
//! are not read. The text is UTF-16LE and may begin at an odd byte. Nothing of the model is read.

use docfile_compound::{Result, Storage};

use crate::gathering::Gathering;
use crate::picture::Picture;
use crate::text::utf_16;

/// What a Revit file says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RevitDocument {
    /// The year by which Revit numbers its versions, such as `2023`.
    pub version: Option<String>,
    /// The build that saved it, such as `20220128_1515(x64)`.
    pub build: Option<String>,
    /// Whether and how it is shared, in Revit's words: `Not enabled`, `Central`, `Local`.
    pub worksharing: Option<String>,
    /// Where the central model lies, if it has one.
    pub central_path: Option<String>,
    /// Where it was last saved.
    pub saved_path: Option<String>,
    /// Who saved it, if it is shared.
    pub user: Option<String>,
    /// The language of the program that saved it, three letters.
    pub locale: Option<String>,
    /// The id that stays with the document through its versions.
    pub document_id: Option<String>,
    /// Parts that could not be read, and why.
    pub damaged: Vec<String>,
}

/// How much of `BasicFileInfo` is read, in bytes; real ones have a few thousand.
const INFO_MAX: usize = 1 << 20;
/// The line that the text begins with.
const FIRST_KEY: &str = "Worksharing:";

impl RevitDocument {
    /// Reads what the file says of itself.
    ///
    /// # Errors
    ///
    /// [`Pending`](docfile_compound::ErrorKind::Pending) naming all that is missing.
    pub fn try_read(root: &Storage) -> Result<Self> {
        let mut gathering = Gathering::default();
        let info = gathering.prefix(root, &["BasicFileInfo"], INFO_MAX);
        let damaged = gathering.finish()?;
        Ok(Self { damaged, ..Self::parse(&info.unwrap_or_default()) })
    }

    /// The preview picture, if there is one.
    ///
    /// # Errors
    ///
    /// As [`try_read`](Self::try_read).
    pub fn try_preview(root: &Storage) -> Result<Option<Picture>> {
        let mut gathering = Gathering::default();
        let preview = gathering.stream(root, &["RevitPreview4.0"]);
        gathering.finish()?;
        Ok(preview.and_then(|bytes| Picture::within(&bytes)))
    }

    fn parse(info: &[u8]) -> Self {
        let mut document = Self::default();
        let Some(text) = lines_of(info) else { return document };
        // Where the text began at an odd byte, the last line ends in two ends of line in one unit.
        for line in text.split(['\r', '\n', '\u{0A0D}']) {
            let Some((key, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            let field = match key.trim() {
                "Worksharing" => &mut document.worksharing,
                "Username" => &mut document.user,
                "Central Model Path" | "Central File Path" => &mut document.central_path,
                "Format" => &mut document.version,
                "Build" => &mut document.build,
                "Last Save Path" => &mut document.saved_path,
                "Locale when saved" => &mut document.locale,
                "Unique Document GUID" => &mut document.document_id,
                "Revit Build" => {
                    document.read_old_build(value);
                    continue;
                }
                _ => continue,
            };
            if !value.is_empty() && field.is_none() {
                *field = Some(value.to_owned());
            }
        }
        document
    }

    /// `Autodesk Revit Architecture 2014 (Build: 20130121_1515(x64))`, as written before 2019.
    fn read_old_build(&mut self, value: &str) {
        let (product, build) = value.split_once("(Build:").unwrap_or((value, ""));
        let year = |word: &&str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
        self.version = product.split_whitespace().find(year).map(str::to_owned);
        let build = build.trim();
        let build = build.strip_suffix(')').unwrap_or(build);
        self.build = (!build.is_empty()).then(|| build.to_owned());
    }
}

/// The lines for people, at whichever byte they begin.
fn lines_of(info: &[u8]) -> Option<String> {
    let key: Vec<u8> = FIRST_KEY.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let start = info.windows(key.len()).position(|window| window == key)?;
    Some(utf_16(info.get(start..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(text: &str, lead: usize) -> Vec<u8> {
        let mut bytes = vec![1; lead];
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    }

    #[test]
    fn lines_are_read_at_an_even_and_an_odd_byte() {
        for lead in [24, 25] {
            let text = "Worksharing: Central\r\nUsername: kim\r\nCentral Model Path: \\\\srv\\a: b.rvt\r\n\
                        Format: 2023\r\nBuild: 20220128_1515(x64)\r\nLocale when saved: ENU\u{0A0D}";
            let document = RevitDocument::parse(&stored(text, lead));
            assert_eq!(document.version.as_deref(), Some("2023"));
            assert_eq!(document.build.as_deref(), Some("20220128_1515(x64)"));
            assert_eq!(document.worksharing.as_deref(), Some("Central"));
            assert_eq!(document.central_path.as_deref(), Some("\\\\srv\\a: b.rvt"));
            assert_eq!(document.user.as_deref(), Some("kim"));
            assert_eq!(document.locale.as_deref(), Some("ENU"));
        }
    }

    #[test]
    fn versions_before_2019_name_version_and_build_in_one_line() {
        let text = "Worksharing: Not enabled\r\nUsername: \r\n\
                    Revit Build: Autodesk Revit 2014 (Build: 20130121_1515(x64))\r\n";
        let document = RevitDocument::parse(&stored(text, 3));
        assert_eq!(document.version.as_deref(), Some("2014"));
        assert_eq!(document.build.as_deref(), Some("20130121_1515(x64)"));
        assert_eq!(document.user, None);
    }

    #[test]
    fn anything_else_says_nothing() {
        assert_eq!(RevitDocument::parse(&[0xFF; 300]), RevitDocument::default());
    }
}
