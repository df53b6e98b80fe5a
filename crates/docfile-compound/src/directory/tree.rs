//! The red-black tree that orders the elements of one storage ([MS-CFB] 2.6.4), as algorithms
//! over any store of nodes by entry number.
//!
//! Invariant: an edit reads all it needs before it writes anything, so one that meets missing
//! bytes has changed nothing. An entry number is an identity: edits relink nodes and never move
//! what a node describes to another number. Trees that break the rules of colour or order stay
//! usable: an edit of such a tree ends, keeps every other element reachable, and may leave the
//! rules broken. Nothing here knows names, sectors or which storage owns the tree.

mod remove;
mod verify;

use core::cmp::Ordering;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::directory::entry::Color;
use crate::error::{Error, ErrorKind, Result};
use crate::rule::Rule;
use crate::sector::NO_STREAM;

pub(crate) use remove::remove;
pub(crate) use verify::{Breach, verify, verify_unseen};

/// What the tree keeps in an entry. `left` and `right` are entry numbers, or `NO_STREAM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) left: u32,
    pub(crate) right: u32,
    pub(crate) color: Color,
}

/// Where nodes are kept.
pub(crate) trait NodeStore {
    /// The node of entry `id`. Fails when the entry does not exist or has not arrived.
    fn node(&mut self, id: u32) -> Result<Node>;

    /// Replaces the node of entry `id`, which was read before or is being added.
    fn set_node(&mut self, id: u32, node: Node) -> Result<()>;

    /// Where entry `id` stands in the file, in bytes from its start; for errors only.
    fn entry_offset(&self, id: u32) -> u64;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

impl Side {
    const fn other(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }
}

impl Node {
    /// A node as it enters a tree.
    const LOOSE: Self = Self { left: NO_STREAM, right: NO_STREAM, color: Color::Red };

    const fn child(self, side: Side) -> u32 {
        match side {
            Side::Left => self.left,
            Side::Right => self.right,
        }
    }

    const fn child_mut(&mut self, side: Side) -> &mut u32 {
        match side {
            Side::Left => &mut self.left,
            Side::Right => &mut self.right,
        }
    }
}

/// Links `ids`, which stand in sibling order, into a tree of the least possible depth, and
/// answers its root. Every node of `ids` is written once; what it held before does not matter.
pub(crate) fn build<S: NodeStore>(store: &mut S, ids: &[u32]) -> Result<u32> {
    // Halving fills every level but the last. Red on an incomplete last level, and only there,
    // gives every path the same number of black nodes.
    let red_depth = (ids.len() + 1).ilog2();
    build_below(store, ids, 0, red_depth)
}

/// Recursion as deep as the logarithm of the count.
fn build_below<S: NodeStore>(
    store: &mut S,
    ids: &[u32],
    depth: u32,
    red_depth: u32,
) -> Result<u32> {
    let (before, rest) = ids.split_at(ids.len() / 2);
    let Some((id, after)) = rest.split_first() else { return Ok(NO_STREAM) };
    let left = build_below(store, before, depth + 1, red_depth)?;
    let right = build_below(store, after, depth + 1, red_depth)?;
    let color = if depth == red_depth { Color::Red } else { Color::Black };
    store.set_node(*id, Node { left, right, color })?;
    Ok(*id)
}

/// Adds entry `id` to the tree under `root` and answers the new root.
///
/// `compare` orders two entries by their numbers. Writes as many nodes as the tree is deep, at
/// most.
///
/// # Errors
///
/// [`ErrorKind::AlreadyExists`] when an element compares equal; `Corrupt` when the links form a
/// cycle; whatever the store or `compare` answers. Nothing has been written then.
pub(crate) fn insert<S: NodeStore>(
    store: &mut S,
    root: u32,
    id: u32,
    mut compare: impl FnMut(&mut S, u32, u32) -> Result<Ordering>,
) -> Result<u32> {
    let mut edit = Edit::new(store, root);
    let mut next = root;
    while next != NO_STREAM {
        let side = match compare(edit.store, id, next)? {
            Ordering::Less => Side::Left,
            Ordering::Greater => Side::Right,
            Ordering::Equal => {
                return Err(Error::new(ErrorKind::AlreadyExists, "an element has this name"));
            }
        };
        next = edit.step(next, side)?;
    }
    edit.add(id);
    edit.link(id)?;
    edit.mend_red(id)?;
    edit.finish()
}

/// A step of a path: from entry `id` to its child on `side`.
#[derive(Debug, Clone, Copy)]
struct Step {
    id: u32,
    side: Side,
}

#[derive(Debug, Clone, Copy)]
struct Drafted {
    node: Node,
    changed: bool,
}

/// One change of a tree: the path that leads to where it happens, and the nodes met so far, as
/// they will be. Only [`finish`](Self::finish) writes.
struct Edit<'s, S> {
    store: &'s mut S,
    root: u32,
    path: Vec<Step>,
    drafts: BTreeMap<u32, Drafted>,
}

