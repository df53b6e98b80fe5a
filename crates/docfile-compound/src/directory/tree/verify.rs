//! Which rules of [MS-CFB] 2.6.4 a tree of siblings breaks.
//!
//! Every entry is entered at most once, whatever the links say, so the walk ends after as many
//! steps as there are entries. What the entries describe (that they are allocated, that two
//! storages do not share one) is the caller's to check, from the list of those reached.

use core::cmp::Ordering;
use std::collections::BTreeSet;

use super::{Node, NodeStore};
use crate::directory::entry::Color;
use crate::error::Result;
use crate::rule::Rule;
use crate::sector::NO_STREAM;

/// A rule that a tree breaks, and the entry at which it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Breach {
    pub(crate) rule: Rule,
    pub(crate) id: u32,
}

/// What a walk through a whole tree found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Verified {
    /// The entries, in the order of the tree, each once.
    pub(crate) reached: Vec<u32>,
    /// The broken rules, in the order in which they were met.
    pub(crate) breaches: Vec<Breach>,
}

/// Walks the tree under `root` and reports the rules it breaks.
///
/// `bound` is the number of entries in the directory: links at or past it name no entry.
///
/// # Errors
///
/// Whatever the store or `compare` answers.
pub(crate) fn verify<S: NodeStore>(
    store: &mut S,
    root: u32,
    compare: impl FnMut(&mut S, u32, u32) -> Result<Ordering>,
    bound: u32,
) -> Result<Verified> {
    verify_unseen(store, root, compare, bound, &mut BTreeSet::new())
}

/// As [`verify`], for one of several trees: entries in `seen` belong to another, and entering one
/// of them is a cycle. Those of this tree are added.
pub(crate) fn verify_unseen<S: NodeStore>(
    store: &mut S,
    root: u32,
    mut compare: impl FnMut(&mut S, u32, u32) -> Result<Ordering>,
    bound: u32,
    seen: &mut BTreeSet<u32>,
) -> Result<Verified> {
    let mut walk = Walk { bound, seen, stack: Vec::new(), found: Verified::default() };
    if walk.enter(store, root, None)? && walk.stack.last().is_some_and(Frame::is_red) {
        walk.report(Rule::TreeRootRed, root);
    }
    while let Some(frame) = walk.stack.last_mut() {
        let (id, node) = (frame.id, frame.node);
        match frame.stage {
            Stage::Left => {
                frame.stage = Stage::Middle;
                walk.enter(store, node.left, Some((id, node.color)))?;
            }
            Stage::Middle => {
                frame.stage = Stage::Right;
                if let Some(before) = walk.found.reached.last().copied() {
                    match compare(store, before, id)? {
                        Ordering::Less => {}
                        Ordering::Equal => walk.report(Rule::TreeDuplicate, id),
                        Ordering::Greater => walk.report(Rule::TreeOrder, id),
                    }
                }
                walk.found.reached.push(id);
                walk.enter(store, node.right, Some((id, node.color)))?;
            }
            Stage::Right => walk.leave(),
        }
    }
    Ok(walk.found)
}

enum Stage {
    Left,
    Middle,
    Right,
}

/// An entry whose subtree is being walked.
struct Frame {
    id: u32,
    node: Node,
    stage: Stage,
    /// Black nodes on a path to a leaf, of the children left so far.
    black_heights: [u32; 2],
}

impl Frame {
    fn is_red(&self) -> bool {
        self.node.color == Color::Red
    }
}

struct Walk<'s> {
    bound: u32,
    seen: &'s mut BTreeSet<u32>,
    stack: Vec<Frame>,
    found: Verified,
}

impl Walk<'_> {
    fn report(&mut self, rule: Rule, id: u32) {
        self.found.breaches.push(Breach { rule, id });
    }

    /// Enters the subtree of `id`, if there is one that was not entered before; answers whether.
    fn enter<S: NodeStore>(
        &mut self,
        store: &mut S,
        id: u32,
        parent: Option<(u32, Color)>,
    ) -> Result<bool> {
        if id == NO_STREAM {
            return Ok(false);
        }
        if id >= self.bound {
            // The link is the parent's fault; a bad root link is told by the storage's entry.
            let (rule, at) =
                parent.map_or((Rule::EntryChild, id), |(parent, _)| (Rule::EntrySibling, parent));
            self.report(rule, at);
            return Ok(false);
        }
        if !self.seen.insert(id) {
            self.report(Rule::TreeCycle, id);
            return Ok(false);
        }
        let node = store.node(id)?;
        if node.color == Color::Red && parent.is_some_and(|(_, color)| color == Color::Red) {
            self.report(Rule::TreeRedRed, id);
        }
        self.stack.push(Frame { id, node, stage: Stage::Left, black_heights: [0; 2] });
        Ok(true)
    }

    /// Leaves the subtree on top of the stack and tells its parent how high it was.
    fn leave(&mut self) {
        let Some(frame) = self.stack.pop() else { return };
        let [left, right] = frame.black_heights;
        if left != right {
            self.report(Rule::TreeBlackHeight, frame.id);
        }
        // Of two heights that differ the greater is passed on, so that one fault is told once.
        let height = left.max(right) + u32::from(!frame.is_red());
        if let Some(parent) = self.stack.last_mut() {
            let [left, right] = &mut parent.black_heights;
            match parent.stage {
                Stage::Right => *right = height,
                Stage::Left | Stage::Middle => *left = height,
            }
        }
    }
}
