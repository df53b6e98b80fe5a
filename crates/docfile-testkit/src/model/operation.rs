//! What a program can do to an open compound file, as values.
//!
//! A sequence of these is run on the model and on the engine, and both must answer the same. Open
//! objects go by the order in which they were opened ([`HandleId`]); the root is the first.

use docfile_compound::{ErrorKind, FileTime, Guid, Name};

/// The number of an open object: the n-th that was opened since the file was, the root being 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HandleId(pub usize);

impl HandleId {
    /// The root storage.
    pub const ROOT: Self = Self(0);
}

/// How an object is opened. Every child is opened exclusively, as the contract demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// For reading only.
    Read,
    /// For change, each change passing at once to the storage that it was opened from.
    Direct,
    /// For change, changes passing to the storage that it was opened from at commit. Storages only.
    Transacted,
}

/// Bytes to write, kept as what they follow from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Data {
    /// Decides the bytes.
    pub seed: u64,
    /// How many there are.
    pub len: u64,
}

/// One step of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Creates a storage or a stream in a storage, and opens it.
    Create {
        /// The storage.
        at: HandleId,
        /// The new name.
        name: Name,
        /// What to create.
        kind: Kind,
        /// How to open it; never for reading only.
        access: Access,
        /// Whether an element of that name gives way.
        replace: bool,
    },
    /// Opens a storage or a stream.
    Open {
        /// The storage that holds it.
        at: HandleId,
        /// Its name, in any case.
        name: Name,
        /// What it is expected to be.
        kind: Kind,
        /// How to open it.
        access: Access,
    },
    /// Lets go of an object from which nothing is open.
    Close {
        /// The object, never the root.
        handle: HandleId,
    },
    /// Writes into an open stream.
    Write {
        /// The stream.
        stream: HandleId,
        /// Where; past the end leaves a gap of zeros.
        offset: u64,
        /// What.
        data: Data,
    },
    /// Cuts or extends an open stream, the new part being zeros.
    SetLen {
        /// The stream.
        stream: HandleId,
        /// The new length in bytes.
        len: u64,
    },
    /// Removes an element and all below it.
    Destroy {
        /// The storage that holds it.
        at: HandleId,
        /// Its name.
        name: Name,
    },
    /// Gives an element another name.
    Rename {
        /// The storage that holds it.
        at: HandleId,
        /// Its name.
        old: Name,
        /// Its new name.
        new: Name,
    },
    /// Moves or copies an element to another storage or under another name.
    MoveTo {
        /// The storage that holds it.
        at: HandleId,
        /// Its name.
        name: Name,
        /// Where it goes.
        destination: HandleId,
        /// Its name there.
        new_name: Name,
        /// Whether it stays here too.
        copy: bool,
    },
    /// Copies all that is in a storage into another one, merging.
    CopyTo {
        /// The storage that is copied.
        at: HandleId,
        /// Where it goes.
        destination: HandleId,
    },
    /// Sets the class id of an open storage.
    SetClassId {
        /// The storage.
        at: HandleId,
        /// The new class id.
        class_id: Guid,
    },
    /// Sets those user flags of an open storage that are in the mask.
    SetStateBits {
        /// The storage.
        at: HandleId,
        /// Their new values.
        bits: u32,
        /// Which of them.
        mask: u32,
    },
    /// Sets the modification time of an open storage.
    SetModified {
        /// The storage.
        at: HandleId,
        /// The new time.
        modified: FileTime,
    },
    /// Publishes the changes of a storage to the one it was opened from; of the root, to the medium.
    Commit {
        /// The storage.
        at: HandleId,
    },
    /// Drops the changes of a transacted storage since its last commit.
    Revert {
        /// The storage.
        at: HandleId,
    },
    /// Drops every open object, and opens the file anew. A direct root is committed first.
    Reopen,
}

/// What an element is, or is expected to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A storage.
    Storage,
    /// A stream.
    Stream,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was done, and this object is open now.
    Opened(HandleId),
    /// It was refused, and changed nothing.
    Refused(ErrorKind),
    /// The contract does not say; the step is left out.
    Unspecified,
}

impl Data {
    /// The bytes.
    #[must_use]
    pub fn bytes(self) -> Vec<u8> {
        let len = usize::try_from(self.len).expect("test data fits into memory");
        crate::random::Random::seeded(self.seed).bytes(len)
    }
}
