//! An open storage: its elements, its attributes, its transaction (`contract/storage.md` 8).
//!
//! A handle is cheap to copy and may be used from many threads. Every operation first does what
//! can be pending or fail, and changes what others see only then. A storage keeps the one it was
//! opened from alive; when that is reverted or destroyed, this one answers `Reverted` for ever.

mod edit;
mod within;

use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::file::{CompoundFile, Settings};
use crate::lock_bytes::LockBytes;
use crate::name::Name;
use crate::open_mode::{CommitFlags, CommitOutcome, OpenMode};
use crate::stat::{ElementKind, Listing, Stat, View, Walk, Walked};
use crate::stream::Stream;
use crate::transaction::handle::HandleLink;
use crate::transaction::node::{Node, NodeKey, StreamData, StreamNode};
use crate::transaction::opening::{Opening, OpeningState};
use crate::transaction::scope::Views;
use crate::transaction::space::ScopeId;

/// An open storage. Copies are the same handle.
#[derive(Debug, Clone)]
pub struct Storage {
    pub(crate) core: Arc<StorageCore>,
}

#[derive(Debug)]
pub(crate) struct StorageCore {
    pub(crate) opening: Arc<Opening>,
    /// The transaction that changes go to.
    pub(crate) scope: ScopeId,
    pub(crate) link: Arc<HandleLink>,
    pub(crate) mode: OpenMode,
    /// Keeps the handle that this one was opened from; `None` for a root.
    pub(crate) parent: Option<Arc<StorageCore>>,
    depth: usize,
}

impl Storage {
    /// Opens the root of a file for reading, permissively and with the default limits.
    ///
    /// # Errors
    ///
    /// As [`CompoundFile::try_open`].
    pub fn try_open(bytes: Arc<dyn LockBytes>) -> Result<Self> {
        CompoundFile::try_open(bytes, Settings::default())?.root(OpenMode::read())
    }

    pub(crate) fn root(opening: Arc<Opening>) -> Self {
        let link = HandleLink::storage(NodeKey::ROOT);
        let mode = opening.mode;
        // A fresh opening has no handles, so the root's place is free.
        let _ = opening.lock().register(&link, None, None);
        let core =
            StorageCore { opening, scope: ScopeId::ROOT, link, mode, parent: None, depth: 0 };
        Self { core: Arc::new(core) }
    }

    /// What is known of this storage.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Pending`], [`ErrorKind::Reverted`], or damage.
    pub fn try_stat(&self) -> Result<Stat> {
        let state = self.lock()?;
        Ok(state.scopes.view(self.core.scope, self.key())?.stat(self.core.mode.reported()))
    }

    /// The elements of this storage, in the order of the directory: shorter names first.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Pending`] naming every part of the directory that is known and missing,
    /// [`ErrorKind::AccessDenied`] without read access, [`ErrorKind::Reverted`]; damage only when
    /// reading strictly.
    pub fn try_list(&self) -> Result<Listing> {
        self.check_readable()?;
        let state = self.lock()?;
        let mut elements = Vec::new();
        let damage = if state.scopes.is_unchanged() {
            // Nobody changed anything: many readers list at once, without the opening's lock.
            let base = state.scopes.base.clone();
            let tree_root = state.scopes.tree_root(self.core.scope, self.key());
            drop(state);
            let tree_root = tree_root.map_err(|error| base.with_whole_directory(error))?;
            base.each_sibling(tree_root, |id, entry| {
                elements.push(View::stored(id, &entry).stat(OpenMode::read()));
            })?
        } else {
            let views = state.scopes.list(self.core.scope, self.key())?;
            elements.extend(views.found.iter().map(|view| view.stat(OpenMode::read())));
            views.damage
        };
        Ok(Listing { elements, damage })
    }

    pub(crate) fn views(&self) -> Result<Views> {
        self.check_readable()?;
        self.lock()?.scopes.list(self.core.scope, self.key())
    }

