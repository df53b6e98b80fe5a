//! `rm`: elements go.

use std::ffi::OsString;

use clap::Args;
use docfile::ElementKind;

use crate::change::{Change, edit_each};
use crate::edit::Edit;
use crate::failure::Failure;
use crate::session::Session;
use crate::source::Source;

/// Remove elements
///
/// Elements of one file go together: all of them, or on failure none.
#[derive(Debug, Args)]
pub(crate) struct Rm {
    /// What to remove
    #[arg(required = true, value_name = "SOURCE!ELEMENT")]
    sources: Vec<OsString>,
    /// Storages too, with everything in them
    #[arg(short, long)]
    recursive: bool,
    /// Do not mind what does not exist
    #[arg(short, long)]
    force: bool,
}

impl Rm {
    pub(crate) fn run(&self, session: &Session) -> u8 {
        edit_each(session, &self.sources, false, |edit, source| self.remove(edit, source))
    }

    fn remove(&self, edit: &mut Edit<'_>, source: &Source) -> Result<Vec<Change>, Failure> {
        let place = source.to_string();
        if source.names().is_empty() {
            return Err(Failure::misuse("rm removes elements, not files")
                .at(place)
                .with_advice("SOURCE!ELEMENT"));
        }
        let spot = edit.spot(source.names(), false).map_err(|error| edit.failure(&error))?;
        if spot.stat.is_none() && self.force {
            return Ok(Vec::new());
        }
        let stat = spot.existing().map_err(|error| edit.failure(&error))?;
        if stat.kind == ElementKind::Storage && !self.recursive {
            return Err(Failure::refused("this is a storage")
                .at(place)
                .with_advice("-r to remove it with everything in it"));
        }
        edit.close(&spot.way());
        spot.parent.try_destroy(&spot.name).map_err(|error| edit.failure(&error))?;
        Ok(vec![Change::new("removed", spot.path())])
    }
}
