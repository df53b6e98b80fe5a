//! From a display name to what it names.
//!
//! | type | what it is |
//! |---|---|
//! | [`Open`] | how a document is opened: policy, limits, headers |
//! | [`Document`] | an open document, which goes on arriving |
//! | [`Target`] | a storage or a stream |

mod document;
mod open;

pub use document::{Document, Target};
pub use open::Open;

/// Begins to open what `name` names: a path or a URL, and after each `!` a step inside
/// (`docs/names.md`).
///
/// Await it, or call [`Open::wait`].
///
/// ```no_run
/// # async fn example() -> docfile::Result<()> {
/// let document = docfile::open("https://example.org/mail.msg!__attach_version1.0_#00000000").await?;
/// for element in document.storage()?.list_async().await?.elements {
///     println!("{}", element.name);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn open(name: impl Into<String>) -> Open {
    Open::new(name)
}
