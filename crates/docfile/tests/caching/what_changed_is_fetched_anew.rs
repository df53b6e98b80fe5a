//! What was kept of another version is never shown, and goes.

use docfile::LockBytes as _;

use crate::rig::{Server, begun, end, kept, known_len, read};

#[test]
fn bytes_of_the_old_version_are_never_read() {
    let (_folder, cache, file) = kept(&[0..4096, 1_000_000..1_001_000]);
    let old = std::fs::File::open(&file).unwrap();
    let transfer = begun(&cache, &Server::of(1));
    read(&transfer, 1_000_000..1_001_000, 1);
    assert_eq!(transfer.counters().restart_count, 1);
    end(transfer);
    assert!(known_len(&cache) > 0);
    // Whoever had the file open has it still, as it was.
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::MetadataExt::nlink(&old.metadata().unwrap()), 0);
    drop(old);
    let transfer = begun(&cache, &Server::of(1));
    read(&transfer, 1_000_000..1_001_000, 1);
    assert_eq!(transfer.counters().received_byte_count(), 0);
}

/// Before the server spoke, readers wait.
#[test]
fn what_is_kept_is_not_shown_before_the_server_confirms_it() {
    let (_folder, cache, _) = kept(&[0..4096]);
    let (fill, resume) = cache.fill(crate::rig::ADDRESS).unwrap();
    assert_eq!(resume.unwrap().arrived.byte_count(), 4096);
    let error = fill.lock_bytes().try_read_at(0, &mut [0; 16]).unwrap_err();
    assert!(error.is_pending());
    assert!(fill.arrived().is_empty());
    fill.confirm().unwrap();
    assert_eq!(fill.lock_bytes().try_read_at(0, &mut [0; 16]).unwrap(), 16);
}

/// No credential of the address is in the folder, nor in the condition that is asked.
#[test]
fn the_folder_tells_nothing_of_the_address() {
    let (folder, cache, _) = kept(&[0..4096]);
    for entry in std::fs::read_dir(folder.path().join("kept")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for secret in [&b"secret"[..], b"user", b"host", b"plan.doc"] {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret));
        }
    }
    let server = Server::of(0);
    let transfer = begun(&cache, &server);
    read(&transfer, 0..4096, 0);
    let asked = server.asked.lock().unwrap().clone();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].if_none_match.as_deref(), Some("\"0\""));
    assert_eq!(asked[0].if_match, None);
}
