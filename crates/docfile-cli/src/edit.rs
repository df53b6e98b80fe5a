//! A document opened for change: one transaction, one commit at its end.
//!
//! The root is opened transacted, and a compound file within a stream is a transaction within it;
//! [`Edit::commit`] publishes the innermost first and the outermost last, by the one step that
//! makes the change real. Until then nothing of the file has changed, and when an `Edit` is
//! dropped without it, nothing will have. Every storage on the way is opened once and kept,
//! because an element has one open handle.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use docfile::{
    CommitFlags, CompoundFile, ElementKind, Error, ErrorKind, FileBytes, FormatVersion, LockBytes,
    Name, OpenMode, Severity, Stat, Storage,
};

use crate::bill::{Meter, MeteredBytes};
use crate::document::{not_found, stream_in_the_way};
use crate::failure::Failure;
use crate::session::Session;
use crate::source::{Place, Source, StepName};
use crate::stop::{self, Guard};

/// A document opened for change.
#[derive(Debug)]
pub(crate) struct Edit<'s> {
    session: &'s Session,
    root: Storage,
    /// Open storages by the way to them from the root, which is not among them. The root of a
    /// compound file within a stream stands at the way to that stream.
    nodes: HashMap<Vec<Name>, Node>,
    file_text: String,
    /// A new file, which gets its name by the commit.
    unnamed: Option<Unnamed>,
    /// What to cut the file back to as long as no commit was begun.
    uncommitted: Option<Uncommitted>,
    _guard: Guard,
}

/// A file as it was before the edit. Uncommitted data lies in places that were free, and behind
/// the end; the first does no harm and the second is cut off.
#[derive(Debug)]
struct Uncommitted {
    bytes: Arc<dyn LockBytes>,
    len: u64,
}

impl Drop for Uncommitted {
    fn drop(&mut self) {
        if self.bytes.len().is_some_and(|len| len > self.len) {
            // What is left then is free space, which is no damage.
            let _ = self.bytes.set_size(self.len);
        }
    }
}

#[derive(Debug, Clone)]
struct Node {
    storage: Storage,
    is_root: bool,
}

#[derive(Debug)]
struct Unnamed {
    file: tempfile::NamedTempFile,
    path: PathBuf,
}

/// Where an element is or would be.
#[derive(Debug)]
pub(crate) struct Spot {
    pub(crate) parent: Storage,
    /// The way to the parent, from the outermost root.
    pub(crate) parent_way: Vec<Name>,
    /// The same way as text, with the `/` or `!` behind it.
    above: String,
    pub(crate) name: Name,
    pub(crate) stat: Option<Stat>,
}

impl Spot {
    /// The way to the element, from the outermost root.
    pub(crate) fn way(&self) -> Vec<Name> {
        let mut way = self.parent_way.clone();
        way.push(self.name);
        way
    }

    /// The same place under another name.
    pub(crate) fn renamed(self, name: Name) -> Self {
        Self { name, ..self }
    }

    /// The way to the element, as one display text.
    pub(crate) fn path(&self) -> String {
        format!("{}{}", self.above, self.name)
    }

    /// The element, which must exist.
    pub(crate) fn existing(&self) -> Result<&Stat, Error> {
        self.stat.as_ref().ok_or_else(|| not_found(&self.name, &self.parent_way))
    }
}

