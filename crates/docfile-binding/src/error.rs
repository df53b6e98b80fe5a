//! The one error of this crate: small, opaque, with a kind, whose fault it is, and where.
//!
//! Every kind stands for one code of the contract, so that a face that speaks COM loses nothing.
//! What is no failure under COM (`MK_S_ME`, `MK_S_REDUCED_TO_SELF`, ...) is a value here and never
//! an error. The shape is that of `docfile_compound::Error`. Codes: `contract/binding.md` 0.1.

use core::fmt;
use std::borrow::Cow;
use std::sync::Arc;

use docfile_compound::Fault;

use crate::shown_address::shown_address;

/// What every operation of this crate answers.
pub type Result<T> = core::result::Result<T, Error>;

/// Why an operation did not succeed.
///
/// One pointer wide. [`kind`](Self::kind) is for programs, the text for people, and
/// [`hresult`](Self::hresult) is the code of the contract.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    text: Cow<'static, str>,
    name: Option<String>,
    eaten_count: Option<usize>,
    offset: Option<usize>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// What sort of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The name cannot be read, or the parts do not fit together (`MK_E_SYNTAX`).
    Syntax,
    /// The scheme of a URL has no handler (`INET_E_UNKNOWN_PROTOCOL`).
    UnknownProtocol,
    /// Only a generic composite could say it, and the caller did not want one
    /// (`MK_E_NEEDGENERIC`).
    NeedGeneric,
    /// The moniker has no inverse (`MK_E_NOINVERSE`).
    NoInverse,
    /// The monikers share nothing in front (`MK_E_NOPREFIX`).
    NoPrefix,
    /// The moniker cannot be bound, or not compared with the other (`MK_E_NOTBINDABLE`).
    NotBindable,
    /// The object was not registered with the bind context (`MK_E_NOTBOUND`).
    NotBound,
    /// Nothing runs under that moniker, or the time is not known (`MK_E_UNAVAILABLE`).
    Unavailable,
    /// What the moniker names does not exist (`MK_E_NOOBJECT`).
    NoObject,
    /// The operation could not be done within the deadline (`MK_E_EXCEEDEDDEADLINE`).
    ExceededDeadline,
    /// An argument is out of its range (`E_INVALIDARG`).
    InvalidArgument,
    /// This kind of moniker does not have the operation (`E_NOTIMPL`).
    NotImplemented,
    /// There is no such object parameter (`E_FAIL`).
    NoParameter,
    /// The object is not there that the operation needs (`E_UNEXPECTED`).
    Unexpected,
    /// The moniker was created by its class and never given a name (`E_OUTOFMEMORY`, which is
    /// what the contract has for it).
    Uninitialized,
    /// A display name would be longer than any that is read (`E_OUTOFMEMORY`).
    TooLong,
    /// A saved form ends too early (`STG_E_READFAULT`).
    Truncated,
    /// A saved form says what cannot be (`E_FAIL`).
    Malformed,
    /// A saved form names a class that nobody here can load (`REGDB_E_CLASSNOTREG`).
    ClassNotRegistered,
    /// A registration asks for a server identity that was not configured
    /// (`CO_E_WRONG_SERVER_IDENTITY`).
    WrongServerIdentity,
    /// There is no such resource (`INET_E_OBJECT_NOT_FOUND`).
    NotFound,
    /// The server wants other credentials (`INET_E_AUTHENTICATION_REQUIRED`).
    AuthenticationRequired,
    /// The resource could not be brought, or a callback refused the bind
    /// (`INET_E_DOWNLOAD_FAILURE`).
    DownloadFailure,
    /// The resource is of no media type that was asked for (`INET_E_NO_VALID_MEDIA`).
    NoValidMedia,
    /// The class made no object (`INET_E_CANNOT_INSTANTIATE_OBJECT`).
    CannotInstantiate,
    /// The object has no way to load, or could not load (`INET_E_CANNOT_LOAD_DATA`).
    CannotLoad,
    /// What is named is no storage (`MK_E_NOSTORAGE`).
    NoStorage,
    /// Somebody stopped the bind (`E_ABORT`).
    Aborted,
}

