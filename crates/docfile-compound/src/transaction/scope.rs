//! Transactions within one opening, and what an element looks like from inside one of them.
//!
//! Each transacted storage is a scope of its own over that of its parent. A lookup goes from the
//! innermost scope outwards and ends at the generation; a change is made in the innermost scope
//! only. Committing a scope moves its nodes into its parent; reverting forgets them. A change
//! happens only after everything that can be pending is done.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::directory::siblings::Siblings;
use crate::error::{Error, ErrorKind, Result};
use crate::generation::Generation;
use crate::name::Name;
use crate::sector::{EntryId, NO_STREAM};
use crate::stat::{ElementKind, View};
use crate::stored_stream::StoredStream;
use crate::transaction::node::{
    Attributes, Children, NameKey, Node, NodeKey, StorageNode, StreamData, StreamNode,
};
use crate::transaction::space::ScopeId;

#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) parent: Option<ScopeId>,
    pub(crate) nodes: BTreeMap<NodeKey, Node>,
    /// Elements, of the generation or of enclosing scopes, that no longer exist.
    pub(crate) destroyed: Vec<NodeKey>,
}

/// All scopes of an opening, over the generation that it sees.
#[derive(Debug)]
pub(crate) struct Scopes {
    pub(crate) base: Arc<Generation>,
    scopes: BTreeMap<ScopeId, Scope>,
    next_scope: u32,
    next_new: u32,
}

/// The elements of a storage in name order, and what was damaged on the way.
#[derive(Debug)]
pub(crate) struct Views {
    pub(crate) found: Vec<View>,
    pub(crate) damage: Vec<Error>,
}

impl Scopes {
    pub(crate) fn new(base: Arc<Generation>) -> Self {
        let root = Scope { parent: None, nodes: BTreeMap::new(), destroyed: Vec::new() };
        Self { base, scopes: BTreeMap::from([(ScopeId::ROOT, root)]), next_scope: 1, next_new: 0 }
    }

    /// Opens a transaction within `parent`.
    pub(crate) fn nest(&mut self, parent: ScopeId) -> ScopeId {
        let id = ScopeId(self.next_scope);
        self.next_scope += 1;
        let scope = Scope { parent: Some(parent), nodes: BTreeMap::new(), destroyed: Vec::new() };
        self.scopes.insert(id, scope);
        id
    }

    pub(crate) fn scope_mut(&mut self, id: ScopeId) -> Result<&mut Scope> {
        self.scopes.get_mut(&id).ok_or_else(gone)
    }

    pub(crate) fn scope(&self, id: ScopeId) -> Result<&Scope> {
        self.scopes.get(&id).ok_or_else(gone)
    }

    pub(crate) fn remove(&mut self, id: ScopeId) -> Option<Scope> {
        self.scopes.remove(&id)
    }

    /// The scopes within the root's.
    pub(crate) fn nested_mut(&mut self) -> impl Iterator<Item = (ScopeId, &mut Scope)> {
        let scopes = self.scopes.iter_mut().map(|(id, scope)| (*id, scope));
        scopes.filter(|(id, _)| *id != ScopeId::ROOT)
    }

    /// Whether any scope has changed the element.
    pub(crate) fn is_changed(&self, key: NodeKey) -> bool {
        self.scopes.values().any(|scope| scope.nodes.contains_key(&key))
    }

    /// Bytes of short streams that all scopes keep in memory.
    pub(crate) fn short_len(&self) -> usize {
        let nodes = self.scopes.values().flat_map(|scope| scope.nodes.values());
        nodes.map(Node::short_len).sum()
    }

    /// A key for an element that is being made.
    pub(crate) fn new_key(&mut self) -> NodeKey {
        let key = NodeKey::New(self.next_new);
        self.next_new += 1;
        key
    }

    /// Whether no scope has changed anything.
    pub(crate) fn is_unchanged(&self) -> bool {
        self.scopes.values().all(|scope| scope.nodes.is_empty())
    }

    /// The node of an element as `scope` sees it, if anybody from there outwards changed it.
    pub(crate) fn find(&self, scope: ScopeId, key: NodeKey) -> Option<&Node> {
        let mut next = Some(scope);
        while let Some(scope) = next.and_then(|id| self.scopes.get(&id)) {
            if let Some(node) = scope.nodes.get(&key) {
                return Some(node);
            }
            next = scope.parent;
        }
        None
    }

    /// The node of an element in `scope` itself, made from what the scope sees when there is none.
    pub(crate) fn node_mut(&mut self, scope: ScopeId, key: NodeKey) -> Result<&mut Node> {
        if !self.scope(scope)?.nodes.contains_key(&key) {
            let node = match self.find(scope, key) {
                Some(node) => node.clone(),
                None => self.stored_node(key)?,
            };
            self.scope_mut(scope)?.nodes.insert(key, node);
        }
        self.scope_mut(scope)?.nodes.get_mut(&key).ok_or_else(gone)
    }

    pub(crate) fn storage_mut(&mut self, scope: ScopeId, key: NodeKey) -> Result<&mut StorageNode> {
        match self.node_mut(scope, key)? {
            Node::Storage(storage) => Ok(storage),
            Node::Stream(_) => Err(gone()),
        }
    }

    pub(crate) fn stream_mut(&mut self, scope: ScopeId, key: NodeKey) -> Result<&mut StreamNode> {
        match self.node_mut(scope, key)? {
            Node::Stream(stream) => Ok(stream),
            Node::Storage(_) => Err(gone()),
        }
    }

