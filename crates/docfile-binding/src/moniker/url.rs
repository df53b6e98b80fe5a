//! A resource named by its URL (`contract/binding.md` 6 and 3.2, "URL"; `contract/observed.md`
//! 2.5).
//!
//! An absolute URL is kept in canonical form, scheme and host in lower case; a relative one waits
//! for a base. Two URLs are one when their canonical forms are: paths differ in case, since they
//! may be two resources (Wine compares without case). A saved form keeps the very text it had.

use core::fmt;
use std::borrow::Cow;
use std::sync::Arc;

use url::{ParseError, Url};

use super::Moniker;
use crate::error::{Error, ErrorKind, Result};
use crate::shown_address::shown_address;
use crate::upper_case::hash_of;

/// A resource named by its URL, absolute or relative.
///
/// ```
/// use docfile_binding::UrlMoniker;
/// let page = UrlMoniker::new("HTTP://Host/a/b/c.html")?;
/// assert_eq!(page.url(), Some("http://host/a/b/c.html"));
/// let other = page.resolve(&UrlMoniker::new("../x")?)?;
/// assert_eq!(other.url(), Some("http://host/a/x"));
/// # Ok::<(), docfile_binding::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct UrlMoniker {
    text: Option<Arc<str>>,
    /// What a newer saved form says of how the URL was made.
    creation_flags: Option<u32>,
}

impl fmt::Debug for UrlMoniker {
    /// Addresses may hold credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text.as_deref().map(shown_address);
        f.debug_struct("UrlMoniker")
            .field("text", &text)
            .field("creation_flags", &self.creation_flags)
            .finish()
    }
}

/// The longest URL that resolving makes, in bytes; servers refuse much shorter ones.
const MAX_RESOLVED_LEN: usize = 1 << 16;

impl UrlMoniker {
    /// The resource at `url`, made canonical when it is absolute. A relative one, even an empty
    /// one, is completed later.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Syntax`] when it is neither.
    pub fn new(url: &str) -> Result<Self> {
        Ok(match absolute(url)? {
            Some(canonical) => Self::verbatim(String::from(canonical)),
            None => Self::verbatim(url),
        })
    }

    /// The resource at `url`, completed by what `context` is called, when that is an absolute URL
    /// and `url` is not (`CreateURLMoniker` with a context).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Syntax`] when it is no URL.
    pub fn in_context(context: &Moniker, url: &str) -> Result<Self> {
        let url = Self::new(url)?;
        let base = context.display_name().ok().and_then(|name| Self::new(&name).ok());
        match base.filter(Self::is_absolute) {
            Some(base) if !url.is_absolute() => base.resolve(&url),
            _ => Ok(url),
        }
    }

    /// The resource at `url`, kept as it is written (`URL_MK_NO_CANONICALIZE`).
    #[must_use]
    pub fn verbatim(url: impl Into<Arc<str>>) -> Self {
        Self { text: Some(url.into()), creation_flags: None }
    }

    pub(super) fn with_creation_flags(mut self, flags: Option<u32>) -> Self {
        self.creation_flags = flags;
        self
    }

    /// The flags of a newer saved form (the field `uriFlags` of [MS-OSHARED] 2.3.7.6).
    #[must_use]
    pub fn creation_flags(&self) -> Option<u32> {
        self.creation_flags
    }

    /// The URL, as written; none in a moniker that was made by its class and never loaded.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// The scheme of an absolute URL, in lower case.
    #[must_use]
    pub fn scheme(&self) -> Option<String> {
        let url = absolute(self.url()?).ok()??;
        Some(url.scheme().to_owned())
    }

    /// Whether the URL needs no base.
    #[must_use]
    pub fn is_absolute(&self) -> bool {
        self.url().is_some_and(|url| matches!(absolute(url), Ok(Some(_))))
    }

    /// What `right` means on the page at this URL ([RFC 3986] 5).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Syntax`] when this URL is no base, or `right` makes no URL with it;
    /// [`ErrorKind::Uninitialized`] when one of the two has no URL.
    ///
    /// [RFC 3986]: https://www.rfc-editor.org/rfc/rfc3986#section-5
    pub fn resolve(&self, right: &Self) -> Result<Self> {
        let (base, reference) = (self.checked_url()?, right.checked_url()?);
        let wrong = || Error::new(ErrorKind::Syntax, "no base for a relative URL").with_name(base);
        let base = absolute(base)?.ok_or_else(wrong)?;
        let url = base.join(reference).map_err(|error| syntax(reference, error))?;
        if url.as_str().len() > MAX_RESOLVED_LEN {
            return Err(Error::new(ErrorKind::Syntax, "a URL is longer than 64 KiB"));
        }
        Ok(Self::verbatim(String::from(url)))
    }

    /// The URL, or the error of a moniker without one.
    pub(crate) fn checked_url(&self) -> Result<&str> {
        self.url().ok_or_else(|| {
            Error::new(ErrorKind::Uninitialized, "a URL moniker that was never given a URL")
        })
    }

    /// The URL as a part of a longer name, in which a `!` would end it.
    pub(super) fn display_text(&self) -> Result<String> {
        Ok(self.checked_url()?.replace('!', "%21"))
    }

    /// What two URLs that are one have in common.
    pub(super) fn key(&self) -> Option<String> {
        let text = self.url()?;
        let canonical = match absolute(text) {
            Ok(Some(url)) => Cow::Owned(String::from(url)),
            _ => Cow::Borrowed(text),
        };
        Some(canonical.replace('!', "%21"))
    }

    pub(super) fn hash_value(&self) -> u32 {
        hash_of(self.key().unwrap_or_default().encode_utf16())
    }
}

impl PartialEq for UrlMoniker {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for UrlMoniker {}

/// Reads an absolute URL; none when the text is relative.
fn absolute(text: &str) -> Result<Option<Url>> {
    match Url::parse(text) {
        // A drive letter is no scheme.
        Ok(url) if url.scheme().len() == 1 => Err(syntax(text, ParseError::RelativeUrlWithoutBase)),
        Ok(url) => Ok(Some(url)),
        Err(ParseError::RelativeUrlWithoutBase) => Ok(None),
        Err(error) => Err(syntax(text, error)),
    }
}

fn syntax(text: &str, error: ParseError) -> Error {
    Error::new(ErrorKind::Syntax, "not a URL").with_name(text).with_source(error)
}
