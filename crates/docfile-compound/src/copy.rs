//! Copying and moving elements, within a file and between files (`contract/storage.md` 8).
//!
//! A copy is made in a transaction of its own within the destination and handed up at its end, so
//! that one which meets missing bytes, or fails, has changed nothing. Elements that are open may
//! be copied; what is copied is what the source's own transaction sees.

use crate::error::{Error, ErrorKind, Result};
use crate::name::Name;
use crate::open_mode::OpenMode;
use crate::stat::{ElementKind, View};
use crate::storage::Storage;
use crate::stream::Stream;

/// What [`Storage::try_copy_to`] leaves out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CopyOptions {
    /// Names of elements of the source itself (not of storages within it) to leave out.
    pub exclude: Vec<Name>,
    /// Leaves out storages, at every depth.
    pub skip_storages: bool,
    /// Leaves out streams, at every depth.
    pub skip_streams: bool,
}

/// What becomes of the element that [`Storage::try_move_to`] takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MoveKind {
    /// It is gone from where it was.
    Move,
    /// It stays where it was.
    Copy,
}

/// How much of a stream is copied at once, in bytes.
const COPY_LEN: usize = 1 << 20;

impl Storage {
    /// Copies the class id, the state bits and the elements of this storage into another. Streams
    /// of the same name are replaced, storages of the same name merged; nothing is committed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AccessDenied`] when `destination` lies within this storage (unless storages
    /// are left out) or cannot be changed, [`ErrorKind::Pending`], [`ErrorKind::Reverted`], and
    /// what reading or writing answers. The destination is unchanged then.
    pub fn try_copy_to(&self, destination: &Self, options: &CopyOptions) -> Result<()> {
        if !options.skip_storages && destination.is_within(self)? {
            return Err(Error::new(
                ErrorKind::AccessDenied,
                "a storage cannot be copied into itself",
            ));
        }
        let target = destination.nested()?;
        self.copy_into(&target, options, &options.exclude)?;
        target.hand_up()
    }

    fn copy_into(&self, target: &Self, options: &CopyOptions, exclude: &[Name]) -> Result<()> {
        let stat = self.try_stat()?;
        target.try_set_class_id(stat.class_id)?;
        target.try_set_state_bits(stat.state_bits, u32::MAX)?;
        for view in self.views()?.found {
            let name = view.attributes.name;
            let left_out = match view.kind {
                ElementKind::Storage => options.skip_storages,
                ElementKind::Stream => options.skip_streams,
            };
            if !left_out && !exclude.iter().any(|excluded| excluded.compare(&name).is_eq()) {
                self.copy_element(&view, target, &name, options)?;
            }
        }
        Ok(())
    }

    fn copy_element(
        &self,
        view: &View,
        target: &Self,
        name: &Name,
        options: &CopyOptions,
    ) -> Result<()> {
        if view.kind == ElementKind::Stream {
            let mode = OpenMode::child_edit().with(OpenMode::CREATE);
            return copy_bytes(&self.peek_stream(view)?, &target.put_stream(name, mode)?);
        }
        let below = self.peek_storage(view)?;
        let copy = match target.try_find(name)? {
            Some(existing) if existing.kind == ElementKind::Storage => {
                target.try_open_storage(name, OpenMode::child_edit())?
            }
            _ => {
                let mode = OpenMode::child_edit().with(OpenMode::CREATE);
                let copy = target.put_storage(name, mode)?;
                let attributes = &view.attributes;
                copy.try_set_times(None, Some(attributes.created), Some(attributes.modified))?;
                copy
            }
        };
        below.copy_into(&copy, options, &[])
    }

    /// Moves an element into another storage, or copies it there, under a name that is free.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`], [`ErrorKind::AlreadyExists`], [`ErrorKind::InvalidName`],
    /// [`ErrorKind::AccessDenied`] when the element is open, when `destination` lies within it, or
    /// when either storage cannot be changed; [`ErrorKind::Pending`], [`ErrorKind::Reverted`].
    pub fn try_move_to(
        &self,
        name: &Name,
        destination: &Self,
        new_name: &Name,
        how: MoveKind,
    ) -> Result<()> {
        new_name.check_creatable()?;
        let view = self.closed_element(name)?;
        if destination.is_opened_through(self, view.key) {
            return Err(Error::new(
                ErrorKind::AccessDenied,
                "an element cannot be moved into itself",
            ));
        }
        if destination.try_find(new_name)?.is_some() {
            return Err(Error::new(ErrorKind::AlreadyExists, "an element of that name exists")
                .with_element(new_name.to_string()));
        }
        if how == MoveKind::Move && self.shares_transaction(destination) {
            return self.relink(&view, destination, new_name);
        }
        if how == MoveKind::Move {
            drop(self.changing()?);
        }
        let target = destination.nested()?;
        self.copy_element(&view, &target, new_name, &CopyOptions::default())?;
        target.hand_up()?;
        match how {
            MoveKind::Move => self.try_destroy(name),
            MoveKind::Copy => Ok(()),
        }
    }
}

/// Copies all bytes of a stream.
fn copy_bytes(from: &Stream, to: &Stream) -> Result<()> {
    let len = from.try_len()?;
    let mut buffer = vec![0; usize::try_from(len).unwrap_or(COPY_LEN).min(COPY_LEN)];
    let mut offset = 0;
    while offset < len {
        let read = from.try_read_at(offset, &mut buffer)?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else {
            return Err(Error::corrupt(crate::rule::Rule::ChainShort, 0));
        };
        to.try_write_at(offset, part)?;
        offset += read as u64;
    }
    Ok(())
}
