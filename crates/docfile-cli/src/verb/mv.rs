//! `mv`: an element gets another name, or another storage.

use std::ffi::{OsStr, OsString};

use clap::Args;
use docfile::{ElementKind, Error, MoveKind, Name};

use crate::change::{Change, edit_each};
use crate::edit::{Edit, Spot};
use crate::failure::Failure;
use crate::session::Session;
use crate::source::{Source, StepName, parse_steps};

/// Rename or move an element
///
/// A storage as the destination takes the element under its old name.
#[derive(Debug, Args)]
pub(crate) struct Mv {
    /// What to move
    #[arg(value_name = "SOURCE!ELEMENT")]
    source: OsString,
    /// Where to: a path from the root of the file, or SOURCE!PATH with the same SOURCE
    #[arg(value_name = "PATH")]
    destination: OsString,
}

impl Mv {
    pub(crate) fn run(&self, session: &Session) -> u8 {
        edit_each(session, std::slice::from_ref(&self.source), false, |edit, source| {
            self.rename(edit, source)
        })
    }

    fn rename(&self, edit: &mut Edit<'_>, source: &Source) -> Result<Vec<Change>, Failure> {
        if source.names().is_empty() {
            return Err(Failure::misuse("mv moves elements, not files")
                .at(source.to_string())
                .with_advice("SOURCE!ELEMENT"));
        }
        let failed = |error: Error| Failure::from_engine(&error, &source.file_text());
        let destination = destination_names(&self.destination, source)?;
        let from = edit.spot(source.names(), false).map_err(failed)?;
        from.existing().map_err(failed)?;
        let to = destination_of(edit, &from, &destination).map_err(failed)?;
        edit.close(&from.way());
        if to.parent_way == from.parent_way {
            from.parent.try_rename(&from.name, &to.name).map_err(failed)?;
        } else {
            if to.parent_way.starts_with(&from.way()) {
                return Err(Failure::refused("a storage cannot be moved into itself")
                    .at(source.to_string()));
            }
            from.parent
                .try_move_to(&from.name, &to.parent, &to.name, MoveKind::Move)
                .map_err(failed)?;
        }
        let mut change = Change::new("moved", to.path());
        change.from = Some(from.path());
        Ok(vec![change])
    }
}

/// Where the element goes: to the name given, or under its old name into a storage that exists.
fn destination_of(edit: &mut Edit<'_>, from: &Spot, names: &[StepName]) -> Result<Spot, Error> {
    if names.iter().all(|step| step.name.units().is_empty()) {
        return edit.spot(&[step(from.name)], false);
    }
    let to = edit.spot(names, false)?;
    let is_itself = to.way() == from.way();
    match &to.stat {
        Some(stat) if stat.kind == ElementKind::Storage && !is_itself => {
            let mut inside = names.to_vec();
            inside.push(step(from.name));
            edit.spot(&inside, false)
        }
        Some(_) if is_itself => {
            // The same element under a name that may differ in case: the name as it was given.
            let given = names.iter().rev().find(|step| !step.name.units().is_empty());
            let name = given.map_or(to.name, |step| step.name);
            Ok(to.renamed(name))
        }
        _ => Ok(to),
    }
}

fn step(name: Name) -> StepName {
    StepName { name, ends_step: false }
}

/// Reads the destination: behind a `!` it must be of the same file.
fn destination_names(text: &OsStr, source: &Source) -> Result<Vec<StepName>, Failure> {
    let wrong = |why: &str| Failure::misuse(why).at(text.to_string_lossy());
    if !text.as_encoded_bytes().contains(&b'!') {
        let text = text.to_str().ok_or_else(|| wrong("the path is not valid UTF-8"))?;
        return parse_steps(text);
    }
    let destination = Source::parse(text)?;
    if destination.place() == source.place() {
        return Ok(destination.names().to_vec());
    }
    Err(wrong("an element is moved within one file").with_advice("docfile cat and docfile put"))
}
