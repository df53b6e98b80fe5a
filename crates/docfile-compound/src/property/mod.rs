//! Property sets: typed metadata about a document, each set a stream of its own ([MS-OLEPS]).
//!
//! Everything here works on the bytes of one property set stream, read whole: [`parse`] reads
//! them, [`PropertySetStream`] is looked at and edited, [`PropertySetStream::emit`] gives the
//! bytes back. What was not changed is written back byte for byte. Which stream of a file holds
//! which set is told by [`format_id`]; [`PropertySetStream::try_read`] and
//! [`try_write`](PropertySetStream::try_write) are all that knows of streams.
//!
//! ```
//! use docfile_compound::property::{self, PropertySetStream, PropertyValue, format_id};
//! use docfile_compound::{Limits, Validation};
//!
//! let mut stream = PropertySetStream::new(format_id::SUMMARY_INFORMATION);
//! let set = stream.set_or_insert(format_id::SUMMARY_INFORMATION)?;
//! set.set(property::well_known::TITLE, "Plan of the house")?;
//! let bytes = stream.emit()?;
//!
//! let (read, findings) = property::parse(&bytes, Validation::Strict, &Limits::default())?;
//! assert!(findings.is_empty());
//! let title = read.sets()[0].get(property::well_known::TITLE);
//! assert_eq!(title, Some(&PropertyValue::Lpstr("Plan of the house".into())));
//! # Ok::<(), docfile_compound::Error>(())
//! ```

mod clipboard;
mod code_page;
mod code_page_table;
mod cursor;
mod dictionary;
mod edit;
mod elements;
mod elements_packet;
mod emitter;
pub mod format_id;
mod number;
mod reading;
mod section;
mod set;
mod set_stream;
mod stream_bytes;
mod text;
mod value;
mod value_packet;
mod value_type;
pub mod well_known;

pub use clipboard::{ClipboardData, ClipboardFormat};
pub use code_page::CodePage;
pub use dictionary::Dictionary;
pub use elements::{Array, Dimension, Elements};
pub use number::{Decimal, file_time_of_date};
pub use reading::Finding;
pub use set::{Property, PropertySet};
pub use set_stream::{MAX_WRITTEN_LEN, PropertySetStream, parse};
pub use value::{PropertyValue, VersionedStream};
pub use value_type::ValueType;
