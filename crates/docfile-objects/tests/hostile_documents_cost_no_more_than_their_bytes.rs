//! Documents of the corpus with bytes changed at random, or cut: they give something or an error,
//! and never a panic, an endless loop or more pages than their bytes can hold.

use std::sync::Arc;
use std::time::{Duration, Instant};

use docfile_compound::{MemoryBytes, Storage};
use docfile_objects::{Opening, try_open};
use docfile_testkit::corpus::Corpus;
use docfile_testkit::random::Random;

/// Files of every kind and way that is parsed here, short ones.
const SEEDS: [&str; 12] = [
    "67d7fe8e05_simple-table.doc",
    "test-fields.doc",
    "Word6.doc",
    "password_tika_binaryrc4.doc",
    "SimpleWithDataFormat.xls",
    "testEXCEL-formats.xls",
    "1900.biff5",
    "8de0f4be15_password_2002_40_xor.xls",
    "headers_footers.ppt",
    "Password_Protected-hello.ppt",
    "protected_agile.docx",
    "protect.xlsx",
];
const VARIANT_COUNT: u64 = 60;
const LONGEST: Duration = Duration::from_millis(2_500);

fn show_all(bytes: Vec<u8>, password: Option<&str>) {
    let Ok(root) = Storage::try_open(Arc::new(MemoryBytes::new(bytes))) else { return };
    let mut opening = Opening { password: password.map(str::to_owned), ..Opening::default() };
    // What a password costs is a bound of its own, and known.
    opening.bounds.spin_count = 1_000;
    let Ok(document) = try_open(root, opening) else { return };
    drop(document.try_info());
    for index in 0..20_000 {
        match document.try_page(index) {
            Ok(Some(_)) => assert!(index < 19_999, "a document without an end"),
            _ => break,
        }
    }
}

#[test]
fn changed_and_cut_documents_end() {
    let Some(corpus) = Corpus::locate() else { return };
    let mut random = Random::seeded(7);
    for name in SEEDS {
        let bytes = corpus.file(name).read();
        for _ in 0..VARIANT_COUNT {
            let mut variant = bytes.clone();
            for _ in 0..=random.below(40) {
                let at = usize::try_from(random.below(variant.len() as u64)).unwrap();
                variant[at] = match random.below(3) {
                    0 => 0xFF,
                    1 => 0,
                    _ => u8::try_from(random.below(256)).unwrap(),
                };
            }
            if random.below(4) == 0 {
                variant.truncate(usize::try_from(random.below(bytes.len() as u64)).unwrap());
            }
            let password = if name.contains("hello") { Some("hello") } else { Some("password") };
            let start = Instant::now();
            show_all(variant, password);
            assert!(start.elapsed() < LONGEST, "{name}: {:?}", start.elapsed());
        }
    }
}
