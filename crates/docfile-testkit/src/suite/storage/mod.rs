//! The contract of open compound files, clause by clause, against the engine's own API.
//!
//! Sources: `contract/storage.md` 7 to 9 (cited as "7" to "9") and the numbered rules of
//! `contract/observed.md` 4.2 (cited as "rule 10" and so on). Every function makes files of its
//! own in arrays that the caller makes; nothing in them may be pending. Left out: what
//! `docs/decisions.md` leaves to a later face (there an explicit refusal is asked for), and rule 22
//! with decision 1, by which children keep their parents alive.

mod copying;
mod elements;
mod enumeration;
mod roots;
mod streams;
mod transactions;

use std::sync::Arc;

use docfile_compound::{
    CommitFlags, CompoundFile, ErrorKind, FormatVersion, LockBytes, Name, OpenMode, Result,
    Settings, Storage, Stream,
};

/// The suite for files in one kind of byte array, of one version.
pub struct StorageSuite {
    make: Box<dyn Fn() -> Arc<dyn LockBytes>>,
    version: FormatVersion,
}

impl core::fmt::Debug for StorageSuite {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("StorageSuite").field("version", &self.version).finish_non_exhaustive()
    }
}

impl StorageSuite {
    /// A suite for files of `version` in what `make` makes: an empty array that can be written.
    pub fn new(version: FormatVersion, make: impl Fn() -> Arc<dyn LockBytes> + 'static) -> Self {
        Self { make: Box::new(make), version }
    }

    /// Holds every clause against the engine.
    ///
    /// # Panics
    ///
    /// With the clause that does not hold.
    pub fn run(&self) {
        self.roots();
        self.elements();
        self.streams();
        self.enumeration();
        self.transactions();
        self.copying();
    }

    fn array(&self) -> Arc<dyn LockBytes> {
        (self.make)()
    }

    fn create(&self) -> CompoundFile {
        done(
            CompoundFile::create(self.array(), self.version, Settings::default()),
            "7. a compound file is created in an array",
        )
    }

    /// A file that holds nothing and was committed once.
    fn empty_file(&self) -> CompoundFile {
        let file = self.create();
        let root = root(&file, OpenMode::edit());
        commit(&root);
        file
    }

    /// A file with a stream `stream` of five bytes, and a storage `storage` with a stream `inner`.
    fn sample_file(&self) -> CompoundFile {
        let file = self.empty_file();
        let root = root(&file, OpenMode::edit());
        write(&new_stream(&root, "stream"), b"bytes");
        let storage = new_storage(&root, "storage", OpenMode::child_edit());
        write(&new_stream(&storage, "inner"), b"inner bytes");
        commit(&root);
        file
    }
}

/// The value, or a panic with the clause by which there had to be one.
fn done<T>(result: Result<T>, clause: &str) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("broken contract: {clause}\nseen: {error:?}"),
    }
}

/// Panics with the clause unless the result is an error of this kind.
fn refused<T: core::fmt::Debug>(result: Result<T>, kind: ErrorKind, clause: &str) {
    match result {
        Err(error) if error.kind() == kind => {}
        other => panic!("broken contract: {clause}\nseen: {other:?} instead of {kind:?}"),
    }
}

fn name(text: &str) -> Name {
    done(Name::new(text), "8. a name has 1 to 31 units")
}

fn root(file: &CompoundFile, mode: OpenMode) -> Storage {
    done(file.root(mode), "7. a root is opened")
}

fn commit(storage: &Storage) {
    done(storage.try_commit(CommitFlags::DEFAULT), "8. a commit publishes the changes");
}

fn new_storage(parent: &Storage, text: &str, mode: OpenMode) -> Storage {
    done(parent.try_create_storage(&name(text), mode), "8. CreateStorage makes a storage")
}

fn new_stream(parent: &Storage, text: &str) -> Stream {
    let mode = OpenMode::child_edit();
    done(parent.try_create_stream(&name(text), mode), "8. CreateStream makes a stream")
}

fn open_storage(parent: &Storage, text: &str, mode: OpenMode) -> Storage {
    done(parent.try_open_storage(&name(text), mode), "8. OpenStorage opens a storage")
}

fn open_stream(parent: &Storage, text: &str, mode: OpenMode) -> Stream {
    done(parent.try_open_stream(&name(text), mode), "8. OpenStream opens a stream")
}

fn write(stream: &Stream, bytes: &[u8]) {
    let count = done(stream.try_write_at(0, bytes), "9. Write writes");
    assert_eq!(count, bytes.len(), "broken contract: 9. Write writes all or fails");
}

fn read(stream: &Stream) -> Vec<u8> {
    done(crate::model::read_stream(stream), "9. Read reads")
}

fn names(storage: &Storage) -> Vec<String> {
    let listing = done(storage.try_list(), "8. the elements are enumerated");
    listing.iter().map(|stat| stat.name.to_string()).collect()
}

fn transacted() -> OpenMode {
    OpenMode::child_edit().with(OpenMode::TRANSACTED)
}
