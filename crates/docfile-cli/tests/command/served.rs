//! A folder served over HTTP by the command itself, as a user would.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use super::Bench;

/// A `docfile serve` that ends with this value.
pub struct Served {
    server: Child,
    pub url: String,
}

impl Served {
    pub fn start(bench: &Bench, folder: &Path, flags: &[&str]) -> Self {
        let mut words = vec!["serve", folder.to_str().unwrap(), "--listen", "127.0.0.1:0"];
        words.extend(flags);
        let mut server = bench.command(&words).stdout(Stdio::piped()).spawn().unwrap();
        let mut url = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Self { server, url: url.trim().to_owned() }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
