//! `.docfile.json`: what a folder cannot say about the storages that it stands for.
//!
//! `get --meta` writes it at the top of the folder and `pack` reads it: class ids, state bits and
//! times of storages, and the version of the format. Streams have none of these. It is advice:
//! storages that it does not name get none, and names in it that have no folder are passed over.
//! Its form is in `docs/folders.md`.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use docfile::{FileTime, FormatVersion, Guid, Stat, Storage};
use serde::{Deserialize, Serialize};

use crate::element::{class_id_text, time_text};
use crate::failure::Failure;
use crate::folder::SIDECAR;
use crate::output::json_line;
use crate::time;

/// The attributes of all storages of a folder.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Sidecar {
    /// The version of this form.
    docfile: u32,
    /// The major version of the format: 3 or 4.
    format_version: u8,
    storages: Vec<Attributes>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Attributes {
    /// From the top of the folder, names separated by `/`; empty for the top itself.
    path: String,
    #[serde(default)]
    clsid: Option<String>,
    #[serde(default)]
    created: Option<String>,
    #[serde(default)]
    modified: Option<String>,
    #[serde(default)]
    state_bits: u32,
}

const FORM: u32 = 1;

impl Sidecar {
    pub(crate) fn new(version: FormatVersion) -> Self {
        let format_version = match version {
            FormatVersion::V3 => 3,
            FormatVersion::V4 => 4,
        };
        Self { docfile: FORM, format_version, storages: Vec::new() }
    }

    /// Notes the storage at `path`, if there is anything to note.
    pub(crate) fn add(&mut self, path: String, stat: &Stat) {
        let attributes = Attributes {
            path,
            clsid: class_id_text(stat.class_id),
            created: time_text(stat.created),
            modified: time_text(stat.modified),
            state_bits: stat.state_bits,
        };
        self.storages.push(attributes);
    }

    pub(crate) fn write(&self, folder: &Path) -> Result<(), Failure> {
        let path = folder.join(SIDECAR);
        let mut text = json_line(self)?;
        text.push('\n');
        fs::write(&path, text).map_err(|error| Failure::io(&error, &path))
    }

    /// Reads the sidecar of a folder, if it has one.
    pub(crate) fn read(folder: &Path) -> Result<Option<Self>, Failure> {
        let path = folder.join(SIDECAR);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::io(&error, &path)),
        };
        let unreadable = |why: String| {
            Failure::misuse(format!("the attributes cannot be read: {why}"))
                .at(path.to_string_lossy())
                .with_advice("without this file, all attributes are empty")
        };
        let sidecar: Self =
            serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string()))?;
        if sidecar.docfile != FORM {
            return Err(unreadable(format!("form {} is not known", sidecar.docfile)));
        }
        Ok(Some(sidecar))
    }

    pub(crate) fn format_version(&self) -> FormatVersion {
        if self.format_version == 4 { FormatVersion::V4 } else { FormatVersion::V3 }
    }

    /// The attributes by path.
    pub(crate) fn by_path(&self) -> Result<HashMap<&str, ParsedAttributes>, Failure> {
        self.storages
            .iter()
            .map(|storage| Ok((storage.path.as_str(), ParsedAttributes::parse(storage)?)))
            .collect()
    }
}

/// Attributes as the engine takes them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ParsedAttributes {
    class_id: Guid,
    created: FileTime,
    modified: FileTime,
    state_bits: u32,
}

impl ParsedAttributes {
    fn parse(attributes: &Attributes) -> Result<Self, Failure> {
        let wrong = |why: String| {
            Failure::misuse(format!(
                "the attributes of \"{}\" cannot be read: {why}",
                attributes.path
            ))
            .at(SIDECAR)
        };
        let class_id = match &attributes.clsid {
            Some(text) => text.parse().map_err(|error: docfile::Error| wrong(error.to_string()))?,
            None => Guid::NULL,
        };
        let time = |text: &Option<String>| {
            text.as_ref().map_or(Ok(FileTime::NONE), |text| time::parse(text).map_err(wrong))
        };
        Ok(Self {
            class_id,
            created: time(&attributes.created)?,
            modified: time(&attributes.modified)?,
            state_bits: attributes.state_bits,
        })
    }

    /// Gives a new storage these attributes. What is empty anyway is not touched.
    pub(crate) fn apply(&self, storage: &Storage) -> docfile::Result<()> {
        if !self.class_id.is_null() {
            storage.try_set_class_id(self.class_id)?;
        }
        if self.state_bits != 0 {
            storage.try_set_state_bits(self.state_bits, u32::MAX)?;
        }
        let given = |time: FileTime| time.is_some().then_some(time);
        if self.created.is_some() || self.modified.is_some() {
            storage.try_set_times(None, given(self.created), given(self.modified))?;
        }
        Ok(())
    }
}
