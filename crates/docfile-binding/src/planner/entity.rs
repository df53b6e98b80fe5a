//! What is known of the resource, and whether a response speaks of the same version of it.
//!
//! Invariant: once a strong entity tag, a date or a total length was seen, no response that
//! contradicts it is taken for the same resource. A weak tag proves nothing about bytes: some
//! servers make a new one for every response. Source: RFC 9110, 8.8; `design.md` 7.3.

use std::sync::Arc;

use super::response::Response;

/// What tells versions of a resource apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Validator {
    /// The entity tag, as sent.
    pub etag: Option<Arc<str>>,
    /// The date of the last modification, as sent.
    pub last_modified: Option<Arc<str>>,
}

impl Validator {
    /// The entity tag, if it is a strong one.
    #[must_use]
    pub fn strong_etag(&self) -> Option<&Arc<str>> {
        self.etag.as_ref().filter(|etag| is_strong(etag))
    }

    /// Whether it can tell another version for sure: without a strong tag and a date it proves
    /// nothing, and nothing that was kept under it can be used again.
    #[must_use]
    pub fn tells_versions_apart(&self) -> bool {
        self.strong_etag().is_some() || self.last_modified.is_some()
    }

    /// Whether `response` shows by itself that it is of this version: silence is no proof.
    pub(super) fn is_shown_by(&self, response: &Response) -> bool {
        let etag = response.etag.as_deref().filter(|etag| is_strong(etag));
        match (self.strong_etag(), etag) {
            (Some(ours), Some(theirs)) => **ours == *theirs,
            _ => match (&self.last_modified, &response.last_modified) {
                (Some(ours), Some(theirs)) => **ours == **theirs,
                _ => false,
            },
        }
    }

    /// Takes over what `response` tells, or answers false when it speaks of another version.
    pub(super) fn pin(&mut self, response: &Response) -> bool {
        let etag = response.etag.as_deref().filter(|etag| is_strong(etag));
        let same_tag = match (self.strong_etag(), etag) {
            (Some(ours), Some(theirs)) => Some(**ours == *theirs),
            _ => None,
        };
        let same_date = match (&self.last_modified, &response.last_modified) {
            (Some(ours), Some(theirs)) => Some(**ours == **theirs),
            _ => None,
        };
        // Equal strong tags are equal bytes, whatever a second server thinks of the date.
        if same_tag.or(same_date) == Some(false) {
            return false;
        }
        if self.strong_etag().is_none() {
            self.etag = response.etag.as_deref().map(Arc::from).or(self.etag.take());
        }
        if self.last_modified.is_none() {
            self.last_modified = response.last_modified.as_deref().map(Arc::from);
        }
        true
    }
}

fn is_strong(etag: &str) -> bool {
    !etag.starts_with("W/")
}

/// Whether the server serves ranges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Ranges {
    /// Nothing was answered yet.
    #[default]
    Unknown,
    /// It has served one.
    Served,
    /// It answered a range with the whole.
    Absent,
}

/// What is known of the resource.
#[derive(Debug, Default)]
pub(super) struct Entity {
    pub(super) validator: Validator,
    pub(super) total_len: Option<u64>,
    pub(super) ranges: Ranges,
    /// What is known comes of an earlier run, and the server has not confirmed it yet.
    pub(super) is_kept: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(etag: Option<&str>, date: Option<&str>) -> Response {
        Response {
            etag: etag.map(str::to_owned),
            last_modified: date.map(str::to_owned),
            ..Response::default()
        }
    }

    fn pins(first: (Option<&str>, Option<&str>), second: (Option<&str>, Option<&str>)) -> bool {
        let mut validator = Validator::default();
        assert!(validator.pin(&response(first.0, first.1)));
        validator.pin(&response(second.0, second.1))
    }

    #[test]
    fn strong_tags_decide_then_dates() {
        assert!(pins((Some("\"a\""), None), (Some("\"a\""), None)));
        assert!(!pins((Some("\"a\""), None), (Some("\"b\""), None)));
        assert!(pins((Some("\"a\""), Some("Mon")), (Some("\"a\""), Some("Tue"))));
        assert!(!pins((Some("W/\"a\""), Some("Mon")), (Some("W/\"a\""), Some("Tue"))));
        assert!(pins((Some("W/\"a\""), Some("Mon")), (Some("W/\"b\""), Some("Mon"))));
        assert!(pins((None, None), (Some("\"a\""), None)));
    }

    #[test]
    fn a_tag_that_came_late_is_pinned_too() {
        let mut validator = Validator::default();
        assert!(validator.pin(&response(Some("W/\"x\""), None)));
        assert!(validator.pin(&response(Some("\"a\""), None)));
        assert!(!validator.pin(&response(Some("\"b\""), None)));
    }
}
