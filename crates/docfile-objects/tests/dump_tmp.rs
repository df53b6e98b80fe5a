//! tmp
use docfile_compound::{MemoryBytes, Storage};
use docfile_objects::{Opening, try_open};
use docfile_testkit::corpus::Corpus;
use std::sync::Arc;
#[test]
fn dump() {
    let want = std::env::var("WANT").unwrap_or_default();
    for file in Corpus::locate().unwrap().files() {
        if !file.name.contains(&want) {
            continue;
        }
        let Ok(root) = Storage::try_open(Arc::new(MemoryBytes::new(file.read()))) else { continue };
        let Ok(doc) = try_open(root, Opening::default()) else { continue };
        println!("==== {} {}", file.name, doc.kind());
        match doc.try_info() {
            Ok(info) => {
                println!(
                    "title {:?} author {:?} app {:?} version {:?} preview {:?}",
                    info.title,
                    info.author,
                    info.application,
                    info.version,
                    info.preview.as_ref().map(|p| (p.media_type, p.bytes.len()))
                );
                for (n, d) in &info.details {
                    let t = format!("{d:?}");
                    println!("  {n}: {}", t.chars().take(400).collect::<String>());
                }
            }
            Err(e) => println!("ERR {e}"),
        }
        match doc.try_first_view() {
            Ok(v) => println!("{}", v.to_string().chars().take(900).collect::<String>()),
            Err(e) => println!("ERR {e}"),
        }
        println!(
            "touched {} of {}",
            doc.touches().iter().map(|t| t.range.end - t.range.start).sum::<u64>(),
            file.len
        );
    }
}
