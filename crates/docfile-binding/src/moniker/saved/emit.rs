//! From monikers to bytes.
//!
//! Text that is not plain ASCII is written both ways: in the code page 1252 as well as that goes,
//! and as UTF-16, so that it does not depend on the reader's code page.

use docfile_compound::property::CodePage;

use super::{
    FILE_END_SERVER, FILE_RESERVED_LEN, FILE_STEP_UP, FILE_VERSION, FILE_WIDE_HEADER_LEN,
    FILE_WIDE_KEY, MAX_STEPS_UP, URL_SERIAL_ID,
};
use crate::error::{Error, ErrorKind, Result};
use crate::moniker::{ClassMoniker, FileMoniker, ItemMoniker, Moniker, UrlMoniker};

pub(super) fn emit(moniker: &Moniker, to: &mut Vec<u8>) -> Result<()> {
    match moniker {
        Moniker::Url(moniker) => url(moniker, to),
        Moniker::File(moniker) => file(moniker, to),
        Moniker::Item(moniker) => item(moniker, to),
        Moniker::Anti(moniker) => {
            to.extend(moniker.count().to_le_bytes());
            Ok(())
        }
        Moniker::Class(moniker) => class(moniker, to),
        Moniker::Composite(composite) => {
            len(composite.components().len(), to)?;
            composite.components().iter().try_for_each(|component| {
                to.extend(component.class_id().to_bytes());
                emit(component, to)
            })
        }
        Moniker::Foreign(foreign) => {
            to.extend(foreign.save()?);
            Ok(())
        }
        Moniker::Pointer(_) => {
            Err(Error::new(ErrorKind::NotImplemented, "a pointer moniker has no saved form"))
        }
    }
}

fn url(moniker: &UrlMoniker, to: &mut Vec<u8>) -> Result<()> {
    let mut body = utf_16(moniker.checked_url()?.encode_utf16());
    body.extend([0, 0]);
    if let Some(flags) = moniker.creation_flags() {
        body.extend(URL_SERIAL_ID.to_bytes());
        body.extend(0u32.to_le_bytes());
        body.extend(flags.to_le_bytes());
    }
    len(body.len(), to)?;
    to.extend(body);
    Ok(())
}

fn class(moniker: &ClassMoniker, to: &mut Vec<u8>) -> Result<()> {
    to.extend(moniker.class_id().to_bytes());
    let text = utf_16(moniker.parameters().encode_utf16());
    len(text.len(), to)?;
    to.extend(text);
    Ok(())
}

fn item(moniker: &ItemMoniker, to: &mut Vec<u8>) -> Result<()> {
    match moniker.delimiter() {
        Some(delimiter) => ansi_or_wide(&delimiter.encode_utf16().collect::<Vec<_>>(), to)?,
        None => len(0, to)?,
    }
    ansi_or_wide(moniker.units(), to)
}

fn ansi_or_wide(units: &[u16], to: &mut Vec<u8>) -> Result<()> {
    let mut text = ansi(&String::from_utf16_lossy(units));
    text.push(0);
    if needs_wide(units.iter().copied()) {
        text.extend(utf_16(units.iter().copied()));
    }
    len(text.len(), to)?;
    to.extend(text);
    Ok(())
}

fn file(moniker: &FileMoniker, to: &mut Vec<u8>) -> Result<()> {
    let (mut steps_up, mut path) = (0, moniker.path());
    while let Some(rest) = path.strip_prefix(FILE_STEP_UP).filter(|_| steps_up < MAX_STEPS_UP) {
        steps_up += 1;
        path = rest;
    }
    to.extend(steps_up.to_le_bytes());
    let narrow = ansi(path);
    len(narrow.len() + 1, to)?;
    to.extend(narrow);
    to.push(0);
    to.extend(FILE_END_SERVER.to_le_bytes());
    to.extend(FILE_VERSION.to_le_bytes());
    to.extend([0; FILE_RESERVED_LEN]);
    if needs_wide(path.encode_utf16()) {
        let wide = utf_16(path.encode_utf16());
        len(FILE_WIDE_HEADER_LEN + wide.len(), to)?;
        len(wide.len(), to)?;
        to.extend(FILE_WIDE_KEY.to_le_bytes());
        to.extend(wide);
    } else {
        len(0, to)?;
    }
    Ok(())
}

/// Whether the narrow form alone would be read as something else, here or elsewhere.
fn needs_wide(mut units: impl Iterator<Item = u16>) -> bool {
    units.any(|unit| unit == 0 || unit > 0x7F)
}

/// Code page 1252, with a question mark for what it cannot say. A null would end the text.
fn ansi(text: &str) -> Vec<u8> {
    let page = CodePage::WINDOWS_1252;
    let mut buffer = [0; 4];
    text.chars()
        .flat_map(|character| match character {
            '\0' => vec![b'?'],
            _ => page.encode(character.encode_utf8(&mut buffer)).unwrap_or(vec![b'?']),
        })
        .collect()
}

fn utf_16(units: impl Iterator<Item = u16>) -> Vec<u8> {
    units.flat_map(u16::to_le_bytes).collect()
}

fn len(len: usize, to: &mut Vec<u8>) -> Result<()> {
    let len = u32::try_from(len)
        .map_err(|_| Error::new(ErrorKind::TooLong, "the saved form would be longer than 4 GiB"))?;
    to.extend(len.to_le_bytes());
    Ok(())
}
