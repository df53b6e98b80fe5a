//! Who is to be woken.
//!
//! Invariant: wakers are called by whoever took them out, and never under the lock that guards the
//! list: a waker may run code of anybody.

use std::task::Waker;

/// A place in a list of those who wait, to be given back with
/// [`withdraw`](super::Synchronize::withdraw).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WaiterId(u64);

#[derive(Debug, Default)]
pub(super) struct Waiters {
    next_id: u64,
    wakers: Vec<(WaiterId, Waker)>,
}

impl Waiters {
    pub(super) const fn new() -> Self {
        Self { next_id: 0, wakers: Vec::new() }
    }

    pub(super) fn enroll(&mut self, waker: &Waker) -> WaiterId {
        let id = WaiterId(self.next_id);
        self.next_id = self.next_id.wrapping_add(1);
        self.wakers.push((id, waker.clone()));
        id
    }

    /// Takes the waker out, so that it can be dropped outside the lock.
    #[must_use]
    pub(super) fn withdraw(&mut self, id: WaiterId) -> Option<Waker> {
        let index = self.wakers.iter().position(|(other, _)| *other == id)?;
        Some(self.wakers.swap_remove(index).1)
    }

    /// Takes all of them out.
    #[must_use]
    pub(super) fn take(&mut self) -> Vec<(WaiterId, Waker)> {
        core::mem::take(&mut self.wakers)
    }

    #[cfg(test)]
    pub(super) const fn count(&self) -> usize {
        self.wakers.len()
    }
}

pub(super) fn wake(wakers: Vec<(WaiterId, Waker)>) {
    for (_, waker) in wakers {
        waker.wake();
    }
}
