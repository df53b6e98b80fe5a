//! `set`: class id, state bits, times and properties of a storage.

use std::ffi::OsString;
use std::slice::from_ref;

use clap::Args;
use docfile::{Error, FileTime, Guid};

use crate::change::{Change, edit_each};
use crate::edit::Edit;
use crate::failure::Failure;
use crate::property_flag::{PropertyFlag, PropertyName};
use crate::session::Session;
use crate::source::Source;
use crate::time;

/// Set class id, state bits, times and properties
///
/// All that is given is set together, or on failure nothing. Times are RFC 3339, a date, now or
/// none. A property is one of the agreed names (title, author, company, ... as docfile props shows
/// them) or one of your own; TYPE is text, int, float, bool, time or duration (seconds), and
/// mostly need not be said.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true))]
#[command(override_usage = "docfile set [OPTIONS] <SOURCE>")]
pub(crate) struct Set {
    /// SOURCE for the document, SOURCE!STORAGE for an object in it
    #[arg(value_name = "SOURCE")]
    source: OsString,
    /// The class id, in registry form, or none
    #[arg(long, value_name = "CLSID", group = "what", value_parser = parse_class_id)]
    clsid: Option<Guid>,
    /// The state bits, or those of them that MASK selects; both decimal or 0x…
    #[arg(long, value_name = "BITS[/MASK]", group = "what", value_parser = parse_state_bits)]
    state_bits: Option<(u32, u32)>,
    /// When the storage was created; the root of a file has no such time
    #[arg(long, value_name = "TIME", group = "what", value_parser = time::parse)]
    created: Option<FileTime>,
    /// When the storage was modified
    #[arg(long, value_name = "TIME", group = "what", value_parser = time::parse)]
    modified: Option<FileTime>,
    /// A property and its value; may be repeated
    #[arg(short, long = "property", value_name = "NAME[:TYPE]=VALUE", group = "what")]
    properties: Vec<PropertyFlag>,
    /// A property to remove; may be repeated
    #[arg(long = "unset", value_name = "NAME", group = "what")]
    removed: Vec<PropertyName>,
}

fn parse_class_id(text: &str) -> Result<Guid, String> {
    if text == "none" {
        return Ok(Guid::NULL);
    }
    text.parse()
        .map_err(|_| String::from("such as {00020906-0000-0000-C000-000000000046}, or none"))
}

fn parse_state_bits(text: &str) -> Result<(u32, u32), String> {
    let number = |text: &str| {
        let parsed = match text.strip_prefix("0x") {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => text.parse(),
        };
        parsed.map_err(|_| String::from("32 bits, such as 5 or 0x5, or 0x4/0xC for two of them"))
    };
    match text.split_once('/') {
        Some((bits, mask)) => Ok((number(bits)?, number(mask)?)),
        None => Ok((number(text)?, u32::MAX)),
    }
}

impl Set {
    pub(crate) fn run(&self, session: &Session) -> u8 {
        edit_each(session, from_ref(&self.source), false, |edit, source| {
            self.apply(session, edit, source)
        })
    }

    fn apply(
        &self,
        session: &Session,
        edit: &mut Edit<'_>,
        source: &Source,
    ) -> Result<Vec<Change>, Failure> {
        let place = source.to_string();
        let failed = |error: Error| Failure::from_engine(&error, &place);
        let storage = edit.storage(source.names()).map_err(failed)?;
        if self.created.is_some_and(FileTime::is_some) && source.names().is_empty() {
            return Err(Failure::refused("the root of a file has no creation time")
                .at(place)
                .with_advice("-p created=TIME, the property of the document"));
        }
        if let Some(class_id) = self.clsid {
            storage.try_set_class_id(class_id).map_err(failed)?;
        }
        if let Some((bits, mask)) = self.state_bits {
            storage.try_set_state_bits(bits, mask).map_err(failed)?;
        }
        if self.created.is_some() || self.modified.is_some() {
            storage.try_set_times(None, self.created, self.modified).map_err(failed)?;
        }
        let settings = session.settings();
        for property in &self.properties {
            property.apply(&storage, &settings).map_err(failed)?;
        }
        for name in &self.removed {
            if !name.remove(&storage, &settings).map_err(failed)? {
                return Err(Failure::not_found("there is no such property to remove").at(place));
            }
        }
        let path = source.names().iter().map(|step| step.name.to_string());
        Ok(vec![Change::new("set", path.collect::<Vec<_>>().join("/"))])
    }
}
