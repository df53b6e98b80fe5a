//! An array in memory that keeps only what is not zero, for files of gigabytes that hold little.
//!
//! Invariant: it keeps the whole contract of `LockBytes`; a page that is absent reads as zeros, and
//! nothing but zeros lies in a kept page at or past the end of the array.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use docfile_compound::{LockBytes, ReadRequest, Result};

const PAGE_LEN: usize = 4096;
/// The same, as a count of file bytes.
const PAGE: u64 = PAGE_LEN as u64;

/// A byte array in memory that may have holes.
#[derive(Debug, Default)]
pub struct SparseMemory {
    content: RwLock<Content>,
}

#[derive(Debug, Default, Clone)]
struct Content {
    /// Pages by number, each of `PAGE_LEN` bytes.
    pages: BTreeMap<u64, Box<[u8]>>,
    len: u64,
}

impl Clone for SparseMemory {
    fn clone(&self) -> Self {
        Self { content: RwLock::new(self.read().clone()) }
    }
}

impl SparseMemory {
    /// An array that holds `bytes`.
    #[must_use]
    pub fn holding(bytes: &[u8]) -> Self {
        let array = Self::default();
        array.put(0, bytes);
        array
    }

    /// All of it, holes included.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        let len = self.read().len;
        self.get(0, usize::try_from(len).expect("an array of this length fits into memory"))
    }

    /// `len` bytes at `offset`, with zeros past the end.
    #[must_use]
    pub fn get(&self, offset: u64, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        self.read().copy_to(offset, &mut bytes);
        bytes
    }

    /// Writes `data` at `offset`.
    pub fn put(&self, offset: u64, data: &[u8]) {
        self.write().put(offset, data);
    }

    /// Bytes of memory that the content takes.
    #[must_use]
    pub fn kept_len(&self) -> u64 {
        self.read().pages.len() as u64 * PAGE
    }

    fn read(&self) -> RwLockReadGuard<'_, Content> {
        self.content.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Content> {
        self.content.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The parts of `len` bytes at `offset`, cut at pages: page, start within it, start within the
/// whole, length.
fn parts(offset: u64, len: usize) -> impl Iterator<Item = (u64, usize, usize, usize)> {
    let mut done = 0;
    core::iter::from_fn(move || {
        let at = offset + done as u64;
        let in_page = usize::try_from(at % PAGE).unwrap_or(0);
        let part_len = (PAGE_LEN - in_page).min(len - done);
        let part = (at / PAGE, in_page, done, part_len);
        done += part_len;
        (part_len > 0).then_some(part)
    })
}

impl Content {
    fn copy_to(&self, offset: u64, buffer: &mut [u8]) {
        for (page, in_page, done, len) in parts(offset, buffer.len()) {
            let to = &mut buffer[done..done + len];
            match self.pages.get(&page) {
                Some(bytes) => to.copy_from_slice(&bytes[in_page..in_page + len]),
                None => to.fill(0),
            }
        }
    }

    fn put(&mut self, offset: u64, data: &[u8]) {
        for (page, in_page, done, len) in parts(offset, data.len()) {
            let from = &data[done..done + len];
            if from.iter().all(|byte| *byte == 0) && !self.pages.contains_key(&page) {
                continue;
            }
            let blank = || vec![0; PAGE_LEN].into_boxed_slice();
            let bytes = self.pages.entry(page).or_insert_with(blank);
            bytes[in_page..in_page + len].copy_from_slice(from);
        }
        if !data.is_empty() {
            self.len = self.len.max(offset + data.len() as u64);
        }
    }

    fn cut(&mut self, len: u64) {
        self.pages.split_off(&len.div_ceil(PAGE));
        if let Some(page) = self.pages.get_mut(&(len / PAGE)) {
            page[usize::try_from(len % PAGE).unwrap_or(0)..].fill(0);
        }
        self.len = len;
    }
}

impl LockBytes for SparseMemory {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        let content = self.read();
        for request in requests {
            let left = content.len.saturating_sub(request.offset);
            request.filled = request.buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            content.copy_to(request.offset, &mut request.buffer[..request.filled]);
        }
        Ok(())
    }

    fn len(&self) -> Option<u64> {
        Some(self.read().len)
    }

    fn write_at(&self, offset: u64, data: &[u8]) -> Result<()> {
        self.put(offset, data);
        Ok(())
    }

    fn flush(&self) -> Result<()> {
        Ok(())
    }

    fn set_size(&self, len: u64) -> Result<()> {
        self.write().cut(len);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_of_gigabytes_takes_no_memory() {
        let array = SparseMemory::holding(b"start");
        array.put(5 << 30, b"end");
        assert_eq!(array.len(), Some((5 << 30) + 3));
        assert_eq!(array.kept_len(), 8192);
        assert_eq!(array.get((5 << 30) - 1, 4), b"\0end");
        assert_eq!(array.get(3, 4), b"rt\0\0");
    }
}
