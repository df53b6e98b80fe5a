//! What is running, by moniker (`contract/binding.md` 5; rule 62 of `contract/observed.md`).
//!
//! A table is a handle: clones are the same table. Registering twice is allowed and told. A strong
//! registration keeps its object alive; a weak one ends with it, as if revoked. Times are
//! arguments; there is no clock, no thread, and no other machine here. No code of others runs
//! while the table is locked.

use core::any::Any;
use core::fmt;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use docfile_compound::FileTime;

use crate::bind_context::BindContext;
use crate::error::{Error, ErrorKind, Result};
use crate::moniker::{Moniker, ReduceDepth, Reduced};
use crate::object::Object;

/// How an object is registered; the bits of `ROTFLAGS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct RegistrationFlags(pub u32);

impl RegistrationFlags {
    /// The registration ends with the object.
    pub const WEAK: Self = Self(0);
    /// The registration keeps the object alive.
    pub const KEEPS_ALIVE: Self = Self(1);
    /// Clients with other rights may find the object; needs a table with a server identity.
    pub const ALLOW_ANY_CLIENT: Self = Self(2);
    const KNOWN: u32 = 3;

    const fn has(self, flag: Self) -> bool {
        self.0 & flag.0 != 0
    }
}

/// Names one registration in one table. Never used again while the table lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cookie(u64);

/// What came of registering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registration {
    /// Names the registration, to revoke it.
    pub cookie: Cookie,
    /// Whether something was running under that moniker before (`MK_S_MONIKERALREADYREGISTERED`).
    pub was_registered: bool,
}

/// A table smaller than this is not worth sweeping.
const MIN_SWEEP_COUNT: usize = 64;

/// What is running, by moniker.
///
/// ```
/// use docfile_binding::{FileMoniker, Moniker, Object, RegistrationFlags, RunningObjectTable};
/// use docfile_compound::FileTime;
/// use std::sync::Arc;
///
/// let table = RunningObjectTable::default();
/// let name = Moniker::from(FileMoniker::new("plan.doc"));
/// let document: Object = Arc::new("a document");
/// let registered =
///     table.register(RegistrationFlags::WEAK, &document, &name, FileTime::NONE)?;
/// assert!(table.is_running(&FileMoniker::new("PLAN.DOC").into()));
/// table.revoke(registered.cookie)?;
/// assert!(!table.is_running(&name));
/// # Ok::<(), docfile_binding::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct RunningObjectTable(Arc<Inner>);

#[derive(Default)]
struct Inner {
    has_server_identity: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next_cookie: u64,
    /// How many entries make it worth looking at all of them for dead ones.
    next_sweep_count: usize,
    entries: BTreeMap<Cookie, Entry>,
    /// The registrations of each moniker, oldest first, by its comparison data.
    by_moniker: BTreeMap<Arc<[u8]>, Vec<Cookie>>,
}

struct Entry {
    key: Arc<[u8]>,
    moniker: Moniker,
    object: Held,
    changed: FileTime,
}

enum Held {
    Strong(Object),
    Weak(Weak<dyn Any + Send + Sync>),
}

impl Held {
    fn object(&self) -> Option<Object> {
        match self {
            Self::Strong(object) => Some(object.clone()),
            Self::Weak(object) => object.upgrade(),
        }
    }

    fn is_alive(&self) -> bool {
        match self {
            Self::Strong(_) => true,
            Self::Weak(object) => object.strong_count() > 0,
        }
    }
}

impl RunningObjectTable {
    /// A table of a server with an identity of its own, which may let any client find objects.
    #[must_use]
    pub fn with_server_identity() -> Self {
        Self(Arc::new(Inner { has_server_identity: true, ..Inner::default() }))
    }

    /// Tells that `object` runs under `moniker`, which is reduced first. `changed` is when it last
    /// changed; [`FileTime::NONE`] when nobody knows.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] for unknown flags; [`ErrorKind::WrongServerIdentity`] for
    /// [`ALLOW_ANY_CLIENT`](RegistrationFlags::ALLOW_ANY_CLIENT) in a table without one;
    /// [`ErrorKind::NotImplemented`] for a moniker with neither comparison data nor a name, such
    /// as a pointer.
    pub fn register(
        &self,
        flags: RegistrationFlags,
        object: &Object,
        moniker: &Moniker,
        changed: FileTime,
    ) -> Result<Registration> {
        if flags.0 & !RegistrationFlags::KNOWN != 0 {
            return Err(Error::new(ErrorKind::InvalidArgument, "unknown registration flags"));
        }
        if flags.has(RegistrationFlags::ALLOW_ANY_CLIENT) && !self.0.has_server_identity {
            return Err(Error::new(
                ErrorKind::WrongServerIdentity,
                "only a server with an identity of its own lets any client find its objects",
            ));
        }
        let moniker = self.reduced(moniker)?;
        let key: Arc<[u8]> = moniker.comparison_data_or_name()?.into();
        let object = if flags.has(RegistrationFlags::KEEPS_ALIVE) {
            Held::Strong(object.clone())
        } else {
            Held::Weak(Arc::downgrade(object))
        };
        let mut state = self.state();
        let forgotten = state.forget_dead(&key);
        let cookie = Cookie(state.next_cookie);
        state.next_cookie += 1;
        let cookies = state.by_moniker.entry(key.clone()).or_default();
        let was_registered = !cookies.is_empty();
        cookies.push(cookie);
        state.entries.insert(cookie, Entry { key, moniker, object, changed });
        drop(state);
        drop(forgotten);
        Ok(Registration { cookie, was_registered })
    }

