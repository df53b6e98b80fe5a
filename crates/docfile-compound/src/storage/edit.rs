//! Changing a storage: its elements and its attributes.
//!
//! Each operation first finds everything it needs, which may be pending or refused, and changes
//! the transaction only then.

use crate::error::{Error, ErrorKind, Result};
use crate::file_time::FileTime;
use crate::guid::Guid;
use crate::name::Name;
use crate::open_mode::OpenMode;
use crate::stat::{ElementKind, View};
use crate::storage::Storage;
use crate::stream::Stream;
use crate::transaction::handle::HandleLink;
use crate::transaction::node::{
    Attributes, Children, Node, NodeKey, StorageNode, StreamData, StreamNode,
};
use crate::transaction::opening::OpeningState;
use crate::transaction::space::ScopeId;

impl Storage {
    /// Creates an empty stream and opens it. With [`OpenMode::CREATE`] an element of that name
    /// is replaced; handles on it are reverted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AlreadyExists`], [`ErrorKind::InvalidName`], [`ErrorKind::AccessDenied`] when
    /// this storage cannot be changed, [`ErrorKind::InvalidFlag`], [`ErrorKind::Pending`],
    /// [`ErrorKind::Reverted`].
    pub fn try_create_stream(&self, name: &Name, mode: OpenMode) -> Result<Stream> {
        self.core.link.check()?;
        mode.check_create_stream(self.core.mode)?;
        self.put_stream(name, mode)
    }

    pub(crate) fn put_stream(&self, name: &Name, mode: OpenMode) -> Result<Stream> {
        let mut state = self.changing()?;
        let node = Node::Stream(StreamNode {
            attributes: Attributes::new(*name),
            data: StreamData::Short(Vec::new()),
        });
        let key = self.create(&mut state, name, mode, node)?;
        let link = HandleLink::stream(key, None);
        state.register(&link, Some(self.key()), None)?;
        drop(state);
        Ok(Stream::new(self.core.clone(), link, mode))
    }

    /// Creates an empty storage and opens it.
    ///
    /// # Errors
    ///
    /// As [`try_create_stream`](Self::try_create_stream).
    pub fn try_create_storage(&self, name: &Name, mode: OpenMode) -> Result<Self> {
        self.core.link.check()?;
        mode.check_create_storage(self.core.mode)?;
        if !self.is_changeable() && self.try_find(name)?.is_some() {
            // `contract/storage.md` 8: a storage opened for reading refuses a taken name as such.
            return Err(exists(name));
        }
        self.put_storage(name, mode)
    }

    pub(crate) fn put_storage(&self, name: &Name, mode: OpenMode) -> Result<Self> {
        self.check_depth()?;
        let mut state = self.changing()?;
        let node = Node::Storage(StorageNode {
            attributes: Attributes::new(*name),
            children: Children::stored(crate::sector::NO_STREAM),
        });
        let key = self.create(&mut state, name, mode, node)?;
        self.opened(&mut state, key, mode)
    }

    /// Puts a new element under a name that is free, or is made free.
    fn create(
        &self,
        state: &mut OpeningState,
        name: &Name,
        mode: OpenMode,
        node: Node,
    ) -> Result<NodeKey> {
        name.check_creatable()?;
        if let Some(existing) = state.scopes.find_child(self.core.scope, self.key(), name)? {
            if !mode.replaces() {
                return Err(exists(name));
            }
            self.destroy(state, &existing)?;
        }
        state.scopes.storage_mut(self.core.scope, self.key())?;
        let key = state.scopes.new_key();
        state.scopes.scope_mut(self.core.scope)?.nodes.insert(key, node);
        state.scopes.storage_mut(self.core.scope, self.key())?.children.insert(*name, key);
        Ok(key)
    }

    /// Removes an element and everything below it; handles on them are reverted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`], [`ErrorKind::AccessDenied`], [`ErrorKind::Pending`],
    /// [`ErrorKind::Reverted`].
    pub fn try_destroy(&self, name: &Name) -> Result<()> {
        let mut state = self.changing()?;
        let view = Self::existing(&state, &self.core, name)?;
        self.destroy(&mut state, &view)
    }

