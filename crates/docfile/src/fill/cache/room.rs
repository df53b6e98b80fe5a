//! Room in the folder of the cache.
//!
//! Invariant: a file that somebody writes is never removed; one that somebody reads stays readable
//! to those who have it open.

use std::fs::{self, Metadata};
use std::path::PathBuf;
use std::time::SystemTime;

use super::{Cache, FILE_EXTENSION};

/// Makes room for so many bytes more, if there is a limit; whether there is room then.
pub(super) fn make(cache: &Cache, key: &str, byte_count: u64) -> bool {
    let Some(limit) = cache.size_limit else { return true };
    if byte_count > limit {
        return false;
    }
    let mut others = others(cache, key);
    others.sort();
    let mut used: u64 = others.iter().map(|other| other.len).sum();
    for other in others {
        if used.saturating_add(byte_count) <= limit {
            break;
        }
        let lock = cache.lock(&other.key);
        if lock.is_some() && fs::remove_file(&other.path).is_ok() {
            used = used.saturating_sub(other.len);
        }
    }
    used.saturating_add(byte_count) <= limit
}

/// The oldest comes first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Other {
    written_at: SystemTime,
    len: u64,
    key: String,
    path: PathBuf,
}

fn others(cache: &Cache, key: &str) -> Vec<Other> {
    let Ok(entries) = fs::read_dir(&cache.folder) else { return Vec::new() };
    let other = |path: PathBuf| {
        let name = path.file_name()?.to_str()?;
        let other_key = name.strip_suffix(FILE_EXTENSION)?.strip_suffix('.')?.to_owned();
        let metadata = fs::metadata(&path).ok().filter(|_| other_key != key)?;
        let written_at = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        Some(Other { written_at, len: occupied_len(&metadata), key: other_key, path })
    };
    entries.flatten().filter_map(|entry| other(entry.path())).collect()
}

/// What a file takes of the disk: it is full of holes.
fn occupied_len(metadata: &Metadata) -> u64 {
    #[cfg(unix)]
    {
        std::os::unix::fs::MetadataExt::blocks(metadata).saturating_mul(512)
    }
    #[cfg(not(unix))]
    {
        metadata.len()
    }
}
