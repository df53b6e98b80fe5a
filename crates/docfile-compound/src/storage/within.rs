//! What copying and moving need of a storage beyond its public face: transactions within its own,
//! and looks at elements that somebody has open.

use std::sync::Arc;

use crate::error::Result;
use crate::name::Name;
use crate::open_mode::OpenMode;
use crate::stat::View;
use crate::storage::{Storage, StorageCore};
use crate::stream::Stream;
use crate::transaction::handle::HandleLink;
use crate::transaction::node::NodeKey;
use crate::transaction::space::ScopeId;

impl Storage {
    /// A transaction within this storage's own, for a change of many steps that is handed up at
    /// its end or leaves nothing behind. Its handle is not registered: elements that are open do
    /// not stand in its way.
    pub(crate) fn nested(&self) -> Result<Self> {
        let mut state = self.changing()?;
        let scope = state.scopes.nest(self.core.scope);
        Ok(self.unregistered(self.key(), scope))
    }

    /// A storage below this one as this one's transaction sees it, whoever has it open.
    pub(crate) fn peek_storage(&self, view: &View) -> Result<Self> {
        self.check_depth()?;
        Ok(self.unregistered(view.key, self.core.scope))
    }

    fn unregistered(&self, key: NodeKey, scope: ScopeId) -> Self {
        let core = StorageCore {
            opening: self.core.opening.clone(),
            scope,
            link: HandleLink::storage(key),
            mode: self.core.mode,
            parent: Some(self.core.clone()),
            depth: self.core.depth + 1,
        };
        Self { core: Arc::new(core) }
    }

    /// A stream of this storage for reading, whoever has it open.
    pub(crate) fn peek_stream(&self, view: &View) -> Result<Stream> {
        let state = self.lock()?;
        let unchanged = match state.scopes.find(self.core.scope, view.key) {
            None => Some(state.scopes.stored_stream(view.key)?),
            Some(_) => None,
        };
        drop(state);
        let link = HandleLink::stream(view.key, unchanged);
        Ok(Stream::new(self.core.clone(), link, OpenMode::child_read()))
    }

    /// Publishes what a [`nested`](Self::nested) transaction changed.
    pub(crate) fn hand_up(&self) -> Result<()> {
        self.core.opening.commit_scope(&mut *self.lock()?, self.core.scope)
    }

    /// Whether this storage is `other` or was opened through it.
    pub(crate) fn is_within(&self, other: &Self) -> Result<bool> {
        drop(other.lock()?);
        Ok(self.is_opened_through(other, other.key()))
    }

    /// Whether this storage is the element `key` of the opening of `other`, or lies below it.
    pub(crate) fn is_opened_through(&self, other: &Self, key: NodeKey) -> bool {
        Arc::ptr_eq(&self.core.opening, &other.core.opening)
            && core::iter::successors(Some(&self.core), |core| core.parent.as_ref())
                .any(|core| core.link.key() == key)
    }

    /// Whether changes of both storages go to the same transaction.
    pub(crate) fn shares_transaction(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.core.opening, &other.core.opening) && self.core.scope == other.core.scope
    }

    /// An element that exists and that nobody has open.
    pub(crate) fn closed_element(&self, name: &Name) -> Result<View> {
        let state = self.lock()?;
        let view = Self::existing(&state, &self.core, name)?;
        state.check_closed(view.key)?;
        Ok(view)
    }

    /// Moves an element into a storage of the same transaction: its bytes stay where they are.
    pub(crate) fn relink(&self, view: &View, destination: &Self, new_name: &Name) -> Result<()> {
        let mut state = self.changing()?;
        destination.core.link.check()?;
        destination.check_changeable()?;
        let scope = self.core.scope;
        state.scopes.storage_mut(scope, self.key())?;
        state.scopes.storage_mut(scope, destination.key())?;
        state.scopes.node_mut(scope, view.key)?.attributes_mut().name = *new_name;
        let from = &mut state.scopes.storage_mut(scope, self.key())?.children;
        from.remove(&view.attributes.name, view.key);
        let to = &mut state.scopes.storage_mut(scope, destination.key())?.children;
        to.insert(*new_name, view.key);
        state.change_count += 1;
        Ok(())
    }
}