    /// Everything below this storage, parents before their children.
    ///
    /// # Errors
    ///
    /// As [`try_list`](Self::try_list), and [`ErrorKind::LimitReached`] when storages nest deeper
    /// than [`Limits::storage_depth`](crate::Limits).
    pub fn try_walk(&self) -> Result<Walk> {
        self.check_readable()?;
        let state = self.lock()?;
        let limit = self.core.opening.file.medium.limits.storage_depth;
        let mut walk = Walk::default();
        let mut seen = std::collections::BTreeSet::from([self.key()]);
        let mut open = vec![state.scopes.list(self.core.scope, self.key())?];
        for views in &mut open {
            walk.damage.append(&mut views.damage);
            views.found.reverse();
        }
        while let Some(views) = open.last_mut() {
            let Some(view) = views.found.pop() else {
                open.pop();
                continue;
            };
            let depth = open.len() - 1;
            walk.elements.push(Walked { depth, stat: view.stat(OpenMode::read()) });
            if view.kind != ElementKind::Storage {
                continue;
            }
            if !seen.insert(view.key) {
                walk.damage.push(Error::corrupt(crate::rule::Rule::TreeCycle, 0));
                continue;
            }
            if depth + 1 >= limit {
                return Err(Error::new(ErrorKind::LimitReached, "storages nest too deep")
                    .with_element(view.attributes.name.to_string()));
            }
            let mut below = state.scopes.list(self.core.scope, view.key)?;
            walk.damage.append(&mut below.damage);
            below.found.reverse();
            open.push(below);
        }
        Ok(walk)
    }

    /// The element of that name, `None` when there is none. Case does not count.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Pending`], [`ErrorKind::Reverted`], or damage.
    pub fn try_find(&self, name: &Name) -> Result<Option<Stat>> {
        self.check_readable()?;
        Ok(self.find(name)?.map(|view| view.stat(OpenMode::read())))
    }

    fn find(&self, name: &Name) -> Result<Option<View>> {
        let state = self.lock()?;
        state.scopes.find_child(self.core.scope, self.key(), name)
    }

    fn existing(state: &OpeningState, core: &StorageCore, name: &Name) -> Result<View> {
        state.scopes.find_child(core.scope, core.link.key(), name)?.ok_or_else(|| {
            Error::new(ErrorKind::NotFound, "no such element").with_element(name.to_string())
        })
    }

    /// Opens a stream of this storage.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`], [`ErrorKind::AccessDenied`] when it is open already,
    /// [`ErrorKind::InvalidFlag`] for modes that a stream or this storage does not allow,
    /// [`ErrorKind::Pending`], [`ErrorKind::Reverted`], or damage.
    pub fn try_open_stream(&self, name: &Name, mode: OpenMode) -> Result<Stream> {
        self.core.link.check()?;
        mode.check_open_stream(self.core.mode)?;
        let mut state = self.lock()?;
        let view = Self::existing(&state, &self.core, name)?;
        if view.kind != ElementKind::Stream {
            return Err(not_found(name, "the element is a storage, not a stream"));
        }
        let unchanged = match state.scopes.find(self.core.scope, view.key) {
            Some(Node::Stream(StreamNode { data: StreamData::Stored, .. })) | None => {
                Some(state.scopes.stored_stream(view.key)?)
            }
            Some(_) => None,
        };
        let opening_mode = self.core.opening.mode;
        let link = match unchanged {
            Some(stored) if !opening_mode.can_change() => {
                HandleLink::fixed_stream(view.key, stored)
            }
            unchanged => HandleLink::stream(view.key, unchanged),
        };
        state.register(&link, Some(self.key()), None)?;
        drop(state);
        Ok(Stream::new(self.core.clone(), link, mode))
    }

    /// Opens a storage of this storage; with [`OpenMode::TRANSACTED`] as a transaction of its own.
    ///
    /// # Errors
    ///
    /// As [`try_open_stream`](Self::try_open_stream).
    pub fn try_open_storage(&self, name: &Name, mode: OpenMode) -> Result<Self> {
        self.core.link.check()?;
        mode.check_open_storage(self.core.mode)?;
        let mut state = self.lock()?;
        let view = Self::existing(&state, &self.core, name)?;
        if view.kind != ElementKind::Storage {
            return Err(not_found(name, "the element is a stream, not a storage"));
        }
        self.opened(&mut state, view.key, mode)
    }

