//! The trees of siblings of the generation that a commit makes ([MS-CFB] 2.6.4).
//!
//! A few changes to a large storage are made in its tree, entry by entry; where the stored tree
//! breaks the rules of [MS-CFB], or most of it changes, a balanced one is built anew. Removing
//! goes by the stored names and adding by the new ones, so elements that are renamed are taken
//! out before names change and put in after.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::commit::directory_editor::DirectoryEditor;
use crate::directory::tree;
use crate::error::Result;
use crate::generation::Generation;
use crate::sector::{EntryId, NO_STREAM};
use crate::transaction::node::{Children, Node, NodeKey};
use crate::transaction::opening::OpeningState;
use crate::transaction::scope::Scope;
use crate::transaction::space::ScopeId;

fn by_name(entries: &mut DirectoryEditor<'_>, a: u32, b: u32) -> Result<Ordering> {
    Ok(entries.entry(EntryId(a))?.name.compare(&entries.entry(EntryId(b))?.name))
}

/// Takes removed elements out of the trees that will be changed in place, and cuts the others off
/// to be built anew.
pub(super) fn unlink_removed(
    entries: &mut DirectoryEditor<'_>,
    base: &Generation,
    scope: &Scope,
) -> Result<()> {
    for (key, node) in &scope.nodes {
        let (NodeKey::Stored(id), Node::Storage(storage)) = (key, node) else { continue };
        let children = &storage.children;
        if !children.is_changed() || children.tree_root == NO_STREAM {
            continue;
        }
        let mut root = NO_STREAM;
        if may_edit_in_place(entries, base, children)? {
            root = children.tree_root;
            for removed in &children.removed {
                root = tree::remove(entries, root, removed.0, |_, a, b| stored_order(base, a, b))?;
            }
        }
        entries.change(*id, |entry| entry.child = root)?;
    }
    Ok(())
}

/// The order of the stored names.
fn stored_order(base: &Generation, a: u32, b: u32) -> Result<Ordering> {
    Ok(base.entry(EntryId(a))?.name.compare(&base.entry(EntryId(b))?.name))
}

/// Whether the stored tree keeps the rules and changes little.
fn may_edit_in_place(
    entries: &mut DirectoryEditor<'_>,
    base: &Generation,
    children: &Children,
) -> Result<bool> {
    let bound = entries.base_count();
    let verified =
        tree::verify(entries, children.tree_root, |_, a, b| stored_order(base, a, b), bound);
    let verified = match verified {
        Ok(verified) => verified,
        Err(error) if error.is_pending() => return Err(error),
        Err(_) => return Ok(false),
    };
    let changes = children.added.len() + children.removed.len();
    let depth = usize::try_from((verified.reached.len() + 2).ilog2()).unwrap_or(0);
    Ok(verified.breaches.is_empty() && changes.saturating_mul(2 * depth) < verified.reached.len())
}

/// Puts added elements into the trees, and builds those that were cut off.
pub(super) fn link_added(
    entries: &mut DirectoryEditor<'_>,
    base: &Generation,
    state: &OpeningState,
    new_keys: &BTreeMap<NodeKey, NodeKey>,
) -> Result<()> {
    let place_of = |key: NodeKey| match new_keys.get(&key).copied().unwrap_or(key) {
        NodeKey::Stored(id) => id.0,
        NodeKey::New(_) => NO_STREAM,
    };
    let scope = state.scopes.scope(ScopeId::ROOT)?;
    for (key, node) in &scope.nodes {
        let Node::Storage(storage) = node else { continue };
        let children = &storage.children;
        if !children.is_changed() {
            continue;
        }
        let id = EntryId(place_of(*key));
        let kept = entries.entry(id)?.child;
        let root = if kept == NO_STREAM {
            let ids = final_order(entries, base, children, place_of)?;
            tree::build(entries, &ids)?
        } else {
            let mut root = kept;
            for added in children.added.values() {
                root = tree::insert(entries, root, place_of(*added), by_name)?;
            }
            root
        };
        entries.change(id, |entry| entry.child = root)?;
    }
    Ok(())
}

/// Every element of a storage, in the order of its name as it will be.
fn final_order(
    entries: &DirectoryEditor<'_>,
    base: &Generation,
    children: &Children,
    place_of: impl Fn(NodeKey) -> u32,
) -> Result<Vec<u32>> {
    let mut ids: Vec<u32> = children.added.values().map(|key| place_of(*key)).collect();
    let stored = base.siblings(children.tree_root)?;
    if stored.found.is_empty() {
        return Ok(ids);
    }
    let added: BTreeSet<u32> = ids.iter().copied().collect();
    ids.extend(
        stored
            .found
            .iter()
            .map(|(id, _)| *id)
            .filter(|id| !children.removed.contains(id) && !added.contains(&id.0))
            .map(|id| id.0),
    );
    let mut named = Vec::with_capacity(ids.len());
    for id in ids {
        named.push((entries.entry(EntryId(id))?.name, id));
    }
    named.sort_by(|(a, _), (b, _)| a.compare(b));
    Ok(named.into_iter().map(|(_, id)| id).collect())
}