    /// Ends a registration. The registrar does it; others under the same moniker stay.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] when there is no such registration (any more).
    pub fn revoke(&self, cookie: Cookie) -> Result<()> {
        let revoked = self.state().remove(cookie).ok_or_else(unknown_cookie)?;
        // Its object may be dropped with it, and ask this table on the way.
        drop(revoked);
        Ok(())
    }

    /// Whether something runs under `moniker`.
    #[must_use]
    pub fn is_running(&self, moniker: &Moniker) -> bool {
        let Ok(key) = moniker.comparison_data_or_name() else { return false };
        self.state().first_alive(&key).is_some()
    }

    /// What runs under `moniker`; the oldest, where there are several.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unavailable`] when nothing does.
    pub fn object(&self, moniker: &Moniker) -> Result<Object> {
        let key = moniker.comparison_data_or_name().map_err(|_| unavailable())?;
        let state = self.state();
        let object = state.all(&key).find_map(|entry| entry.object.object());
        object.ok_or_else(unavailable)
    }

    /// Tells that an object changed at `changed`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] when there is no such registration (any more).
    pub fn note_change_time(&self, cookie: Cookie, changed: FileTime) -> Result<()> {
        let mut state = self.state();
        let entry = state.entries.get_mut(&cookie).filter(|entry| entry.object.is_alive());
        entry.ok_or_else(unknown_cookie)?.changed = changed;
        Ok(())
    }

    /// When what runs under `moniker` last changed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unavailable`] when nothing runs under it, or nobody told the time.
    pub fn time_of_last_change(&self, moniker: &Moniker) -> Result<FileTime> {
        let key = moniker.comparison_data_or_name().map_err(|_| unavailable())?;
        let state = self.state();
        let changed = state.first_alive(&key).map(|entry| entry.changed);
        changed.filter(|changed| changed.is_some()).ok_or_else(unavailable)
    }

    /// The monikers under which something runs now, oldest registration first. What happens later
    /// does not change the answer.
    #[must_use]
    pub fn running(&self) -> Vec<Moniker> {
        let state = self.state();
        let alive = state.entries.values().filter(|entry| entry.object.is_alive());
        alive.map(|entry| entry.moniker.clone()).collect()
    }

    /// Whether both are the same table.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    fn reduced(&self, moniker: &Moniker) -> Result<Moniker> {
        let context = BindContext::new(self);
        Ok(match moniker.reduce(&context, ReduceDepth::All, None)? {
            Reduced::ToSelf => moniker.clone(),
            Reduced::To(reduced) => reduced,
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn all<'s>(&'s self, key: &[u8]) -> impl Iterator<Item = &'s Entry> + use<'s> {
        let cookies = self.by_moniker.get(key).map(Vec::as_slice).unwrap_or_default();
        cookies.iter().filter_map(|cookie| self.entries.get(cookie))
    }

    fn first_alive(&self, key: &[u8]) -> Option<&Entry> {
        self.all(key).find(|entry| entry.object.is_alive())
    }

    fn remove(&mut self, cookie: Cookie) -> Option<Entry> {
        let entry = self.entries.remove(&cookie)?;
        if let Some(cookies) = self.by_moniker.get_mut(&entry.key) {
            cookies.retain(|other| *other != cookie);
            if cookies.is_empty() {
                self.by_moniker.remove(&entry.key);
            }
        }
        Some(entry)
    }

    /// Takes out the registrations of this moniker whose objects are gone; and those of all
    /// monikers whenever the table has doubled, so that it never holds more than twice what runs.
    fn forget_dead(&mut self, key: &[u8]) -> Vec<Entry> {
        let is_due = self.entries.len() >= self.next_sweep_count.max(MIN_SWEEP_COUNT);
        let candidates = match self.by_moniker.get(key) {
            _ if is_due => self.entries.keys().copied().collect(),
            Some(cookies) => cookies.clone(),
            None => Vec::new(),
        };
        let is_dead =
            |cookie: &Cookie| self.entries.get(cookie).is_some_and(|e| !e.object.is_alive());
        let dead: Vec<_> = candidates.into_iter().filter(is_dead).collect();
        let forgotten = dead.into_iter().filter_map(|cookie| self.remove(cookie)).collect();
        if is_due {
            self.next_sweep_count = self.entries.len() * 2;
        }
        forgotten
    }
}

impl fmt::Debug for RunningObjectTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RunningObjectTable").field(&self.running()).finish()
    }
}

fn unavailable() -> Error {
    Error::new(ErrorKind::Unavailable, "nothing runs under this moniker, or nobody knows the time")
}

fn unknown_cookie() -> Error {
    Error::new(ErrorKind::InvalidArgument, "there is no such registration")
}
