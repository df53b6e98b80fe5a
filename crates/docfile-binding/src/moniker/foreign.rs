//! The door for monikers that this crate does not have: object references, sessions, a user's own
//! (`contract/binding.md` 3.1).
//!
//! A foreign moniker answers for itself what the others answer by the table of 3.2; what it does
//! not answer is "not implemented". It must be as unchanging as they are.

use core::any::Any;
use core::fmt::Debug;

use docfile_compound::Guid;

use super::{AntiMoniker, Moniker, ReduceDepth, SystemId};
use crate::bind_context::BindContext;
use crate::error::{Error, ErrorKind, Result};

/// A moniker from outside this crate; see [`Moniker::foreign`].
pub trait ForeignMoniker: Any + Debug + Send + Sync {
    /// The class that loads its saved form.
    fn class_id(&self) -> Guid;

    /// Whether both name the same. `other` has the same class id.
    fn is_equal(&self, other: &dyn ForeignMoniker) -> bool;

    /// A hash; the same for monikers that are equal.
    fn hash_value(&self) -> u32;

    /// The number by which the contract knows it; none for a user's own.
    fn system_id(&self) -> SystemId {
        SystemId::None
    }

    /// Whether binding it is asynchronous.
    fn is_async(&self) -> bool {
        false
    }

    /// What takes it back; an anti moniker of count one unless it says otherwise. Where this is
    /// [`ErrorKind::NoInverse`], an anti moniker at its right stays beside it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoInverse`] when there is none.
    fn inverse(&self) -> Result<Moniker> {
        Ok(AntiMoniker::new().into())
    }

    /// Its name, shown behind `left`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotImplemented`] when it has none.
    fn display_name(
        &self,
        context: Option<&BindContext>,
        left: Option<&Moniker>,
    ) -> Result<String> {
        let _ = (context, left);
        Err(not_implemented("a display name"))
    }

    /// What the running object table compares.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotImplemented`] when the table is to compare class and display name.
    fn comparison_data(&self) -> Result<Vec<u8>> {
        Err(not_implemented("comparison data"))
    }

    /// Its saved form, without its class id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotImplemented`] when it has none.
    fn save(&self) -> Result<Vec<u8>> {
        Err(not_implemented("a saved form"))
    }

    /// A moniker that means the same and says it more directly; none when it is that already.
    ///
    /// # Errors
    ///
    /// Its own.
    fn reduce(
        &self,
        context: &BindContext,
        depth: ReduceDepth,
        left: Option<&Moniker>,
    ) -> Result<Option<Moniker>> {
        let _ = (context, depth, left);
        Ok(None)
    }

    /// Whether what it names is running.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotImplemented`] when that cannot be told.
    fn is_running(&self, context: &BindContext, left: Option<&Moniker>) -> Result<bool> {
        let _ = (context, left);
        Err(not_implemented("a way to tell whether it runs"))
    }
}

fn not_implemented(what: &str) -> Error {
    Error::new(ErrorKind::NotImplemented, format!("this moniker does not have {what}"))
}
