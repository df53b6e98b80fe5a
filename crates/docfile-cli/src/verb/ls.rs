//! `ls`: the elements of a storage.

use std::ffi::OsString;
use std::io::Write as _;
use std::sync::Arc;

use clap::Args;
use docfile::{Error, Name, Stat};
use serde::Serialize;

use crate::bill::Meter;
use crate::document::{Document, Target};
use crate::element::Element;
use crate::failure::{Failure, FailureKind};
use crate::output::Terminal;
use crate::session::{Report, Session};
use crate::source::Source;

/// List the elements of a storage
#[derive(Debug, Args)]
pub(crate) struct Ls {
    /// What to list: SOURCE for the root, SOURCE!STORAGE for one inside
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<OsString>,
    /// Kind, length, times and class id too
    #[arg(short, long)]
    long: bool,
    /// What is in the storages too
    #[arg(short = 'R', long)]
    recursive: bool,
    /// A folder stands for the files in it
    #[arg(short = 'r', long = "folders")]
    read_folders: bool,
}

/// What scripts get from `ls` and `tree`.
#[derive(Debug, Serialize)]
pub(crate) struct Listing {
    pub(crate) elements: Vec<Element>,
    /// The storage listed itself.
    root: Element,
    /// The major version of the format: 3 or 4.
    format_version: u8,
}

impl Ls {
    pub(crate) fn run(&self, session: &Session) -> u8 {
        session.each_source(&self.sources, self.read_folders, |source, meter| {
            let report = list(session, source, meter, self.recursive).map(|(listing, failures)| {
                let text = self.text(&listing, session.terminal);
                Report { text, body: Some(listing), failures }
            });
            Report::from(report)
        })
    }

    fn text(&self, listing: &Listing, terminal: Terminal) -> Vec<u8> {
        let above_len = match (self.recursive, listing.root.path.len()) {
            (true, _) | (false, 0) => 0,
            (false, len) => len + 1,
        };
        let names = listing.elements.iter().map(|element| {
            let name = element.path.get(above_len..).unwrap_or(&element.path);
            if element.kind == "storage" { terminal.storage_name(name) } else { name.to_owned() }
        });
        if self.long { long_text(listing, names) } else { short_text(names) }
    }
}

fn short_text(names: impl Iterator<Item = String>) -> Vec<u8> {
    let mut text = Vec::new();
    for name in names {
        text.extend_from_slice(name.as_bytes());
        text.push(b'\n');
    }
    text
}

/// A table: kind, length, created, modified, class id, name; `-` for what is not there.
fn long_text(listing: &Listing, names: impl Iterator<Item = String>) -> Vec<u8> {
    let rows: Vec<[String; 5]> = listing.elements.iter().map(columns).collect();
    let mut widths = [0; 5];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.len());
        }
    }
    let [kind_width, len_width, created_width, modified_width, clsid_width] = widths;
    let mut text = Vec::new();
    for ([kind, len, created, modified, clsid], name) in rows.iter().zip(names) {
        // Writing to memory cannot fail.
        let _ = writeln!(
            text,
            "{kind:kind_width$}  {len:>len_width$}  {created:created_width$}  \
             {modified:modified_width$}  {clsid:clsid_width$}  {name}"
        );
    }
    text
}

fn columns(element: &Element) -> [String; 5] {
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| String::from("-"));
    let len = if element.kind == "storage" { String::from("-") } else { element.len.to_string() };
    [
        element.kind.to_owned(),
        len,
        or_dash(&element.created),
        or_dash(&element.modified),
        or_dash(&element.clsid),
    ]
}

/// Lists what `source` names. A stream that holds no compound file is listed alone.
pub(crate) fn list(
    session: &Session,
    source: &Source,
    meter: &Arc<Meter>,
    recursive: bool,
) -> Result<(Listing, Vec<Failure>), Failure> {
    let place = source.to_string();
    let failed = |error: &Error| Failure::from_engine(error, &place);
    let document = match Document::open_container(session, source, meter) {
        Err(failure) if failure.kind() == FailureKind::NotCompound && is_inside(source) => {
            return list_stream(session, source, meter);
        }
        opened => opened?,
    };
    let Target::Storage(storage) = &document.target else {
        return Err(Failure::misuse("a stream holds no elements").at(place));
    };
    let arrival = &document.arrival;
    let (elements, damage) = if recursive {
        let walk = arrival.until(|| storage.try_walk()).map_err(|error| failed(&error))?;
        (Element::of_walk(&document.path, &walk), walk.damage)
    } else {
        let listing = arrival.until(|| storage.try_list()).map_err(|error| failed(&error))?;
        (Element::of_listing(&document.path, &listing.elements), listing.damage)
    };
    let stat = arrival.until(|| storage.try_stat()).map_err(|error| failed(&error))?;
    let listing = listing_of(&document, &document.path, &stat, elements);
    Ok((listing, damage.iter().map(failed).collect()))
}

fn is_inside(source: &Source) -> bool {
    !source.names().is_empty()
}

fn list_stream(
    session: &Session,
    source: &Source,
    meter: &Arc<Meter>,
) -> Result<(Listing, Vec<Failure>), Failure> {
    let document = Document::open(session, source, meter)?;
    let Target::Stream(_, stat) = &document.target else {
        return Err(Failure::misuse("a storage stands where a stream was").at(source.to_string()));
    };
    let above = document.path.split_last().map_or(&[] as &[Name], |(_, above)| above);
    let elements = Element::of_listing(above, std::slice::from_ref(stat));
    let listing = listing_of(&document, &document.path, stat, elements);
    Ok((listing, Vec::new()))
}

fn listing_of(document: &Document, path: &[Name], stat: &Stat, elements: Vec<Element>) -> Listing {
    Listing {
        elements,
        root: Element::new(crate::document::path_text(path), stat),
        format_version: match document.file.format_version() {
            docfile::FormatVersion::V3 => 3,
            docfile::FormatVersion::V4 => 4,
        },
    }
}
