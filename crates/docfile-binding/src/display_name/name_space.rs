//! What the reading of names must know of the world: schemes, classes, files, objects.
//!
//! The crates that wait answer it from registries and file systems; a test answers it from a list.
//! Providers of names keep to three rules (`contract/binding.md` 2): what they eat is counted in
//! UTF-16 units; objects they bind on the way are registered with the bind context; they obey its
//! deadline.

use crate::bind_context::BindContext;
use crate::error::Result;
use crate::moniker::Moniker;

/// A moniker, and how much of a name it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The moniker.
    pub moniker: Moniker,
    /// How many UTF-16 units of the name were read.
    pub eaten_count: usize,
}

/// What [`parse_display_name`](crate::parse_display_name) asks of the world.
pub trait NameSpace {
    /// Whether a path names a file that exists.
    fn file_exists(&self, path: &str) -> bool;

    /// Whether URLs of this scheme, in any case, can be bound.
    fn has_scheme(&self, scheme: &str) -> bool {
        const SCHEMES: [&str; 7] = ["file", "http", "https", "s3", "gs", "az", "dcom"];
        SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme))
    }

    /// Reads `text`, all of it from its `Class:` or `@Class`, by a class; none when no class has
    /// that name.
    fn parse_with_class(
        &self,
        context: &BindContext,
        class: &str,
        text: &str,
    ) -> Option<Result<Parsed>> {
        let _ = (context, class, text);
        None
    }

    /// Reads `text`, the rest of a name, by the object that `moniker` names behind `left`; none
    /// when the object does not read names, or is not to be bound for that.
    fn parse_with_object(
        &self,
        context: &BindContext,
        moniker: &Moniker,
        left: Option<&Moniker>,
        text: &str,
    ) -> Option<Result<Parsed>> {
        let _ = (context, moniker, left, text);
        None
    }
}

/// Takes every text that nothing else reads for a path, so that a file that is not there is found
/// missing when it is bound.
#[derive(Debug, Clone, Copy, Default)]
pub struct AnyFile;

impl NameSpace for AnyFile {
    fn file_exists(&self, _: &str) -> bool {
        true
    }
}