    /// An element of the generation, as a node that changes nothing yet.
    fn stored_node(&self, key: NodeKey) -> Result<Node> {
        let NodeKey::Stored(id) = key else { return Err(gone()) };
        let entry = self.stored_entry(id)?;
        let attributes = Attributes::stored(&entry);
        Ok(if entry.is_storage() {
            Node::Storage(StorageNode { attributes, children: Children::stored(entry.child) })
        } else {
            Node::Stream(StreamNode { attributes, data: StreamData::Stored })
        })
    }

    fn stored_entry(&self, id: EntryId) -> Result<crate::directory::entry::DirectoryEntry> {
        if id == EntryId::ROOT { self.base.root_entry() } else { self.base.entry(id) }
    }

    /// The stored bytes of an element of the generation.
    pub(crate) fn stored_stream(&self, key: NodeKey) -> Result<StoredStream> {
        let NodeKey::Stored(id) = key else { return Err(gone()) };
        let entry = self.base.entry(id)?;
        let offset = self.base.entry_offset(id)?;
        Ok(StoredStream::new(self.base.clone(), &entry, offset))
    }

    /// What `scope` sees of an element.
    pub(crate) fn view(&self, scope: ScopeId, key: NodeKey) -> Result<View> {
        let Some(node) = self.find(scope, key) else {
            let NodeKey::Stored(id) = key else { return Err(gone()) };
            return Ok(View::stored(id, &self.stored_entry(id)?));
        };
        let (kind, attributes, len) = match node {
            Node::Storage(storage) => (ElementKind::Storage, &storage.attributes, 0),
            Node::Stream(stream) => {
                let len = match &stream.data {
                    StreamData::Stored => match key {
                        NodeKey::Stored(id) => self.base.entry(id)?.len,
                        NodeKey::New(_) => 0,
                    },
                    StreamData::Short(bytes) => bytes.len() as u64,
                    StreamData::Long(content) => content.len(),
                };
                (ElementKind::Stream, &stream.attributes, len)
            }
        };
        Ok(View { key, kind, attributes: attributes.clone(), len })
    }

    /// How the elements of a storage differ from a stored tree, and that tree's root.
    fn children(&self, scope: ScopeId, storage: NodeKey) -> Result<(u32, Option<&Children>)> {
        match (self.find(scope, storage), storage) {
            (Some(Node::Storage(node)), _) => Ok((node.children.tree_root, Some(&node.children))),
            (Some(Node::Stream(_)), _) => Err(gone()),
            (None, NodeKey::Stored(id)) => Ok((self.stored_entry(id)?.child, None)),
            (None, NodeKey::New(_)) => Err(gone()),
        }
    }

    /// The root of the stored tree of a storage's elements.
    pub(crate) fn tree_root(&self, scope: ScopeId, storage: NodeKey) -> Result<u32> {
        self.children(scope, storage).map(|(tree_root, _)| tree_root)
    }

    /// The element of that name in a storage.
    pub(crate) fn find_child(
        &self,
        scope: ScopeId,
        storage: NodeKey,
        name: &Name,
    ) -> Result<Option<View>> {
        let (tree_root, children) = self.children(scope, storage)?;
        if let Some(key) = children.and_then(|children| children.added.get(&NameKey(*name))) {
            return self.view(scope, *key).map(Some);
        }
        if tree_root == NO_STREAM {
            return Ok(None);
        }
        let Some((id, entry)) = self.base.find_sibling(tree_root, name)? else { return Ok(None) };
        if children.is_some_and(|children| children.removed.contains(&id)) {
            return Ok(None);
        }
        match self.find(scope, NodeKey::Stored(id)) {
            Some(_) => self.view(scope, NodeKey::Stored(id)).map(Some),
            None => Ok(Some(View::stored(id, &entry))),
        }
    }

    /// Every element of a storage, in name order.
    pub(crate) fn list(&self, scope: ScopeId, storage: NodeKey) -> Result<Views> {
        let (tree_root, children) =
            self.children(scope, storage).map_err(|error| self.base.with_whole_directory(error))?;
        let stored = self.base.siblings(tree_root)?;
        match children {
            Some(children) => self.merge(scope, stored, children),
            None if self.is_unchanged() => Ok(Views::stored(stored)),
            None => self.merge(scope, stored, &Children::stored(tree_root)),
        }
    }

    /// Merges the stored elements with the added ones; both come in name order.
    fn merge(&self, scope: ScopeId, stored: Siblings, children: &Children) -> Result<Views> {
        let mut found = Vec::with_capacity(stored.found.len() + children.added.len());
        let mut added = children.added.iter().peekable();
        for (id, entry) in stored.found {
            if children.removed.contains(&id) {
                continue;
            }
            while let Some((_, key)) =
                added.next_if(|(name, _)| name.0.compare(&entry.name).is_lt())
            {
                found.push(self.view(scope, *key)?);
            }
            found.push(match self.find(scope, NodeKey::Stored(id)) {
                Some(_) => self.view(scope, NodeKey::Stored(id))?,
                None => View::stored(id, &entry),
            });
        }
        for (_, key) in added {
            found.push(self.view(scope, *key)?);
        }
        Ok(Views { found, damage: stored.damage })
    }
}

impl Views {
    pub(crate) fn stored(siblings: Siblings) -> Self {
        let found = siblings.found.iter().map(|(id, entry)| View::stored(*id, entry)).collect();
        Self { found, damage: siblings.damage }
    }
}

/// An element that the registry of handles says is there is not: it was reverted meanwhile.
fn gone() -> Error {
    Error::new(ErrorKind::Reverted, "the element no longer exists in this transaction")
}
