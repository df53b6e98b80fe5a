//! The media types that a caller wants (`contract/binding.md` 4, `RegisterFormatEnumerator`, and
//! 8.6).
//!
//! Invariant: a media type is compared without its parameters and without regard to case. No list
//! takes whatever comes, as a list with only the default type does.

use std::sync::Arc;

use crate::bind_context::BindContext;
use crate::error::{Error, ErrorKind, Result};

/// The key of the media types in a bind context.
pub const MEDIA_TYPES: &str = "_EnumFORMATETC_";

/// The media types that are wanted, the best first.
///
/// ```
/// use docfile_binding::bind::MediaTypes;
/// let wanted = MediaTypes::new(["application/msword", "text/*"]);
/// assert_eq!(wanted.accept_field(), "application/msword, text/*;q=0.9");
/// assert!(wanted.check(Some("Text/Plain; charset=utf-8")).is_ok());
/// assert!(wanted.check(Some("image/png")).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MediaTypes(Vec<String>);

impl MediaTypes {
    /// These, the best first. `*/*` stands for any, `text/*` for any text.
    #[must_use]
    pub fn new<T: AsRef<str>>(types: impl IntoIterator<Item = T>) -> Self {
        Self(types.into_iter().map(|media_type| essence(media_type.as_ref())).collect())
    }

    /// The field `Accept` of a request for them.
    #[must_use]
    pub fn accept_field(&self) -> String {
        if self.0.is_empty() {
            return "*/*".to_owned();
        }
        let weighted = |(index, media_type): (usize, &String)| match 10_usize.saturating_sub(index)
        {
            10 => media_type.clone(),
            tenths => format!("{media_type};q=0.{}", tenths.max(1)),
        };
        self.0.iter().enumerate().map(weighted).collect::<Vec<_>>().join(", ")
    }

    /// Whether a resource of this media type is wanted. One that the server does not name is.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoValidMedia`] when it is not.
    pub fn check(&self, media_type: Option<&str>) -> Result<()> {
        let Some(media_type) = media_type else { return Ok(()) };
        let found = essence(media_type);
        let takes = |wanted: &String| match wanted.strip_suffix("/*") {
            Some("*") => true,
            Some(group) => found.split('/').next() == Some(group),
            None => *wanted == found,
        };
        if self.0.is_empty() || self.0.iter().any(takes) {
            return Ok(());
        }
        let text = "the resource is of no media type that was asked for";
        Err(Error::new(ErrorKind::NoValidMedia, text).with_name(media_type))
    }
}

impl BindContext {
    /// Makes `types` the media types that are wanted, in place of those before.
    pub fn register_media_types(&self, types: MediaTypes) {
        self.register_object_param(MEDIA_TYPES, Arc::new(types));
    }

    /// The media types that are wanted; any, when none were registered.
    #[must_use]
    pub fn media_types(&self) -> MediaTypes {
        let registered = self.object_param(MEDIA_TYPES).ok();
        let types = registered.and_then(|object| object.downcast_ref::<MediaTypes>().cloned());
        types.unwrap_or_default()
    }
}

/// The media type without parameters, in lower case.
pub(super) fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
