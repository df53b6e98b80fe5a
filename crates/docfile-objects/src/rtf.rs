//! Rich text, as messages store their body.
//!
//! What is read of it is its text, or the HTML that it was made from ([MS-OXRTFEX]); looks are
//! left out. Messages store it compressed ([MS-OXRTFCP]).

mod charset;
mod compressed;
mod interpreter;
mod token;

pub use compressed::{RtfDamage, decompress};
pub use interpreter::{RtfText, text_of};
