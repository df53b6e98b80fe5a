//! The command `docfile`: a face of the crate `docfile`, which adds no behaviour of its own.
//!
//! This file is the table of contents. One verb a file under `verb/`; `source` is the grammar of
//! what is named, `document` opens it for reading and `edit` for change, `bill` counts, `output`
//! and `failure` say how it went. What scripts may rely on is `docs/json.md`.

#![allow(
    rustdoc::broken_intra_doc_links,
    reason = "doc comments of arguments are the help text, where brackets are brackets"
)]

mod arguments;
mod arrival;
mod bill;
mod change;
mod cost;
mod document;
mod edit;
mod element;
mod facts;
mod facts_text;
mod failure;
mod folder;
mod folder_tree;
mod hosting;
mod input;
mod layout;
mod live;
mod order;
mod output;
mod pattern;
mod picture;
mod picture_show;
mod prefix;
mod progress;
mod property_flag;
mod property_text;
mod recording;
mod remote;
mod resume;
mod session;
mod sidecar;
mod source;
mod stop;
mod stream_copy;
mod time;
mod trace;
mod verb;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Verb};
use crate::failure::USAGE_CODE;
use crate::output::write_error;
use crate::session::Session;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments::words()) {
        Ok(arguments) => arguments,
        Err(error) => return wrong_usage(&error),
    };
    if let Err(failure) = stop::listen(arguments.common.timeout) {
        write_error(&failure);
        return ExitCode::from(failure.exit_code());
    }
    let session = Session::new(arguments.common);
    ExitCode::from(match &arguments.verb {
        Verb::Info(verb) => verb.run(&session),
        Verb::Open(verb) => verb.run(&session),
        Verb::Ls(verb) => verb.run(&session),
        Verb::Tree(verb) => verb.run(&session),
        Verb::Cat(verb) => verb.run(&session),
        Verb::Get(verb) => verb.run(&session),
        Verb::Props(verb) => verb.run(&session),
        Verb::Check(verb) => verb.run(&session),
        Verb::Pack(verb) => verb.run(&session),
        Verb::Put(verb) => verb.run(&session),
        Verb::Rm(verb) => verb.run(&session),
        Verb::Mv(verb) => verb.run(&session),
        Verb::Mkdir(verb) => verb.run(&session),
        Verb::Set(verb) => verb.run(&session),
        Verb::Optimize(verb) => verb.run(&session),
        Verb::Id(verb) => verb.run(&session),
        Verb::Serve(verb) => verb.run(&session),
        Verb::Completions(verb) => verb.run(),
        Verb::Man(verb) => verb.run(),
    })
}

/// Help and version are asked for and go to standard output; everything else is a mistake.
fn wrong_usage(error: &clap::Error) -> ExitCode {
    if let Some(failure) = arguments::explained(error) {
        write_error(&failure);
        return ExitCode::from(failure.exit_code());
    }
    // A terminal that went away is the only way this fails, and leaves nobody to tell.
    let _ = error.print();
    ExitCode::from(if error.use_stderr() { USAGE_CODE } else { 0 })
}
