//! From bytes to monikers.

use std::sync::Arc;

use docfile_compound::Guid;
use docfile_compound::property::CodePage;

use super::reader::Reader;
use super::{
    FILE_RESERVED_LEN, FILE_STEP_UP, ForeignClasses, MAX_STEPS_UP, URL_SERIAL_ID, URL_TAIL_LEN,
    malformed,
};
use crate::error::{Error, ErrorKind, Result};
use crate::moniker::{
    ANTI_CLASS_ID, AntiMoniker, CLASS_CLASS_ID, COMPOSITE_CLASS_ID, ClassMoniker, FILE_CLASS_ID,
    FileMoniker, ITEM_CLASS_ID, ItemMoniker, Moniker, URL_CLASS_ID, UrlMoniker, compose,
};

/// The most components that a saved composite may have; real ones have less than ten.
const MAX_COMPONENT_COUNT: usize = 1024;
/// How deep composites may stand in composites; those of Windows do not at all.
const MAX_DEPTH: usize = 8;
/// A component has a class id at least.
const MIN_COMPONENT_LEN: usize = 16;

pub(super) fn parse(
    class_id: Guid,
    reader: &mut Reader<'_>,
    classes: &dyn ForeignClasses,
    depth: usize,
) -> Result<Moniker> {
    match class_id {
        URL_CLASS_ID => url(reader).map(Moniker::from),
        FILE_CLASS_ID => file(reader).map(Moniker::from),
        ITEM_CLASS_ID => item(reader).map(Moniker::from),
        ANTI_CLASS_ID => Ok(AntiMoniker::with_count(reader.u32()?)?.into()),
        CLASS_CLASS_ID => class(reader).map(Moniker::from),
        COMPOSITE_CLASS_ID => composite(reader, classes, depth),
        _ => foreign(class_id, reader, classes),
    }
}

fn foreign(
    class_id: Guid,
    reader: &mut Reader<'_>,
    classes: &dyn ForeignClasses,
) -> Result<Moniker> {
    let (moniker, len) = classes.load(class_id, reader.rest()).ok_or_else(|| {
        Error::new(ErrorKind::ClassNotRegistered, "no moniker is known of this class")
            .with_name(class_id.to_string())
            .with_offset(reader.offset())
    })??;
    reader.take(len)?;
    Ok(moniker)
}

fn composite(
    reader: &mut Reader<'_>,
    classes: &dyn ForeignClasses,
    depth: usize,
) -> Result<Moniker> {
    let offset = reader.offset();
    let count = reader.len()?;
    if count > MAX_COMPONENT_COUNT {
        return Err(malformed("a saved composite has more than 1,024 components", offset));
    }
    if depth >= MAX_DEPTH {
        return Err(malformed("saved composites stand too deep in each other", offset));
    }
    let mut components = Vec::with_capacity(count.min(reader.rest().len() / MIN_COMPONENT_LEN));
    for _ in 0..count {
        let class_id = reader.guid()?;
        components.push(parse(class_id, reader, classes, depth + 1)?);
    }
    compose(components)
        .map_err(|error| {
            malformed("the components do not fit together", offset).with_source(error)
        })?
        .ok_or_else(|| malformed("a saved composite has no components", offset))
}

fn url(reader: &mut Reader<'_>) -> Result<UrlMoniker> {
    let offset = reader.offset();
    let len = reader.len()?;
    let mut body = reader.sub(len)?;
    let is_end = |unit: &[u8]| unit == [0, 0];
    let units = body.rest().chunks_exact(2).position(is_end);
    let units = units.ok_or_else(|| malformed("a saved URL does not end", offset))?;
    let text = utf_16(body.take(units * 2)?, offset)?;
    body.take(2)?;
    let flags = match body.rest().len() {
        0 => None,
        URL_TAIL_LEN => {
            let serial_id = body.guid()?;
            let version = body.u32()?;
            Some(body.u32()?).filter(|_| serial_id == URL_SERIAL_ID && version == 0)
        }
        _ => return Err(malformed("a saved URL is longer than its text", offset)),
    };
    Ok(UrlMoniker::verbatim(text).with_creation_flags(flags))
}

