//! A file and the objects that are open in it, as the contract describes them.
//!
//! Every transacted storage keeps a whole copy of its subtree (its *view*); a direct one works in
//! the view of the nearest transacted storage above. Commit copies a view upwards, revert copies
//! it downwards: nested transactions are nothing more. Sources: `contract/storage.md` 8 and 9,
//! `contract/observed.md` 4.2 rules 10 to 34. What those leave open ends as
//! [`Outcome::Unspecified`] and changes nothing.

use docfile_compound::{ErrorKind, Name};

use super::operation::{Access, HandleId, Kind, Operation, Outcome};
use super::tree::{Node, Tree};

/// The model of an open compound file.
#[derive(Debug, Clone)]
pub struct Session {
    /// What a reader finds that opens the file now.
    medium: Tree,
    root_access: Access,
    handles: Vec<Handle>,
}

#[derive(Debug, Clone)]
struct Handle {
    /// The storage that it was opened from; none for the root.
    parent: Option<HandleId>,
    name: Option<Name>,
    kind: Kind,
    access: Access,
    /// The subtree as this storage sees it, when it is transacted or the root.
    view: Option<Tree>,
    life: Life,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    Open,
    Closed,
    /// It, or a storage above, was reverted, destroyed or replaced.
    Reverted,
}

pub(super) type Step<T = ()> = Result<T, ErrorKind>;

impl Session {
    /// Opens a file that holds `medium`.
    #[must_use]
    pub fn open(medium: Tree, root_access: Access) -> Self {
        let mut session = Self { medium, root_access, handles: Vec::new() };
        session.open_root();
        session
    }

    /// What a reader finds that opens the file now.
    #[must_use]
    pub const fn committed(&self) -> &Tree {
        &self.medium
    }

    /// How the root is open.
    #[must_use]
    pub const fn root_access(&self) -> Access {
        self.root_access
    }

    /// The storage as its open object sees it; nothing when it is no longer open.
    #[must_use]
    pub fn storage(&self, at: HandleId) -> Option<&Tree> {
        self.check(at, Kind::Storage).ok()?;
        let (owner, path) = self.owner(at);
        self.view(owner).storage_at(&path)
    }

    /// The bytes of an open stream; nothing when it is no longer open.
    #[must_use]
    pub fn stream(&self, stream: HandleId) -> Option<&[u8]> {
        self.check(stream, Kind::Stream).ok()?;
        let handle = &self.handles[stream.0];
        self.storage(handle.parent?)?.get(&handle.name?)?.node.stream()
    }

    /// The objects that are open, with what they are and how.
    pub fn open_handles(&self) -> impl Iterator<Item = (HandleId, Kind, Access)> {
        let open = self.handles.iter().enumerate().filter(|(_, h)| h.life == Life::Open);
        open.map(|(index, handle)| (HandleId(index), handle.kind, handle.access))
    }

    /// The objects that were invalidated and not yet let go of.
    pub fn reverted_handles(&self) -> impl Iterator<Item = (HandleId, Kind)> {
        let reverted = self.handles.iter().enumerate().filter(|(_, h)| h.life == Life::Reverted);
        reverted.map(|(index, handle)| (HandleId(index), handle.kind))
    }

    /// Whether something is held that was opened from this storage. Even what was invalidated
    /// keeps its parent open until it is let go of.
    #[must_use]
    pub fn has_children(&self, at: HandleId) -> bool {
        self.handles.iter().any(|handle| handle.parent == Some(at) && handle.life != Life::Closed)
    }

    /// Does one step.
    pub fn apply(&mut self, operation: &Operation) -> Outcome {
        let done = match *operation {
            Operation::Create { at, name, kind, access, replace } => {
                return opened(self.create(at, name, kind, access, replace));
            }
            Operation::Open { at, name, kind, access } => {
                return opened(self.open_child(at, name, kind, access));
            }
            Operation::Close { handle } => return self.close(handle),
            Operation::Write { stream, offset, data } => {
                let past_end = self.stream(stream).is_some_and(|now| index(offset) > now.len());
                if data.len == 0 && past_end {
                    // Whether writing nothing there extends the stream is not said.
                    return Outcome::Unspecified;
                }
                self.change_stream(stream, |bytes| {
                    let data = data.bytes();
                    let start = index(offset);
                    bytes.resize(bytes.len().max(start + data.len()), 0);
                    bytes[start..start + data.len()].copy_from_slice(&data);
                })
            }
            Operation::SetLen { stream, len } => {
                self.change_stream(stream, |bytes| bytes.resize(index(len), 0))
            }
            Operation::Destroy { at, name } => self.destroy(at, name),
            Operation::Rename { at, old, new } => {
                if old.compare(&new).is_eq() {
                    return self.unspecified(at);
                }
                self.rename(at, old, new)
            }
            Operation::MoveTo { at, name, destination, new_name, copy } => {
                return self.move_to(at, name, destination, new_name, copy);
            }
            Operation::CopyTo { at, destination } => return self.copy_to(at, destination),
            Operation::SetClassId { at, class_id } => {
                self.change_storage(at, |tree| tree.class_id = class_id)
            }
            Operation::SetStateBits { at, bits, mask } => self.change_storage(at, |tree| {
                tree.state_bits = (tree.state_bits & !mask) | (bits & mask);
            }),
            Operation::SetModified { at, modified } => {
                self.change_storage(at, |tree| tree.modified = modified)
            }
            Operation::Commit { at } => self.commit(at),
            Operation::Revert { at } => self.revert(at),
            Operation::Reopen => {
                self.reopen();
                Ok(())
            }
        };
        done.map_or_else(Outcome::Refused, |()| Outcome::Done)
    }

