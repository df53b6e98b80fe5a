//! Runs the command as a user does, in a folder of its own, and makes documents for it to read.

#![allow(dead_code, reason = "every test uses a part of it")]
#![allow(unreachable_pub, reason = "shared by tests that are crates of their own")]

pub mod served;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use docfile_testkit::model::{Node, Tree};
use docfile_testkit::raw::{FileBuilder, Version};
use serde_json::Value;

/// A folder in which the command runs; it goes with this value.
#[derive(Debug)]
pub struct Bench {
    folder: tempfile::TempDir,
}

/// What a run of the command left.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: Vec<u8>,
    pub errors: String,
}

impl Bench {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A place in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// Writes a compound file that means `tree`, built without the engine.
    pub fn document(&self, name: &str, tree: Tree) {
        self.write(name, FileBuilder::new(Version::V3, tree).build().to_vec());
    }

    /// The command with these words, ready to be run.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_docfile"));
        command.args(words).current_dir(self.folder.path());
        command
    }

    /// Runs the command, with nothing on standard input.
    pub fn run(&self, words: &[&str]) -> Run {
        self.run_with(words, b"")
    }

    /// Runs the command with `input` on standard input.
    pub fn run_with(&self, words: &[&str], input: &[u8]) -> Run {
        let mut child = self
            .command(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        std::thread::scope(|scope| {
            // The command may end before it has read everything.
            scope.spawn(move || drop(stdin.write_all(input)));
            let output = child.wait_with_output().unwrap();
            Run {
                code: output.status.code().unwrap_or(-1),
                out: output.stdout,
                errors: String::from_utf8(output.stderr).unwrap(),
            }
        })
    }

    /// Runs the command, which must succeed, and answers what it printed.
    pub fn text(&self, words: &[&str]) -> String {
        let run = self.run(words);
        assert_eq!(run.code, 0, "{words:?}: {}", run.errors);
        String::from_utf8(run.out).unwrap()
    }

    /// Runs the command with `--json`; one object a line.
    pub fn json(&self, words: &[&str]) -> Vec<Value> {
        let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
        let run = self.run(&words);
        String::from_utf8(run.out)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

impl Run {
    pub fn text(&self) -> &str {
        str::from_utf8(&self.out).unwrap()
    }
}

/// Every file below `folder` with its content, by its path from there.
pub fn files_below(folder: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut files = std::collections::BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(below) = open.pop() {
        for entry in fs::read_dir(&below).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read(path).unwrap());
            }
        }
    }
    files
}

/// The same, but with lengths and checksums in the place of contents: for comparing.
pub fn checksums_below(folder: &Path) -> std::collections::BTreeMap<String, (usize, u32)> {
    let checksum = |bytes: Vec<u8>| (bytes.len(), docfile_testkit::crc32::crc32(&bytes));
    files_below(folder).into_iter().map(|(name, bytes)| (name, checksum(bytes))).collect()
}

/// Adds a stream under a name that no new element may have.
pub fn with_stored_name(mut tree: Tree, name: &str, content: &[u8]) -> Tree {
    let units: Vec<u16> = name.encode_utf16().collect();
    tree.insert(docfile::Name::stored(&units).unwrap(), Node::Stream(content.to_vec()));
    tree
}

/// A document with short and long streams, storages in storages, and a property set's name.
pub fn sample() -> Tree {
    let chart = Tree::default().with_stream("Data", pattern(70_000)).with_stream("Empty", []);
    Tree::default()
        .with_stream("Contents", pattern(5_000))
        .with_stream("Short", *b"a short stream")
        .with_stream("\u{1}CompObj", pattern(113))
        .with_storage("Pool", Tree::default().with_storage("Chart", chart))
        .with_storage("Nothing", Tree::default())
}

/// Bytes that differ from place to place.
pub fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|index| u8::try_from((index * 7 + index / 251) % 256).unwrap_or(0)).collect()
}
