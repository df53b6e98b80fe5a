//! The shared corpus: real compound files, and what independent readers say of each.
//!
//! The corpus lies outside the project, in `../shared/corpus` seen from the workspace root, or in
//! `$DOCFILE_SHARED/corpus`. [`Corpus::locate`] says plainly on standard error when it is absent,
//! so that a test which then runs on less never looks like one that ran on all. Nothing here reads
//! a compound file; the tables are taken at their word.

mod json;
mod table;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use docfile_compound::{Guid, Name};

use table::{Table, read_text};

/// The corpus with its three tables.
#[derive(Debug)]
pub struct Corpus {
    files: Vec<CorpusFile>,
}

/// One file of the corpus.
#[derive(Debug, Clone)]
pub struct CorpusFile {
    /// The name by which the tables call it (`files/...`).
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Length in bytes.
    pub len: u64,
    /// What sort of document it is, in the words of the manifest.
    pub format: String,
    /// How many of eight independent readers agree on the elements and every byte of them.
    pub agreeing_count: u32,
    /// What each reader said, under the reader's name.
    pub opinions: Vec<(String, String)>,
    /// The agreed elements, in the order of the table; none when the table has none.
    pub elements: Option<Vec<AgreedElement>>,
}

/// An element that the readers of a file agree on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreedElement {
    /// The names from below the root down to the element.
    pub path: Vec<Name>,
    /// What it is.
    pub content: AgreedContent,
}

/// What the readers agree on about an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgreedContent {
    /// A storage with this class id.
    Storage {
        /// Null when it has none.
        class_id: Guid,
    },
    /// A stream with this content.
    Stream {
        /// Length in bytes.
        len: u64,
        /// CRC-32 of all its bytes.
        crc32: u32,
    },
}

impl Corpus {
    /// The shared corpus, or nothing and a line on standard error that says so, once.
    ///
    /// # Panics
    ///
    /// When the corpus is there and its tables cannot be understood.
    #[must_use]
    pub fn locate() -> Option<&'static Self> {
        static CORPUS: OnceLock<Option<Corpus>> = OnceLock::new();
        let locate = || {
            let root = shared_folder().join("corpus");
            if root.join("MANIFEST.tsv").is_file() {
                return Some(Self::read(&root));
            }
            say_absent(&root);
            None
        };
        CORPUS.get_or_init(locate).as_ref()
    }

    /// The files, in the order of the manifest.
    pub fn files(&self) -> impl ExactSizeIterator<Item = &CorpusFile> {
        self.files.iter()
    }

    /// The one file whose name ends with `ending`.
    ///
    /// # Panics
    ///
    /// When there is none, or more than one.
    #[must_use]
    pub fn file(&self, ending: &str) -> &CorpusFile {
        let mut found = self.files.iter().filter(|file| file.name.ends_with(ending));
        match (found.next(), found.next()) {
            (Some(file), None) => file,
            (first, _) => panic!("{} corpus files end with {ending}", first.map_or(0, |_| 2)),
        }
    }

    fn read(root: &Path) -> Self {
        let manifest = read_text(&root.join("MANIFEST.tsv"));
        let manifest = Table::parse(&manifest);
        let mut files: Vec<CorpusFile> = manifest
            .rows()
            .map(|row| CorpusFile {
                name: row.text("file").to_owned(),
                path: root.join(row.text("file")),
                len: row.number("bytes"),
                format: row.text("format").to_owned(),
                agreeing_count: 0,
                opinions: Vec::new(),
                elements: None,
            })
            .collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        add_opinions(&mut files, &read_text(&root.join("ORACLE.tsv")));
        add_elements(&mut files, &read_text(&root.join("STREAMS.tsv")));
        let order: std::collections::HashMap<&str, usize> =
            manifest.rows().enumerate().map(|(index, row)| (row.text("file"), index)).collect();
        files.sort_by_key(|file| order[file.name.as_str()]);
        Self { files }
    }
}

impl CorpusFile {
    /// All its bytes.
    ///
    /// # Panics
    ///
    /// When the file cannot be read.
    #[must_use]
    pub fn read(&self) -> Vec<u8> {
        match std::fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) => panic!("{}: {error}", self.path.display()),
        }
    }
}

/// `$DOCFILE_SHARED`, or the folder `shared` beside the workspace.
fn shared_folder() -> PathBuf {
    std::env::var_os("DOCFILE_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    )
}

/// Writes past the test harness, which swallows what a passing test prints by macro.
fn say_absent(root: &Path) {
    let line = format!("SKIPPED: no shared corpus at {}; own samples only\n", root.display());
    // Where standard error is closed nobody is there to be told.
    let _ = std::io::stderr().write_all(line.as_bytes());
}

/// The entry of `files`, which are sorted by name, that bears `name`.
fn find<'a>(files: &'a mut [CorpusFile], name: &str) -> &'a mut CorpusFile {
    match files.binary_search_by(|file| file.name.as_str().cmp(name)) {
        Ok(index) => &mut files[index],
        Err(_) => panic!("{name} is not in the manifest"),
    }
}

fn add_opinions(files: &mut [CorpusFile], text: &str) {
    const BEFORE_READERS: usize = 3;
    let table = Table::parse(text);
    for row in table.rows() {
        let file = find(files, row.text("file"));
        file.agreeing_count = u32::try_from(row.number("peers_agreeing_of_8")).unwrap_or(0);
        let readers = table.columns().skip(BEFORE_READERS);
        file.opinions =
            readers.map(|reader| (reader.to_owned(), row.text(reader).to_owned())).collect();
    }
}

fn add_elements(files: &mut [CorpusFile], text: &str) {
    for row in Table::parse(text).rows() {
        let element = AgreedElement {
            path: json::names(row.text("path_json")),
            content: match row.text("kind") {
                "storage" => {
                    AgreedContent::Storage { class_id: class_id(row.text("clsid_or_empty")) }
                }
                "stream" => AgreedContent::Stream {
                    len: row.number("size"),
                    crc32: u32::from_str_radix(row.text("crc32"), 16)
                        .expect("a checksum has eight hexadecimal digits"),
                },
                other => panic!("an element is a storage or a stream, not {other}"),
            },
        };
        find(files, row.text("file")).elements.get_or_insert_default().push(element);
    }
}

fn class_id(text: &str) -> Guid {
    if text.is_empty() { Guid::NULL } else { text.parse().expect("a class id in registry form") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_agree_with_each_other_and_with_the_files() {
        let Some(corpus) = Corpus::locate() else { return };
        assert!(corpus.files().len() > 400);
        for file in corpus.files() {
            assert_eq!(std::fs::metadata(&file.path).unwrap().len(), file.len, "{}", file.name);
            assert_eq!(file.opinions.len(), 9, "{}", file.name);
            let stated = file.opinions.iter().find_map(|(_, opinion)| {
                let rest = opinion.strip_prefix("OK streams=")?;
                rest.split_once(' ')?.0.parse::<usize>().ok()
            });
            if let (8, Some(elements)) = (file.agreeing_count, &file.elements) {
                let streams = elements
                    .iter()
                    .filter(|e| matches!(e.content, AgreedContent::Stream { .. }))
                    .count();
                assert_eq!(Some(streams), stated, "{}", file.name);
            }
        }
    }

    #[test]
    fn control_characters_in_names_are_read() {
        let Some(corpus) = Corpus::locate() else { return };
        let file = corpus.file("1900.biff5");
        let summary = Name::from_display("[5]SummaryInformation").unwrap();
        let elements = file.elements.as_ref().unwrap();
        assert!(elements.iter().any(|element| element.path == [summary]));
    }
}
