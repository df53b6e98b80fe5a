//! Which order a document is written in, and writing it: what `optimize` and `pack` share.
//!
//! A file appears whole or not at all: it is written beside its place and moved there when it is
//! durable. The order comes from patterns, from a script, or from the kind of the document.

use std::path::{Path, PathBuf};

use docfile::objects::{Opening, try_layout};
use docfile::{
    CompoundFile, ElementKind, ElementPath, Error, FileBytes, LayoutItem, LayoutScript, LockBytes,
    OpenMode, Relayout, Severity,
};

use crate::arrival::Arrival;
use crate::edit::{sync_folder, unnamed_file};
use crate::failure::Failure;
use crate::output::{visible, write_error};
use crate::pattern::Patterns;
use crate::progress::Progress;
use crate::session::Session;
use crate::stop;

/// The order that the command line asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wish<'a> {
    /// What the patterns find, pattern by pattern.
    First(&'a [String]),
    /// A file with a script in its text form.
    Script(&'a Path),
    /// What was recorded of a program that read the document.
    Recorded(&'a LayoutScript),
    /// That of the document's kind.
    ByKind,
}

impl Wish<'_> {
    /// The script that the wish comes to for one document.
    fn script(
        self,
        session: &Session,
        (file, arrival): (&CompoundFile, &Arrival),
        place: &str,
    ) -> Result<LayoutScript, Failure> {
        match self {
            Self::First(patterns) => first(file, arrival, patterns, place),
            Self::Script(path) => {
                let text = std::fs::read_to_string(path).map_err(|e| Failure::io(&e, path))?;
                let failed = |error| Failure::from_engine(&error, &path.to_string_lossy());
                text.parse().map_err(failed)
            }
            Self::Recorded(script) => Ok(script.clone()),
            Self::ByKind => by_kind(session, (file, arrival), place),
        }
    }
}

/// The order without a wish: what the document's own object reads for its first view. Where it
/// cannot, because the document is damaged or encrypted, the listing, the summaries, the rest.
fn by_kind(
    session: &Session,
    (file, arrival): (&CompoundFile, &Arrival),
    place: &str,
) -> Result<LayoutScript, Failure> {
    match arrival.until(|| try_layout(file, &Opening::default())) {
        Ok(script) => Ok(script),
        Err(error) if stop::reason().is_none() && shows_nothing(&error) => {
            if session.common.verbose > 0 {
                let text = format!("{place}: the listing comes first, there is no view: {error}");
                write_error(&visible(&text));
            }
            Ok(LayoutScript::default())
        }
        Err(error) => Err(Failure::from_engine(&error, place)),
    }
}

/// Whether an object said by this that the document cannot be shown, and not that reading failed.
pub(crate) fn shows_nothing(error: &Error) -> bool {
    use docfile::ErrorKind as Kind;
    matches!(
        error.kind(),
        Kind::Corrupt
            | Kind::AccessDenied
            | Kind::Unimplemented
            | Kind::NotFound
            | Kind::LimitReached
            | Kind::InvalidName
    )
}

/// The streams that each pattern finds, in the order of the directory.
fn first(
    file: &CompoundFile,
    arrival: &Arrival,
    patterns: &[String],
    place: &str,
) -> Result<LayoutScript, Failure> {
    let failed = |error: Error| Failure::from_engine(&error, place);
    let root = file.root(OpenMode::read()).map_err(failed)?;
    let walk = arrival.until(|| root.try_walk()).map_err(failed)?;
    let mut way = Vec::new();
    let mut streams = Vec::new();
    for walked in walk {
        way.truncate(walked.depth);
        way.push(walked.stat.name);
        if walked.stat.kind == ElementKind::Stream {
            let text = way.iter().map(ToString::to_string).collect::<Vec<_>>().join("/");
            streams.push((text, ElementPath::new(way.clone())));
        }
    }
    let mut script = LayoutScript::default();
    for pattern in patterns {
        let mut parsed = Patterns::parse(std::slice::from_ref(pattern))?;
        let found = streams.iter().filter(|(text, _)| parsed.matches(text));
        let before = script.items.len();
        script.items.extend(found.map(|(_, path)| LayoutItem::whole(path.clone())));
        if script.items.len() == before {
            let text = format!("no stream matches \"{pattern}\"");
            return Err(Failure::not_found(text).at(place));
        }
    }
    Ok(script)
}

/// What was written.
#[derive(Debug)]
pub(crate) struct Written {
    /// Its length in bytes.
    pub(crate) len: u64,
    /// The new file.
    pub(crate) file: CompoundFile,
}

/// Writes `file` to `path` in the order wished for, over what may be there, and the script of that
/// order to `script_out`.
pub(crate) fn write(
    session: &Session,
    (file, arrival): (&CompoundFile, &Arrival),
    (wish, script_out): (Wish<'_>, Option<&Path>),
    path: &Path,
    place: &str,
) -> Result<Written, Failure> {
    let failed = |error: Error| Failure::from_engine(&error, place);
    let _guard = stop::guard();
    // What cannot be followed cannot be carried over, and must not replace what it came from.
    let damage = arrival.until(|| file.try_check()).map_err(failed)?.count(Severity::Error);
    if damage > 0 {
        return Err(Failure::damaged_for_edit(damage).at(place));
    }
    let script = wish.script(session, (file, arrival), place)?;
    if let Some(path) = script_out {
        std::fs::write(path, script.to_string()).map_err(|error| Failure::io(&error, path))?;
    }
    let mut relayout = arrival.until(|| Relayout::try_new(file, &script)).map_err(failed)?;
    // What a link leads to is replaced, not the link.
    let path: PathBuf = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let new = unnamed_file(&path)?;
    let handle = new.as_file().try_clone().map_err(|error| Failure::io(&error, &path))?;
    let bytes = FileBytes::from_file(handle, true).map_err(failed)?;
    let mut progress = Progress::new(session, relayout.file_len());
    let written = |error: Error| Failure::from_engine(&error, &path.to_string_lossy());
    loop {
        stop::check()?;
        let offset = relayout.written_len();
        let step = || relayout.try_step(&mut |data| bytes.write_at(offset, data));
        let goes_on = arrival.until(step).map_err(failed)?;
        progress.add(relayout.written_len() - offset);
        if !goes_on {
            break;
        }
    }
    bytes.flush().map_err(written)?;
    drop(progress);
    new.persist(&path).map_err(|error| Failure::io(&error.error, &path))?;
    sync_folder(&path).map_err(|error| Failure::io(&error, &path))?;
    let file = CompoundFile::try_open(std::sync::Arc::new(bytes), session.settings());
    Ok(Written { len: relayout.file_len(), file: file.map_err(written)? })
}
