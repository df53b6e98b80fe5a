//! A local file as a byte array.
//!
//! The invariant: `len` is the length that every reader may rely on. It is read from the system
//! once, changes only by this object's own writes, and reads are cut at it, so that no read asks
//! the system for a length. A file that somebody else cuts below it is a read fault, never a
//! short read. Pieces of one request that lie close together are read by one call. This knows
//! nothing of compound files. Contract: the trait [`LockBytes`].

use std::fs::{File, OpenOptions};
use std::io::{self, IoSliceMut};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

use docfile_compound::{Error, ErrorKind, LockBytes, ReadRequest, Result};

use super::positioned::{Positioned, lock_among_editors};

/// A local file as a byte array: everything is here, reads and writes are positioned.
///
/// May be shared by many threads; reads take no lock.
///
/// # Example
///
/// ```
/// use docfile::{FileBytes, LockBytes};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("new.bin");
/// let bytes = FileBytes::create(&path)?;
/// bytes.write_at(0, b"compound file")?;
/// bytes.flush()?;
/// let mut buffer = [0; 4];
/// assert_eq!(FileBytes::open(&path)?.try_read_at(9, &mut buffer)?, 4);
/// assert_eq!(&buffer, b"file");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct FileBytes {
    file: Positioned,
    writable: bool,
    /// Bytes; see the invariant above.
    len: AtomicU64,
    /// Writers share it; cutting or extending the file takes it alone, so that `len` and the
    /// file's own length cannot come apart.
    resizing: RwLock<()>,
    /// The folder whose entry for this file is not yet durable; taken by the first flush.
    folder: PathBuf,
    folder_is_due: AtomicBool,
}