impl Error {
    /// An error of `kind` with a sentence of its own.
    #[must_use]
    pub fn new(kind: ErrorKind, text: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            text: text.into(),
            name: None,
            eaten_count: None,
            offset: None,
            source: None,
        }))
    }

    /// The same error with the name it concerns, unless one is given already; an address without
    /// its credentials.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.0.name.get_or_insert_with(|| shown_address(&name.into()).into_owned());
        self
    }

    /// The same error with how many UTF-16 units of a display name were understood.
    #[must_use]
    pub fn with_eaten_count(mut self, count: usize) -> Self {
        self.0.eaten_count = Some(count);
        self
    }

    /// The same error with the offset in a saved form it concerns (bytes), unless one is given.
    #[must_use]
    pub fn with_offset(mut self, offset: usize) -> Self {
        self.0.offset.get_or_insert(offset);
        self
    }

    /// The same error with what caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// What sort of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The name concerned, as it was given but for credentials.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// How many UTF-16 units of a display name were understood before the failure.
    #[must_use]
    pub fn eaten_count(&self) -> Option<usize> {
        self.0.eaten_count
    }

    /// Where in a saved form, in bytes from its start.
    #[must_use]
    pub fn offset(&self) -> Option<usize> {
        self.0.offset
    }

    /// Who can do something about it.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self.0.kind {
            ErrorKind::Truncated | ErrorKind::Malformed => Fault::File,
            ErrorKind::DownloadFailure => Fault::Medium,
            _ => Fault::Caller,
        }
    }

    /// The contract's code for this error (`contract/binding.md` 0.1).
    #[must_use]
    pub fn hresult(&self) -> u32 {
        match self.0.kind {
            ErrorKind::Syntax => 0x8004_01E4,
            ErrorKind::UnknownProtocol => 0x800C_000D,
            ErrorKind::NeedGeneric => 0x8004_01E2,
            ErrorKind::NoInverse => 0x8004_01EC,
            ErrorKind::NoPrefix => 0x8004_01EE,
            ErrorKind::NotBindable => 0x8004_01E8,
            ErrorKind::NotBound => 0x8004_01E9,
            ErrorKind::Unavailable => 0x8004_01E3,
            ErrorKind::NoObject => 0x8004_01E5,
            ErrorKind::ExceededDeadline => 0x8004_01E1,
            ErrorKind::InvalidArgument => 0x8007_0057,
            ErrorKind::NotImplemented => 0x8000_4001,
            ErrorKind::NoParameter | ErrorKind::Malformed => 0x8000_4005,
            ErrorKind::Unexpected => 0x8000_FFFF,
            ErrorKind::Uninitialized | ErrorKind::TooLong => 0x8007_000E,
            ErrorKind::Truncated => 0x8003_001E,
            ErrorKind::ClassNotRegistered => 0x8004_0154,
            ErrorKind::WrongServerIdentity => 0x8000_4015,
            ErrorKind::NotFound => 0x800C_0006,
            ErrorKind::AuthenticationRequired => 0x800C_0009,
            ErrorKind::DownloadFailure => 0x800C_0008,
            ErrorKind::NoValidMedia => 0x800C_000A,
            ErrorKind::CannotInstantiate => 0x800C_0010,
            ErrorKind::CannotLoad => 0x800C_000F,
            ErrorKind::NoStorage => 0x8004_01ED,
            ErrorKind::Aborted => 0x8000_4004,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.write_str(&inner.text)?;
        if let Some(name) = &inner.name {
            write!(f, ": {name}")?;
        }
        if let Some(count) = inner.eaten_count {
            write!(f, " (understood: {count} units)")?;
        }
        if let Some(offset) = inner.offset {
            write!(f, ", offset {offset}")?;
        }
        if let Some(source) = &inner.source {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn std::error::Error + 'static))
    }
}

impl From<Error> for std::io::Error {
    fn from(error: Error) -> Self {
        use std::io::ErrorKind as Io;
        let kind = match error.kind() {
            ErrorKind::Truncated => Io::UnexpectedEof,
            ErrorKind::Malformed => Io::InvalidData,
            ErrorKind::NoObject | ErrorKind::NotFound => Io::NotFound,
            ErrorKind::AuthenticationRequired => Io::PermissionDenied,
            ErrorKind::ExceededDeadline => Io::TimedOut,
            ErrorKind::NotImplemented | ErrorKind::UnknownProtocol => Io::Unsupported,
            ErrorKind::Syntax | ErrorKind::InvalidArgument => Io::InvalidInput,
            _ => Io::Other,
        };
        Self::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_pointer_and_says_where() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        let error = Error::new(ErrorKind::Syntax, "nothing reads this name")
            .with_name("x:")
            .with_name("not this")
            .with_eaten_count(0);
        assert_eq!(error.to_string(), "nothing reads this name: x: (understood: 0 units)");
        assert_eq!(error.hresult(), 0x8004_01E4);
        assert_eq!(error.fault(), Fault::Caller);
    }

    #[test]
    fn a_damaged_saved_form_is_the_files_fault() {
        let error = Error::new(ErrorKind::Truncated, "ends too early").with_offset(4);
        assert_eq!(error.fault(), Fault::File);
        assert_eq!(std::io::Error::from(error).kind(), std::io::ErrorKind::UnexpectedEof);
    }
}
