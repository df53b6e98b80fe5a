//! The value of a property: one variant for each type of [MS-OLEPS] 2.2.
//!
//! Text is held decoded; the bytes that a file holds for it stay beside it in the
//! [`Property`](super::Property). What makes a value fit to be written is checked here, in one
//! place, when it is set.

use core::fmt;

use super::clipboard::ClipboardData;
use super::code_page::CodePage;
use super::elements::{Array, Elements};
use super::number::{Decimal, file_time_of_date, write_currency};
use super::value_type::ValueType;
use crate::error::{Error, ErrorKind, Result};
use crate::file_time::FileTime;
use crate::guid::Guid;

/// A typed value.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum PropertyValue {
    /// No value (`VT_EMPTY`).
    Empty,
    /// The value null (`VT_NULL`).
    Null,
    /// A byte with a sign.
    I1(i8),
    /// A 16-bit number.
    I2(i16),
    /// A 32-bit number.
    I4(i32),
    /// A 64-bit number.
    I8(i64),
    /// A byte.
    Ui1(u8),
    /// A 16-bit number without a sign.
    Ui2(u16),
    /// A 32-bit number without a sign.
    Ui4(u32),
    /// A 64-bit number without a sign.
    Ui8(u64),
    /// A 32-bit number (`VT_INT`).
    Int(i32),
    /// A 32-bit number without a sign (`VT_UINT`).
    Uint(u32),
    /// A single-precision number.
    R4(f32),
    /// A double-precision number.
    R8(f64),
    /// Money, in ten-thousandths of a unit.
    Currency(i64),
    /// Days since 1899-12-30; [`file_time_of_date`] reads it.
    Date(f64),
    /// A string that knows its length and may hold nulls, in the code page of the set.
    Bstr(String),
    /// An HRESULT.
    Error(u32),
    /// A boolean.
    Bool(bool),
    /// A scaled 96-bit number.
    Decimal(Decimal),
    /// A string in the code page of the set.
    Lpstr(String),
    /// A string of 16-bit units.
    Lpwstr(String),
    /// A time, or a length of time in the same ticks (the editing time of a document).
    FileTime(FileTime),
    /// Bytes.
    Blob(Vec<u8>),
    /// The bytes of an object.
    BlobObject(Vec<u8>),
    /// The name of the stream beside this one that holds the value.
    Stream(String),
    /// The name of the storage beside this stream that holds the value.
    Storage(String),
    /// The name of the stream that holds an object.
    StreamedObject(String),
    /// The name of the storage that holds an object.
    StoredObject(String),
    /// A stream with a version.
    VersionedStream(Box<VersionedStream>),
    /// Clipboard data, such as a picture of the first page.
    Clipboard(Box<ClipboardData>),
    /// A class id.
    ClassId(Guid),
    /// One dimension of elements.
    Vector(Elements),
    /// Up to 31 dimensions of elements.
    Array(Box<Array>),
    /// A value that could not be read: all its bytes from its type on.
    Unknown(Vec<u8>),
}

/// The name of the stream that holds a value, and the version of it that is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct VersionedStream {
    /// The version.
    pub version: Guid,
    /// The name of the stream.
    pub name: String,
}

impl PropertyValue {
    /// The type under which the value is stored.
    #[must_use]
    pub fn value_type(&self) -> ValueType {
        match self {
            Self::Empty => ValueType::EMPTY,
            Self::Null => ValueType::NULL,
            Self::I1(_) => ValueType::I1,
            Self::I2(_) => ValueType::I2,
            Self::I4(_) => ValueType::I4,
            Self::I8(_) => ValueType::I8,
            Self::Ui1(_) => ValueType::UI1,
            Self::Ui2(_) => ValueType::UI2,
            Self::Ui4(_) => ValueType::UI4,
            Self::Ui8(_) => ValueType::UI8,
            Self::Int(_) => ValueType::INT,
            Self::Uint(_) => ValueType::UINT,
            Self::R4(_) => ValueType::R4,
            Self::R8(_) => ValueType::R8,
            Self::Currency(_) => ValueType::CY,
            Self::Date(_) => ValueType::DATE,
            Self::Bstr(_) => ValueType::BSTR,
            Self::Error(_) => ValueType::ERROR,
            Self::Bool(_) => ValueType::BOOL,
            Self::Decimal(_) => ValueType::DECIMAL,
            Self::Lpstr(_) => ValueType::LPSTR,
            Self::Lpwstr(_) => ValueType::LPWSTR,
            Self::FileTime(_) => ValueType::FILETIME,
            Self::Blob(_) => ValueType::BLOB,
            Self::BlobObject(_) => ValueType::BLOB_OBJECT,
            Self::Stream(_) => ValueType::STREAM,
            Self::Storage(_) => ValueType::STORAGE,
            Self::StreamedObject(_) => ValueType::STREAMED_OBJECT,
            Self::StoredObject(_) => ValueType::STORED_OBJECT,
            Self::VersionedStream(_) => ValueType::VERSIONED_STREAM,
            Self::Clipboard(_) => ValueType::CF,
            Self::ClassId(_) => ValueType::CLSID,
            Self::Vector(elements) => elements.element_type().vector(),
            Self::Array(array) => array.elements.element_type().array(),
            Self::Unknown(bytes) => {
                ValueType(bytes.first_chunk().map_or(0, |first| u16::from_le_bytes(*first)))
            }
        }
    }

