//! Monikers that real programs saved into real documents load, and save to the same bytes.
//!
//! The shared corpus lies beside the project, or where `DOCFILE_SHARED` says. Without it the two
//! kinds of moniker found there are read from copies of their bytes.

use std::fs;
use std::path::{Path, PathBuf};

use docfile_binding::{
    ANTI_CLASS_ID, COMPOSITE_CLASS_ID, FILE_CLASS_ID, ITEM_CLASS_ID, Moniker, URL_CLASS_ID,
};

/// As Excel saved the link of an embedded object.
const ITEM: &[u8] = b"\x04\x03\0\0\0\0\0\0\xC0\0\0\0\0\0\0\x46\
    \x02\0\0\0!\0\x10\0\0\0Sheet1!Object 1\0";
/// As Word saved a link; what follows the address lies outside.
const URL: &[u8] = b"\xe0\xc9\xea\x79\xf9\xba\xce\x11\x8c\x82\0\xaa\0\x4b\xa9\x0b\
    \x28\0\0\0h\0t\0t\0p\0:\0/\0/\0t\0e\0s\0t\0u\0r\0i\0.\0o\0r\0g\0/\0\0\0";

#[test]
fn samples_read_back() {
    for (bytes, name) in [(ITEM, "!Sheet1%21Object 1"), (URL, "http://testuri.org/")] {
        let (moniker, used) = Moniker::load_with_class(bytes).unwrap();
        assert_eq!(used, bytes.len());
        assert_eq!(moniker.display_name().unwrap(), name);
        assert_eq!(moniker.save_with_class().unwrap(), bytes);
    }
}

#[test]
fn monikers_of_the_corpus_read_back() {
    let folder = std::env::var_os("DOCFILE_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let Ok(files) = fs::read_dir(folder.join("corpus/files")) else {
        println!("skipped: the shared corpus is not here");
        return;
    };
    let classes = [URL_CLASS_ID, FILE_CLASS_ID, ITEM_CLASS_ID, ANTI_CLASS_ID, COMPOSITE_CLASS_ID];
    let classes = classes.map(|class| class.to_bytes());
    let mut read_count = 0;
    for file in files.flatten().filter(|file| file.metadata().is_ok_and(|m| m.len() < 1 << 24)) {
        let bytes = fs::read(file.path()).unwrap();
        for start in bytes.windows(16).enumerate().filter(|(_, w)| classes.iter().any(|c| w == c)) {
            let saved = &bytes[start.0..];
            let at = format!("{} at {}", file.path().display(), start.0);
            match Moniker::load_with_class(saved) {
                Ok((moniker, used)) => {
                    assert_eq!(moniker.save_with_class().unwrap(), saved[..used], "{at}");
                    read_count += 1;
                }
                // A class id may be anything's, and streams are scattered over sectors.
                Err(error) => println!("{at}: {error}"),
            }
        }
    }
    println!("{read_count} monikers of the corpus read back");
    assert!(read_count >= 10, "only {read_count} monikers of the corpus were read");
}
