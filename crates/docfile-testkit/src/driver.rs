//! Runs programs of the model on the engine.
//!
//! Invariant: the driver adds nothing; each step is the one call of the engine that the operation
//! names, repeated while it is pending. Objects are kept under the numbers that the model gives
//! them, so that one program runs on both and every outcome can be compared.

use std::sync::Arc;

use docfile_compound::{
    CommitFlags, CompoundFile, CopyOptions, ElementKind, Error, LockBytes, MoveKind, OpenMode,
    Result, Settings, Storage, Stream, Validation,
};

use crate::model::{Access, HandleId, Kind, Node, Operation, Outcome, Session, Tree, read_stream};

/// More pending answers in a row than any step can need when each asking brings bytes.
const PATIENCE: u32 = 100_000;

/// The engine with the objects that a program has open.
#[derive(Debug)]
pub struct Driver {
    bytes: Arc<dyn LockBytes>,
    root_access: Access,
    handles: Vec<Option<Handle>>,
}

#[derive(Debug, Clone)]
enum Handle {
    Storage(Storage),
    Stream(Stream),
}

impl Driver {
    /// Opens the file in `bytes`.
    ///
    /// # Errors
    ///
    /// As opening the file and its root.
    pub fn open(bytes: Arc<dyn LockBytes>, root_access: Access) -> Result<Self> {
        let mut driver = Self { bytes, root_access, handles: Vec::new() };
        driver.open_root()?;
        Ok(driver)
    }

    /// Does one step. An error that is none of the contract's refusals (a fault of the medium,
    /// say) is answered as such.
    ///
    /// # Errors
    ///
    /// Whatever the engine answers, but for pending, which is repeated.
    pub fn apply(&mut self, operation: &Operation) -> Result<Outcome> {
        let opened = match *operation {
            Operation::Create { at, name, kind, access, replace } => {
                let replace = if replace { OpenMode::CREATE } else { OpenMode::FAILIFTHERE };
                let mode = child_mode(access).with(replace);
                let at = self.storage(at);
                until_ready(|| match kind {
                    Kind::Storage => at.try_create_storage(&name, mode).map(Handle::Storage),
                    Kind::Stream => at.try_create_stream(&name, mode).map(Handle::Stream),
                })?
            }
            Operation::Open { at, name, kind, access } => {
                let mode = child_mode(access);
                let at = self.storage(at);
                until_ready(|| match kind {
                    Kind::Storage => at.try_open_storage(&name, mode).map(Handle::Storage),
                    Kind::Stream => at.try_open_stream(&name, mode).map(Handle::Stream),
                })?
            }
            _ => {
                self.change(operation)?;
                return Ok(Outcome::Done);
            }
        };
        self.handles.push(Some(opened));
        Ok(Outcome::Opened(HandleId(self.handles.len() - 1)))
    }

    /// The first difference between what the open objects show and what the model says that they
    /// show; nothing when there is none.
    ///
    /// # Errors
    ///
    /// Whatever reading answers.
    pub fn difference(&self, session: &Session) -> Result<Option<String>> {
        for (at, kind, _) in session.open_handles() {
            let found = match kind {
                Kind::Storage => {
                    let expected = session.storage(at).expect("it is open");
                    storage_difference(self.storage(at), expected)?
                }
                Kind::Stream => {
                    let expected = session.stream(at).expect("it is open");
                    let found = until_ready(|| read_stream(self.stream(at)))?;
                    let text = format!("{} bytes instead of {}", found.len(), expected.len());
                    (found != expected).then_some(text)
                }
            };
            if let Some(found) = found {
                return Ok(Some(format!("{at:?}: {found}")));
            }
        }
        Ok(None)
    }

    /// What a second reader finds that opens the file now, reading strictly.
    ///
    /// # Errors
    ///
    /// Damage, among others: what the engine writes has none.
    pub fn committed(bytes: &Arc<dyn LockBytes>) -> Result<Tree> {
        let settings = Settings { validation: Validation::Strict, ..Settings::default() };
        let file = until_ready(|| CompoundFile::try_open(bytes.clone(), settings))?;
        let root = file.root(OpenMode::read())?;
        until_ready(|| Tree::read(&root))
    }

    fn open_root(&mut self) -> Result<()> {
        let open = || CompoundFile::try_open(self.bytes.clone(), Settings::default());
        let file = until_ready(open)?;
        let mode = match self.root_access {
            Access::Read => OpenMode::read(),
            Access::Direct => OpenMode::direct(),
            Access::Transacted => OpenMode::edit(),
        };
        self.handles.push(Some(Handle::Storage(file.root(mode)?)));
        Ok(())
    }