    /// The text of a string of any type.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Bstr(text) | Self::Lpstr(text) | Self::Lpwstr(text) => Some(text),
            _ => None,
        }
    }

    /// The number of an integer of any type.
    #[must_use]
    pub fn as_integer(&self) -> Option<i128> {
        Some(match *self {
            Self::I1(value) => value.into(),
            Self::I2(value) => value.into(),
            Self::I4(value) | Self::Int(value) => value.into(),
            Self::I8(value) => value.into(),
            Self::Ui1(value) => value.into(),
            Self::Ui2(value) => value.into(),
            Self::Ui4(value) | Self::Uint(value) => value.into(),
            Self::Ui8(value) => value.into(),
            _ => return None,
        })
    }

    /// Whether bytes of the value depend on the code page of its set.
    pub(super) fn holds_code_page_text(&self) -> bool {
        !self.code_page_texts().is_empty()
    }

    /// Whether only a property set of version 1 may hold it ([MS-OLEPS] 2.2).
    pub(super) fn needs_version_1(&self) -> bool {
        match self {
            Self::Vector(Elements::Variant(values)) => values.iter().any(Self::needs_version_1),
            // What could not be read says nothing about the version.
            Self::Unknown(_) => false,
            _ => self.value_type().needs_version_1(),
        }
    }

    /// Whether it can be written so that it is read as the same again. Bytes of a type unknown
    /// here can; those of a known type that they do not fill cannot.
    pub(super) fn is_whole(&self) -> bool {
        match self {
            Self::Unknown(bytes) => match bytes.first_chunk() {
                Some([type_low, type_high, 0, 0]) => {
                    !ValueType(u16::from_le_bytes([*type_low, *type_high])).is_readable()
                }
                padding => padding.is_some(),
            },
            _ => true,
        }
    }

    /// Every string that is stored in the code page of the set.
    pub(super) fn code_page_texts(&self) -> Vec<&str> {
        match self {
            Self::Bstr(text)
            | Self::Lpstr(text)
            | Self::Stream(text)
            | Self::Storage(text)
            | Self::StreamedObject(text)
            | Self::StoredObject(text) => vec![text],
            Self::VersionedStream(stream) => vec![&stream.name],
            Self::Vector(elements) => element_texts(elements),
            Self::Array(array) => element_texts(&array.elements),
            _ => Vec::new(),
        }
    }

    /// Whether the value can be written as [MS-OLEPS] wants it, in a set of `code_page`.
    pub(super) fn check_writable(&self, code_page: CodePage) -> Result<()> {
        let refuse = |text: &'static str| Err(Error::new(ErrorKind::InvalidParameter, text));
        if self.code_page_texts().iter().any(|text| code_page.encode(text).is_none()) {
            return refuse("the code page of the property set cannot write this text");
        }
        match self {
            Self::Unknown(_) => refuse("a value of no known type cannot be set"),
            Self::Bstr(text) if text.ends_with('\0') => refuse("a string cannot end with a null"),
            Self::Bstr(_) => Ok(()),
            Self::Lpwstr(text) if text.contains('\0') => refuse("a string cannot hold a null"),
            Self::Vector(elements) if !elements.may_be_vector() => {
                refuse("there is no vector of this type")
            }
            Self::Vector(elements) => check_elements(elements, false),
            Self::Array(array) => {
                if !array.elements.may_be_array() {
                    return refuse("there is no array of this type");
                }
                if !(1..=Array::MAX_DIMENSIONS).contains(&array.dimensions.len()) {
                    return refuse("an array has 1 to 31 dimensions");
                }
                if Array::claimed_count(&array.dimensions) != Some(array.elements.len()) {
                    return refuse("an array has as many elements as its dimensions say");
                }
                check_elements(&array.elements, true)
            }
            _ if self.code_page_texts().iter().any(|text| text.contains('\0')) => {
                refuse("a string cannot hold a null")
            }
            _ => Ok(()),
        }
    }
}

