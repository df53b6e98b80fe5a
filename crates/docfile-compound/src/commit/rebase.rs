//! After a commit: the opening's scopes and handles go over to the new generation.
//!
//! The root scope begins anew without changes. Nested transactions keep theirs, which were made
//! over what the root scope held: what that has become part of the generation is taken out of
//! them, so that they say how they differ from what is stored now.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::Result;
use crate::generation::Generation;
use crate::sector::EntryId;
use crate::stored_stream::{Placement, StoredStream};
use crate::transaction::node::{Children, Node, NodeKey, StreamData};
use crate::transaction::opening::{Opening, OpeningState};
use crate::transaction::scope::Scope;
use crate::transaction::space::ScopeId;

pub(super) fn rebase(
    opening: &Opening,
    state: &mut OpeningState,
    before: &Generation,
    generation: &Arc<Generation>,
    new_keys: &BTreeMap<NodeKey, NodeKey>,
) -> Result<()> {
    let renamed = |key: NodeKey| new_keys.get(&key).copied().unwrap_or(key);
    let committed = core::mem::take(&mut state.scopes.scope_mut(ScopeId::ROOT)?.nodes);
    state.scopes.scope_mut(ScopeId::ROOT)?.destroyed.clear();
    let committed: BTreeMap<NodeKey, Node> =
        committed.into_iter().map(|(key, node)| (renamed(key), node)).collect();
    state.scopes.base = generation.clone();
    for (id, scope) in state.scopes.nested_mut() {
        rebase_scope(opening, id, scope, before, generation, &committed, &renamed)?;
    }
    state.short_len = state.scopes.short_len();
    state.rekey(new_keys);
    for link in state.links().filter(|link| link.is_stream) {
        let key = link.key();
        let unchanged = match state.scopes.is_changed(key) {
            true => None,
            false => state.scopes.stored_stream(key).ok(),
        };
        link.set_unchanged(unchanged);
    }
    Ok(())
}

fn rebase_scope(
    opening: &Opening,
    scope_id: ScopeId,
    scope: &mut Scope,
    before: &Generation,
    generation: &Arc<Generation>,
    committed: &BTreeMap<NodeKey, Node>,
    renamed: &impl Fn(NodeKey) -> NodeKey,
) -> Result<()> {
    scope.destroyed.iter_mut().for_each(|key| *key = renamed(*key));
    let nodes = core::mem::take(&mut scope.nodes);
    for (key, mut node) in nodes {
        let key = renamed(key);
        match (&mut node, key) {
            (Node::Storage(storage), NodeKey::Stored(id)) => {
                let before = match committed.get(&key) {
                    Some(Node::Storage(before)) => Some(&before.children),
                    _ => None,
                };
                storage.children =
                    rebase_children(&storage.children, before, renamed, generation, id)?;
            }
            (Node::Storage(storage), NodeKey::New(_)) => {
                storage.children.added.values_mut().for_each(|key| *key = renamed(*key));
            }
            (Node::Stream(stream), NodeKey::Stored(id)) => {
                rebase_stream(opening, scope_id, &mut stream.data, before, generation, id)?;
            }
            (Node::Stream(_), NodeKey::New(_)) => {}
        }
        scope.nodes.insert(key, node);
    }
    Ok(())
}

fn rebase_stream(
    opening: &Opening,
    scope_id: ScopeId,
    data: &mut StreamData,
    before: &Generation,
    generation: &Arc<Generation>,
    id: EntryId,
) -> Result<()> {
    let StreamData::Long(content) = data else { return Ok(()) };
    let stored = StoredStream::new(generation.clone(), &generation.entry(id)?, 0);
    let nested = |owner| owner != ScopeId::ROOT;
    if stored.placement == Placement::MiniSectors {
        if !content.is_covered_by(nested) {
            // The commit moved the bytes that the nested transaction shares into the mini stream.
            // The sectors they lay in are free, and nobody has written there yet.
            *content = content.copied(&opening.space(before, scope_id))?;
        }
        content.detach();
        return Ok(());
    }
    let total = generation.medium.sector_size.sectors_for(stored.len);
    let total = u32::try_from(total).unwrap_or(u32::MAX);
    content.rebase(stored.chain, total, nested);
    Ok(())
}

/// How a nested transaction's storage differs from the stored one, given how the committed form
/// differed from what was stored before.
fn rebase_children(
    nested: &Children,
    committed: Option<&Children>,
    renamed: &impl Fn(NodeKey) -> NodeKey,
    generation: &Generation,
    id: EntryId,
) -> Result<Children> {
    let tree_root = if id == EntryId::ROOT {
        generation.root_entry()?.child
    } else {
        generation.entry(id)?.child
    };
    let mut children = Children::stored(tree_root);
    let nothing = Children::stored(tree_root);
    let committed = committed.unwrap_or(&nothing);
    for (name, key) in &nested.added {
        if committed.added.get(name).copied() != Some(*key) {
            children.added.insert(*name, renamed(*key));
        }
    }
    children.removed.extend(nested.removed.difference(&committed.removed));
    for (name, key) in &committed.added {
        if nested.added.get(name).copied() != Some(*key)
            && let NodeKey::Stored(id) = renamed(*key)
        {
            children.removed.insert(id);
        }
    }
    Ok(children)
}
