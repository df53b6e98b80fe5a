//! The head of a response, as far as the planner needs it.
//!
//! Invariant: a [`ContentRange`] that parses is not empty, lies within its total and fits a `u64`
//! when counted to its exclusive end. Source: RFC 9110, 14.4.

use core::ops::Range;
use core::time::Duration;

/// What the driver tells about a response before its body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    /// The status, after redirects were followed.
    pub status: u16,
    /// The field `Content-Range`, as sent.
    pub content_range: Option<String>,
    /// The field `Content-Length`.
    pub content_len: Option<u64>,
    /// The field `Content-Encoding`, as sent.
    pub content_encoding: Option<String>,
    /// The field `ETag`, as sent.
    pub etag: Option<String>,
    /// The field `Last-Modified`, as sent.
    pub last_modified: Option<String>,
    /// The field `Retry-After`, as a time from now.
    pub retry_after: Option<Duration>,
}

impl Response {
    /// Whether the body is encoded: a range of it is then no range of the resource.
    pub(super) fn is_encoded(&self) -> bool {
        self.content_encoding.as_deref().is_some_and(|field| {
            let field = field.trim();
            !field.is_empty() && !field.eq_ignore_ascii_case("identity")
        })
    }
}

/// The field `Content-Range`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContentRange {
    /// `bytes FIRST-LAST/TOTAL`.
    Part {
        /// Which bytes the body has.
        range: Range<u64>,
        /// The length of the resource, where the server tells it.
        total_len: Option<u64>,
    },
    /// `bytes */TOTAL`: no byte of what was asked for exists.
    Unsatisfied {
        /// The length of the resource.
        total_len: u64,
    },
}

impl ContentRange {
    /// The meaning of a field, if it has one.
    #[must_use]
    pub fn parse(field: &str) -> Option<Self> {
        let (unit, rest) = field.trim().split_once(' ')?;
        if !unit.eq_ignore_ascii_case("bytes") {
            return None;
        }
        let (range, total) = rest.trim().split_once('/')?;
        let total_len = if total == "*" { None } else { Some(number(total)?) };
        if range == "*" {
            return total_len.map(|total_len| Self::Unsatisfied { total_len });
        }
        let (first, last) = range.split_once('-')?;
        let range = number(first)?..number(last)?.checked_add(1)?;
        let fits = total_len.is_none_or(|total_len| range.end <= total_len);
        (!range.is_empty() && fits).then_some(Self::Part { range, total_len })
    }
}

/// Digits only: `u64::from_str` would take a sign as well.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_names_its_bytes_and_the_total() {
        let part = |range, total_len| Some(ContentRange::Part { range, total_len });
        assert_eq!(ContentRange::parse("bytes 0-99/1000"), part(0..100, Some(1000)));
        assert_eq!(ContentRange::parse(" BYTES 5-5/*"), part(5..6, None));
        assert_eq!(
            ContentRange::parse("bytes */0"),
            Some(ContentRange::Unsatisfied { total_len: 0 })
        );
    }

    #[test]
    fn what_is_no_content_range_is_refused() {
        for field in [
            "",
            "bytes",
            "bytes ",
            "bytes 1-0/5",
            "bytes 0-5/5",
            "bytes 0-5",
            "bytes -5/10",
            "bytes 0-/10",
            "bytes +0-5/10",
            "bytes */*",
            "items 0-5/10",
            "bytes 0-1,4-5/10",
            "bytes 0-18446744073709551615/*",
            "bytes 0-99999999999999999999/*",
        ] {
            assert_eq!(ContentRange::parse(field), None, "{field}");
        }
    }

    #[test]
    fn identity_is_no_encoding() {
        let with = |field: &str| Response {
            content_encoding: Some(field.to_owned()),
            ..Response::default()
        };
        assert!(!Response::default().is_encoded());
        assert!(!with("Identity").is_encoded());
        assert!(with("gzip").is_encoded());
        assert!(with("identity, gzip").is_encoded());
    }
}
