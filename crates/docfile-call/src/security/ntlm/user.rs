//! Users and their secrets.

use core::fmt;
use std::collections::BTreeMap;

use md4::{Digest, Md4};

/// What a password becomes before it is used (`NTOWFv1`, [MS-NLMP] 3.3.1): as good as the password
/// itself, and kept as secret.
#[derive(Clone)]
pub struct NtHash(pub(super) [u8; 16]);

impl NtHash {
    /// The hash of a password.
    #[must_use]
    pub fn of_password(password: &str) -> Self {
        Self(Md4::digest(utf16(password)).into())
    }

    /// A hash that was kept instead of its password.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for NtHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NtHash(..)")
    }
}

/// Somebody who may log on.
#[derive(Clone, Debug)]
pub struct User {
    /// The name as it is written here, whatever case the caller wrote it in.
    pub name: String,
    /// The secret.
    pub secret: NtHash,
}

/// Who may log on.
pub trait UserTable: Send + Sync + fmt::Debug {
    /// The user of that name, in any case. `domain` is what the caller wrote; a table of one
    /// machine's own users does not look at it.
    fn find(&self, user: &str, domain: &str) -> Option<User>;
}

/// A table of the users of one machine.
///
/// ```
/// use docfile_call::security::ntlm::{UserTable, Users};
/// let mut users = Users::default();
/// users.insert("Ada", "correct horse");
/// assert_eq!(users.find("ADA", "ANYWHERE").map(|user| user.name), Some("Ada".to_owned()));
/// assert!(users.find("Bob", "").is_none());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Users(BTreeMap<String, User>);

impl Users {
    /// Adds a user, or gives one another password.
    pub fn insert(&mut self, name: &str, password: &str) {
        self.insert_hash(name, NtHash::of_password(password));
    }

    /// Adds a user whose secret was kept as a hash.
    pub fn insert_hash(&mut self, name: &str, secret: NtHash) {
        self.0.insert(upper_case(name), User { name: name.to_owned(), secret });
    }
}

impl UserTable for Users {
    fn find(&self, user: &str, _domain: &str) -> Option<User> {
        self.0.get(&upper_case(user)).cloned()
    }
}

/// The bytes of a text in UTF-16, least significant first.
pub(super) fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Upper case as Windows has it: one character for one.
pub(super) fn upper_case(text: &str) -> String {
    text.chars()
        .map(|c| {
            let mut upper = c.to_uppercase();
            match (upper.next(), upper.next()) {
                (Some(single), None) => single,
                _ => c,
            }
        })
        .collect()
}
