//! Reduction: saying the same more directly (`contract/binding.md` 3.2, "Reduce").
//!
//! The monikers of this crate are as direct as they can be; a composite reduces its components,
//! each behind the ones before it, and only a foreign one among them changes anything.

use super::{Moniker, compose};
use crate::bind_context::BindContext;
use crate::error::{Error, ErrorKind, Result};

/// How far a moniker is to be reduced (`MKRREDUCE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(u32)]
pub enum ReduceDepth {
    /// One step.
    One = 3 << 16,
    /// To what the user would take for the name.
    ToUser = 2 << 16,
    /// Past that, if it is such a name already.
    ThroughUser = 1 << 16,
    /// As far as it goes.
    #[default]
    All = 0,
}

/// What a moniker was reduced to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reduced {
    /// Nothing that is more direct (`MK_S_REDUCED_TO_SELF`).
    ToSelf,
    /// This, which means the same (`S_OK`).
    To(Moniker),
}

impl Moniker {
    /// A moniker that means the same behind `left` and says it more directly.
    ///
    /// # Errors
    ///
    /// Those of a foreign component; [`ErrorKind::Unexpected`] when its components reduce to
    /// nothing.
    pub fn reduce(
        &self,
        context: &BindContext,
        depth: ReduceDepth,
        left: Option<&Self>,
    ) -> Result<Reduced> {
        let reduced = match self {
            Self::Foreign(foreign) => foreign.reduce(context, depth, left)?,
            Self::Composite(_) => self.reduce_components(context, depth, left)?,
            _ => None,
        };
        Ok(reduced.map_or(Reduced::ToSelf, Reduced::To))
    }

    fn reduce_components(
        &self,
        context: &BindContext,
        depth: ReduceDepth,
        left: Option<&Self>,
    ) -> Result<Option<Self>> {
        // Only foreign components change, so that the row need not be built to find that none is.
        if !self.components().iter().any(|component| matches!(component, Self::Foreign(_))) {
            return Ok(None);
        }
        let mut changed = false;
        let mut row = Vec::new();
        for component in self.components() {
            let before = compose(left.cloned().into_iter().chain(row.iter().cloned()))?;
            match component.reduce(context, depth, before.as_ref())? {
                Reduced::ToSelf => row.push(component.clone()),
                Reduced::To(reduced) => {
                    changed = true;
                    row.push(reduced);
                }
            }
        }
        if !changed {
            return Ok(None);
        }
        let nothing = || Error::new(ErrorKind::Unexpected, "the moniker reduced to nothing");
        compose(row)?.ok_or_else(nothing).map(Some)
    }
}
