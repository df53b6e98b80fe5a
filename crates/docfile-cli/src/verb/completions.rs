//! `completions`: a script that completes the command line of a shell.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::output::{write_error, write_out};

/// Write the completions of a shell to standard output
///
/// For bash, for example: docfile completions bash > ~/.local/share/bash-completion/completions/docfile
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self) -> u8 {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "docfile", &mut script);
        match write_out(&script) {
            Ok(()) => 0,
            Err(failure) => {
                write_error(&failure);
                failure.exit_code()
            }
        }
    }
}
