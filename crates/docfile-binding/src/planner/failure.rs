//! Why a planner gave up.
//!
//! Invariant: a failure says whose fault it is by its kind, and carries no credentials: no address
//! and no header is in it. A resource that is not there, a refusal, a server that lies and an
//! exhausted budget are different kinds (`contract/observed.md` 3.6: what not to copy).

use core::fmt;

use docfile_compound::{Error, ErrorKind};

/// A promise that a server broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lie {
    /// A partial response that does not say which part it is.
    NoContentRange,
    /// A partial response for other bytes than were asked for.
    OtherRange,
    /// A response whose length contradicts its range.
    LengthMismatch,
    /// The whole resource in answer to a range, after ranges had been served.
    RangeIgnored,
    /// A part in answer to a request for the whole.
    UnaskedRange,
    /// A body longer than its head promised.
    MoreThanPromised,
    /// A body shorter than its head promised, again and again.
    FewerThanPromised,
    /// An encoding that nobody asked for.
    UnaskedEncoding,
    /// Two responses with different bytes for the same place.
    Contradiction,
}

impl Lie {
    const fn text(self) -> &'static str {
        match self {
            Self::NoContentRange => "the server sent a part without saying which (Content-Range)",
            Self::OtherRange => "the server sent other bytes than those asked for",
            Self::LengthMismatch => "the server's Content-Length contradicts its Content-Range",
            Self::RangeIgnored => "the server sent everything where it was asked for a range",
            Self::UnaskedRange => "the server sent a part where it was asked for everything",
            Self::MoreThanPromised => "the server sent more bytes than it promised",
            Self::FewerThanPromised => "the server sent fewer bytes than it promised",
            Self::UnaskedEncoding => "the server sent an encoding that was not asked for",
            Self::Contradiction => "the server sent different bytes for the same place",
        }
    }
}

/// What sort of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// There is no such resource (404, 410).
    NotFound,
    /// The server wants other credentials (401, 403, 407).
    AccessDenied,
    /// The server refused in another way.
    Refused,
    /// The connection failed, or the server was busy, more often in a row than is tried.
    Unavailable,
    /// The server broke a promise.
    Lied(Lie),
    /// The resource changed while it was read.
    Changed,
    /// The budget of bytes is used up.
    ByteBudget,
    /// The budget of requests is used up.
    RequestBudget,
    /// The budget of time is used up.
    TimeBudget,
}

/// Why a planner gave up, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchFailure {
    /// What sort of failure it is.
    pub kind: FailureKind,
    /// The status of the response that decided it.
    pub status: Option<u16>,
    /// The first byte of the request that decided it.
    pub offset: Option<u64>,
}

impl FetchFailure {
    pub(super) const fn new(kind: FailureKind) -> Self {
        Self { kind, status: None, offset: None }
    }

    pub(super) const fn at(kind: FailureKind, offset: u64) -> Self {
        Self { kind, status: None, offset: Some(offset) }
    }

    pub(super) const fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }
}

impl fmt::Display for FetchFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            FailureKind::NotFound => "there is no such resource",
            FailureKind::AccessDenied => "the server denies access",
            FailureKind::Refused => "the server refused the request",
            FailureKind::Unavailable => "the server cannot be reached, or stays busy",
            FailureKind::Lied(lie) => lie.text(),
            FailureKind::Changed => "the resource changed while it was read",
            FailureKind::ByteBudget => "the limit of bytes to fetch is reached",
            FailureKind::RequestBudget => "the limit of requests is reached",
            FailureKind::TimeBudget => "the time limit is reached",
        })?;
        if let Some(status) = self.status {
            write!(f, " (status {status})")?;
        }
        if let Some(offset) = self.offset {
            write!(f, ", at byte {offset}")?;
        }
        Ok(())
    }
}

impl core::error::Error for FetchFailure {}

impl From<FetchFailure> for Error {
    fn from(failure: FetchFailure) -> Self {
        let kind = match failure.kind {
            FailureKind::NotFound => ErrorKind::NotFound,
            FailureKind::AccessDenied => ErrorKind::AccessDenied,
            FailureKind::ByteBudget | FailureKind::RequestBudget | FailureKind::TimeBudget => {
                ErrorKind::LimitReached
            }
            _ => ErrorKind::ReadFault,
        };
        Self::new(kind, failure.to_string())
    }
}
