//! One opened root: its scopes, and the handles that are open below it.
//!
//! Invariant: every open storage and stream is registered under its element, with the element it
//! was opened from; the registry decides who may open, rename or move what, and whom a revert or
//! a destruction reaches. A closed opening leaves nothing taken.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use crate::error::{Error, ErrorKind, Result};
use crate::extents::Run;
use crate::file::FileShared;
use crate::generation::Generation;
use crate::layout::Monitor;
use crate::open_mode::{CommitFlags, OpenMode};
use crate::transaction::handle::HandleLink;
use crate::transaction::node::{Node, NodeKey, StreamData, StreamNode};
use crate::transaction::scope::{Scope, Scopes};
use crate::transaction::space::{ScopeId, Space};

#[derive(Debug)]
pub(crate) struct Opening {
    pub(crate) file: Arc<FileShared>,
    pub(crate) id: u64,
    pub(crate) mode: OpenMode,
    state: Mutex<OpeningState>,
    /// Held shared by readers of changed streams while they read what they looked up, and
    /// exclusively, for a moment, by whoever is about to give sectors back.
    sectors: RwLock<()>,
    /// Who wants to know what is read, if anybody does.
    pub(crate) monitor: Monitor,
}

#[derive(Debug)]
pub(crate) struct OpeningState {
    pub(crate) scopes: Scopes,
    handles: BTreeMap<NodeKey, Registered>,
    /// Bytes of short streams that are kept in memory.
    pub(crate) short_len: usize,
    /// Counts changes, so that enumerators know when to look again.
    pub(crate) change_count: u64,
}

#[derive(Debug)]
struct Registered {
    link: Arc<HandleLink>,
    opened_from: Option<NodeKey>,
    /// The transaction that the handle itself is, if it is one.
    scope: Option<ScopeId>,
}

