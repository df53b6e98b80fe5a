//! `--property NAME[:TYPE]=VALUE`: which property is meant, and what it becomes.
//!
//! A name is first looked for among the agreed names of the two summary sets (`title`, `company`);
//! any other is the user's own, and so is one with `user:` in front. The type is the one stated,
//! or that of the property as it is, or what the name suggests, or else text.

use std::str::FromStr;

use docfile::property::format_id::{
    DOC_SUMMARY_INFORMATION, SUMMARY_INFORMATION, USER_DEFINED_PROPERTIES, stream_name,
};
use docfile::property::well_known::{is_duration, property_id};
use docfile::property::{PropertySetStream, PropertyValue};
use docfile::{ElementKind, Error, Guid, OpenMode, Settings, Storage};

use crate::time;

/// A property, by its set and its name there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PropertyName {
    format_id: Guid,
    /// The agreed id, or the user's name for it.
    key: Key,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Key {
    Id(u32),
    Name(String),
}

/// What `--property` says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PropertyFlag {
    name: PropertyName,
    value_type: Option<FlagType>,
    value: String,
}

/// The types that a flag can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FlagType {
    Text,
    Int,
    Float,
    Bool,
    Time,
    /// A length of time in seconds.
    Duration,
}

impl FromStr for PropertyName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let of_user = |name: &str| Self {
            format_id: USER_DEFINED_PROPERTIES,
            key: Key::Name(name.to_owned()),
        };
        let name = match text.strip_prefix("user:") {
            Some(name) => of_user(name),
            None => {
                let agreed = text.to_lowercase().replace([' ', '-'], "_");
                let found = [SUMMARY_INFORMATION, DOC_SUMMARY_INFORMATION]
                    .into_iter()
                    .find_map(|format_id| Some((format_id, property_id(format_id, &agreed)?)));
                match found {
                    Some((format_id, id)) => Self { format_id, key: Key::Id(id) },
                    None => of_user(text),
                }
            }
        };
        match &name.key {
            Key::Name(name) if name.is_empty() => Err(String::from("a property has a name")),
            _ => Ok(name),
        }
    }
}

impl FromStr for PropertyFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) =
            text.split_once('=').ok_or_else(|| String::from("NAME=VALUE or NAME:TYPE=VALUE"))?;
        let (name, value_type) = match name.rsplit_once(':') {
            Some((before, word)) => match type_word(word) {
                Some(value_type) => (before, Some(value_type)),
                None => (name, None),
            },
            None => (name, None),
        };
        let flag = Self { name: name.parse()?, value_type, value: value.to_owned() };
        if let Some(value_type) = value_type {
            value_of(value_type, value)?;
        }
        Ok(flag)
    }
}

fn type_word(word: &str) -> Option<FlagType> {
    Some(match word {
        "text" => FlagType::Text,
        "int" => FlagType::Int,
        "float" => FlagType::Float,
        "bool" => FlagType::Bool,
        "time" => FlagType::Time,
        "duration" => FlagType::Duration,
        _ => return None,
    })
}

/// The value that the text stands for.
fn value_of(value_type: FlagType, text: &str) -> Result<PropertyValue, String> {
    let wrong = |what: &str| format!("\"{text}\" is not {what}");
    Ok(match value_type {
        FlagType::Text => PropertyValue::Lpstr(text.to_owned()),
        FlagType::Int => match (text.parse::<i32>(), text.parse::<i64>()) {
            (Ok(number), _) => PropertyValue::I4(number),
            (_, Ok(number)) => PropertyValue::I8(number),
            _ => return Err(wrong("a whole number")),
        },
        FlagType::Float => PropertyValue::R8(text.parse().map_err(|_| wrong("a number"))?),
        FlagType::Bool => match text {
            "true" | "yes" => PropertyValue::Bool(true),
            "false" | "no" => PropertyValue::Bool(false),
            _ => return Err(wrong("true or false")),
        },
        FlagType::Time => PropertyValue::FileTime(time::parse(text)?),
        FlagType::Duration => {
            let seconds: u64 = text.parse().map_err(|_| wrong("a number of seconds"))?;
            let ticks = seconds.checked_mul(10_000_000).ok_or_else(|| wrong("so long"))?;
            PropertyValue::FileTime(docfile::FileTime(ticks))
        }
    })
}

