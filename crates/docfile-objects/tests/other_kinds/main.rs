//! Documents of the kinds that Word, Excel and PowerPoint are not: what they tell of themselves,
//! that they tell it the same while their bytes arrive, and that broken ones harm nobody.
//!
//! The corpus has few or none of installers, Hangul documents, jump lists and Altium documents;
//! files of them are made here by their published or observed formats.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod altium;
mod broken_documents_harm_nobody;
mod control_characters_stay_out;
mod facts_are_the_same_while_bytes_arrive;
mod hangul;
mod installer;
mod jump_list;
mod message;
mod messages_read_as_extract_msg_reads_them;
mod real_documents_tell_themselves;
mod specimen;
