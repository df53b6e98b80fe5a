//! Shows what is known of the documents that are named, and their pages.
//!
//! `pages [--password WORD] [--first] FILE...`: the kind, the facts and all pages of each, as
//! plain text.

use std::error::Error;
use std::sync::Arc;

use docfile_compound::{MemoryBytes, Storage};
use docfile_objects::{Opening, try_open};

#[expect(clippy::print_stdout, reason = "an example shows what it found")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut opening = Opening::default();
    let mut first_only = false;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--password" => opening.password = arguments.next(),
            "--first" => first_only = true,
            path => {
                let bytes = Arc::new(MemoryBytes::new(std::fs::read(path)?));
                let document = try_open(Storage::try_open(bytes)?, opening.clone())?;
                let info = document.try_info()?;
                println!("{path}: {} {:?} {:?}", info.kind, info.title, info.details);
                for index in 0..if first_only { 1 } else { 100_000 } {
                    let Some(view) = document.try_page(index)? else { break };
                    println!("---- page {}\n{view}", index + 1);
                }
            }
        }
    }
    Ok(())
}
