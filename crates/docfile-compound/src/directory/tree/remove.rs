//! Taking a node out of a tree of siblings.
//!
//! Where the node has two children, the next one in order is relinked into its place; it is never
//! copied there, because its number is its identity. See [`super`] for what holds throughout.

use core::cmp::Ordering;

use super::{Edit, Node, NodeStore, Side, Step};
use crate::directory::entry::Color;
use crate::error::{Error, Result};
use crate::rule::Rule;
use crate::sector::NO_STREAM;

/// Takes entry `id` out of the tree under `root` and answers the new root (`NO_STREAM` when the
/// tree is empty). The node of `id` is left without links.
///
/// `compare` orders two entries by their numbers.
///
/// # Errors
///
/// `Corrupt` when the order does not lead to `id` or the links form a cycle; whatever the store
/// or `compare` answers. Nothing has been written then.
pub(crate) fn remove<S: NodeStore>(
    store: &mut S,
    root: u32,
    id: u32,
    mut compare: impl FnMut(&mut S, u32, u32) -> Result<Ordering>,
) -> Result<u32> {
    let mut edit = Edit::new(store, root);
    let mut next = root;
    while next != id {
        if next == NO_STREAM {
            return Err(Error::corrupt(Rule::TreeOrder, edit.store.entry_offset(id)));
        }
        let side = match compare(edit.store, id, next)? {
            Ordering::Less => Side::Left,
            Ordering::Greater => Side::Right,
            Ordering::Equal => {
                return Err(Error::corrupt(Rule::TreeDuplicate, edit.store.entry_offset(next)));
            }
        };
        next = edit.step(next, side)?;
    }
    let node = edit.visit(id)?;
    let lost = if node.left != NO_STREAM && node.right != NO_STREAM {
        edit.replace_by_next(id, node)?
    } else {
        let child = if node.left == NO_STREAM { node.right } else { node.left };
        edit.link(child)?;
        Lost { color: node.color, child }
    };
    edit.change(id, |node| *node = Node::LOOSE)?;
    if lost.color == Color::Black {
        edit.mend_black(lost.child)?;
    }
    edit.finish()
}

/// What left the end of the path: a node of `color`, of which `child` (perhaps none) remains.
struct Lost {
    color: Color,
    child: u32,
}

impl<S: NodeStore> Edit<'_, S> {
    /// Puts the node that follows `id` in order into the place and colour of `id`, which the path
    /// leads to. Afterwards the path leads to where that node stood.
    fn replace_by_next(&mut self, id: u32, node: Node) -> Result<Lost> {
        let depth = self.path.len();
        self.path.push(Step { id, side: Side::Right });
        let mut next = node.right;
        let mut lost = self.visit(next)?;
        while lost.left != NO_STREAM {
            self.path.push(Step { id: next, side: Side::Left });
            next = lost.left;
            lost = self.visit(next)?;
        }
        self.link(lost.right)?;
        // Read again: the step before may have unlinked the very child of `id`.
        let right = self.node(id)?.right;
        self.change(next, |next| *next = Node { left: node.left, right, color: node.color })?;
        let below = self.path.split_off(depth);
        self.link(next)?;
        self.path.push(Step { id: next, side: Side::Right });
        self.path.extend(below.into_iter().skip(1));
        Ok(Lost { color: lost.color, child: lost.right })
    }

    /// Restores the rules after a black node was lost at the end of the path, where `child`
    /// (perhaps none) now is: every path through it lacks one black node.
    fn mend_black(&mut self, mut child: u32) -> Result<()> {
        while !self.is_red(child)? {
            // At the root, every path lacks the same, and nothing is left to do.
            let Some(step) = self.path.pop() else { return Ok(()) };
            if self.balance(step)? {
                return Ok(());
            }
            child = step.id;
        }
        self.paint(child, Color::Black)
    }

    /// Gives the child of `step` the black node it lacks, with the help of its sibling; answers
    /// whether that was possible. If not, all of `step.id` lacks one now.
    fn balance(&mut self, Step { id: parent, side }: Step) -> Result<bool> {
        let far = side.other();
        let mut sibling = self.node(parent)?.child(far);
        if self.is_red(sibling)? {
            self.lift(parent, far)?;
            self.paint(sibling, Color::Black)?;
            self.paint(parent, Color::Red)?;
            self.link(sibling)?;
            self.path.push(Step { id: sibling, side });
            sibling = self.node(parent)?.child(far);
        }
        if sibling == NO_STREAM {
            // Only in a tree whose colours were wrong before: nothing to take from.
            return Ok(false);
        }
        let nephews = self.node(sibling)?;
        let near_is_red = self.is_red(nephews.child(side))?;
        let far_is_red = self.is_red(nephews.child(far))?;
        if !near_is_red && !far_is_red {
            self.paint(sibling, Color::Red)?;
            return Ok(false);
        }
        let mut outer = nephews.child(far);
        if !far_is_red {
            outer = sibling;
            sibling = self.lift(sibling, side)?;
            self.change(parent, |node| *node.child_mut(far) = sibling)?;
        }
        let color = self.node(parent)?.color;
        self.lift(parent, far)?;
        self.paint(sibling, color)?;
        self.paint(parent, Color::Black)?;
        self.paint(outer, Color::Black)?;
        self.link(sibling)?;
        Ok(true)
    }
}
