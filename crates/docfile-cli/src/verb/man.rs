//! `man`: the manual pages, made from the command's own help.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory as _};

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::output::{write_error, write_out};

/// Write a manual page to standard output, or all of them into a folder
///
/// To read one at once: docfile man ls | man -l -
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The page of one verb
    #[arg(value_name = "VERB", conflicts_with = "output")]
    verb: Option<String>,
    /// Write docfile.1, docfile-ls.1 and so on into this folder
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

impl Man {
    pub(crate) fn run(&self) -> u8 {
        match self.write() {
            Ok(()) => 0,
            Err(failure) => {
                write_error(&failure);
                failure.exit_code()
            }
        }
    }

    fn write(&self) -> Result<(), Failure> {
        let mut command = Arguments::command().disable_help_subcommand(true);
        command.build();
        if let Some(folder) = &self.output {
            return write_all(&command, folder);
        }
        let page = match &self.verb {
            None => command,
            Some(verb) => command
                .find_subcommand(verb)
                .cloned()
                .ok_or_else(|| Failure::misuse(format!("there is no verb \"{verb}\"")))?,
        };
        write_out(&render(page)?)
    }
}

fn write_all(command: &Command, folder: &Path) -> Result<(), Failure> {
    let pages = std::iter::once(command).chain(command.get_subcommands());
    for page in pages {
        let file = page.get_display_name().unwrap_or_else(|| page.get_name());
        let path = folder.join(format!("{file}.1"));
        fs::write(&path, render(page.clone())?).map_err(|error| Failure::io(&error, &path))?;
    }
    Ok(())
}

fn render(page: Command) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut text)
        .map_err(|error| Failure::failed(format!("the page cannot be made: {error}")))?;
    Ok(text)
}