impl<'s> Edit<'s> {
    /// Opens the file of `source` for change. When it does not exist and `may_create`, an empty
    /// one is begun, which the commit puts there.
    pub(crate) fn open(
        session: &'s Session,
        source: &Source,
        meter: &Arc<Meter>,
        may_create: bool,
    ) -> Result<Self, Failure> {
        let Place::Path(path) = source.place() else {
            return Err(Failure::misuse("standard input cannot be changed"));
        };
        let guard = stop::guard();
        let file_text = source.file_text();
        if may_create && !path.exists() {
            return Self::create(session, path, FormatVersion::V3, meter, guard);
        }
        let failed = |error: Error| Failure::from_engine(&error, &file_text);
        let bytes = FileBytes::open_for_edit(path).map_err(failed)?;
        let bytes = Arc::new(MeteredBytes::new(bytes, Arc::clone(meter)));
        let len = bytes.len().unwrap_or(u64::MAX);
        let uncommitted = Some(Uncommitted { bytes: bytes.clone(), len });
        let file = CompoundFile::try_open(bytes, session.settings()).map_err(failed)?;
        // In a file whose streams share sectors, or whose tables lie about what is free, a change
        // to one stream can cost the bytes of another.
        let damage_count = file.try_check().map_err(failed)?.count(Severity::Error);
        if damage_count > 0 {
            return Err(Failure::damaged_for_edit(damage_count).at(&file_text));
        }
        let root = file.root(OpenMode::edit()).map_err(failed)?;
        let nodes = HashMap::new();
        Ok(Self { session, root, nodes, file_text, unnamed: None, uncommitted, _guard: guard })
    }

    /// Begins a new file, which the commit puts at `path`, over what may be there.
    pub(crate) fn create_at(
        session: &'s Session,
        path: &Path,
        version: FormatVersion,
        meter: &Arc<Meter>,
    ) -> Result<Self, Failure> {
        Self::create(session, path, version, meter, stop::guard())
    }

    fn create(
        session: &'s Session,
        path: &Path,
        version: FormatVersion,
        meter: &Arc<Meter>,
        guard: Guard,
    ) -> Result<Self, Failure> {
        // What a link leads to is replaced, not the link.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let file_text = Source::from_path(path.clone()).file_text();
        let failed = |error: Error| Failure::from_engine(&error, &file_text);
        let file = unnamed_file(&path)?;
        let handle = file.as_file().try_clone().map_err(|error| Failure::io(&error, &path))?;
        let bytes = FileBytes::from_file(handle, true).map_err(failed)?;
        let bytes = Arc::new(MeteredBytes::new(bytes, Arc::clone(meter)));
        let compound = CompoundFile::create(bytes, version, session.settings()).map_err(failed)?;
        let root = compound.root(OpenMode::edit()).map_err(failed)?;
        let unnamed = Some(Unnamed { file, path });
        let nodes = HashMap::new();
        Ok(Self { session, root, nodes, file_text, unnamed, uncommitted: None, _guard: guard })
    }

    /// The outermost root.
    pub(crate) fn root(&self) -> &Storage {
        &self.root
    }

    /// An error of the engine, told about this document.
    pub(crate) fn failure(&self, error: &Error) -> Failure {
        Failure::from_engine(error, &self.file_text)
    }

    /// Finds where the last of `names` is or would be. With `make_parents`, storages that are
    /// missing on the way are created.
    pub(crate) fn spot(&mut self, names: &[StepName], make_parents: bool) -> Result<Spot, Error> {
        let mut way: Vec<Name> = Vec::new();
        let mut above = String::new();
        let mut parent = self.root.clone();
        let mut rest: &[StepName] = names;
        while let Some((step, behind)) = rest.split_first() {
            rest = behind;
            let stat = parent.try_find(&step.name)?;
            // An empty name that no element has is a `/` or `!` too many.
            if stat.is_none() && step.name.units().is_empty() {
                continue;
            }
            // A file may store the name in another case than it was given.
            let name = stat.as_ref().map_or(step.name, |stat| stat.name);
            if rest.iter().all(|step| step.name.units().is_empty()) {
                return Ok(Spot { parent, parent_way: way, above, name, stat });
            }
            let node = self.enter(&parent, &way, &name, stat.as_ref(), step, make_parents)?;
            parent = node.storage.clone();
            above.push_str(&format!("{name}{}", if node.is_root { '!' } else { '/' }));
            way.push(name);
            self.nodes.insert(way.clone(), node);
        }
        Err(Error::new(ErrorKind::InvalidParameter, "an element must be named: SOURCE!ELEMENT"))
    }

