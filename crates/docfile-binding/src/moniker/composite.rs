//! Monikers in a row (`contract/binding.md` 3.3).
//!
//! A composite has two components or more, none of them a composite, and neighbours that can be
//! said as one, or that cancel, never stand in it. The only way to make one is to compose.

use std::sync::Arc;

use super::Moniker;

/// Two monikers or more in a row, each of which means something in what the ones before it name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompositeMoniker {
    components: Arc<[Moniker]>,
}

impl CompositeMoniker {
    /// The row as a moniker: nothing for none, the component itself for one.
    pub(super) fn of(mut row: Vec<Moniker>) -> Option<Moniker> {
        match row.len() {
            0 | 1 => row.pop(),
            _ => Some(Moniker::Composite(Self { components: row.into() })),
        }
    }

    /// The components, from the left.
    #[must_use]
    pub fn components(&self) -> &[Moniker] {
        &self.components
    }

    /// The rightmost component, and all before it as one moniker.
    pub(crate) fn split_last(&self) -> Option<(Moniker, Moniker)> {
        let (last, before) = self.components.split_last()?;
        Some((Self::of(before.to_vec())?, last.clone()))
    }

    pub(super) fn hash_value(&self) -> u32 {
        self.components.iter().fold(0, |hash, component| hash ^ component.hash_value())
    }
}
