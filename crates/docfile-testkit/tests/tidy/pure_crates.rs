//! The pure crates name no file, socket, clock, thread, process or random source.
//!
//! The build for a bare target proves that they can do without; this says it at the line that
//! breaks it. Tests inside the sources may do as they like: the block of tests at the end of a file
//! and files named `tests.rs` do not count.

use std::path::Path;

use crate::{assert_none, rust_sources};

const PURE: [&str; 4] = ["docfile-binding", "docfile-call", "docfile-compound", "docfile-objects"];

/// What an impure crate would name. `std::io` itself is allowed: its traits and errors do nothing.
const IMPURE: [&str; 13] = [
    "std::fs",
    "std::net",
    "std::time",
    "std::thread",
    "std::process",
    "std::env",
    "std::os",
    "std::sync::mpsc",
    "Condvar",
    "io::stdin",
    "io::stdout",
    "io::stderr",
    "RandomState::new",
];

#[test]
fn pure_crates_reach_nothing_outside() {
    let mut breaches = Vec::new();
    for (path, text) in rust_sources() {
        let pure =
            PURE.iter().any(|name| path.starts_with(Path::new("crates").join(name).join("src")));
        if !pure || path.to_string_lossy().ends_with("tests.rs") {
            continue;
        }
        let shipped = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for (index, line) in shipped.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if let Some(word) = IMPURE.iter().find(|word| code.contains(**word)) {
                breaches.push(format!("{}:{}: {word}", path.display(), index + 1));
            }
        }
    }
    assert_none("a pure crate reaches nothing outside itself", &breaches);
}