impl Opening {
    pub(crate) fn new(
        file: Arc<FileShared>,
        id: u64,
        mode: OpenMode,
        base: Arc<Generation>,
    ) -> Arc<Self> {
        let state = OpeningState::new(base);
        let (state, sectors) = (Mutex::new(state), RwLock::new(()));
        Arc::new(Self { file, id, mode, state, sectors, monitor: Monitor::default() })
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, OpeningState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the sectors that were just looked up from being given back; taken under the lock of
    /// the opening's state, which may be let go then.
    pub(crate) fn reading(&self) -> RwLockReadGuard<'_, ()> {
        self.sectors.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for readers that looked sectors up; called under the lock of the opening's state, so
    /// that no others follow.
    pub(crate) fn await_readers(&self) {
        drop(self.sectors.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// Whether stored sectors may be written in place.
    pub(crate) fn in_place(&self) -> bool {
        self.mode.can_write() && !self.mode.is_transacted()
    }

    /// Room for the changes of `owner` over `generation`.
    pub(crate) fn space<'f>(&'f self, generation: &'f Generation, owner: ScopeId) -> Space<'f> {
        // A transaction within a direct root can be reverted, so it writes nothing in place.
        let in_place = self.in_place() && owner == ScopeId::ROOT;
        Space { file: &self.file, generation, owner, in_place }
    }

    /// Whether another short stream may be kept in memory.
    pub(crate) fn may_stay_short(&self, state: &OpeningState) -> bool {
        state.short_len < self.file.medium.limits.scratch_len
    }

    /// Commits the root scope. In direct mode this is what makes changes durable.
    pub(crate) fn commit_root(
        &self,
        state: &mut OpeningState,
        flags: CommitFlags,
    ) -> Result<crate::open_mode::CommitOutcome> {
        self.await_readers();
        crate::commit::commit(self, state, flags)
    }

    /// Gives back every sector that a scope's nodes have taken.
    fn give_back_scope(&self, id: ScopeId, scope: &Scope) {
        for run in scope.nodes.values().flat_map(|node| runs_of(node, id)) {
            self.file.give_back(run);
        }
    }

    /// Forgets the changes of a scope and reverts every handle opened below it.
    pub(crate) fn revert_scope(&self, state: &mut OpeningState, id: ScopeId, storage: NodeKey) {
        self.await_readers();
        for nested in state.revert_below(storage) {
            self.drop_scope(state, nested);
        }
        if let Ok(scope) = state.scopes.scope_mut(id) {
            let nodes = core::mem::take(&mut scope.nodes);
            let destroyed = core::mem::take(&mut scope.destroyed);
            let reverted = Scope { parent: None, nodes, destroyed };
            state.short_len = state.short_len.saturating_sub(short_len(&reverted));
            self.give_back_scope(id, &reverted);
        }
    }

    /// Drops a nested scope with all its changes.
    pub(crate) fn drop_scope(&self, state: &mut OpeningState, id: ScopeId) {
        self.await_readers();
        if let Some(scope) = state.scopes.remove(id) {
            state.short_len = state.short_len.saturating_sub(short_len(&scope));
            self.give_back_scope(id, &scope);
        }
    }

    /// Moves the changes of a nested scope into its parent.
    pub(crate) fn commit_scope(&self, state: &mut OpeningState, id: ScopeId) -> Result<()> {
        self.await_readers();
        let scope = state.scopes.scope_mut(id)?;
        let nodes = core::mem::take(&mut scope.nodes);
        let destroyed = core::mem::take(&mut scope.destroyed);
        let Some(parent_id) = scope.parent else { return Ok(()) };
        let parent = state.scopes.scope_mut(parent_id)?;
        let mut replaced_len = 0;
        for key in &destroyed {
            if let Some(node) = parent.nodes.remove(key) {
                replaced_len += node.short_len();
                give_back_dropped(&self.file, &node, None, parent_id);
            }
        }
        parent.destroyed.extend(destroyed);
        for (key, mut node) in nodes {
            if let Node::Stream(StreamNode { data: StreamData::Long(content), .. }) = &mut node {
                content.change_owner(id, parent_id);
            }
            if let Some(old) = parent.nodes.insert(key, node) {
                replaced_len += old.short_len();
                give_back_dropped(&self.file, &old, parent.nodes.get(&key), parent_id);
            }
        }
        state.short_len = state.short_len.saturating_sub(replaced_len);
        Ok(())
    }
}

/// Gives back what `owner` took for an old form of a stream and the new form no longer has.
fn give_back_dropped(file: &FileShared, old: &Node, new: Option<&Node>, owner: ScopeId) {
    let mut dropped = crate::sector_set::SectorSet::default();
    runs_of(old, owner).for_each(|run| dropped.insert(run.range()));
    for run in new.into_iter().flat_map(|node| runs_of(node, owner)) {
        dropped.remove(&run.range());
    }
    dropped.iter().for_each(|run| file.give_back(run.into()));
}

/// The runs that `owner` took for a stream.
fn runs_of(node: &Node, owner: ScopeId) -> impl Iterator<Item = Run> + '_ {
    let content = match node {
        Node::Stream(StreamNode { data: StreamData::Long(content), .. }) => Some(content),
        _ => None,
    };
    content.into_iter().flat_map(move |content| content.runs_of(owner))
}

fn short_len(scope: &Scope) -> usize {
    scope.nodes.values().map(Node::short_len).sum()
}

impl Drop for Opening {
    fn drop(&mut self) {
        let mut state = core::mem::replace(
            self.state.get_mut().unwrap_or_else(PoisonError::into_inner),
            OpeningState::new(self.file.lock().current.clone()),
        );
        // A direct root has no transaction to be abandoned: what was written stays. Whoever wants
        // to hear of a failure commits before dropping; the file is latched all the same.
        if self.in_place() && !state.scopes.is_unchanged() {
            let _ = self.commit_root(&mut state, CommitFlags::DEFAULT);
        }
        if let Ok(scope) = state.scopes.scope(ScopeId::ROOT) {
            self.give_back_scope(ScopeId::ROOT, scope);
        }
        self.file.close(self.id, state.scopes.base.number);
    }
}

impl OpeningState {
    fn new(base: Arc<Generation>) -> Self {
        Self { scopes: Scopes::new(base), handles: BTreeMap::new(), short_len: 0, change_count: 0 }
    }

    /// Registers a handle on an element that nobody has open.
    pub(crate) fn register(
        &mut self,
        link: &Arc<HandleLink>,
        opened_from: Option<NodeKey>,
        scope: Option<ScopeId>,
    ) -> Result<()> {
        let key = link.key();
        self.check_closed(key)?;
        self.handles.insert(key, Registered { link: link.clone(), opened_from, scope });
        Ok(())
    }

    /// Whether the element is open: an open one is not opened again, renamed or moved.
    pub(crate) fn check_closed(&self, key: NodeKey) -> Result<()> {
        if self.handles.contains_key(&key) {
            return Err(Error::new(ErrorKind::AccessDenied, "the element is open already"));
        }
        Ok(())
    }

    /// Takes a handle that is being dropped off the register.
    pub(crate) fn deregister(&mut self, link: &Arc<HandleLink>) {
        let key = link.key();
        if self.handles.get(&key).is_some_and(|registered| Arc::ptr_eq(&registered.link, link)) {
            self.handles.remove(&key);
        }
    }

    /// The elements that an element was opened through, nearest first.
    pub(crate) fn opened_through(&self, key: NodeKey) -> impl Iterator<Item = NodeKey> + '_ {
        core::iter::successors(Some(key), |key| self.handles.get(key)?.opened_from).skip(1)
    }

    /// Reverts every handle opened through `storage`, not its own; answers their transactions.
    pub(crate) fn revert_below(&mut self, storage: NodeKey) -> Vec<ScopeId> {
        let below: Vec<NodeKey> = self
            .handles
            .keys()
            .copied()
            .filter(|key| self.opened_through(*key).any(|through| through == storage))
            .collect();
        below.into_iter().filter_map(|key| self.revert_one(key)).collect()
    }

    /// Reverts the handle on `key` and every one opened through it; answers their transactions.
    pub(crate) fn revert_tree(&mut self, key: NodeKey) -> Vec<ScopeId> {
        let mut scopes = self.revert_below(key);
        scopes.extend(self.revert_one(key));
        scopes
    }

    fn revert_one(&mut self, key: NodeKey) -> Option<ScopeId> {
        let registered = self.handles.remove(&key)?;
        registered.link.revert();
        registered.scope
    }

    /// After a commit: new elements have places in the directory now, and handles follow.
    pub(crate) fn rekey(&mut self, new_keys: &BTreeMap<NodeKey, NodeKey>) {
        let renamed = |key: NodeKey| new_keys.get(&key).copied().unwrap_or(key);
        self.handles = core::mem::take(&mut self.handles)
            .into_iter()
            .map(|(key, mut registered)| {
                registered.opened_from = registered.opened_from.map(renamed);
                registered.link.set_key(renamed(key));
                (renamed(key), registered)
            })
            .collect();
    }

    /// Every registered handle.
    pub(crate) fn links(&self) -> impl Iterator<Item = &Arc<HandleLink>> {
        self.handles.values().map(|registered| &registered.link)
    }
}
