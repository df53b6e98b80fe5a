//! Elements as files: the one mapping between element names and file names.
//!
//! An element lies in a folder under its display name; what no file system, or only some, can
//! hold in a name is written with percent signs too, alike on every system, so that a folder may
//! be moved between them. [`name_of_file`] is the inverse. The invariant that extraction rests
//! on: a file name from here is one plain name, never `.`, `..`, absolute, or with a separator.
//! Described for users in `docs/folders.md`.

use std::collections::HashSet;
use std::fmt::Write as _;

use docfile::Name;

use crate::failure::Failure;

/// What a file bears at its end while it is not whole. No element's file name contains it,
/// because a `%` is followed by digits there.
pub(crate) const PART_SUFFIX: &str = ".%part";
/// Class ids, state bits and times of what a folder holds; see `sidecar.rs`.
pub(crate) const SIDECAR: &str = ".docfile.json";
/// What an unfinished extraction is of; see `resume.rs`.
pub(crate) const RESUME_RECORD: &str = ".docfile.%resume";

/// The empty name, as a file.
const EMPTY: &str = "%";
/// In front of a name that would be too long: its UTF-16 units as digits. Behind a name, before a
/// number: another element of that name.
const HEX_PREFIX: &str = "%~";
/// File systems hold 255 bytes; what is longest behind a name is [`PART_SUFFIX`].
const FILE_NAME_LEN: usize = 255 - PART_SUFFIX.len() - 4;

/// The file name of an element.
pub(crate) fn file_name(name: &Name) -> String {
    if name.units().is_empty() {
        return String::from(EMPTY);
    }
    let display = name.to_string();
    let mut file = String::with_capacity(display.len());
    let last = display.len().saturating_sub(1);
    for (index, character) in display.char_indices() {
        let awkward = match character {
            '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => true,
            '.' => index == last || (index == 0 && is_ours(&display)),
            ' ' => index == last,
            _ => index == 0 && is_device(&display),
        };
        if awkward {
            push_percent(&mut file, character);
        } else {
            file.push(character);
        }
    }
    if file.len() > FILE_NAME_LEN { hex_name(name) } else { file }
}

/// The element name of a file.
pub(crate) fn name_of_file(file: &str) -> Result<Name, Failure> {
    if file == EMPTY {
        return stored(&[]);
    }
    if let Some(digits) = file.strip_prefix(HEX_PREFIX) {
        let units: Option<Vec<u16>> = digits
            .as_bytes()
            .chunks(4)
            .map(|unit| u16::from_str_radix(str::from_utf8(unit).ok()?, 16).ok())
            .collect();
        return stored(&units.ok_or_else(|| unreadable(file))?);
    }
    if file.contains(HEX_PREFIX) {
        return Err(Failure::refused("this is the second of two elements of one name")
            .with_advice("another name for the file"));
    }
    Name::from_display(file).map_err(|_| {
        Failure::misuse(format!("the file name \"{file}\" is too long for an element"))
            .with_advice("at most 31 UTF-16 units")
    })
}

/// The file names of one folder's elements, kept apart where the file system would not.
#[derive(Debug, Default)]
pub(crate) struct FileNames {
    taken: HashSet<String>,
}

impl FileNames {
    /// The file name of the next element. Siblings of one name exist in damaged files only; the
    /// second of them gets a name that no element has.
    pub(crate) fn take(&mut self, name: &Name) -> String {
        let plain = file_name(name);
        let mut file = plain.clone();
        let mut count = 1_u32;
        while !self.taken.insert(file.to_lowercase()) {
            count = count.saturating_add(1);
            file = format!("{plain}%~{count}");
        }
        file
    }
}

fn stored(units: &[u16]) -> Result<Name, Failure> {
    Name::stored(units).map_err(|error| Failure::misuse(error.to_string()))
}

fn unreadable(file: &str) -> Failure {
    Failure::misuse(format!("the file name \"{file}\" is no element's"))
}

/// Whether the name is one that this command gives to files of its own.
fn is_ours(display: &str) -> bool {
    display.eq_ignore_ascii_case(SIDECAR)
}

/// Whether Windows takes the name for a device, with or without an extension.
fn is_device(display: &str) -> bool {
    let stem = display.split('.').next().unwrap_or(display).trim_end().to_ascii_uppercase();
    match stem.as_str() {
        "CON" | "PRN" | "AUX" | "NUL" => true,
        _ => stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT")).is_some_and(|rest| {
            matches!(rest.as_bytes(), [b'0'..=b'9']) || matches!(rest, "¹" | "²" | "³")
        }),
    }
}

fn push_percent(file: &mut String, character: char) {
    for byte in character.encode_utf8(&mut [0; 4]).bytes() {
        // Writing to a string cannot fail.
        let _ = write!(file, "%{byte:02X}");
    }
}

fn hex_name(name: &Name) -> String {
    let mut file = String::from(HEX_PREFIX);
    for unit in name.units() {
        let _ = write!(file, "{unit:04X}");
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Name {
        Name::stored(&text.encode_utf16().collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn names_that_a_file_system_would_misread_are_escaped() {
        for (name, file) in [
            ("WordDocument", "WordDocument"),
            ("\u{5}SummaryInformation", "[5]SummaryInformation"),
            ("", "%"),
            (".", "%2E"),
            ("..", ".%2E"),
            ("a/../b", "a%2F..%2Fb"),
            ("a.", "a%2E"),
            ("a ", "a%20"),
            ("C:\\x", "C%3A%5Cx"),
            ("nul", "%6Eul"),
            ("Com1.txt", "%43om1.txt"),
            ("Company", "Company"),
            (".docfile.json", "%2Edocfile.json"),
            (".hidden", ".hidden"),
            ("x.%part", "x.%25part"),
            ("%~0041", "%25~0041"),
        ] {
            assert_eq!(file_name(&named(name)), file, "{name:?}");
            assert_eq!(name_of_file(file).unwrap(), named(name), "{file}");
        }
    }

    #[test]
    fn the_longest_awkward_name_fits_a_file_system_and_reads_back() {
        let name = Name::stored(&[0xD800; 31]).unwrap();
        let file = file_name(&name);
        assert!(file.len() < 200, "{file}");
        assert_eq!(name_of_file(&file).unwrap(), name);
    }

    #[test]
    fn no_name_leaves_its_folder() {
        for name in ["..", ".", "/etc", "../x", "..\\x", "a\0b", "C:", "\\\\host\\share"] {
            let file = file_name(&named(name));
            let path = std::path::Path::new(&file);
            let parts: Vec<_> = path.components().collect();
            assert!(matches!(parts.as_slice(), [std::path::Component::Normal(_)]), "{file}");
            assert!(!file.contains(['/', '\\', '\0', ':']), "{file}");
        }
    }

    #[test]
    fn names_that_differ_in_case_only_get_files_of_their_own() {
        let mut files = FileNames::default();
        assert_eq!(files.take(&named("Data")), "Data");
        assert_eq!(files.take(&named("DATA")), "DATA%~2");
        assert_eq!(files.take(&named("Data")), "Data%~3");
        assert!(name_of_file("Data%~3").is_err());
    }
}
