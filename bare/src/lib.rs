//! The proof that the engine is pure: a module for a bare target that imports nothing.
//!
//! `round_trip` writes a compound file into memory, reads it back and answers how many bytes it
//! found. A call to a clock, a file, a thread or a random source would stand in the module's
//! import section or, where the standard library has only a stub for the target, trap when it
//! runs; `scripts/bare-target` checks the first and tries the second.

use std::sync::Arc;

use docfile_compound::{
    CommitFlags, CompoundFile, FormatVersion, LockBytes, MemoryBytes, Name, OpenMode, Result,
    Settings, Storage,
};

const DATA: &[u8] = &[7; 10_000];

/// Writes and reads a file in memory; the number of bytes read back, or -1.
// Exporting by name is an unsafe attribute: the linker cannot check that the name is unique.
#[unsafe(no_mangle)]
pub extern "C" fn round_trip() -> i32 {
    try_round_trip().ok().and_then(|len| i32::try_from(len).ok()).unwrap_or(-1)
}

fn try_round_trip() -> Result<usize> {
    let bytes: Arc<dyn LockBytes> = Arc::new(MemoryBytes::default());
    let file = CompoundFile::create(bytes.clone(), FormatVersion::V3, Settings::default())?;
    let root = file.root(OpenMode::edit())?;
    let pool = root.try_create_storage(&Name::new("Pool")?, OpenMode::child_edit())?;
    let chart = pool.try_create_stream(&Name::new("Chart")?, OpenMode::child_edit())?;
    chart.try_write_at(0, DATA)?;
    root.try_commit(CommitFlags::DEFAULT)?;

    let pool = Storage::try_open(bytes)?
        .try_open_storage(&Name::new("Pool")?, OpenMode::child_read())?;
    let chart = pool.try_open_stream(&Name::new("Chart")?, OpenMode::child_read())?;
    let mut found = vec![0; 2 * DATA.len()];
    let len = chart.try_read_at(0, &mut found)?;
    Ok(if found.get(..len) == Some(DATA) { len } else { 0 })
}
