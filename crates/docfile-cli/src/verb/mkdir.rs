//! `mkdir`: new storages.

use std::ffi::OsString;

use clap::Args;
use docfile::{ElementKind, OpenMode};

use crate::change::{Change, edit_each};
use crate::edit::Edit;
use crate::failure::Failure;
use crate::session::Session;
use crate::source::Source;

/// Make storages
#[derive(Debug, Args)]
pub(crate) struct Mkdir {
    /// The storages to make
    #[arg(required = true, value_name = "SOURCE!STORAGE")]
    sources: Vec<OsString>,
    /// Make the storages above too, and do not mind what exists already
    #[arg(short, long)]
    parents: bool,
    /// Make the file when it does not exist
    #[arg(long)]
    create: bool,
}

impl Mkdir {
    pub(crate) fn run(&self, session: &Session) -> u8 {
        edit_each(session, &self.sources, self.create, |edit, source| self.make(edit, source))
    }

    fn make(&self, edit: &mut Edit<'_>, source: &Source) -> Result<Vec<Change>, Failure> {
        if source.names().is_empty() {
            // An empty file is all that is asked for.
            return if self.create {
                Ok(Vec::new())
            } else {
                Err(Failure::misuse("mkdir makes storages in a compound file")
                    .at(source.to_string())
                    .with_advice("SOURCE!STORAGE"))
            };
        }
        let failed = |error: docfile::Error| Failure::from_engine(&error, &source.file_text());
        let spot = edit.spot(source.names(), self.parents).map_err(failed)?;
        if spot.stat.as_ref().is_some_and(|stat| stat.kind == ElementKind::Storage && self.parents)
        {
            return Ok(Vec::new());
        }
        spot.parent.try_create_storage(&spot.name, OpenMode::child_edit()).map_err(failed)?;
        Ok(vec![Change::new("made", spot.path())])
    }
}