    fn destroy(&self, state: &mut OpeningState, view: &View) -> Result<()> {
        // Everything below is found before anything is changed.
        let doomed = subtree(state, self.core.scope, view.key)?;
        state.scopes.storage_mut(self.core.scope, self.key())?;
        self.core.opening.await_readers();
        for nested in state.revert_tree(view.key) {
            self.core.opening.drop_scope(state, nested);
        }
        let name = view.attributes.name;
        state.scopes.storage_mut(self.core.scope, self.key())?.children.remove(&name, view.key);
        let base = state.scopes.base.clone();
        for key in doomed {
            let scope = state.scopes.scope_mut(self.core.scope)?;
            let node = scope.nodes.remove(&key);
            scope.destroyed.push(key);
            let Some(mut node) = node else { continue };
            state.short_len = state.short_len.saturating_sub(node.short_len());
            if let Node::Stream(StreamNode { data: StreamData::Long(content), .. }) = &mut node {
                content.truncate(&self.core.opening.space(&base, self.core.scope), 0);
            }
        }
        Ok(())
    }

    /// Gives an element another name. It must be closed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`], [`ErrorKind::AlreadyExists`], [`ErrorKind::InvalidName`],
    /// [`ErrorKind::AccessDenied`] when it is open, [`ErrorKind::Pending`],
    /// [`ErrorKind::Reverted`].
    pub fn try_rename(&self, old: &Name, new: &Name) -> Result<()> {
        new.check_creatable()?;
        let mut state = self.changing()?;
        let view = Self::existing(&state, &self.core, old)?;
        state.check_closed(view.key)?;
        // A name that differs in case only is the element's own.
        if old.compare(new).is_ne()
            && state.scopes.find_child(self.core.scope, self.key(), new)?.is_some()
        {
            return Err(exists(new));
        }
        state.scopes.storage_mut(self.core.scope, self.key())?;
        state.scopes.node_mut(self.core.scope, view.key)?.attributes_mut().name = *new;
        let children = &mut state.scopes.storage_mut(self.core.scope, self.key())?.children;
        children.remove(&view.attributes.name, view.key);
        children.insert(*new, view.key);
        Ok(())
    }

    /// Sets the class id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AccessDenied`], [`ErrorKind::Pending`], [`ErrorKind::Reverted`].
    pub fn try_set_class_id(&self, class_id: Guid) -> Result<()> {
        let mut state = self.changing()?;
        state.scopes.storage_mut(self.core.scope, self.key())?.attributes.class_id = class_id;
        Ok(())
    }

    /// Sets the state bits that `mask` selects to those of `bits`.
    ///
    /// # Errors
    ///
    /// As [`try_set_class_id`](Self::try_set_class_id).
    pub fn try_set_state_bits(&self, bits: u32, mask: u32) -> Result<()> {
        let mut state = self.changing()?;
        let attributes = &mut state.scopes.storage_mut(self.core.scope, self.key())?.attributes;
        attributes.state_bits = attributes.state_bits & !mask | bits & mask;
        Ok(())
    }

    /// Sets times: of this storage, or of the storage named. Streams have no times; for them this
    /// does nothing. The root has no creation time ([MS-CFB] 2.6.2).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`], and as [`try_set_class_id`](Self::try_set_class_id).
    pub fn try_set_times(
        &self,
        name: Option<&Name>,
        created: Option<FileTime>,
        modified: Option<FileTime>,
    ) -> Result<()> {
        let mut state = self.changing()?;
        let key = match name {
            None => self.key(),
            Some(name) => {
                let view = Self::existing(&state, &self.core, name)?;
                if view.kind == ElementKind::Stream {
                    return Ok(());
                }
                view.key
            }
        };
        let attributes = &mut state.scopes.storage_mut(self.core.scope, key)?.attributes;
        if let Some(created) = created.filter(|_| key != NodeKey::ROOT) {
            attributes.created = created;
        }
        if let Some(modified) = modified {
            attributes.modified = modified;
        }
        Ok(())
    }
}

/// Every element from `key` down, itself included.
fn subtree(state: &OpeningState, scope: ScopeId, key: NodeKey) -> Result<Vec<NodeKey>> {
    let mut found = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    let mut open = vec![state.scopes.view(scope, key)?];
    while let Some(view) = open.pop() {
        if !seen.insert(view.key) {
            continue;
        }
        found.push(view.key);
        if view.kind == ElementKind::Storage {
            open.extend(state.scopes.list(scope, view.key)?.found);
        }
    }
    Ok(found)
}

fn exists(name: &Name) -> Error {
    Error::new(ErrorKind::AlreadyExists, "an element of that name exists")
        .with_element(name.to_string())
}
