//! Addresses as they may be shown: in errors, traces, progress, and what scripts read.
//!
//! Invariant: neither a name nor a password before the `@` of an authority passes, nor the value of
//! a parameter that signs a request or stands for a password. Everything else stays as it is, so
//! that the reader knows which address is meant. What is no URL but looks like one is cut rather
//! than shown in doubt.

use std::borrow::Cow;

use url::Url;

/// Parameters of a query that are credentials, in lower case: of the signed addresses of the object
/// stores, and what else is usual.
const SECRET_PARAMETERS: [&str; 17] = [
    "access_token",
    "api_key",
    "apikey",
    "auth",
    "awsaccesskeyid",
    "googleaccessid",
    "key",
    "password",
    "sig",
    "signature",
    "token",
    "x-amz-credential",
    "x-amz-security-token",
    "x-amz-signature",
    "x-goog-credential",
    "x-goog-signature",
    "secret",
];
/// Stands for what is not shown.
const HIDDEN: &str = "***";

/// `name`, a display name or an address, without the credentials in it.
///
/// ```
/// use docfile_binding::shown_address;
/// let shown = shown_address("https://me:word@host/plan.doc?sig=x&v=2!Pool");
/// assert_eq!(shown, "https://host/plan.doc?sig=***&v=2!Pool");
/// assert_eq!(shown_address("a@b.doc!C"), "a@b.doc!C");
/// ```
#[must_use]
pub fn shown_address(name: &str) -> Cow<'_, str> {
    let Some(scheme_end) = name.find("://") else { return Cow::Borrowed(name) };
    let start = scheme_end + "://".len();
    let outer_end = name.find('!').unwrap_or(name.len()).max(start);
    let (outer, steps) = name.split_at(outer_end);
    let (scheme, rest) = outer.split_at(start);
    // A password may hold what would end an authority: then this is no URL, or one without a path,
    // and what stands before the last @ anywhere is not shown.
    let is_whole = Url::parse(outer).is_ok() && (rest.contains('/') || !steps.contains('@'));
    if !is_whole {
        let rest = name.get(start..).unwrap_or_default();
        let shown = rest.rsplit('@').next().unwrap_or_default();
        return Cow::Owned(format!("{scheme}{shown}"));
    }
    let (authority, behind) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    let Some((path, query)) = behind.split_once('?') else {
        return Cow::Owned(format!("{scheme}{host}{behind}{steps}"));
    };
    let (query, fragment) = query.split_at(query.find('#').unwrap_or(query.len()));
    let parameters: Vec<Cow<'_, str>> = query.split('&').map(shown_parameter).collect();
    Cow::Owned(format!("{scheme}{host}{path}?{}{fragment}{steps}", parameters.join("&")))
}

fn shown_parameter(parameter: &str) -> Cow<'_, str> {
    match parameter.split_once('=') {
        Some((name, _)) if SECRET_PARAMETERS.contains(&name.to_ascii_lowercase().as_str()) => {
            Cow::Owned(format!("{name}={HIDDEN}"))
        }
        _ => Cow::Borrowed(parameter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_left_out_wherever_they_stand() {
        for (name, shown) in [
            ("https://user:pw@host/a!B/C", "https://host/a!B/C"),
            ("https://token@host", "https://host"),
            ("http://h/p@q?x=1&SIG=abc&y#z", "http://h/p@q?x=1&SIG=***&y#z"),
            ("https://u:p/w@host/x", "https://host/x"),
            ("https://u:p!w@host/x!Y", "https://host/x!Y"),
            ("https://u:12!w@host/x", "https://host/x"),
            ("s3://bucket/key?X-Amz-Signature=0f", "s3://bucket/key?X-Amz-Signature=***"),
            ("https://host/x!a@b", "https://host/x!a@b"),
            ("C:\\a@b", "C:\\a@b"),
            ("", ""),
        ] {
            assert_eq!(shown_address(name), shown);
        }
    }
}
