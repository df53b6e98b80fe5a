//! Moving and copying elements, within a storage and between storages.
//!
//! Sources: `contract/storage.md` 8 (MoveElementTo, CopyTo), `contract/observed.md` 4.2 rule 32.

use docfile_compound::{ErrorKind, Name};

use super::operation::{HandleId, Kind, Outcome};
use super::session::Session;
use super::tree::{Node, Tree};

impl Session {
    pub(super) fn move_to(
        &mut self,
        at: HandleId,
        name: Name,
        destination: HandleId,
        new_name: Name,
        copy: bool,
    ) -> Outcome {
        if let Err(error) = self.check(at, Kind::Storage) {
            return Outcome::Refused(error);
        }
        if [at, destination].iter().any(|end| self.check_writable(*end, Kind::Storage).is_err()) {
            // Which of two errors comes first, and what a read-only source means for a move (it
            // degrades to a copy), the contract leaves open.
            return Outcome::Unspecified;
        }
        if let Err(error) = self.check_movable(at, name) {
            return Outcome::Refused(error);
        }
        let same_place = self.owner(at) == self.owner(destination);
        if same_place && name.compare(&new_name).is_eq() {
            return Outcome::Unspecified;
        }
        if self.tree(destination).get(&new_name).is_some() {
            return Outcome::Refused(ErrorKind::AlreadyExists);
        }
        let element = self.tree(at).get(&name).expect("it was found").clone();
        if !copy {
            self.tree_mut(at).remove(&name);
        }
        self.tree_mut(destination).insert(new_name, element.node);
        Outcome::Done
    }

    pub(super) fn copy_to(&mut self, at: HandleId, destination: HandleId) -> Outcome {
        if let Err(error) = self.check(at, Kind::Storage) {
            return Outcome::Refused(error);
        }
        if self.check_writable(destination, Kind::Storage).is_err() {
            return Outcome::Unspecified;
        }
        let from = self.tree(at).clone();
        let to = self.tree(destination);
        // Into itself or a storage above, and a stream where a storage is, are not described; nor
        // is replacing what is open.
        let above = self.is_at_or_above(destination, at);
        if above || clashes(&from, to) || self.has_children(destination) {
            return Outcome::Unspecified;
        }
        if self.is_at_or_above(at, destination) {
            return Outcome::Refused(ErrorKind::AccessDenied);
        }
        merge(&from, self.tree_mut(destination));
        Outcome::Done
    }

    fn is_at_or_above(&self, upper: HandleId, lower: HandleId) -> bool {
        std::iter::successors(Some(lower), |at| self.parent(*at)).any(|at| at == upper)
    }
}

/// Whether a storage meets a stream of the same name anywhere in a merge.
fn clashes(from: &Tree, to: &Tree) -> bool {
    from.children().any(|child| match (&child.node, to.get(&child.name).map(|e| &e.node)) {
        (_, None) | (Node::Stream(_), Some(Node::Stream(_))) => false,
        (Node::Storage(from), Some(Node::Storage(to))) => clashes(from, to),
        _ => true,
    })
}

/// Copies class id, state bits and every child; streams replace, storages merge.
fn merge(from: &Tree, to: &mut Tree) {
    to.class_id = from.class_id;
    to.state_bits = from.state_bits;
    for child in from.children() {
        match (&child.node, to.get_mut(&child.name)) {
            (Node::Storage(from), Some(Node::Storage(to))) => merge(from, to),
            _ => {
                to.insert(child.name, child.node.clone());
            }
        }
    }
}
