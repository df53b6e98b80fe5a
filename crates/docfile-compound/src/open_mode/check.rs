//! Which modes make sense for what is opened, and the error for those that do not.
//!
//! The rules are those of `contract/storage.md` 7 to 9 and `contract/observed.md` 4.2, rules 1 to
//! 22. They look at bits alone, so they come before anything is looked up or read. Each check
//! finds contradictions first; only a mode that makes sense can be one that is left to a later
//! face ([`ErrorKind::Unimplemented`]).

use super::{Access, OpenMode, Sharing, UNKNOWN};
use crate::error::{Error, ErrorKind, Result};

/// What none of the checks lets through, once it is known to make sense.
const LEFT_TO_LATER: OpenMode = OpenMode(
    OpenMode::CONVERT.0
        | OpenMode::PRIORITY.0
        | OpenMode::NOSNAPSHOT.0
        | OpenMode::DIRECT_SWMR.0
        | OpenMode::DELETEONRELEASE.0
        | OpenMode::SIMPLE.0,
);

/// What only a root can be opened with.
const ROOT_ONLY: OpenMode = OpenMode(
    OpenMode::NOSCRATCH.0 | OpenMode::NOSNAPSHOT.0 | OpenMode::DIRECT_SWMR.0 | OpenMode::SIMPLE.0,
);

impl OpenMode {
    /// Whether an existing file's root can be opened so.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFlag`], [`ErrorKind::InvalidFunction`], [`ErrorKind::Unimplemented`].
    pub(crate) fn check_open_root(self) -> Result<()> {
        let (access, sharing) = self.groups()?;
        if self.has(Self::DELETEONRELEASE) {
            return Err(invalid_function("a file that exists cannot be opened to be deleted"));
        }
        if self.creates() {
            return Err(invalid("opening neither creates nor converts"));
        }
        if self.has(Self::PRIORITY) {
            let only = Self::TRANSACTED.0 | Self::NOSCRATCH.0 | ROOT_ONLY.0;
            if self.can_write() || self.has(Self(only)) {
                return Err(invalid("priority goes with direct reading only"));
            }
            return self.check_left_to_later();
        }
        self.check_root_combination(access, sharing)?;
        let direct_is_valid = match (access, sharing) {
            (Access::Read, Sharing::Exclusive | Sharing::DenyWrite)
            | (Access::Write | Access::ReadWrite, Sharing::Exclusive) => true,
            (Access::Read, Sharing::DenyNone) | (Access::ReadWrite, Sharing::DenyWrite) => {
                self.has(Self::DIRECT_SWMR)
            }
            _ => false,
        };
        if !self.is_transacted() && !direct_is_valid {
            return Err(invalid("this access cannot be shared so without a transaction"));
        }
        self.check_left_to_later()
    }

    /// Whether a new file's root can be created so.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFlag`], [`ErrorKind::Unimplemented`].
    pub(crate) fn check_create_root(self) -> Result<()> {
        let (access, sharing) = self.groups()?;
        if self.has(Self::PRIORITY) {
            return Err(invalid("priority is for files that exist"));
        }
        if self.has(Self::CONVERT) && self.has(Self::DELETEONRELEASE) {
            return Err(invalid("what is converted cannot be deleted on release"));
        }
        if self.creates() && self.has(Self::NOSNAPSHOT) {
            return Err(invalid("a new file has no snapshots to do without"));
        }
        self.check_root_combination(access, sharing)?;
        let is_valid = match (access, sharing) {
            // Who cannot write has nothing to deny; the commit will be refused.
            (Access::Read, Sharing::Unsaid) => self.is_transacted(),
            (Access::Read, _) => false,
            (_, Sharing::Exclusive) => true,
            (Access::ReadWrite, Sharing::DenyWrite) if self.has(Self::DIRECT_SWMR) => true,
            _ => self.is_transacted(),
        };
        if !is_valid {
            return Err(invalid("a file cannot be created with this access and sharing"));
        }
        self.check_left_to_later()
    }

    /// Whether a stream of a storage that was opened as `parent` can be opened so.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFlag`], [`ErrorKind::InvalidFunction`].
    pub(crate) fn check_open_stream(self, parent: Self) -> Result<()> {
        self.check_stream()?;
        self.check_opens_child(parent)
    }

    /// Whether a stream can be created so in a storage that was opened as `parent`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFlag`], [`ErrorKind::InvalidFunction`], [`ErrorKind::Unimplemented`],
    /// [`ErrorKind::AccessDenied`] when the parent cannot be changed, whether or not it has an
    /// element of that name.
    pub(crate) fn check_create_stream(self, parent: Self) -> Result<()> {
        self.check_stream()?;
        self.check_left_to_later()?;
        if !parent.can_change() {
            return Err(Error::new(ErrorKind::AccessDenied, "the storage was opened for reading"));
        }
        Ok(())
    }