fn element_texts(elements: &Elements) -> Vec<&str> {
    match elements {
        Elements::Bstr(texts) | Elements::Lpstr(texts) => {
            texts.iter().map(String::as_str).collect()
        }
        Elements::Variant(values) => {
            values.iter().flat_map(PropertyValue::code_page_texts).collect()
        }
        _ => Vec::new(),
    }
}

fn check_elements(elements: &Elements, in_array: bool) -> Result<()> {
    let refuse = |text: &'static str| Err(Error::new(ErrorKind::InvalidParameter, text));
    match elements {
        Elements::Lpstr(texts) | Elements::Lpwstr(texts)
            if texts.iter().any(|text| text.contains('\0')) =>
        {
            refuse("a string cannot hold a null")
        }
        Elements::Bstr(texts) if texts.iter().any(|text| text.ends_with('\0')) => {
            refuse("a string cannot end with a null")
        }
        Elements::Variant(values) => values.iter().try_for_each(|value| {
            if !may_be_variant(value.value_type(), in_array) {
                return refuse("a value of this type cannot be among values of any type");
            }
            // The code page was looked at together with the whole value.
            value.check_writable(CodePage::UTF_16)
        }),
        _ => Ok(()),
    }
}

/// Which types the elements of a vector or an array of values may have ([MS-OLEPS] 2.14.1).
pub(super) fn may_be_variant(value_type: ValueType, in_array: bool) -> bool {
    use ValueType as T;
    match value_type {
        T::I2 | T::I4 | T::R4 | T::R8 | T::CY | T::DATE | T::BSTR | T::ERROR | T::BOOL => true,
        T::I1 | T::UI1 | T::UI2 | T::UI4 => true,
        T::DECIMAL | T::INT | T::UINT => in_array,
        T::I8 | T::UI8 | T::LPSTR | T::LPWSTR | T::FILETIME | T::CF | T::CLSID => !in_array,
        _ => false,
    }
}

macro_rules! from {
    ($($rust:ty => $variant:ident;)*) => {$(
        impl From<$rust> for PropertyValue {
            fn from(value: $rust) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}

from! {
    &str => Lpstr;
    String => Lpstr;
    i16 => I2;
    i32 => I4;
    i64 => I8;
    u8 => Ui1;
    u16 => Ui2;
    u32 => Ui4;
    u64 => Ui8;
    f32 => R4;
    f64 => R8;
    bool => Bool;
    FileTime => FileTime;
    Guid => ClassId;
}

impl fmt::Display for PropertyValue {
    /// For people: numbers and text as they are, times in RFC 3339, bytes by their count,
    /// elements one after the other.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Null => f.write_str("null"),
            Self::I1(value) => fmt::Display::fmt(value, f),
            Self::I2(value) => fmt::Display::fmt(value, f),
            Self::I4(value) | Self::Int(value) => fmt::Display::fmt(value, f),
            Self::I8(value) => fmt::Display::fmt(value, f),
            Self::Ui1(value) => fmt::Display::fmt(value, f),
            Self::Ui2(value) => fmt::Display::fmt(value, f),
            Self::Ui4(value) | Self::Uint(value) => fmt::Display::fmt(value, f),
            Self::Ui8(value) => fmt::Display::fmt(value, f),
            Self::R4(value) => fmt::Display::fmt(value, f),
            Self::R8(value) => fmt::Display::fmt(value, f),
            Self::Currency(value) => write_currency(f, *value),
            Self::Date(value) => match file_time_of_date(*value) {
                Some(time) => fmt::Display::fmt(&time, f),
                None => write!(f, "day {value}"),
            },
            Self::Error(value) => write!(f, "{value:#010X}"),
            Self::Bool(value) => fmt::Display::fmt(value, f),
            Self::Decimal(value) => fmt::Display::fmt(value, f),
            Self::Bstr(text)
            | Self::Lpstr(text)
            | Self::Lpwstr(text)
            | Self::Stream(text)
            | Self::Storage(text)
            | Self::StreamedObject(text)
            | Self::StoredObject(text) => f.write_str(text),
            Self::FileTime(time) => fmt::Display::fmt(time, f),
            Self::Blob(bytes) | Self::BlobObject(bytes) | Self::Unknown(bytes) => {
                write!(f, "{} bytes", bytes.len())
            }
            Self::VersionedStream(stream) => write!(f, "{} {}", stream.name, stream.version),
            Self::Clipboard(data) => write!(f, "{} bytes", data.data.len()),
            Self::ClassId(id) => fmt::Display::fmt(id, f),
            Self::Vector(elements) => write_elements(f, elements),
            Self::Array(array) => write_elements(f, &array.elements),
        }
    }
}

fn write_elements(f: &mut fmt::Formatter<'_>, elements: &Elements) -> fmt::Result {
    f.write_str("[")?;
    for (index, value) in elements.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        write!(f, "{comma}{value}")?;
    }
    f.write_str("]")
}