    fn change(&mut self, operation: &Operation) -> Result<()> {
        match *operation {
            Operation::Close { handle } => {
                self.handles[handle.0] = None;
                Ok(())
            }
            Operation::Reopen => {
                if self.root_access == Access::Direct {
                    let root = self.storage(HandleId::ROOT);
                    until_ready(|| root.try_commit(CommitFlags::DEFAULT))?;
                }
                // Children first: they keep their parents.
                while self.handles.pop().is_some() {}
                self.open_root()
            }
            Operation::Write { stream, offset, data } => {
                let data = data.bytes();
                let stream = self.stream(stream);
                until_ready(|| stream.try_write_at(offset, &data)).map(drop)
            }
            Operation::SetLen { stream, len } => {
                let stream = self.stream(stream);
                until_ready(|| stream.try_set_len(len))
            }
            Operation::MoveTo { at, name, destination, new_name, copy } => {
                let how = if copy { MoveKind::Copy } else { MoveKind::Move };
                let (at, to) = (self.storage(at), self.storage(destination));
                until_ready(|| at.try_move_to(&name, to, &new_name, how))
            }
            Operation::CopyTo { at, destination } => {
                let (at, to) = (self.storage(at), self.storage(destination));
                until_ready(|| at.try_copy_to(to, &CopyOptions::default()))
            }
            _ => self.change_storage(operation),
        }
    }

    fn change_storage(&self, operation: &Operation) -> Result<()> {
        match *operation {
            Operation::Destroy { at, name } => until_ready(|| self.storage(at).try_destroy(&name)),
            Operation::Rename { at, old, new } => {
                until_ready(|| self.storage(at).try_rename(&old, &new))
            }
            Operation::SetClassId { at, class_id } => {
                until_ready(|| self.storage(at).try_set_class_id(class_id))
            }
            Operation::SetStateBits { at, bits, mask } => {
                until_ready(|| self.storage(at).try_set_state_bits(bits, mask))
            }
            Operation::SetModified { at, modified } => {
                until_ready(|| self.storage(at).try_set_times(None, None, Some(modified)))
            }
            Operation::Commit { at } => {
                until_ready(|| self.storage(at).try_commit(CommitFlags::DEFAULT)).map(drop)
            }
            Operation::Revert { at } => until_ready(|| self.storage(at).try_revert()),
            _ => panic!("{operation:?} is done elsewhere"),
        }
    }

    fn storage(&self, at: HandleId) -> &Storage {
        match self.handles.get(at.0) {
            Some(Some(Handle::Storage(storage))) => storage,
            other => panic!("{at:?} is no open storage: {other:?}"),
        }
    }

    fn stream(&self, at: HandleId) -> &Stream {
        match self.handles.get(at.0) {
            Some(Some(Handle::Stream(stream))) => stream,
            other => panic!("{at:?} is no open stream: {other:?}"),
        }
    }
}

/// The outcome that the model would give for what the engine answered.
#[must_use]
pub fn outcome(answer: &Result<Outcome>) -> Outcome {
    match answer {
        Ok(outcome) => *outcome,
        Err(error) => Outcome::Refused(error.kind()),
    }
}

fn child_mode(access: Access) -> OpenMode {
    match access {
        Access::Read => OpenMode::child_read(),
        Access::Direct => OpenMode::child_edit(),
        Access::Transacted => OpenMode::child_edit().with(OpenMode::TRANSACTED),
    }
}

fn until_ready<T>(mut step: impl FnMut() -> Result<T>) -> Result<T> {
    for _ in 0..PATIENCE {
        match step() {
            Err(error) if error.is_pending() => {}
            ready => return ready,
        }
    }
    Err(Error::new(docfile_compound::ErrorKind::Pending, "a step stays pending"))
}

/// Compares a storage and the list of its children, without opening any of them.
fn storage_difference(storage: &Storage, expected: &Tree) -> Result<Option<String>> {
    let mut found = Tree::attributes(&until_ready(|| storage.try_stat())?);
    let listing = until_ready(|| storage.try_list())?;
    let mut flat = expected.clone();
    flat.children_mut().for_each(|node| match node {
        Node::Storage(tree) => *tree = tree.without_children(),
        Node::Stream(bytes) => *bytes = bytes.len().to_le_bytes().to_vec(),
    });
    for stat in listing.elements {
        let node = match stat.kind {
            ElementKind::Storage => Node::Storage(Tree::attributes(&stat)),
            ElementKind::Stream => Node::Stream(stat.len.to_le_bytes().to_vec()),
        };
        found.insert(stat.name, node);
    }
    let damage = listing.damage.first().map(|damage| format!("{damage}"));
    Ok(damage.or_else(|| found.difference(&flat)))
}