/// The value of the text in the type that `before` has; `None` when that type cannot be given.
fn value_like(before: &PropertyValue, text: &str) -> Option<Result<PropertyValue, String>> {
    fn number<N: FromStr>(
        text: &str,
        wrap: impl Fn(N) -> PropertyValue,
    ) -> Option<Result<PropertyValue, String>> {
        Some(text.parse().map(wrap).map_err(|_| format!("\"{text}\" does not fit the type it has")))
    }
    match before {
        PropertyValue::Lpstr(_) => Some(Ok(PropertyValue::Lpstr(text.to_owned()))),
        PropertyValue::Lpwstr(_) => Some(Ok(PropertyValue::Lpwstr(text.to_owned()))),
        PropertyValue::Bstr(_) => Some(Ok(PropertyValue::Bstr(text.to_owned()))),
        PropertyValue::I1(_) => number(text, PropertyValue::I1),
        PropertyValue::I2(_) => number(text, PropertyValue::I2),
        PropertyValue::I4(_) => number(text, PropertyValue::I4),
        PropertyValue::I8(_) => number(text, PropertyValue::I8),
        PropertyValue::Ui1(_) => number(text, PropertyValue::Ui1),
        PropertyValue::Ui2(_) => number(text, PropertyValue::Ui2),
        PropertyValue::Ui4(_) => number(text, PropertyValue::Ui4),
        PropertyValue::Ui8(_) => number(text, PropertyValue::Ui8),
        PropertyValue::Int(_) => number(text, PropertyValue::Int),
        PropertyValue::Uint(_) => number(text, PropertyValue::Uint),
        PropertyValue::R4(_) => number(text, PropertyValue::R4),
        PropertyValue::R8(_) => number(text, PropertyValue::R8),
        PropertyValue::Bool(_) => Some(value_of(FlagType::Bool, text)),
        PropertyValue::FileTime(_) => Some(value_of(FlagType::Time, text)),
        _ => None,
    }
}

impl PropertyName {
    /// What the agreed name suggests: counts are numbers, dates are times.
    fn suggested_type(&self) -> FlagType {
        let Key::Id(id) = self.key else { return FlagType::Text };
        if is_duration(self.format_id, id) {
            return FlagType::Duration;
        }
        let is_summary = self.format_id == SUMMARY_INFORMATION;
        match (is_summary, id) {
            (true, 11..=13) => FlagType::Time,
            (true, 14..=16 | 19) | (false, 4..=10 | 17 | 23) => FlagType::Int,
            (false, 11 | 16 | 19 | 22) => FlagType::Bool,
            _ => FlagType::Text,
        }
    }

    /// Opens the stream of the set in `storage`, changes the sets by `change`, and writes them.
    fn edit(
        &self,
        storage: &Storage,
        settings: &Settings,
        may_create: bool,
        change: impl FnOnce(&mut PropertySetStream) -> Result<bool, Error>,
    ) -> Result<bool, Error> {
        let name = stream_name(self.format_id);
        let (stream, mut sets) = match storage.try_find(&name)? {
            Some(stat) if stat.kind == ElementKind::Stream => {
                let stream = storage.try_open_stream(&name, OpenMode::child_edit())?;
                let (sets, _) =
                    PropertySetStream::try_read(&stream, settings.validation, &settings.limits)
                        .map_err(|error| error.with_element(name.to_string()))?;
                (stream, sets)
            }
            None if !may_create => return Ok(false),
            // A storage in its place is an error, which the engine tells.
            _ => {
                let stream = storage.try_create_stream(&name, OpenMode::child_edit())?;
                (stream, PropertySetStream::new(self.format_id))
            }
        };
        let changed = change(&mut sets)?;
        if changed {
            sets.try_write(&stream)?;
        }
        Ok(changed)
    }

