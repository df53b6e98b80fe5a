//! The one error of the engine: small, opaque, with a kind, whose fault it is, and where.
//!
//! `Pending` is an error kind like the others so that `?` carries it through every layer; it is
//! the only one that says "repeat me later", and it always names the bytes. No other kind is ever
//! made out of a pending one.

use core::fmt;
use std::sync::Arc;

use crate::missing::Missing;
use crate::rule::Rule;

/// What every operation of the engine answers.
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
    text: std::borrow::Cow<'static, str>,
    rule: Option<Rule>,
    offset: Option<u64>,
    element: Option<String>,
    missing: Option<Missing>,
    /// Where in its own array the engine read in vain, which for a file within a stream is not
    /// where `missing` says that the bytes lie.
    read_in_vain: Option<u64>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// What sort of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Bytes have not arrived yet; [`Error::missing`] names them. Repeat the operation later.
    Pending,
    /// The file breaks a rule of its format; [`Error::rule`] and [`Error::offset`] say which and where.
    Corrupt,
    /// The bytes are not a compound file at all.
    NotCompound,
    /// No element of that name.
    NotFound,
    /// An element of that name exists already.
    AlreadyExists,
    /// The mode of the handle, or of another open handle, forbids it.
    AccessDenied,
    /// The name is empty, too long, or contains a character that names cannot have.
    InvalidName,
    /// The mode flags contradict each other, or the parent's.
    InvalidFlag,
    /// The operation does not exist for this kind of object or mode.
    InvalidFunction,
    /// An argument is out of its range.
    InvalidParameter,
    /// The object, or one it was opened from, was reverted or destroyed.
    Reverted,
    /// Somebody else committed since this object was opened or last committed.
    NotCurrent,
    /// Another open object forbids this one by its sharing mode.
    ShareViolation,
    /// The byte array cannot grow further.
    MediumFull,
    /// The file would exceed what its version of the format can address.
    TooLarge,
    /// A limit of [`Limits`](crate::Limits) was reached.
    LimitReached,
    /// The byte array failed to read.
    ReadFault,
    /// The byte array failed to write, flush or resize.
    WriteFault,
    /// An earlier write failed; the object refuses everything until it is opened anew.
    Latched,
    /// The transfer ended before these bytes came.
    Incomplete,
    /// The transfer was cancelled before these bytes came.
    Terminated,
    /// The contract names this, and this crate leaves it to a later face.
    Unimplemented,
}

/// Who can do something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The caller asked for what cannot be.
    Caller,
    /// The file is damaged, or is something else.
    File,
    /// The bytes could not be brought or written.
    Medium,
    /// Nobody: the bytes are on their way.
    NotYet,
}

