//! Which apartment a thread and an object belong to (contract/calls.md 10).

use crate::Hresult;

/// The kind of an apartment (COINIT).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApartmentKind {
    /// That of all threads without one of their own. Its threads block while they wait.
    MultiThreaded,
    /// One thread's. It serves calls while it waits, and only then or when it pumps.
    SingleThreaded,
}

/// An apartment of the process, by the number that its driver gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ApartmentId(pub u64);

impl ApartmentKind {
    /// A thread that may be in an apartment enters one of the kind `wanted` (CoInitializeEx):
    /// [`Hresult::S_OK`], or [`Hresult::S_FALSE`] when it was in one.
    ///
    /// # Errors
    ///
    /// [`Hresult::RPC_E_CHANGED_MODE`] when it is in one of the other kind.
    pub fn enter(present: Option<Self>, wanted: Self) -> Result<Hresult, Hresult> {
        match present {
            None => Ok(Hresult::S_OK),
            Some(present) if present == wanted => Ok(Hresult::S_FALSE),
            Some(_) => Err(Hresult::RPC_E_CHANGED_MODE),
        }
    }
}

impl ApartmentId {
    /// Whether what belongs to this apartment may be used in the apartment `current`. It may not
    /// without being marshaled.
    ///
    /// # Errors
    ///
    /// [`Hresult::RPC_E_WRONG_THREAD`].
    pub fn check(self, current: Self) -> Result<(), Hresult> {
        if self == current { Ok(()) } else { Err(Hresult::RPC_E_WRONG_THREAD) }
    }
}