    /// Removes the property; tells whether there was one.
    pub(crate) fn remove(&self, storage: &Storage, settings: &Settings) -> Result<bool, Error> {
        self.edit(storage, settings, false, |sets| {
            let Some(set) = sets.set_mut(self.format_id) else { return Ok(false) };
            match &self.key {
                Key::Id(id) => set.remove(*id),
                Key::Name(name) => set.remove_named(name),
            }
        })
    }
}

impl PropertyFlag {
    /// Sets the property.
    pub(crate) fn apply(&self, storage: &Storage, settings: &Settings) -> Result<(), Error> {
        let format_id = self.name.format_id;
        let set = self.name.edit(storage, settings, true, |sets| {
            let set = sets.set_or_insert(format_id)?;
            let before = match &self.name.key {
                Key::Id(id) => set.get(*id),
                Key::Name(name) => set.get_named(name),
            };
            let value = self
                .value(before)
                .map_err(|text| Error::new(docfile::ErrorKind::InvalidParameter, text))?;
            match &self.name.key {
                Key::Id(id) => set.set(*id, value)?,
                Key::Name(name) => set.set_named(name, value).map(drop)?,
            }
            Ok(true)
        });
        set.map(drop)
    }

    fn value(&self, before: Option<&PropertyValue>) -> Result<PropertyValue, String> {
        if let Some(value_type) = self.value_type {
            return value_of(value_type, &self.value);
        }
        let suggested = self.name.suggested_type();
        match before {
            // A length of time is stored as a time is, but is not written as one.
            Some(before) if suggested != FlagType::Duration => {
                value_like(before, &self.value).unwrap_or_else(|| value_of(suggested, &self.value))
            }
            _ => value_of(suggested, &self.value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flag(text: &str) -> PropertyFlag {
        text.parse().unwrap()
    }

    #[test]
    fn agreed_names_go_to_the_summary_sets_and_others_to_the_user() {
        let place = |text: &str| {
            let name: PropertyName = text.parse().unwrap();
            (name.format_id, name.key)
        };
        assert_eq!(place("Title"), (SUMMARY_INFORMATION, Key::Id(2)));
        assert_eq!(place("page count"), (SUMMARY_INFORMATION, Key::Id(14)));
        assert_eq!(place("company"), (DOC_SUMMARY_INFORMATION, Key::Id(15)));
        let own = |name: &str| (USER_DEFINED_PROPERTIES, Key::Name(name.to_owned()));
        assert_eq!(place("Checked by"), own("Checked by"));
        assert_eq!(place("user:title"), own("title"));
        assert!("".parse::<PropertyName>().is_err());
    }

    #[test]
    fn the_type_is_stated_or_kept_or_suggested() {
        let value = |text: &str, before: Option<PropertyValue>| flag(text).value(before.as_ref());
        assert_eq!(value("x=5", None), Ok(PropertyValue::Lpstr("5".into())));
        assert_eq!(value("x:int=5", None), Ok(PropertyValue::I4(5)));
        assert_eq!(value("x:int=5000000000", None), Ok(PropertyValue::I8(5_000_000_000)));
        assert_eq!(value("x=5", Some(PropertyValue::I2(1))), Ok(PropertyValue::I2(5)));
        assert_eq!(value("page_count=7", None), Ok(PropertyValue::I4(7)));
        let minute = PropertyValue::FileTime(docfile::FileTime(600_000_000));
        assert_eq!(value("edit_time=60", Some(minute.clone())), Ok(minute));
        assert_eq!(value("a:b=c=d", None), Ok(PropertyValue::Lpstr("c=d".into())));
        assert!(value("x=many", Some(PropertyValue::I2(1))).is_err());
    }

    #[test]
    fn what_does_not_fit_its_type_is_refused_at_once() {
        for text in ["x:int=1.5", "x:bool=maybe", "x:time=soon", "x:float=", "novalue"] {
            assert!(text.parse::<PropertyFlag>().is_err(), "{text}");
        }
    }
}
