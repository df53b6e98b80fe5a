//! Copies everything in a compound file into a new one, for comparison of the two by others.
//!
//! ```console
//! cargo run --example rewrite -- IN OUT 3|4
//! ```
//!
//! The new file shares nothing with the old but its elements, so a program that opens both alike
//! depends on nothing that this engine writes differently.

use std::error::Error;
use std::sync::Arc;

use docfile_compound::{
    CommitFlags, CompoundFile, CopyOptions, FormatVersion, MemoryBytes, OpenMode, Settings, Storage,
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, to, version] = arguments.as_slice() else {
        return Err("usage: rewrite IN OUT 3|4".into());
    };
    let version = if version == "4" { FormatVersion::V4 } else { FormatVersion::V3 };
    let old = Storage::try_open(Arc::new(MemoryBytes::new(std::fs::read(from)?)))?;
    let bytes = Arc::new(MemoryBytes::default());
    let new =
        CompoundFile::create(bytes.clone(), version, Settings::default())?.root(OpenMode::edit())?;
    old.try_copy_to(&new, &CopyOptions::default())?;
    new.try_commit(CommitFlags::DEFAULT)?;
    std::fs::write(to, bytes.to_vec())?;
    Ok(())
}
