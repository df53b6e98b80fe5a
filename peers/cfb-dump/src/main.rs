//! Lists a compound file with the crate `cfb`, one line an element (`../dump_line.h` tells the
//! form). Reads strictly unless `--permissive` is given: strict is what docfile's own files must
//! pass, permissive is what the corpus is compared with.

use std::error::Error;
use std::fs::File;
use std::io::Read;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut file = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [path] => cfb::CompoundFile::open_strict(File::open(path)?)?,
        ["--permissive", path] => cfb::CompoundFile::open(File::open(path)?)?,
        _ => return Err("usage: cfb-dump [--permissive] FILE".into()),
    };
    let entries: Vec<_> = file.walk().filter(|entry| !entry.is_root()).collect();
    for entry in entries {
        let path = entry.path().to_str().ok_or("a name is not UTF-8")?;
        let names: Vec<String> = path.split('/').skip(1).map(json_string).collect();
        let path_json = format!("[{}]", names.join(", "));
        if entry.is_stream() {
            let mut bytes = Vec::new();
            file.open_stream(entry.path())?.read_to_end(&mut bytes)?;
            println!("{path_json}\tstream\t{}\t{:08x}", bytes.len(), crc32fast::hash(&bytes));
        } else {
            println!("{path_json}\tstorage\t\t");
        }
    }
    Ok(())
}

/// The name as a JSON string in which everything but plain ASCII is escaped.
fn json_string(name: &str) -> String {
    let mut text = String::from("\"");
    for unit in name.encode_utf16() {
        match unit {
            0x20..=0x7E if unit != 0x22 && unit != 0x5C => {
                text.extend(char::from_u32(unit.into()));
            }
            _ => text.push_str(&format!("\\u{unit:04x}")),
        }
    }
    text.push('"');
    text
}