impl FileBytes {
    /// Opens a file for reading.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`], [`ErrorKind::AccessDenied`], or [`ErrorKind::ReadFault`] for
    /// anything else, such as a folder or a pipe, which has no random access.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let file = File::open(path).map_err(|error| open_error(error, ErrorKind::ReadFault))?;
        Self::from_file(file, false)
    }

    /// Opens an existing file for reading and writing, and keeps other editors out until this
    /// object is dropped. Readers are not kept out.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), and [`ErrorKind::ShareViolation`] while another editor has it.
    pub fn open_for_edit(path: impl AsRef<Path>) -> Result<Self> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(path)
            .map_err(|error| open_error(error, ErrorKind::WriteFault))?;
        lock_among_editors(&file).map_err(|error| {
            Error::new(ErrorKind::ShareViolation, "another program is changing this file")
                .with_source(error)
        })?;
        Self::from_file(file, true)
    }

    /// Creates a file that does not exist yet, for reading and writing. The first
    /// [`flush`](LockBytes::flush) also makes its name durable.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AlreadyExists`], or as [`open`](Self::open).
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path)
            .map_err(|error| open_error(error, ErrorKind::WriteFault))?;
        let mut bytes = Self::from_file(file, true)?;
        bytes.folder = parent_folder(path);
        bytes.folder_is_due = AtomicBool::new(true);
        Ok(bytes)
    }

    /// Takes over an open file. `writable` must not promise more than the file was opened for.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ReadFault`] when the file has no random access.
    pub fn from_file(mut file: File, writable: bool) -> Result<Self> {
        let no_random_access = |error: io::Error| {
            Error::new(ErrorKind::ReadFault, "this is no file with random access")
                .with_source(error)
        };
        if file.metadata().map_err(no_random_access)?.is_dir() {
            return Err(Error::new(ErrorKind::ReadFault, "this is a folder, not a file"));
        }
        // Seeking finds the length of a disk as well, whose metadata says zero.
        let len = io::Seek::seek(&mut file, io::SeekFrom::End(0)).map_err(no_random_access)?;
        Ok(Self {
            file: Positioned::new(file),
            writable,
            len: AtomicU64::new(len),
            resizing: RwLock::new(()),
            folder: PathBuf::new(),
            folder_is_due: AtomicBool::new(false),
        })
    }

    fn check_writable(&self) -> Result<()> {
        if self.writable {
            return Ok(());
        }
        Err(Error::new(ErrorKind::AccessDenied, "the file was opened for reading only"))
    }

    /// Reads one request, which starts before `end`, the length of the file.
    fn read_single(&self, request: &mut ReadRequest<'_>, end: u64) -> Result<()> {
        let wanted = wanted_len(request, end);
        let buffer = request.buffer.get_mut(..wanted).unwrap_or_default();
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let offset = request.offset + filled as u64;
            match self.file.read_at(rest, offset) {
                Ok(0) => return Err(cut_meanwhile(offset)),
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(read_fault(error, offset)),
            }
        }
        request.filled = wanted;
        Ok(())
    }

    /// Reads requests in ascending order, all before `end`, in one go. What lies between two of
    /// them is read too and thrown away.
    fn read_joined(&self, requests: &mut [ReadRequest<'_>], end: u64) -> Result<()> {
        let [first, .., last] = &*requests else { return Ok(()) };
        let start = first.offset;
        let wanted = (last.offset - start) + wanted_len(last, end) as u64;
        let mut unwanted = vec![0; joined_gap_len(requests, end)];
        let mut unwanted_rest = unwanted.as_mut_slice();
        let mut pieces = Vec::with_capacity(requests.len() * 2);
        let mut at = start;
        for request in requests.iter_mut() {
            let gap_len = usize::try_from(request.offset - at).unwrap_or(usize::MAX);
            if let Some((gap, rest)) =
                std::mem::take(&mut unwanted_rest).split_at_mut_checked(gap_len)
            {
                if !gap.is_empty() {
                    pieces.push(IoSliceMut::new(gap));
                }
                unwanted_rest = rest;
            }
            let len = wanted_len(request, end);
            at = request.offset + len as u64;
            request.filled = len;
            pieces.push(IoSliceMut::new(request.buffer.get_mut(..len).unwrap_or_default()));
        }
        self.read_pieces(&mut pieces, start, wanted)
    }

    /// Fills `pieces`, which together are `wanted` bytes long, from `offset` on.
    fn read_pieces(
        &self,
        mut pieces: &mut [IoSliceMut<'_>],
        mut offset: u64,
        mut wanted: u64,
    ) -> Result<()> {
        while wanted > 0 {
            match self.file.read_vectored_at(pieces, offset) {
                Ok(0) => return Err(cut_meanwhile(offset)),
                Ok(count) => {
                    IoSliceMut::advance_slices(&mut pieces, count);
                    offset += count as u64;
                    wanted -= count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(read_fault(error, offset)),
            }
        }
        Ok(())
    }
}

impl LockBytes for FileBytes {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        let end = self.len.load(Ordering::Acquire);
        for request in &mut *requests {
            request.filled = 0;
        }
        let mut rest = requests;
        while let [first, ..] = rest {
            // Requests that nothing can be read for are passed over one by one.
            let is_void = first.offset >= end || first.buffer.is_empty();
            let count = if is_void { 1 } else { joined_count(rest, end) };
            let (joined, later) = rest.split_at_mut(count);
            match joined {
                _ if is_void => {}
                [single] => self.read_single(single, end)?,
                joined => self.read_joined(joined, end)?,
            }
            rest = later;
        }
        Ok(())
    }

    fn len(&self) -> Option<u64> {
        Some(self.len.load(Ordering::Acquire))
    }

    fn write_at(&self, offset: u64, data: &[u8]) -> Result<()> {
        self.check_writable()?;
        if data.is_empty() {
            return Ok(());
        }
        let end = offset
            .checked_add(data.len() as u64)
            .ok_or_else(|| Error::new(ErrorKind::MediumFull, "no file can be that long"))?;
        let _shared = self.resizing.read().unwrap_or_else(PoisonError::into_inner);
        self.file.write_all_at(data, offset).map_err(|error| write_fault(error, offset))?;
        self.len.fetch_max(end, Ordering::AcqRel);
        Ok(())
    }

    fn flush(&self) -> Result<()> {
        self.check_writable()?;
        self.file.sync_data().map_err(|error| write_fault(error, 0))?;
        if self.folder_is_due.load(Ordering::Acquire) {
            sync_folder(&self.folder).map_err(|error| write_fault(error, 0))?;
            self.folder_is_due.store(false, Ordering::Release);
        }
        Ok(())
    }

    fn set_size(&self, len: u64) -> Result<()> {
        self.check_writable()?;
        let _alone = self.resizing.write().unwrap_or_else(PoisonError::into_inner);
        self.file.set_len(len).map_err(|error| write_fault(error, len))?;
        self.len.store(len, Ordering::Release);
        Ok(())
    }
}

/// Reading this much that nobody asked for costs less than another call to the system.
const GAP_LEN: u64 = 4096;
/// IOV_MAX is 1024 everywhere; a gap takes a place of its own beside its request.
const JOINED_COUNT: usize = 512;

/// How many bytes of a request that starts before `end` lie before it.
fn wanted_len(request: &ReadRequest<'_>, end: u64) -> usize {
    let before_end = end.saturating_sub(request.offset);
    usize::try_from(before_end).map_or(request.buffer.len(), |len| len.min(request.buffer.len()))
}

/// How many requests from the front can be read by one call: in ascending order, apart, close.
/// The order is the caller's: who asks for neighbours asks for them one after the other.
fn joined_count(requests: &[ReadRequest<'_>], end: u64) -> usize {
    let neighbours = requests.iter().zip(requests.iter().skip(1));
    let close = neighbours.take(JOINED_COUNT - 1).take_while(|(before, after)| {
        let before_end = before.offset + wanted_len(before, end) as u64;
        let gap_len = after.offset.checked_sub(before_end);
        after.offset < end
            && !after.buffer.is_empty()
            && gap_len.is_some_and(|gap_len| gap_len <= GAP_LEN)
    });
    close.count() + 1
}

/// How many bytes lie between the requests of one joined read.
fn joined_gap_len(requests: &[ReadRequest<'_>], end: u64) -> usize {
    let neighbours = requests.iter().zip(requests.iter().skip(1));
    let gaps = neighbours.map(|(before, after)| {
        after.offset.saturating_sub(before.offset + wanted_len(before, end) as u64)
    });
    usize::try_from(gaps.sum::<u64>()).unwrap_or(0)
}

/// The folder that holds the entry of `path`.
fn parent_folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// Makes the names in a folder durable.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Other systems give no way to ask for it; they log the change of a folder by themselves.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

fn open_error(error: io::Error, otherwise: ErrorKind) -> Error {
    let (kind, text) = match error.kind() {
        io::ErrorKind::NotFound => (ErrorKind::NotFound, "there is no such file"),
        io::ErrorKind::PermissionDenied => {
            (ErrorKind::AccessDenied, "the system does not permit it")
        }
        io::ErrorKind::AlreadyExists => (ErrorKind::AlreadyExists, "the file exists already"),
        io::ErrorKind::IsADirectory => (otherwise, "this is a folder, not a file"),
        _ => (otherwise, "the file cannot be opened"),
    };
    Error::new(kind, text).with_source(error)
}

fn read_fault(error: io::Error, offset: u64) -> Error {
    Error::new(ErrorKind::ReadFault, "the file cannot be read")
        .with_offset(offset)
        .with_source(error)
}

fn cut_meanwhile(offset: u64) -> Error {
    Error::new(ErrorKind::ReadFault, "somebody cut the file short while it was read")
        .with_offset(offset)
}

fn write_fault(error: io::Error, offset: u64) -> Error {
    let kind = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            ErrorKind::MediumFull
        }
        _ => ErrorKind::WriteFault,
    };
    Error::new(kind, "the file cannot be written").with_offset(offset).with_source(error)
}

#[cfg(test)]
#[path = "file_tests.rs"]
#[expect(clippy::cast_possible_truncation, reason = "offsets in tests are small")]
mod tests;
