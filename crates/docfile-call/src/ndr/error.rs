//! What can be wrong with a value on its way to or from the wire, and where.

use core::fmt;

use crate::Hresult;

/// A value could not be marshaled or unmarshaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NdrError {
    /// What is wrong.
    pub fault: NdrFault,
    /// Where, in bytes from the start of what was being read or written.
    pub offset: usize,
}

/// The kinds of [`NdrError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NdrFault {
    /// The bytes end before the value does.
    Truncated,
    /// A count claims more elements than there are bytes left, or than its field can hold.
    Count,
    /// The offset and count of a varying array go past its end, or its counts contradict each
    /// other.
    Conformance,
    /// Pointers lead deeper than [`Limits::depth`](super::Limits::depth).
    Depth,
    /// The value would take more memory than [`Limits::memory`](super::Limits::memory).
    Memory,
    /// A string lacks its terminator.
    Unterminated,
    /// A string to be sent contains its terminator.
    EarlyTerminator,
    /// UTF-16 with half a surrogate pair, where text is wanted.
    Surrogate,
    /// A referent id that must not be zero is.
    NullReference,
    /// Two full pointers share a referent id but not the type of what they point to.
    AliasType,
    /// A full pointer leads back to a referent that is not complete.
    Cycle,
    /// An enumeration or a union has no such case.
    Case,
    /// The byte order, characters or floating point form is not one that is understood.
    Representation,
    /// A reference to an object cannot be marshaled or unmarshaled.
    Interface(Hresult),
    /// A value that its type forbids; the text says which rule.
    Value(&'static str),
}

impl fmt::Display for NdrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.fault, self.offset)
    }
}

impl fmt::Display for NdrFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncated => "the bytes end before the value does",
            Self::Count => "a count is larger than what can follow",
            Self::Conformance => "the counts of an array contradict each other",
            Self::Depth => "pointers lead too deep",
            Self::Memory => "the value would take too much memory",
            Self::Unterminated => "a string lacks its terminator",
            Self::EarlyTerminator => "a string contains its terminator",
            Self::Surrogate => "text contains half a surrogate pair",
            Self::NullReference => "a reference is null",
            Self::AliasType => "two pointers to one referent differ in type",
            Self::Cycle => "a pointer leads back to what contains it",
            Self::Case => "there is no such case",
            Self::Representation => "the data representation is not understood",
            Self::Interface(code) => {
                return write!(f, "a reference to an object cannot travel: {code}");
            }
            Self::Value(rule) => rule,
        })
    }
}

impl core::error::Error for NdrError {}
