//! The connection points of a storage and of all that was opened from it: who is told.
//!
//! Invariant: a cookie is never 0 and is given once by a connection point; sinks keep the order in
//! which they came. In compatibility mode a child has, after its own sinks, those of its parent as
//! they are *now*: a sink that was unadvised is never called again, wherever it was inherited. A
//! sink is anything that can be cloned; nothing here calls one. Source: `contract/storage.md` 3
//! (flags of `StgOpenAsyncDocfileOnIFillLockBytes`), 4 and 5.

use core::fmt;
use core::num::NonZeroU32;
use std::collections::BTreeMap;

use super::consultation::Consultation;

/// Whether what is opened from a storage inherits its sinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AsyncMode {
    /// Storages and streams start without sinks (`ASYNC_MODE_DEFAULT`).
    #[default]
    Default,
    /// They inherit the sinks of their parent (`ASYNC_MODE_COMPATIBILITY`).
    Compatibility,
}

/// The connection point of one storage or stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PointId(u64);

/// What `advise` gives and `unadvise` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cookie(NonZeroU32);

impl Cookie {
    /// The number, which is not 0.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0.get()
    }

    /// The cookie with this number, if there can be one.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        NonZeroU32::new(number).map(Self)
    }
}

/// Why a sink could not be added or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdviseError {
    /// No more sinks are accepted (`CONNECT_E_ADVISELIMIT`).
    AdviseLimit,
    /// No such cookie (`CONNECT_E_NOCONNECTION`).
    NoConnection,
    /// The storage or stream is closed.
    Closed,
}

impl AdviseError {
    /// The contract's code (`contract/storage.md` 0.1).
    #[must_use]
    pub const fn hresult(self) -> u32 {
        match self {
            Self::AdviseLimit => 0x8004_0201,
            Self::NoConnection => 0x8004_0200,
            Self::Closed => 0x8003_0102,
        }
    }
}

impl fmt::Display for AdviseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AdviseLimit => "no more sinks are accepted",
            Self::NoConnection => "no sink has this cookie",
            Self::Closed => "the storage or stream is closed",
        })
    }
}

impl core::error::Error for AdviseError {}

#[derive(Debug)]
struct Point<S> {
    parent: Option<PointId>,
    /// In the order in which they came, which is also that of their cookies.
    sinks: Vec<(Cookie, S)>,
    next_cookie: NonZeroU32,
}

/// All connection points below one asynchronous root storage.
///
/// # Example
///
/// ```
/// use docfile_binding::progress::{AsyncMode, ConnectionPoints, Decision, ProgressAnswer};
///
/// let (mut points, root) = ConnectionPoints::new(AsyncMode::Compatibility);
/// points.advise(root, "downloader")?;
/// let stream = points.open_child(root);
/// points.advise(stream, "viewer")?;
///
/// let mut order = Vec::new();
/// let mut round = points.consult(stream);
/// while let Some(call) = round.next_call() {
///     order.push((call.sink, call.is_owner));
///     round.answer(ProgressAnswer::Pending);
/// }
/// assert_eq!(order, [("viewer", true), ("downloader", false)]);
/// assert!(matches!(round.decision(), Decision::Pending));
/// # Ok::<(), docfile_binding::progress::AdviseError>(())
/// ```
#[derive(Debug)]
pub struct ConnectionPoints<S> {
    mode: AsyncMode,
    points: BTreeMap<PointId, Point<S>>,
    next_id: u64,
}

impl<S: Clone> ConnectionPoints<S> {
    /// How many sinks one storage or stream accepts.
    pub const MAX_SINK_COUNT: usize = 1024;

    /// The points below a new root storage, and the root's own.
    #[must_use]
    pub fn new(mode: AsyncMode) -> (Self, PointId) {
        let mut points = Self { mode, points: BTreeMap::new(), next_id: 0 };
        let root = points.add(None);
        (points, root)
    }

    /// The connection point of a storage or stream that was opened from `parent`.
    pub fn open_child(&mut self, parent: PointId) -> PointId {
        let inherits = self.mode == AsyncMode::Compatibility;
        self.add(inherits.then_some(parent))
    }

    /// Forgets the point of a storage or stream that was closed; answers its sinks, to be
    /// released. What was opened from it goes on with what it would have inherited.
    pub fn close(&mut self, point: PointId) -> Vec<S> {
        let Some(closed) = self.points.remove(&point) else { return Vec::new() };
        for other in self.points.values_mut().filter(|other| other.parent == Some(point)) {
            other.parent = closed.parent;
        }
        closed.sinks.into_iter().map(|(_, sink)| sink).collect()
    }

    /// Adds a sink (`IConnectionPoint::Advise`).
    ///
    /// # Errors
    ///
    /// [`AdviseError::AdviseLimit`], [`AdviseError::Closed`].
    pub fn advise(&mut self, point: PointId, sink: S) -> Result<Cookie, AdviseError> {
        let point = self.points.get_mut(&point).ok_or(AdviseError::Closed)?;
        if point.sinks.len() >= Self::MAX_SINK_COUNT {
            return Err(AdviseError::AdviseLimit);
        }
        let cookie = Cookie(point.next_cookie);
        // A cookie that came round again could remove somebody else's sink.
        point.next_cookie = cookie.0.checked_add(1).ok_or(AdviseError::AdviseLimit)?;
        point.sinks.push((cookie, sink));
        Ok(cookie)
    }

