//! What the property sets at a document's root say about it.
//!
//! Invariant: both sets are asked for in one step. A set that is damaged says nothing and hides
//! nothing else; one whose bytes are missing makes the answer pending.

use docfile_compound::Validation;
use docfile_compound::property::{PropertySet, PropertySetStream, PropertyValue};
use docfile_compound::property::{format_id, well_known};
use docfile_compound::{FileTime, Guid, Limits, Result};

use crate::gather::Gather;
use crate::info::{DocumentProperty, Info};
use crate::kind::Kind;
use crate::preview;
use crate::source::Source;
use crate::view::clean;

/// Ids of the summary that [`well_known`] has no constants for.
const APPLICATION: u32 = 18;

/// What the property sets say about a document of this kind.
pub(crate) fn try_info(source: &Source, kind: Kind) -> Result<Info> {
    let mut gather = Gather::default();
    let mut streams = Vec::new();
    for format in [format_id::SUMMARY_INFORMATION, format_id::DOC_SUMMARY_INFORMATION] {
        streams.extend(gather.add(try_sets(source, format))?.flatten());
    }
    gather.finish()?;
    let mut info = Info::new(kind);
    for set in streams.iter().flat_map(|stream| stream.sets()) {
        take(&mut info, set);
    }
    Ok(info)
}

/// The sets in the stream of this format; `None` when there is none that can be read.
pub(crate) fn try_sets(source: &Source, format: Guid) -> Result<Option<PropertySetStream>> {
    let name = format_id::stream_name(format).to_string_lossy();
    let read = source.try_stream(&[&name]).and_then(|found| {
        let Some(stream) = found else { return Ok(None) };
        let limits = Limits::default();
        PropertySetStream::try_read(stream.stream(), Validation::Permissive, &limits).map(Some)
    });
    match read {
        Ok(found) => Ok(found.map(|(sets, _)| sets)),
        Err(error) if error.is_pending() => Err(error),
        Err(_) => Ok(None),
    }
}

fn take(info: &mut Info, set: &PropertySet) {
    if set.format_id() == format_id::SUMMARY_INFORMATION {
        info.title = text_of(set, well_known::TITLE);
        info.author = text_of(set, well_known::AUTHOR);
        info.application = text_of(set, APPLICATION);
        info.created = time_of(set, well_known::CREATED);
        info.modified = time_of(set, well_known::LAST_SAVED);
        if let Some(PropertyValue::Clipboard(data)) = set.get(well_known::THUMBNAIL) {
            info.preview = preview::of_clipboard(data);
        }
    }
    info.properties.extend(set.properties().iter().map(|property| DocumentProperty {
        format_id: set.format_id(),
        id: property.id(),
        name: set.name_of(property.id()).map(clean),
        value: property.value().clone(),
    }));
}

fn text_of(set: &PropertySet, id: u32) -> Option<String> {
    let text = set.get(id)?.as_text()?;
    let text = clean(text.trim_end_matches('\0'));
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn time_of(set: &PropertySet, id: u32) -> Option<FileTime> {
    match set.get(id)? {
        PropertyValue::FileTime(time) if time.is_some() => Some(*time),
        _ => None,
    }
}
