//! What an open storage or stream shares with its opening: whether it is still valid, and which
//! element it stands for.
//!
//! Invariant: of one element there is at most one handle registered at a time; copies of a
//! [`Storage`](crate::Storage) or [`Stream`](crate::Stream) share it. A handle that was reverted
//! stays so for ever.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use crate::error::{Error, ErrorKind, Result};
use crate::stored_stream::StoredStream;
use crate::transaction::node::NodeKey;

#[derive(Debug)]
pub(crate) struct HandleLink {
    pub(crate) is_stream: bool,
    reverted: AtomicBool,
    /// Changes once, when a commit gives a new element its place in the directory.
    key: Mutex<NodeKey>,
    /// The stored bytes of a stream that nobody ever changes through this opening.
    fixed: Option<StoredStream>,
    /// For a stream that nobody changed: its stored bytes, read without the opening's lock.
    unchanged: RwLock<Option<StoredStream>>,
}

impl HandleLink {
    pub(crate) fn storage(key: NodeKey) -> Arc<Self> {
        Self::new(key, false, None, None)
    }

    pub(crate) fn stream(key: NodeKey, unchanged: Option<StoredStream>) -> Arc<Self> {
        Self::new(key, true, None, unchanged)
    }

    /// A stream of an opening that changes nothing: many threads read it without meeting.
    pub(crate) fn fixed_stream(key: NodeKey, stored: StoredStream) -> Arc<Self> {
        Self::new(key, true, Some(stored), None)
    }

    fn new(
        key: NodeKey,
        is_stream: bool,
        fixed: Option<StoredStream>,
        unchanged: Option<StoredStream>,
    ) -> Arc<Self> {
        Arc::new(Self {
            is_stream,
            fixed,
            reverted: AtomicBool::new(false),
            key: Mutex::new(key),
            unchanged: RwLock::new(unchanged),
        })
    }

    pub(crate) fn key(&self) -> NodeKey {
        *self.lock_key()
    }

    pub(crate) fn set_key(&self, key: NodeKey) {
        *self.lock_key() = key;
    }

    fn lock_key(&self) -> MutexGuard<'_, NodeKey> {
        self.key.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn revert(&self) {
        self.reverted.store(true, Ordering::Release);
    }

    pub(crate) fn check(&self) -> Result<()> {
        if self.reverted.load(Ordering::Acquire) {
            return Err(Error::new(
                ErrorKind::Reverted,
                "the element was destroyed, or a storage that it was opened from was reverted",
            ));
        }
        Ok(())
    }

    /// Reads from the stored bytes, while they are all there is to the stream. A commit that lets
    /// go of them waits for `read` to end.
    pub(crate) fn with_unchanged<R>(&self, read: impl FnOnce(&StoredStream) -> R) -> Option<R> {
        if let Some(stored) = &self.fixed {
            return Some(read(stored));
        }
        self.unchanged.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(read)
    }

    pub(crate) fn set_unchanged(&self, stored: Option<StoredStream>) {
        *self.unchanged.write().unwrap_or_else(PoisonError::into_inner) = stored;
    }
}
