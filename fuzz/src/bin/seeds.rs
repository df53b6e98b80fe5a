//! Writes the first inputs of the targets into a folder.
//!
//! ```console
//! cargo run --bin seeds -- FOLDER [MAX_LEN]
//! ```
//!
//! `fuzz/seeds` keeps the smallest of them (4096 bytes) beside the inputs that failed once; the
//! fuzzer starts from all.

use std::error::Error;
use std::path::Path;

use docfile_fuzz::{call_seeds, document_seeds, seeds};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: seeds FOLDER [MAX_LEN]")?;
    let max_len = arguments.next().map_or(Ok(usize::MAX), |len| len.parse())?;
    for (target, seeds) in [
        ("document_streams", document_seeds::document_streams()?),
        ("documents", document_seeds::documents()),
        ("call_values", call_seeds::values()?),
        ("layouts", seeds::layouts()),
        ("open_and_walk", seeds::files()),
        ("operations", seeds::programs()),
        ("orpc_calls", call_seeds::calls()?),
        ("property_sets", seeds::property_sets()?),
    ] {
        let folder = Path::new(&folder).join(target);
        std::fs::create_dir_all(&folder)?;
        for (name, bytes) in seeds.into_iter().filter(|(_, bytes)| bytes.len() <= max_len) {
            std::fs::write(folder.join(name), bytes)?;
        }
    }
    Ok(())
}