    /// The storage that `names` lead to, or the root for none.
    pub(crate) fn storage(&mut self, names: &[StepName]) -> Result<Storage, Error> {
        if names.iter().all(|step| step.name.units().is_empty()) {
            return Ok(self.root.clone());
        }
        let spot = self.spot(names, false)?;
        let stat = spot.existing()?;
        let way = spot.way();
        if let Some(node) = self.nodes.get(&way) {
            return Ok(node.storage.clone());
        }
        if stat.kind != ElementKind::Storage {
            return Err(stream_in_the_way(&way));
        }
        let storage = spot.parent.try_open_storage(&stat.name, OpenMode::child_edit())?;
        self.nodes.insert(way, Node { storage: storage.clone(), is_root: false });
        Ok(storage)
    }

    fn enter(
        &self,
        parent: &Storage,
        way: &[Name],
        name: &Name,
        stat: Option<&Stat>,
        step: &StepName,
        make_parents: bool,
    ) -> Result<Node, Error> {
        let mut here = way.to_vec();
        here.push(*name);
        if let Some(node) = self.nodes.get(&here) {
            return Ok(node.clone());
        }
        let (storage, is_root) = match stat.map(|stat| stat.kind) {
            None if make_parents => {
                (parent.try_create_storage(name, OpenMode::child_edit())?, false)
            }
            None => return Err(not_found(name, way)),
            Some(ElementKind::Storage) => {
                (parent.try_open_storage(name, OpenMode::child_edit())?, false)
            }
            Some(ElementKind::Stream) if step.ends_step => {
                let stream = parent.try_open_stream(name, OpenMode::child_edit())?;
                let file = CompoundFile::try_open(Arc::new(stream), self.session.settings())?;
                (file.root(OpenMode::edit())?, true)
            }
            Some(ElementKind::Stream) => return Err(stream_in_the_way(&here)),
        };
        Ok(Node { storage, is_root })
    }

    /// Closes the handles on an element and what is below it, so that it can be moved or removed.
    pub(crate) fn close(&mut self, way: &[Name]) {
        self.nodes.retain(|open, _| !open.starts_with(way));
    }

    /// Publishes the changes: all of them, or on failure none.
    pub(crate) fn commit(mut self) -> Result<(), Failure> {
        stop::check()?;
        let mut roots: Vec<(Vec<Name>, Node)> =
            self.nodes.drain().filter(|(_, node)| node.is_root).collect();
        // A file within a stream lies deeper than the file that the stream is in.
        roots.sort_by_key(|(way, _)| std::cmp::Reverse(way.len()));
        for (_, node) in roots {
            let committed = node.storage.try_commit(CommitFlags::DEFAULT);
            committed.map_err(|error| self.failure(&error))?;
        }
        if let Some(uncommitted) = &mut self.uncommitted {
            // From here on it is the commit that knows what the file needs.
            uncommitted.len = u64::MAX;
        }
        self.root.try_commit(CommitFlags::DEFAULT).map_err(|error| self.failure(&error))?;
        if let Some(Unnamed { file, path }) = self.unnamed.take() {
            file.persist(&path).map_err(|error| Failure::io(&error.error, &path))?;
            sync_folder(&path).map_err(|error| Failure::io(&error, &path))?;
        }
        Ok(())
    }
}

/// A file without a name of its own yet, in the folder of `path` and with the permissions that a
/// file at `path` has or would have.
pub(crate) fn unnamed_file(path: &Path) -> Result<tempfile::NamedTempFile, Failure> {
    let existing = std::fs::metadata(path).ok();
    if existing.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        return Err(Failure::refused("what stands here is no file").at(path.to_string_lossy()));
    }
    let folder = folder_of(path);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".docfile-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The system takes off what the user's mask forbids.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let file = builder.tempfile_in(folder).map_err(|error| Failure::io(&error, folder))?;
    if let Some(metadata) = existing {
        let kept = file.as_file().set_permissions(metadata.permissions());
        kept.map_err(|error| Failure::io(&error, path))?;
    }
    Ok(file)
}

pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the name of a new file durable.
pub(crate) fn sync_folder(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    std::fs::File::open(folder_of(path))?.sync_all()?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
