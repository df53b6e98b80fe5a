//! What the command prints: text that a terminal cannot be harmed by, and JSON lines.
//!
//! The one invariant: text that comes from a document or a file name reaches standard output and
//! standard error only through [`visible`], [`json_line`] or an element's display name, none of
//! which lets a control character through. Colours and progress are for terminals only.

use std::fmt;
use std::io::{self, IsTerminal as _, Write};
use std::time::Duration;

use serde::Serialize;
use unicode_width::UnicodeWidthChar as _;

use crate::failure::Failure;

/// Text with its control characters, line breaks and direction marks written as `\u{…}`.
pub(crate) fn visible(text: &str) -> Visible<'_> {
    Visible(text)
}

/// See [`visible`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Visible<'t>(&'t str);

impl fmt::Display for Visible<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.contains(misleads) {
            return f.pad(self.0);
        }
        for character in self.0.chars() {
            match character {
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                other if misleads(other) => write!(f, "\\u{{{:x}}}", u32::from(other))?,
                other => f.write_fmt(format_args!("{other}"))?,
            }
        }
        Ok(())
    }
}

/// Whether a character changes how a terminal shows what is around it.
fn misleads(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// One object on one line. What would mislead a terminal is escaped, which JSON permits anywhere
/// in a string, and such characters cannot stand elsewhere.
pub(crate) fn json_line(value: &impl Serialize) -> Result<String, Failure> {
    let text = serde_json::to_string(value)
        .map_err(|error| Failure::failed(format!("JSON cannot be made: {error}")))?;
    if !text.contains(misleads) {
        return Ok(text);
    }
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if misleads(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                line.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            line.push(character);
        }
    }
    Ok(line)
}

/// Writes to standard output as it is: no lock held between calls, no buffer behind.
///
/// A reader who has seen enough (`| head`) ends the command silently and well.
pub(crate) fn write_out(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => Err(Failure::failed(format!("standard output cannot be written: {error}"))),
    }
}

/// Writes a line to standard error. That it cannot be written is nobody's to hear.
pub(crate) fn write_error(line: &impl fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// What the terminal permits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    /// Standard output is one, and colours are welcome.
    pub(crate) color: bool,
    /// Standard output is one.
    pub(crate) stdout: bool,
    /// Standard error is one.
    pub(crate) stderr: bool,
    /// Standard input is one.
    pub(crate) stdin: bool,
}

impl Terminal {
    /// Asks the system and the environment (`NO_COLOR`, `TERM`).
    pub(crate) fn detect() -> Self {
        let stdout = io::stdout().is_terminal();
        let unwelcome = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        Self {
            color: stdout && !unwelcome,
            stdout,
            stderr: io::stderr().is_terminal(),
            stdin: io::stdin().is_terminal(),
        }
    }

    /// The name of a storage, set apart where colours are welcome.
    pub(crate) fn storage_name(self, name: impl fmt::Display) -> String {
        if self.color { format!("\u{1b}[1;34m{name}\u{1b}[0m") } else { name.to_string() }
    }
}

/// A length of time for scripts. Microseconds are what the clock gives; more digits would be noise.
pub(crate) fn seconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e6
}

/// As much of the text as `columns` have room for.
pub(crate) fn fitting(text: &str, columns: usize) -> &str {
    let mut len = 0;
    let end = text.char_indices().find(|(_, character)| {
        len += character.width().unwrap_or_default();
        len > columns
    });
    end.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// A length in bytes for people: `32 KiB`, `3.1 MiB`.
pub(crate) fn human_len(len: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if len < 1024 {
        return format!("{len} B");
    }
    let mut unit_len = 1024_u128;
    let mut units = UNITS.iter();
    let mut unit = units.next().unwrap_or(&"KiB");
    let in_tenths = |unit_len: u128| (u128::from(len) * 10 + unit_len / 2) / unit_len;
    while in_tenths(unit_len) >= 10_240 {
        let Some(next) = units.next() else { break };
        unit = next;
        unit_len *= 1024;
    }
    let tenths = in_tenths(unit_len);
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} {unit}"),
        (whole, _) if whole >= 100 => format!("{whole} {unit}"),
        (whole, tenth) => format!("{whole}.{tenth} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_become_visible() {
        assert_eq!(visible("plain ü").to_string(), "plain ü");
        assert_eq!(visible("a\u{1b}[31mb\u{9b}\n").to_string(), "a\\u{1b}[31mb\\u{9b}\\n");
        assert_eq!(visible("\u{202e}gpj.exe").to_string(), "\\u{202e}gpj.exe");
    }

    #[test]
    fn json_reads_back_and_holds_no_control_character() {
        let text = "\u{1b}[2J \u{9b} \u{202e} \u{e0041} \u{7f} ü";
        let line = json_line(&text).unwrap();
        assert!(!line.contains(misleads), "{line}");
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
    }

    #[test]
    fn lengths_read_well() {
        for (len, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1 KiB"),
            (32768, "32 KiB"),
            (3_235_840, "3.1 MiB"),
            ((1 << 20) - 1, "1 MiB"),
            (1 << 40, "1 TiB"),
            (u64::MAX, "16777216 TiB"),
        ] {
            assert_eq!(human_len(len), text);
        }
    }
}