    fn open_root(&mut self) {
        self.handles.push(Handle {
            parent: None,
            name: None,
            kind: Kind::Storage,
            access: self.root_access,
            view: Some(self.medium.clone()),
            life: Life::Open,
        });
    }

    fn reopen(&mut self) {
        if self.root_access == Access::Direct {
            self.medium = self.view(HandleId::ROOT).clone();
        }
        self.handles.clear();
        self.open_root();
    }

    pub(super) fn parent(&self, at: HandleId) -> Option<HandleId> {
        self.handles[at.0].parent
    }

    /// The nearest transacted storage at or above, and the names from there down.
    pub(super) fn owner(&self, at: HandleId) -> (HandleId, Vec<Name>) {
        let (mut at, mut path) = (at, Vec::new());
        loop {
            let handle = &self.handles[at.0];
            match (&handle.view, handle.parent, handle.name) {
                (None, Some(parent), Some(name)) => {
                    path.insert(0, name);
                    at = parent;
                }
                _ => return (at, path),
            }
        }
    }

    fn view(&self, owner: HandleId) -> &Tree {
        self.handles[owner.0].view.as_ref().expect("an owner has a view")
    }

    /// The subtree that an open storage works on.
    pub(super) fn tree_mut(&mut self, at: HandleId) -> &mut Tree {
        let (owner, path) = self.owner(at);
        let view = self.handles[owner.0].view.as_mut().expect("an owner has a view");
        view.storage_at_mut(&path).expect("an open storage is there")
    }

    pub(super) fn tree(&self, at: HandleId) -> &Tree {
        self.storage(at).expect("an open storage is there")
    }

    pub(super) fn check(&self, at: HandleId, kind: Kind) -> Step {
        let handle = &self.handles[at.0];
        assert!(handle.kind == kind && handle.life != Life::Closed, "no such open object: {at:?}");
        if handle.life == Life::Reverted { Err(ErrorKind::Reverted) } else { Ok(()) }
    }

    pub(super) fn check_writable(&self, at: HandleId, kind: Kind) -> Step {
        self.check(at, kind)?;
        if self.handles[at.0].access == Access::Read {
            return Err(ErrorKind::AccessDenied);
        }
        Ok(())
    }

    fn open_child_of(&self, at: HandleId, name: Name) -> Option<HandleId> {
        let is_it = |handle: &Handle| {
            handle.parent == Some(at)
                && handle.life == Life::Open
                && handle.name.is_some_and(|other| other.compare(&name).is_eq())
        };
        self.handles.iter().position(is_it).map(HandleId)
    }

    fn push(&mut self, parent: HandleId, name: Name, kind: Kind, access: Access) -> HandleId {
        let view = (access == Access::Transacted).then(|| {
            let node = self.tree(parent).get(&name).map(|element| element.node.clone());
            match node {
                Some(Node::Storage(tree)) => tree,
                _ => panic!("only storages are transacted"),
            }
        });
        let (parent, name) = (Some(parent), Some(name));
        self.handles.push(Handle { parent, name, kind, access, view, life: Life::Open });
        HandleId(self.handles.len() - 1)
    }

    fn create(
        &mut self,
        at: HandleId,
        name: Name,
        kind: Kind,
        access: Access,
        replace: bool,
    ) -> Step<HandleId> {
        self.check(at, Kind::Storage)?;
        let exists = self.tree(at).get(&name).is_some();
        // Rule 34: a storage that exists is reported even by a read-only parent, a stream is not.
        if kind == Kind::Storage && exists && self.handles[at.0].access == Access::Read {
            return Err(ErrorKind::AlreadyExists);
        }
        self.check_writable(at, Kind::Storage)?;
        if exists && !replace {
            return Err(ErrorKind::AlreadyExists);
        }
        self.invalidate_child(at, name);
        let node = match kind {
            Kind::Storage => Node::Storage(Tree::default()),
            Kind::Stream => Node::Stream(Vec::new()),
        };
        self.tree_mut(at).insert(name, node);
        Ok(self.push(at, name, kind, access))
    }