impl Error {
    /// An error of `kind` with a sentence of its own.
    #[must_use]
    pub fn new(kind: ErrorKind, text: impl Into<std::borrow::Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            text: text.into(),
            rule: None,
            offset: None,
            element: None,
            missing: None,
            read_in_vain: None,
            source: None,
        }))
    }

    /// Bytes that have not arrived.
    #[must_use]
    pub fn pending(missing: Missing) -> Self {
        let mut error = Self::new(ErrorKind::Pending, "bytes have not arrived yet");
        error.0.missing = Some(missing);
        error
    }

    /// A breach of `rule` found at `offset` (bytes from the start of the array).
    #[must_use]
    pub fn corrupt(rule: Rule, offset: u64) -> Self {
        let mut error = Self::new(ErrorKind::Corrupt, rule.text());
        error.0.rule = Some(rule);
        error.0.offset = Some(offset);
        error
    }

    /// The same error with the element it concerns, unless one is named already.
    #[must_use]
    pub fn with_element(mut self, element: impl Into<String>) -> Self {
        self.0.element.get_or_insert_with(|| element.into());
        self
    }

    /// The same error with the offset it concerns, unless one is named already.
    #[must_use]
    pub fn with_offset(mut self, offset: u64) -> Self {
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

    /// Whether the operation may succeed when repeated later.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.0.kind == ErrorKind::Pending
    }

    /// The bytes that a pending operation lacks.
    #[must_use]
    pub fn missing(&self) -> Option<&Missing> {
        self.0.missing.as_ref()
    }

    /// Takes the bytes that a pending operation lacks out of the error, or gives the error back.
    ///
    /// # Errors
    ///
    /// The error itself, when it is of another kind.
    pub fn into_missing(mut self) -> core::result::Result<Missing, Self> {
        self.0.missing.take().ok_or(self)
    }

    /// The same pending error with more that it lacks; another error as it is.
    pub(crate) fn with_more_missing(mut self, add: impl FnOnce(&mut Missing)) -> Self {
        if let Some(missing) = &mut self.0.missing {
            add(missing);
        }
        self
    }

    /// The same pending error with the place of the table sector that could not be read.
    pub(crate) fn with_read_in_vain(mut self, offset: u64) -> Self {
        self.0.read_in_vain = Some(offset);
        self
    }

    /// Where the table sector stands that could not be read, in the array of the file itself.
    pub(crate) fn read_in_vain(&self) -> Option<u64> {
        self.0.read_in_vain
    }

    /// The broken rule of a corrupt file.
    #[must_use]
    pub fn rule(&self) -> Option<Rule> {
        self.0.rule
    }

    /// The section that states the broken rule.
    #[must_use]
    pub fn section(&self) -> Option<&'static str> {
        self.0.rule.map(Rule::section)
    }

    /// Where in the byte array, in bytes from its start.
    #[must_use]
    pub fn offset(&self) -> Option<u64> {
        self.0.offset
    }

    /// The element concerned, as a display name.
    #[must_use]
    pub fn element(&self) -> Option<&str> {
        self.0.element.as_deref()
    }

    /// Who can do something about it.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self.0.kind {
            ErrorKind::Pending => Fault::NotYet,
            ErrorKind::Corrupt | ErrorKind::NotCompound | ErrorKind::LimitReached => Fault::File,
            ErrorKind::ReadFault
            | ErrorKind::WriteFault
            | ErrorKind::Latched
            | ErrorKind::MediumFull
            | ErrorKind::Incomplete
            | ErrorKind::Terminated => Fault::Medium,
            _ => Fault::Caller,
        }
    }

    /// The contract's code for this error (`contract/storage.md` 0.1).
    #[must_use]
    pub fn hresult(&self) -> u32 {
        match self.0.kind {
            ErrorKind::Pending => 0x8000_000A,
            ErrorKind::Corrupt if self.0.rule.is_some_and(is_header_rule) => 0x8003_00FB,
            ErrorKind::Corrupt => 0x8003_0109,
            ErrorKind::NotCompound | ErrorKind::AlreadyExists => 0x8003_0050,
            ErrorKind::NotFound => 0x8003_0002,
            ErrorKind::AccessDenied => 0x8003_0005,
            ErrorKind::InvalidName => 0x8003_00FC,
            ErrorKind::InvalidFlag => 0x8003_00FF,
            ErrorKind::InvalidFunction => 0x8003_0001,
            ErrorKind::InvalidParameter => 0x8003_0057,
            ErrorKind::Reverted => 0x8003_0102,
            ErrorKind::NotCurrent => 0x8003_0101,
            ErrorKind::ShareViolation => 0x8003_0020,
            ErrorKind::MediumFull => 0x8003_0070,
            ErrorKind::TooLarge => 0x8003_0111,
            ErrorKind::LimitReached => 0x8003_0008,
            ErrorKind::ReadFault => 0x8003_001E,
            ErrorKind::WriteFault => 0x8003_001D,
            ErrorKind::Latched => 0x8003_0103,
            ErrorKind::Incomplete => 0x8003_0201,
            ErrorKind::Terminated => 0x8003_0202,
            ErrorKind::Unimplemented => 0x8003_00FE,
        }
    }
}

/// Whether the breach lies in the header itself, which the contract reports apart.
fn is_header_rule(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::HeaderSignature
            | Rule::HeaderShort
            | Rule::HeaderVersion
            | Rule::HeaderByteOrder
            | Rule::HeaderSectorShift
            | Rule::HeaderMiniSectorShift
    )
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        match inner.kind {
            ErrorKind::Corrupt => write!(f, "damaged file: broken rule: {}", inner.text)?,
            _ => f.write_str(&inner.text)?,
        }
        if let Some(rule) = inner.rule {
            write!(f, " ({})", rule.section())?;
        }
        if let Some(element) = &inner.element {
            write!(f, ", element {element}")?;
        }
        if let Some(offset) = inner.offset {
            write!(f, ", offset {offset}")?;
        }
        if let Some(missing) = &inner.missing {
            let first = missing.required.iter().next().unwrap_or(0..0);
            write!(
                f,
                ": {} bytes in {} ranges, the first {}..{}",
                missing.required.byte_count(),
                missing.required.range_count(),
                first.start,
                first.end
            )?;
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
            ErrorKind::Pending => Io::WouldBlock,
            ErrorKind::Corrupt | ErrorKind::NotCompound => Io::InvalidData,
            ErrorKind::NotFound => Io::NotFound,
            ErrorKind::AlreadyExists => Io::AlreadyExists,
            ErrorKind::AccessDenied | ErrorKind::ShareViolation => Io::PermissionDenied,
            ErrorKind::Incomplete => Io::UnexpectedEof,
            ErrorKind::MediumFull => Io::StorageFull,
            ErrorKind::TooLarge => Io::FileTooLarge,
            ErrorKind::Unimplemented => Io::Unsupported,
            ErrorKind::InvalidName
            | ErrorKind::InvalidFlag
            | ErrorKind::InvalidFunction
            | ErrorKind::InvalidParameter => Io::InvalidInput,
            _ => Io::Other,
        };
        Self::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_pointer_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn pending_is_would_block_through_std_io() {
        let error = Error::pending(Missing::required(3..5));
        assert_eq!(error.hresult(), 0x8000_000A);
        assert_eq!(std::io::Error::from(error).kind(), std::io::ErrorKind::WouldBlock);
    }

    #[test]
    fn a_corrupt_error_names_rule_section_and_offset() {
        let error = Error::corrupt(Rule::ChainCycle, 1536).with_element("Pool/Chart");
        assert_eq!(error.section(), Some("[MS-CFB] 2.3"));
        assert!(error.to_string().contains("offset 1536"), "{error}");
        assert!(error.to_string().contains("Pool/Chart"), "{error}");
    }
}