impl<'s, S: NodeStore> Edit<'s, S> {
    fn new(store: &'s mut S, root: u32) -> Self {
        Self { store, root, path: Vec::new(), drafts: BTreeMap::new() }
    }

    /// Reads a node on the way down. Meeting one twice there is a cycle, so the way ends.
    fn visit(&mut self, id: u32) -> Result<Node> {
        let node = self.store.node(id)?;
        match self.drafts.insert(id, Drafted { node, changed: false }) {
            None => Ok(node),
            Some(_) => Err(Error::corrupt(Rule::TreeCycle, self.store.entry_offset(id))),
        }
    }

    /// Lengthens the path by the step from `id` to `side` and answers what is there.
    fn step(&mut self, id: u32, side: Side) -> Result<u32> {
        let node = self.visit(id)?;
        self.path.push(Step { id, side });
        Ok(node.child(side))
    }

    fn draft(&mut self, id: u32) -> Result<&mut Drafted> {
        match self.drafts.entry(id) {
            Entry::Occupied(drafted) => Ok(drafted.into_mut()),
            Entry::Vacant(vacant) => {
                let node = self.store.node(id)?;
                Ok(vacant.insert(Drafted { node, changed: false }))
            }
        }
    }

    fn node(&mut self, id: u32) -> Result<Node> {
        Ok(self.draft(id)?.node)
    }

    fn change(&mut self, id: u32, change: impl FnOnce(&mut Node)) -> Result<()> {
        let drafted = self.draft(id)?;
        let before = drafted.node;
        change(&mut drafted.node);
        drafted.changed |= drafted.node != before;
        Ok(())
    }

    /// Drafts a node without links, whatever the store holds there.
    fn add(&mut self, id: u32) {
        self.drafts.insert(id, Drafted { node: Node::LOOSE, changed: true });
    }

    fn is_red(&mut self, id: u32) -> Result<bool> {
        Ok(id != NO_STREAM && self.node(id)?.color == Color::Red)
    }

    fn paint(&mut self, id: u32, color: Color) -> Result<()> {
        self.change(id, |node| node.color = color)
    }

    /// Makes `id` what the end of the path leads to.
    fn link(&mut self, id: u32) -> Result<()> {
        match self.path.last().copied() {
            Some(step) => self.change(step.id, |node| *node.child_mut(step.side) = id),
            None => {
                self.root = id;
                Ok(())
            }
        }
    }

    /// Rotates: the child of `id` on `side`, which there is, comes to stand above `id`, and is
    /// the answer. Whoever led to `id` has still to be linked to it.
    fn lift(&mut self, id: u32, side: Side) -> Result<u32> {
        let lifted = self.node(id)?.child(side);
        let inner = self.node(lifted)?.child(side.other());
        self.change(id, |node| *node.child_mut(side) = inner)?;
        self.change(lifted, |node| *node.child_mut(side.other()) = id)?;
        Ok(lifted)
    }

    /// Restores the rules after the red node `id` was linked to the end of the path.
    fn mend_red(&mut self, mut id: u32) -> Result<()> {
        while let Some(parent) = self.path.pop() {
            if !self.is_red(parent.id)? {
                break;
            }
            // A red parent without a parent is the root, which is blackened at the end.
            let Some(grandparent) = self.path.pop() else { break };
            let uncle = self.node(grandparent.id)?.child(grandparent.side.other());
            if self.is_red(uncle)? {
                self.paint(parent.id, Color::Black)?;
                self.paint(uncle, Color::Black)?;
                self.paint(grandparent.id, Color::Red)?;
                id = grandparent.id;
                continue;
            }
            let top = if parent.side == grandparent.side {
                parent.id
            } else {
                self.lift(parent.id, parent.side)?;
                self.change(grandparent.id, |node| *node.child_mut(grandparent.side) = id)?;
                id
            };
            self.lift(grandparent.id, grandparent.side)?;
            self.paint(top, Color::Black)?;
            self.paint(grandparent.id, Color::Red)?;
            self.link(top)?;
            break;
        }
        Ok(())
    }

    /// Blackens the root, writes what changed, and answers the root.
    fn finish(mut self) -> Result<u32> {
        if self.root != NO_STREAM {
            self.paint(self.root, Color::Black)?;
        }
        for (id, drafted) in self.drafts.iter().filter(|(_, drafted)| drafted.changed) {
            self.store.set_node(*id, drafted.node)?;
        }
        Ok(self.root)
    }
}

#[cfg(test)]
mod tests;