    fn open_child(
        &mut self,
        at: HandleId,
        name: Name,
        kind: Kind,
        access: Access,
    ) -> Step<HandleId> {
        self.check(at, Kind::Storage)?;
        if access != Access::Read && self.handles[at.0].access == Access::Read {
            return Err(ErrorKind::InvalidFlag);
        }
        let found = self.tree(at).get(&name).map(|element| element.node.storage().is_some());
        if found != Some(kind == Kind::Storage) {
            return Err(ErrorKind::NotFound);
        }
        if self.open_child_of(at, name).is_some() {
            return Err(ErrorKind::AccessDenied);
        }
        Ok(self.push(at, name, kind, access))
    }

    fn close(&mut self, handle: HandleId) -> Outcome {
        if handle == HandleId::ROOT || self.has_children(handle) {
            return Outcome::Unspecified;
        }
        self.handles[handle.0].life = Life::Closed;
        self.handles[handle.0].view = None;
        Outcome::Done
    }

    fn change_stream(&mut self, stream: HandleId, change: impl FnOnce(&mut Vec<u8>)) -> Step {
        self.check_writable(stream, Kind::Stream)?;
        let Handle { parent: Some(parent), name: Some(name), .. } = self.handles[stream.0] else {
            panic!("a stream has a parent");
        };
        match self.tree_mut(parent).get_mut(&name) {
            Some(Node::Stream(bytes)) => change(bytes),
            _ => panic!("an open stream is there"),
        }
        Ok(())
    }

    fn change_storage(&mut self, at: HandleId, change: impl FnOnce(&mut Tree)) -> Step {
        self.check_writable(at, Kind::Storage)?;
        change(self.tree_mut(at));
        Ok(())
    }

    fn destroy(&mut self, at: HandleId, name: Name) -> Step {
        self.check_writable(at, Kind::Storage)?;
        self.tree_mut(at).remove(&name).ok_or(ErrorKind::NotFound)?;
        self.invalidate_child(at, name);
        Ok(())
    }

    fn rename(&mut self, at: HandleId, old: Name, new: Name) -> Step {
        self.check_movable(at, old)?;
        if self.tree(at).get(&new).is_some() {
            return Err(ErrorKind::AlreadyExists);
        }
        let element = self.tree_mut(at).remove(&old).expect("it was found");
        self.tree_mut(at).insert(new, element.node);
        Ok(())
    }

    /// An element can be renamed or moved when it is there and closed.
    pub(super) fn check_movable(&self, at: HandleId, name: Name) -> Step {
        self.check_writable(at, Kind::Storage)?;
        self.tree(at).get(&name).ok_or(ErrorKind::NotFound)?;
        match self.open_child_of(at, name) {
            Some(_) => Err(ErrorKind::AccessDenied),
            None => Ok(()),
        }
    }

    fn commit(&mut self, at: HandleId) -> Step {
        self.check(at, Kind::Storage)?;
        let handle = &self.handles[at.0];
        let (Some(view), parent, name) = (handle.view.clone(), handle.parent, handle.name) else {
            // Direct, not the root: there is nothing to publish.
            return Ok(());
        };
        match (parent, name) {
            (Some(parent), Some(name)) => {
                let slot = self.tree_mut(parent).get_mut(&name).expect("an open storage is there");
                *slot = Node::Storage(view);
            }
            _ => self.medium = view,
        }
        Ok(())
    }

    fn revert(&mut self, at: HandleId) -> Step {
        self.check(at, Kind::Storage)?;
        let handle = &self.handles[at.0];
        if handle.access != Access::Transacted {
            return Ok(());
        }
        let fresh = match (handle.parent, handle.name) {
            (Some(parent), Some(name)) => {
                let node = self.tree(parent).get(&name).map(|element| element.node.clone());
                node.and_then(|node| node.storage().cloned()).expect("an open storage is there")
            }
            _ => self.medium.clone(),
        };
        self.handles[at.0].view = Some(fresh);
        self.invalidate_below(at);
        Ok(())
    }

    fn invalidate_child(&mut self, at: HandleId, name: Name) {
        if let Some(child) = self.open_child_of(at, name) {
            self.handles[child.0].life = Life::Reverted;
            self.invalidate_below(child);
        }
    }

    fn invalidate_below(&mut self, at: HandleId) {
        for index in 0..self.handles.len() {
            let handle = &self.handles[index];
            if handle.parent == Some(at) && handle.life == Life::Open {
                self.handles[index].life = Life::Reverted;
                self.invalidate_below(HandleId(index));
            }
        }
    }

    fn unspecified(&self, at: HandleId) -> Outcome {
        self.check(at, Kind::Storage).map_or_else(Outcome::Refused, |()| Outcome::Unspecified)
    }
}

fn opened(step: Step<HandleId>) -> Outcome {
    step.map_or_else(Outcome::Refused, Outcome::Opened)
}

fn index(offset: u64) -> usize {
    usize::try_from(offset).expect("a stream of the model fits into memory")
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
