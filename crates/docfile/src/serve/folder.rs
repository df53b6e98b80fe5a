//! From the path of a request to a file below a folder.
//!
//! Invariant: nothing outside the folder is ever served, whatever the path holds and wherever
//! links lead.

use std::path::{Component, Path, PathBuf};

/// What is served.
#[derive(Debug, Clone)]
pub(super) enum Served {
    /// The files below a folder, whose path holds no links.
    Folder(PathBuf),
    /// One file, whatever the request names.
    File(PathBuf),
    /// One file, under a name that nobody can guess.
    Private(PathBuf, String),
}

/// What a path leads to.
#[derive(Debug)]
pub(super) enum Found {
    File(PathBuf),
    /// The names of the files and folders in a folder, folders with a slash behind.
    Listing(Vec<String>),
    Nothing,
}

impl Served {
    /// What the path of a request, as it was sent, leads to.
    pub(super) fn find(&self, path: &str) -> Found {
        match self {
            Self::File(file) => Found::File(file.clone()),
            Self::Private(file, name) if path.strip_prefix('/') == Some(name.as_str()) => {
                Found::File(file.clone())
            }
            Self::Private(..) => Found::Nothing,
            Self::Folder(folder) => below(folder, path).unwrap_or(Found::Nothing),
        }
    }
}

fn below(folder: &Path, path: &str) -> Option<Found> {
    let decoded = decode(path)?;
    let relative = Path::new(decoded.trim_start_matches('/'));
    let is_plain = |component: Component<'_>| matches!(component, Component::Normal(_));
    if !relative.components().all(is_plain) || decoded.contains(['\0', '\\']) {
        return None;
    }
    // Links are followed here, and what they lead to must still lie below.
    let found = folder.join(relative).canonicalize().ok()?;
    if !found.starts_with(folder) {
        return None;
    }
    if found.is_file() {
        return Some(Found::File(found));
    }
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&found).ok()?.flatten() {
        let slash = if entry.path().is_dir() { "/" } else { "" };
        names.push(format!("{}{slash}", entry.file_name().to_string_lossy()));
    }
    names.sort();
    Some(Found::Listing(names))
}

/// Replaces every `%XX`; nothing when a percent sign stands for itself or the result is no text.
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = std::str::from_utf8(behind.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = behind.get(2..)?;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_file_is_found_by_its_name_only() {
        let served = Served::Private(PathBuf::from("x"), String::from("secret"));
        assert!(matches!(served.find("/secret"), Found::File(_)));
        for path in ["/", "/x", "/secret/", "secret", "//secret"] {
            assert!(matches!(served.find(path), Found::Nothing), "{path}");
        }
    }

    #[test]
    fn nothing_outside_the_folder_is_found() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().canonicalize().unwrap().join("served");
        std::fs::create_dir_all(folder.join("in side")).unwrap();
        std::fs::write(outer.path().join("secret"), b"x").unwrap();
        std::fs::write(folder.join("in side/file"), b"x").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("../secret", folder.join("link")).unwrap();
        let served = Served::Folder(folder);
        assert!(matches!(served.find("/in%20side/file"), Found::File(_)));
        assert!(
            matches!(served.find("/"), Found::Listing(names) if names.contains(&"in side/".into()))
        );
        for path in
            ["/../secret", "/%2e%2e/secret", "/link", "/in%20side/../../secret", "/%zz", "/a%00"]
        {
            assert!(matches!(served.find(path), Found::Nothing), "{path}");
        }
    }
}
