//! What a contender is asked to do, as words `key=value`.
//!
//! The same words go to a child of this binary and to the rivals in C and Python, so that all of
//! them do the same work. Keys are documented in `README.md`.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::str::FromStr;

use crate::workload::Version;

/// A contender's task.
#[derive(Debug, Clone, Default)]
pub(crate) struct Job {
    words: BTreeMap<String, String>,
}

impl Job {
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> io::Result<Self> {
        let mut job = Self::default();
        for argument in arguments {
            let Some((key, value)) = argument.split_once('=') else {
                return Err(wrong(&format!("`{argument}` is not key=value")));
            };
            job.words.insert(key.to_owned(), value.to_owned());
        }
        Ok(job)
    }

    /// The same task with one word more, or another one.
    #[must_use]
    pub(crate) fn with(mut self, key: &str, value: impl ToString) -> Self {
        self.words.insert(key.to_owned(), value.to_string());
        self
    }

    pub(crate) fn arguments(&self) -> impl Iterator<Item = String> + '_ {
        self.words.iter().map(|(key, value)| format!("{key}={value}"))
    }

    pub(crate) fn word(&self, key: &str) -> io::Result<&str> {
        self.words.get(key).map(String::as_str).ok_or_else(|| wrong(&format!("`{key}` is missing")))
    }

    pub(crate) fn number<N: FromStr>(&self, key: &str) -> io::Result<N> {
        self.word(key)?.parse().map_err(|_| wrong(&format!("`{key}` is not a number")))
    }

    pub(crate) fn file(&self) -> io::Result<PathBuf> {
        self.word("file").map(PathBuf::from)
    }

    pub(crate) fn contender(&self) -> io::Result<&str> {
        self.word("contender")
    }

    pub(crate) fn version(&self) -> io::Result<Version> {
        Version::parse(self.word("version")?).ok_or_else(|| wrong("`version` is v3 or v4"))
    }
}

pub(crate) fn wrong(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, text)
}