fn class(reader: &mut Reader<'_>) -> Result<ClassMoniker> {
    let class_id = reader.guid()?;
    let offset = reader.offset();
    let len = reader.len()?;
    let text = utf_16(reader.take(len)?, offset)?;
    ClassMoniker::with_parameters(class_id, text.trim_end_matches('\0'))
        .map_err(|error| malformed("parameters with a colon", offset).with_source(error))
}

fn item(reader: &mut Reader<'_>) -> Result<ItemMoniker> {
    let offset = reader.offset();
    let delimiter = ansi_or_wide(reader)?
        .map(|units| String::from_utf16(&units))
        .transpose()
        .map_err(|_| malformed("a delimiter that is no text", offset))?;
    let units = ansi_or_wide(reader)?.unwrap_or_default();
    Ok(ItemMoniker::from_units(delimiter.as_deref(), units))
}

/// A length, ANSI text up to a null, and, where more bytes follow it, the same text as UTF-16,
/// which then counts. No bytes at all are no text.
fn ansi_or_wide(reader: &mut Reader<'_>) -> Result<Option<Vec<u16>>> {
    let offset = reader.offset();
    let len = reader.len()?;
    if len == 0 {
        return Ok(None);
    }
    let bytes = reader.take(len)?;
    let end = bytes.iter().position(|byte| *byte == 0);
    let end = end.ok_or_else(|| malformed("saved text without an end", offset))?;
    let (ansi, wide) = bytes.split_at_checked(end).unwrap_or_default();
    let wide = wide.get(1..).unwrap_or_default();
    if wide.is_empty() {
        return Ok(Some(from_ansi(ansi).encode_utf16().collect()));
    }
    if !wide.len().is_multiple_of(2) {
        return Err(malformed("half a unit of UTF-16", offset));
    }
    Ok(Some(units(wide).collect()))
}

fn file(reader: &mut Reader<'_>) -> Result<FileMoniker> {
    let offset = reader.offset();
    let steps_up = reader.u16()?;
    if steps_up > MAX_STEPS_UP {
        return Err(malformed("a saved path climbs more than 86 folders", offset));
    }
    let ansi_len = reader.len()?;
    let ansi = reader.take(ansi_len)?;
    let ansi = ansi.split(|byte| *byte == 0).next().unwrap_or_default();
    // A constant, a version and reserved bytes: loading does not look at them.
    reader.take(4 + FILE_RESERVED_LEN)?;
    let wide_len = reader.len()?;
    let text = if wide_len == 0 {
        from_ansi(ansi)
    } else {
        let mut wide = reader.sub(wide_len)?;
        let len = wide.len()?;
        wide.u16()?;
        if wide.rest().len() != len {
            return Err(malformed("two lengths of a saved path disagree", offset));
        }
        utf_16(wide.take(len)?, offset)?
    };
    let mut path = FILE_STEP_UP.repeat(usize::from(steps_up));
    path.push_str(&text);
    Ok(FileMoniker::new(Arc::from(path)))
}

fn from_ansi(bytes: &[u8]) -> String {
    // A saved form does not say its code page; ours add the wide form where that matters.
    CodePage::WINDOWS_1252.decode(bytes).0
}

fn utf_16(bytes: &[u8], offset: usize) -> Result<String> {
    let wrong = || malformed("saved text is no UTF-16", offset);
    if !bytes.len().is_multiple_of(2) {
        return Err(wrong());
    }
    String::from_utf16(&units(bytes).collect::<Vec<_>>()).map_err(|_| wrong())
}

fn units(bytes: &[u8]) -> impl Iterator<Item = u16> + '_ {
    bytes.chunks_exact(2).map(|unit| u16::from_le_bytes(unit.try_into().unwrap_or_default()))
}