    /// Makes the handle of a storage below this one.
    fn opened(&self, state: &mut OpeningState, key: NodeKey, mode: OpenMode) -> Result<Self> {
        self.check_depth()?;
        state.check_closed(key)?;
        let nested = mode.is_transacted().then(|| state.scopes.nest(self.core.scope));
        let link = HandleLink::storage(key);
        state.register(&link, Some(self.key()), nested)?;
        let core = StorageCore {
            opening: self.core.opening.clone(),
            scope: nested.unwrap_or(self.core.scope),
            link,
            mode,
            parent: Some(self.core.clone()),
            depth: self.core.depth + 1,
        };
        Ok(Self { core: Arc::new(core) })
    }

    /// Publishes the changes of a transacted storage to its parent, those of a root to the file.
    /// For a direct storage below the root this does nothing: its changes are its parent's.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotCurrent`] with [`CommitFlags::ONLY_IF_CURRENT`] when another root
    /// committed since, [`ErrorKind::AccessDenied`] without write access,
    /// [`ErrorKind::MediumFull`], [`ErrorKind::Reverted`]. After a failed write the file is
    /// latched: the old version is what the file holds.
    pub fn try_commit(&self, flags: CommitFlags) -> Result<CommitOutcome> {
        flags.check()?;
        let mut state = self.lock()?;
        if !self.core.mode.can_write() {
            if self.core.mode.is_transacted() {
                return Err(Error::new(
                    ErrorKind::AccessDenied,
                    "the storage was opened for reading",
                ));
            }
            return Ok(CommitOutcome::Committed);
        }
        match &self.core.parent {
            None => self.core.opening.commit_root(&mut state, flags),
            Some(parent) if parent.scope != self.core.scope => {
                self.core.opening.commit_scope(&mut state, self.core.scope)?;
                Ok(CommitOutcome::Committed)
            }
            Some(_) => Ok(CommitOutcome::Committed),
        }
    }

    /// Forgets the uncommitted changes of a transacted storage; everything opened from it answers
    /// `Reverted` from now on. For a direct storage this does nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Reverted`].
    pub fn try_revert(&self) -> Result<()> {
        let mut state = self.lock()?;
        if self.core.mode.is_transacted() {
            self.core.opening.revert_scope(&mut state, self.core.scope, self.key());
        }
        Ok(())
    }

    /// How often anything was changed in the opening so far.
    pub(crate) fn change_count(&self) -> Result<u64> {
        Ok(self.lock()?.change_count)
    }

    pub(crate) fn key(&self) -> NodeKey {
        self.core.link.key()
    }

    /// The opening's state, if this handle is still good.
    pub(crate) fn lock(&self) -> Result<std::sync::MutexGuard<'_, OpeningState>> {
        let state = self.core.opening.lock();
        self.core.link.check()?;
        Ok(state)
    }

    /// The opening's state, if this storage may be changed. A transacted storage may be even
    /// without write access; it is its commit that fails (`contract/storage.md` 8).
    pub(crate) fn changing(&self) -> Result<std::sync::MutexGuard<'_, OpeningState>> {
        let mut state = self.lock()?;
        self.check_changeable()?;
        self.core.opening.file.check_latch()?;
        state.change_count += 1;
        Ok(state)
    }

    /// Whether a storage below this one is not too deep.
    pub(crate) fn check_depth(&self) -> Result<()> {
        if self.core.depth + 1 >= self.core.opening.file.medium.limits.storage_depth {
            return Err(Error::new(ErrorKind::LimitReached, "storages nest too deep"));
        }
        Ok(())
    }

    pub(crate) fn is_changeable(&self) -> bool {
        self.core.mode.can_write() || self.core.mode.is_transacted()
    }

    pub(crate) fn check_changeable(&self) -> Result<()> {
        if self.is_changeable() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::AccessDenied, "the storage was opened for reading"))
    }

    fn check_readable(&self) -> Result<()> {
        if self.core.mode.can_read() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::AccessDenied, "the storage was opened for writing only"))
    }
}

fn not_found(name: &Name, text: &'static str) -> Error {
    Error::new(ErrorKind::NotFound, text).with_element(name.to_string())
}

impl Drop for StorageCore {
    fn drop(&mut self) {
        let mut state = self.opening.lock();
        state.deregister(&self.link);
        let nested = self.parent.as_ref().is_some_and(|parent| parent.scope != self.scope);
        if nested {
            self.opening.drop_scope(&mut state, self.scope);
        }
    }
}
