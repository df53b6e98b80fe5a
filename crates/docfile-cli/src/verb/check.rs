//! `check`: every broken rule of [MS-CFB] and [MS-OLEPS], with its offset and its section.

use std::ffi::OsString;

use clap::Args;

use crate::failure::Failure;
use crate::output::write_error;
use crate::session::Session;

/// Find every broken rule
///
/// Rules that reading forgives are told too, but only the others make the exit code 4; with
/// --strict, all do.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The file, or a stream that holds one
    #[arg(required = true, value_name = "SOURCE")]
    _sources: Vec<OsString>,
    /// A folder stands for the files in it
    #[arg(short = 'r', long = "folders")]
    _read_folders: bool,
}

impl Check {
    pub(crate) fn run(&self, _session: &Session) -> u8 {
        let failure = Failure::not_built("check");
        write_error(&failure);
        failure.exit_code()
    }
}
