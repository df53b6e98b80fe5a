//! Lists a compound file, one line an element, for comparison with readers by others.
//!
//! ```console
//! cargo run --example dump -- FILE
//! ```
//!
//! Reads the whole file into memory, because the engine knows no files. Damage that keeps elements
//! from being found is told on standard error; a stream that cannot be read ends the listing.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "printing is what it is for")]

use std::error::Error;
use std::sync::Arc;

use docfile_compound::{ElementKind, LockBytes, MemoryBytes, Name, OpenMode, Storage, Stream};
use docfile_testkit::crc32::Crc32;
use docfile_testkit::element_line;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: dump FILE")?;
    let bytes: Arc<dyn LockBytes> = Arc::new(MemoryBytes::new(std::fs::read(path)?));
    dump(&Storage::try_open(bytes)?, &[])
}

fn dump(storage: &Storage, path: &[Name]) -> Result<(), Box<dyn Error>> {
    let listing = storage.try_list()?;
    for damage in &listing.damage {
        eprintln!("{damage}");
    }
    for stat in listing.elements {
        let path = [path, &[stat.name]].concat();
        match stat.kind {
            ElementKind::Storage => {
                println!("{}", element_line::of_storage(&path));
                dump(&storage.try_open_storage(&stat.name, OpenMode::child_read())?, &path)?;
            }
            ElementKind::Stream => {
                let crc = crc_of(
                    &storage.try_open_stream(&stat.name, OpenMode::child_read())?,
                    stat.len,
                )?;
                println!("{}", element_line::of_stream(&path, stat.len, crc));
            }
        }
    }
    Ok(())
}

fn crc_of(stream: &Stream, len: u64) -> Result<u32, Box<dyn Error>> {
    let mut crc = Crc32::default();
    let mut buffer = vec![0; 64 * 1024];
    let mut offset = 0;
    while offset < len {
        let read = stream.try_read_at(offset, &mut buffer)?;
        let data =
            buffer.get(..read).filter(|data| !data.is_empty()).ok_or("a stream ends early")?;
        crc.update(data);
        offset += data.len() as u64;
    }
    Ok(crc.value())
}
