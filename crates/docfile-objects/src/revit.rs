//! A Revit project, family or template: which version wrote it, whether it is shared, its preview.
//!
//! Invariant: what is told stands in `BasicFileInfo`, as the lines of text that Revit writes there
//! for people and programs; the binary fields in front of them differ from version to version and
//! are not read. The text is UTF-16LE and may begin at an odd byte. Nothing of the model is read.

use docfile_compound::Result;

use crate::gathering::Gathering;
use crate::info::{Info, Preview};
use crate::kind::Kind;
use crate::parts::Parts;
use crate::picture;
use crate::text::utf_16;
use crate::told::Told;
use crate::view::View;

/// What a Revit file says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RevitDocument {
    /// The year by which Revit numbers its versions, such as `2023`.
    pub(crate) version: Option<String>,
    /// The build that saved it, such as `20220128_1515(x64)`.
    pub(crate) build: Option<String>,
    /// Whether and how it is shared, in Revit's words: `Not enabled`, `Central`, `Local`.
    pub(crate) worksharing: Option<String>,
    /// Where the central model lies, if it has one.
    pub(crate) central_path: Option<String>,
    /// Where it was last saved.
    pub(crate) saved_path: Option<String>,
    /// Who saved it, if it is shared.
    pub(crate) user: Option<String>,
    /// The language of the program that saved it, three letters.
    pub(crate) locale: Option<String>,
    /// The id that stays with the document through its versions.
    pub(crate) document_id: Option<String>,
    /// Parts that could not be read, and why.
    pub(crate) damaged: Vec<String>,
}

/// How much of `BasicFileInfo` is read, in bytes; real ones have a few thousand.
const INFO_MAX: usize = 1 << 20;
/// The line that the text begins with.
const FIRST_KEY: &str = "Worksharing:";

impl Told for RevitDocument {
    const KIND: Kind = Kind::Revit;

    fn try_read(parts: &Parts) -> Result<Self> {
        let mut gathering = Gathering::of(parts);
        let info = gathering.prefix(&["BasicFileInfo"], INFO_MAX);
        let damaged = gathering.finish()?;
        Ok(Self { damaged, ..Self::parse(&info.unwrap_or_default()) })
    }

    fn tell(&self, info: &mut Info) {
        info.application.get_or_insert_with(|| "Autodesk Revit".to_owned());
        info.version.clone_from(&self.version);
        for (name, value) in self.facts() {
            info.add_some(name, value.as_deref());
        }
        info.add_damage(&self.damaged);
    }

    fn try_view(&self, _parts: &Parts) -> Result<View> {
        let mut view = View::default();
        view.heading(1, "Autodesk Revit");
        view.fact("version", self.version.as_deref());
        for (name, value) in self.facts() {
            view.fact(name, value.as_deref());
        }
        Ok(view)
    }

    fn try_picture(parts: &Parts) -> Result<Option<Preview>> {
        let mut gathering = Gathering::of(parts);
        let preview = gathering.stream(&["RevitPreview4.0"]);
        gathering.finish()?;
        Ok(preview.and_then(|bytes| picture::within(&bytes)))
    }
}

impl RevitDocument {
    fn facts(&self) -> [(&'static str, &Option<String>); 7] {
        [
            ("build", &self.build),
            ("worksharing", &self.worksharing),
            ("central_path", &self.central_path),
            ("saved_path", &self.saved_path),
            ("user", &self.user),
            ("locale", &self.locale),
            ("document_id", &self.document_id),
        ]
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
