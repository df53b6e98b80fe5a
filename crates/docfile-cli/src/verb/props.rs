//! `props`: the property sets of a storage, typed.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::sync::Arc;

use clap::Args;
use docfile::property::{Finding, PropertySet, PropertySetStream, format_id, well_known};
use docfile::{ElementKind, Error, Name, OpenMode, Stat, Storage, Stream};
use serde::Serialize;
use serde_json::Value;

use crate::arrival::Arrival;
use crate::bill::Meter;
use crate::document::{Document, Target, path_text};
use crate::failure::Failure;
use crate::output::visible;
use crate::property_text::{json_value, text_value};
use crate::session::{Report, Session};
use crate::source::Source;

/// Show the property sets: title, author, dates and the like
#[derive(Debug, Args)]
pub(crate) struct Props {
    /// SOURCE for what the document says, SOURCE!STORAGE for an object in it, SOURCE!STREAM for
    /// the property sets of one stream
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<OsString>,
    /// A folder stands for the files in it
    #[arg(short = 'r', long = "folders")]
    read_folders: bool,
}

/// What scripts get.
#[derive(Debug, Default, Serialize)]
struct Properties {
    sets: Vec<Set>,
    /// Broken rules of [MS-OLEPS] that were forgiven.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<PropertyFinding>,
}

#[derive(Debug, Serialize)]
struct Set {
    fmtid: String,
    name: Option<&'static str>,
    /// The stream that holds the set.
    path: String,
    code_page: u16,
    properties: Vec<Property>,
}

#[derive(Debug, Serialize)]
struct Property {
    id: u32,
    name: Option<String>,
    #[serde(rename = "type")]
    value_type: String,
    value: Value,
    #[serde(skip)]
    text: String,
}

#[derive(Debug, Serialize)]
struct PropertyFinding {
    rule: &'static str,
    section: &'static str,
    path: String,
    /// In bytes from the start of the stream.
    offset: u64,
    text: String,
}

impl Props {
    pub(crate) fn run(&self, session: &Session) -> u8 {
        session.each_source(&self.sources, self.read_folders, |source, meter| {
            Report::from(read(session, source, meter))
        })
    }
}

fn read(
    session: &Session,
    source: &Source,
    meter: &Arc<Meter>,
) -> Result<Report<Properties>, Failure> {
    let document = Document::open(session, source, meter)?;
    let mut reading = Reading {
        session,
        arrival: document.arrival.clone(),
        place: source.to_string(),
        above: document.path.clone(),
        properties: Properties::default(),
        failures: Vec::new(),
    };
    match &document.target {
        Target::Stream(stream, _) => {
            reading.add(path_text(&document.path), Ok(stream.clone()));
        }
        Target::Storage(storage) => reading.add_all(storage)?,
    }
    let Reading { properties, failures, .. } = reading;
    let text = text_of(&properties, session.common.verbose > 0);
    Ok(Report { text: text.into_bytes(), body: Some(properties), failures })
}

struct Reading<'r> {
    session: &'r Session,
    arrival: Arrival,
    place: String,
    above: Vec<Name>,
    properties: Properties,
    failures: Vec<Failure>,
}

impl Reading<'_> {
    fn failure(&self, error: &Error) -> Failure {
        Failure::from_engine(error, &self.place)
    }

    /// Reads the sets of all elements that are sets by their name.
    fn add_all(&mut self, storage: &Storage) -> Result<(), Failure> {
        let listing =
            self.arrival.until(|| storage.try_list()).map_err(|error| self.failure(&error))?;
        for error in &listing.damage {
            self.failures.push(self.failure(error));
        }
        for stat in listing.elements.iter().filter(|stat| format_id::is_stream_name(&stat.name)) {
            let mut path = self.above.clone();
            path.push(stat.name);
            let stream = self.arrival.until(|| open_set(storage, stat));
            self.add(path_text(&path), stream);
        }
        Ok(())
    }

    /// Reads the sets of one stream.
    fn add(&mut self, path: String, stream: Result<Stream, Error>) {
        let settings = self.session.settings();
        let read = stream.and_then(|stream| {
            self.arrival.until(|| {
                PropertySetStream::try_read(&stream, settings.validation, &settings.limits)
            })
        });
        match read {
            Err(error) => self.failures.push(self.failure(&error.with_element(path))),
            Ok((sets, findings)) => {
                let found = findings.iter().map(|finding| finding_of(&path, finding));
                self.properties.findings.extend(found);
                let sets = sets.sets().iter().map(|set| set_of(&path, set));
                self.properties.sets.extend(sets);
            }
        }
    }
}

/// The stream of a set; that of a set with streams of its own is named CONTENTS.
fn open_set(storage: &Storage, stat: &Stat) -> Result<Stream, Error> {
    match stat.kind {
        ElementKind::Stream => storage.try_open_stream(&stat.name, OpenMode::child_read()),
        ElementKind::Storage => storage
            .try_open_storage(&stat.name, OpenMode::child_read())?
            .try_open_stream(&Name::new("CONTENTS")?, OpenMode::child_read()),
    }
}

fn set_of(path: &str, set: &PropertySet) -> Set {
    let format_id = set.format_id();
    let property = |property: &docfile::property::Property| Property {
        id: property.id(),
        name: set.name_of(property.id()).map(str::to_owned),
        value_type: property.value().value_type().to_string(),
        value: json_value(property.value(), format_id, property.id()),
        text: text_value(property.value(), format_id, property.id()),
    };
    Set {
        fmtid: format_id.to_string(),
        name: well_known::set_name(format_id),
        path: path.to_owned(),
        code_page: set.code_page().0,
        properties: set.properties().iter().map(property).collect(),
    }
}

fn finding_of(path: &str, finding: &Finding) -> PropertyFinding {
    PropertyFinding {
        rule: finding.rule.id(),
        section: finding.rule.section(),
        path: path.to_owned(),
        offset: finding.offset,
        text: finding.text.clone(),
    }
}

/// One paragraph a set: its name, then a line for each property; with its type when that is wanted.
fn text_of(properties: &Properties, with_types: bool) -> String {
    let mut text = String::new();
    for set in &properties.sets {
        if !text.is_empty() {
            text.push('\n');
        }
        let name = set.name.unwrap_or(&set.fmtid);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name}");
        let names: Vec<String> = set
            .properties
            .iter()
            .map(|property| match &property.name {
                Some(name) => visible(name).to_string(),
                None => format!("#{}", property.id),
            })
            .collect();
        let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        let types = set.properties.iter().map(|property| property.value_type.len());
        let type_width = types.max().unwrap_or(0);
        for (property, name) in set.properties.iter().zip(names) {
            let _ = write!(text, "  {name:width$}  ");
            if with_types {
                let _ = write!(text, "{:type_width$}  ", property.value_type);
            }
            let _ = writeln!(text, "{}", visible(&property.text));
        }
    }
    text
}
