//! Writes the first seeds of every target into `fuzz/seeds`, from the project's own generators.
//!
//! Inputs that failed once lie beside them under names of their own; nothing is removed.

use std::error::Error;
use std::path::Path;

use docfile_testkit::raw;

/// Larger inputs only slow the fuzzer down.
const MAX_LEN: usize = 24 * 1024;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    for seed in 0..40 {
        let (image, _) = raw::valid(seed);
        let bytes = image.to_vec();
        if bytes.len() <= MAX_LEN {
            std::fs::write(folder.join(format!("open_and_walk/valid-{seed}")), bytes)?;
        }
    }
    Ok(())
}
