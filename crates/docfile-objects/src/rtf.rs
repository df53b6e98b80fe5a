//! Rich text, as messages store their body.
//!
//! What is read of it is its text, or the HTML that it was made from ([MS-OXRTFEX]); looks are
//! left out. Messages store it compressed ([MS-OXRTFCP]).

mod compressed;
mod font_charset;
mod interpreter;
mod token;

pub(crate) use compressed::{RtfDamage, decompress};
pub(crate) use interpreter::{RtfText, text_of};