    /// Removes a sink (`IConnectionPoint::Unadvise`) and answers it, to be released once.
    ///
    /// # Errors
    ///
    /// [`AdviseError::NoConnection`], [`AdviseError::Closed`].
    pub fn unadvise(&mut self, point: PointId, cookie: Cookie) -> Result<S, AdviseError> {
        let point = self.points.get_mut(&point).ok_or(AdviseError::Closed)?;
        let index = point.sinks.iter().position(|(other, _)| *other == cookie);
        let index = index.ok_or(AdviseError::NoConnection)?;
        Ok(point.sinks.remove(index).1)
    }

    /// The sinks advised on this very point, in order (`IConnectionPoint::EnumConnections`): a
    /// snapshot.
    #[must_use]
    pub fn connections(&self, point: PointId) -> Vec<(Cookie, S)> {
        self.points.get(&point).map(|point| point.sinks.clone()).unwrap_or_default()
    }

    /// Begins a round for a storage or stream whose reader met missing bytes: its own sinks in the
    /// order in which they came, then the inherited ones. The first owns the decision.
    #[must_use]
    pub fn consult(&self, point: PointId) -> Consultation<S> {
        let mut sinks = Vec::new();
        let mut next = Some(point);
        // A parent is always older than its child, so this ends.
        while let Some(point) = next.and_then(|id| self.points.get(&id)) {
            sinks.extend(point.sinks.iter().map(|(_, sink)| sink.clone()));
            next = point.parent;
        }
        Consultation::of(sinks)
    }

    fn add(&mut self, parent: Option<PointId>) -> PointId {
        let id = PointId(self.next_id);
        self.next_id = self.next_id.wrapping_add(1);
        let point = Point { parent, sinks: Vec::new(), next_cookie: NonZeroU32::MIN };
        self.points.insert(id, point);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(points: &ConnectionPoints<u32>, point: PointId) -> Vec<u32> {
        let mut round = points.consult(point);
        core::iter::from_fn(|| round.next_call()).map(|call| call.sink).collect()
    }

    /// `contract/storage.md` 3, asyncFlags.
    #[test]
    fn only_in_compatibility_mode_are_sinks_inherited() {
        for (mode, inherited) in
            [(AsyncMode::Default, vec![2]), (AsyncMode::Compatibility, vec![2, 1])]
        {
            let (mut points, root) = ConnectionPoints::new(mode);
            points.advise(root, 1).unwrap();
            let storage = points.open_child(root);
            let stream = points.open_child(storage);
            points.advise(stream, 2).unwrap();
            assert_eq!(order(&points, stream), inherited);
            assert_eq!(order(&points, root), [1]);
        }
    }

    #[test]
    fn what_is_unadvised_is_gone_for_those_who_inherited_it() {
        let (mut points, root) = ConnectionPoints::new(AsyncMode::Compatibility);
        let cookie = points.advise(root, 1).unwrap();
        let stream = points.open_child(root);
        assert_eq!(points.unadvise(root, cookie), Ok(1));
        assert_eq!(order(&points, stream), [0; 0]);
        points.advise(root, 3).unwrap();
        assert_eq!(order(&points, stream), [3]);
    }

    #[test]
    fn a_round_under_way_sees_the_sinks_as_they_were() {
        let (mut points, root) = ConnectionPoints::new(AsyncMode::Default);
        let first = points.advise(root, 1).unwrap();
        points.advise(root, 2).unwrap();
        let mut round = points.consult(root);
        round.next_call().unwrap();
        points.unadvise(root, first).unwrap();
        points.advise(root, 3).unwrap();
        assert_eq!(round.next_call().unwrap().sink, 2);
        assert!(round.next_call().is_none());
        assert_eq!(order(&points, root), [2, 3]);
    }

    /// `contract/storage.md` 5: the table of Advise and Unadvise.
    #[test]
    fn cookies_are_never_zero_and_never_given_twice() {
        let (mut points, root) = ConnectionPoints::new(AsyncMode::Default);
        let first = points.advise(root, 1).unwrap();
        assert_ne!(first.get(), 0);
        assert_eq!(Cookie::from_number(0), None);
        points.unadvise(root, first).unwrap();
        assert_ne!(points.advise(root, 1).unwrap(), first);
        let error = points.unadvise(root, first).unwrap_err();
        assert_eq!((error, error.hresult()), (AdviseError::NoConnection, 0x8004_0200));
    }

    #[test]
    fn past_the_limit_no_sink_is_accepted() {
        let (mut points, root) = ConnectionPoints::new(AsyncMode::Default);
        for sink in 0..ConnectionPoints::<u32>::MAX_SINK_COUNT {
            points.advise(root, sink).unwrap();
        }
        let error = points.advise(root, 0).unwrap_err();
        assert_eq!((error, error.hresult()), (AdviseError::AdviseLimit, 0x8004_0201));
        assert_eq!(points.connections(root).len(), ConnectionPoints::<u32>::MAX_SINK_COUNT);
    }

    #[test]
    fn what_was_opened_from_a_closed_storage_inherits_past_it() {
        let (mut points, root) = ConnectionPoints::new(AsyncMode::Compatibility);
        points.advise(root, 1).unwrap();
        let storage = points.open_child(root);
        points.advise(storage, 2).unwrap();
        let stream = points.open_child(storage);
        assert_eq!(points.close(storage), [2]);
        assert_eq!(order(&points, stream), [1]);
        assert_eq!(points.advise(storage, 3), Err(AdviseError::Closed));
    }
}