    /// Whether a storage of a storage that was opened as `parent` can be opened so.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFlag`], [`ErrorKind::InvalidFunction`].
    pub(crate) fn check_open_storage(self, parent: Self) -> Result<()> {
        self.groups()?;
        if self.has(Self(Self::PRIORITY.0 | Self::DELETEONRELEASE.0)) {
            return Err(invalid_function("priority and deletion on release are for files"));
        }
        self.check_child()?;
        self.check_opens_child(parent)
    }

    /// Whether a storage can be created so in a storage that was opened as `_parent`.
    ///
    /// That the parent cannot be changed is no matter of this check: a name that is taken there
    /// is [`ErrorKind::AlreadyExists`] and only a free one [`ErrorKind::AccessDenied`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFlag`], [`ErrorKind::InvalidFunction`], [`ErrorKind::Unimplemented`].
    pub(crate) fn check_create_storage(self, _parent: Self) -> Result<()> {
        self.groups()?;
        if self.has(Self::DELETEONRELEASE) {
            return Err(invalid("deletion on release is for files"));
        }
        if self.has(Self::PRIORITY) {
            return Err(invalid_function("priority is for files"));
        }
        self.check_child()?;
        self.check_left_to_later()
    }

    /// The access and sharing, when every bit has a meaning and no group is named twice.
    fn groups(self) -> Result<(Access, Sharing)> {
        if self.0 & UNKNOWN != 0 {
            return Err(invalid("the mode has bits without a meaning"));
        }
        if self.has(Self::CREATE) && self.has(Self::CONVERT) {
            return Err(invalid("what is there is either replaced or converted"));
        }
        self.access().zip(self.sharing()).ok_or_else(|| invalid("no such access or sharing"))
    }

    fn creates(self) -> bool {
        self.has(Self(Self::CREATE.0 | Self::CONVERT.0))
    }

    /// The flags that only roots have, against each other, access and sharing.
    fn check_root_combination(self, access: Access, sharing: Sharing) -> Result<()> {
        let snapshot_flags = Self(Self::NOSCRATCH.0 | Self::NOSNAPSHOT.0);
        if self.has(snapshot_flags) && !self.is_transacted() {
            return Err(invalid("without a transaction there is no scratch and no snapshot"));
        }
        let excludes_writers = matches!(sharing, Sharing::Exclusive | Sharing::DenyWrite);
        if self.has(Self::NOSNAPSHOT) && excludes_writers {
            return Err(invalid("who excludes other writers needs no snapshot"));
        }
        let is_writer_or_reader = matches!(
            (access, sharing),
            (Access::ReadWrite, Sharing::DenyWrite) | (Access::Read, Sharing::DenyNone)
        );
        if self.has(Self::DIRECT_SWMR) && (self.is_transacted() || !is_writer_or_reader) {
            return Err(invalid("a single writer denies writing, its readers deny nothing"));
        }
        let is_simple = sharing == Sharing::Exclusive && access != Access::Write;
        if self.has(Self::SIMPLE) && (self.is_transacted() || !is_simple) {
            return Err(invalid("simple mode is direct and exclusive"));
        }
        Ok(())
    }

    /// What holds for every stream, opened or created.
    fn check_stream(self) -> Result<()> {
        self.groups()?;
        if self.has(Self(Self::TRANSACTED.0 | Self::DELETEONRELEASE.0)) {
            return Err(invalid_function("streams have neither transactions nor a release"));
        }
        if self.has(Self::PRIORITY) {
            return Err(invalid("priority is for files"));
        }
        self.check_child()
    }

    /// What holds for everything below a root.
    fn check_child(self) -> Result<()> {
        if self.sharing() != Some(Sharing::Exclusive) {
            return Err(invalid("what lies in a storage is opened exclusively"));
        }
        if self.has(ROOT_ONLY) {
            return Err(invalid("the mode has flags that are for files"));
        }
        Ok(())
    }

    /// What holds for everything below a root that is there already.
    fn check_opens_child(self, parent: Self) -> Result<()> {
        if self.creates() {
            return Err(invalid("opening neither creates nor converts"));
        }
        let exceeds =
            self.can_read() && !parent.can_read() || self.can_write() && !parent.can_write();
        if exceeds && !parent.is_transacted() {
            return Err(invalid("the storage was opened with less access"));
        }
        Ok(())
    }

    fn check_left_to_later(self) -> Result<()> {
        if self.has(LEFT_TO_LATER) {
            return Err(Error::new(
                ErrorKind::Unimplemented,
                format!("not here: {:?}", Self(self.0 & LEFT_TO_LATER.0)),
            ));
        }
        Ok(())
    }
}

fn invalid(text: &'static str) -> Error {
    Error::new(ErrorKind::InvalidFlag, text)
}

fn invalid_function(text: &'static str) -> Error {
    Error::new(ErrorKind::InvalidFunction, text)
}
