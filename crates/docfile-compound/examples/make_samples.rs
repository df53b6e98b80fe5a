//! Writes files by the engine for readers by others, each with the lines that tell what it holds.
//!
//! ```console
//! cargo run --example make_samples -- FOLDER
//! ```
//!
//! Each sample is built twice, as `NAME-v3.cfb` and `NAME-v4.cfb` (and laid out anew as
//! `NAME-ordered-v3.cfb` and so on), through the public interface and beside it as a model; the model is what `….cfb.lines` is written from, so that nothing the
//! engine reads can hide what the engine wrote. Nothing is random: the same folder every time.
#![expect(clippy::print_stdout, reason = "a run says what it wrote")]

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use docfile_compound::property::{CodePage, PropertySetStream, format_id, well_known};
use docfile_compound::{
    CommitFlags, CompoundFile, FileTime, FormatVersion, Guid, LayoutScript, MemoryBytes, Name,
    OpenMode, Relayout, Settings, Storage,
};
use docfile_testkit::element_line;
use docfile_testkit::model::{Node, Tree};
use docfile_testkit::random::Random;

type Step = Result<(), Box<dyn Error>>;

/// What fills a sample.
type Recipe = fn(&mut Sample) -> Step;

const SAMPLES: [(&str, Recipe); 9] = [
    ("empty", empty),
    ("nested", nested),
    ("boundaries", boundaries),
    ("names", names),
    ("attributes", attributes),
    ("properties", properties),
    ("many", many),
    ("large", large),
    ("edited", edited),
];

fn main() -> Step {
    let folder = std::env::args().nth(1).ok_or("usage: make_samples FOLDER")?;
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder)?;
    for (version, suffix) in [(FormatVersion::V3, "v3"), (FormatVersion::V4, "v4")] {
        for (name, make) in SAMPLES {
            let mut sample = Sample::new(version)?;
            make(&mut sample)?;
            sample.save()?;
            let path = folder.join(format!("{name}-{suffix}.cfb"));
            let bytes = sample.bytes.to_vec();
            println!("{}: {} bytes", path.display(), bytes.len());
            std::fs::write(&path, bytes)?;
            let mut lines = element_line::of_tree(&sample.model).join("\n");
            lines.push('\n');
            std::fs::write(path.with_extension("cfb.lines"), &lines)?;
            // The same once more, laid out anew: it must look the same to everybody.
            let path = folder.join(format!("{name}-ordered-{suffix}.cfb"));
            let ordered = MemoryBytes::default();
            let file = CompoundFile::try_open(sample.bytes.clone(), Settings::default())?;
            Relayout::try_new(&file, &LayoutScript::default())?.try_write_to(&ordered)?;
            println!("{}: {} bytes", path.display(), ordered.to_vec().len());
            std::fs::write(&path, ordered.to_vec())?;
            std::fs::write(path.with_extension("cfb.lines"), lines)?;
        }
    }
    Ok(())
}

/// A file under way, and the model of what it should hold.
struct Sample {
    bytes: Arc<MemoryBytes>,
    root: Storage,
    model: Tree,
}

impl Sample {
    fn new(version: FormatVersion) -> Result<Self, Box<dyn Error>> {
        let bytes = Arc::new(MemoryBytes::default());
        let file = CompoundFile::create(bytes.clone(), version, Settings::default())?;
        Ok(Self { bytes, root: file.root(OpenMode::edit())?, model: Tree::default() })
    }

    fn save(&self) -> Step {
        self.root.try_commit(CommitFlags::DEFAULT)?;
        Ok(())
    }

    /// Saves, closes, and opens the file anew.
    fn reopen(&mut self) -> Step {
        self.save()?;
        let file = CompoundFile::try_open(self.bytes.clone(), Settings::default())?;
        // The old root lives until the assignment; it and its file know nothing of the new one.
        self.root = file.root(OpenMode::edit())?;
        Ok(())
    }

    /// The storage at a path, made where it is missing; both in the file and in the model.
    fn storage(&mut self, path: &[&str]) -> Result<(Storage, &mut Tree), Box<dyn Error>> {
        let (mut storage, mut tree) = (self.root.clone(), &mut self.model);
        for step in path {
            let name = Name::new(step)?;
            let mode = OpenMode::child_edit();
            storage = match tree.get(&name) {
                Some(_) => storage.try_open_storage(&name, mode)?,
                None => storage.try_create_storage(&name, mode)?,
            };
            if tree.get(&name).is_none() {
                tree.insert(name, Node::Storage(Tree::default()));
            }
            tree = tree.storage_at_mut(&[name]).ok_or("a stream stands in the way")?;
        }
        Ok((storage, tree))
    }

    /// A stream of `len` bytes that follow from its name.
    fn put(&mut self, path: &[&str], name: &str, len: usize) -> Step {
        self.put_bytes(path, name, bytes_for(&Name::new(name)?, len))
    }

    /// A stream of these bytes, written in pieces of odd length.
    fn put_bytes(&mut self, path: &[&str], name: &str, data: Vec<u8>) -> Step {
        let (storage, tree) = self.storage(path)?;
        let name = Name::new(name)?;
        let mode = OpenMode::child_edit();
        let stream = match tree.get(&name) {
            Some(_) => storage.try_open_stream(&name, mode)?,
            None => storage.try_create_stream(&name, mode)?,
        };
        stream.try_set_len(0)?;
        let mut offset = 0;
        for piece in data.chunks(70_001) {
            stream.try_write_at(offset, piece)?;
            offset += piece.len() as u64;
        }
        tree.insert(name, Node::Stream(data));
        Ok(())
    }

    /// Cuts or extends a stream.
    fn resize(&mut self, path: &[&str], name: &str, len: usize) -> Step {
        let (storage, tree) = self.storage(path)?;
        let name = Name::new(name)?;
        storage.try_open_stream(&name, OpenMode::child_edit())?.try_set_len(len as u64)?;
        if let Some(Node::Stream(bytes)) = tree.get_mut(&name) {
            bytes.resize(len, 0);
        }
        Ok(())
    }

    fn destroy(&mut self, path: &[&str], name: &str) -> Step {
        let (storage, tree) = self.storage(path)?;
        let name = Name::new(name)?;
        storage.try_destroy(&name)?;
        tree.remove(&name);
        Ok(())
    }

    fn rename(&mut self, path: &[&str], old: &str, new: &str) -> Step {
        let (storage, tree) = self.storage(path)?;
        let (old, new) = (Name::new(old)?, Name::new(new)?);
        storage.try_rename(&old, &new)?;
        let element = tree.remove(&old).ok_or("nothing to rename")?;
        tree.insert(new, element.node);
        Ok(())
    }
}

/// Bytes that no other stream has, so that a mixed-up sector shows.
fn bytes_for(name: &Name, len: usize) -> Vec<u8> {
    let seed = name
        .units()
        .iter()
        .fold(0, |seed: u64, unit| seed.wrapping_mul(31).wrapping_add(u64::from(*unit)));
    Random::seeded(seed).bytes(len)
}

fn empty(_: &mut Sample) -> Step {
    Ok(())
}

fn nested(sample: &mut Sample) -> Step {
    let mut path = Vec::new();
    for step in ["one", "two", "three", "four", "five"] {
        sample.put(&path, "short", 100 * path.len())?;
        sample.put(&path, "long", 5_000 + path.len())?;
        path.push(step);
    }
    sample.put(&path, "deepest", 1)?;
    sample.storage(&["one", "empty"])?;
    Ok(())
}

/// Lengths at which a stream changes what holds it.
fn boundaries(sample: &mut Sample) -> Step {
    for edge in [0_usize, 64, 128, 512, 1024, 4096, 8192, 65_536, 1 << 20] {
        for len in [edge.saturating_sub(1), edge, edge + 1] {
            sample.put(&[], &format!("{len} bytes"), len)?;
        }
    }
    Ok(())
}

/// Names that are ordered, cased, escaped or shown in an unusual way.
fn names(sample: &mut Sample) -> Step {
    let longest = "x".repeat(31);
    for name in [
        "a",
        "B",
        "_",
        "aa",
        "Z",
        "\u{1}CompObj",
        "\u{5}Summary",
        "with space",
        "per%cent",
        "quote\"d",
        "tab\tbed",
        "Straße",
        "ÿx",
        "Ωmega",
        "жук",
        "漢字",
        "😀",
        "[5]x",
        &longest,
    ] {
        sample.put(&[], name, 10 + name.len())?;
    }
    sample.put(&["Größe", "漢字"], "läuft", 5_000)
}

fn attributes(sample: &mut Sample) -> Step {
    sample.put(&["Pool"], "Chart", 300)?;
    let id = Guid::from_u128(0x0002_0906_0000_0000_C000_0000_0000_0046);
    for path in [&[][..], &["Pool"]] {
        let (storage, _) = sample.storage(path)?;
        storage.try_set_class_id(id)?;
        storage.try_set_state_bits(0x5, 0xF)?;
        let (created, modified) = (1_000_000_000, 1_700_000_000);
        storage.try_set_times(
            None,
            Some(FileTime::from_unix(created, 0)),
            Some(FileTime::from_unix(modified, 100)),
        )?;
    }
    Ok(())
}

/// The two summary sets and the user's own; what they say is known to `peers/check-properties`.
fn properties(sample: &mut Sample) -> Step {
    let mut summary = PropertySetStream::new(format_id::SUMMARY_INFORMATION);
    let set = summary.set_or_insert(format_id::SUMMARY_INFORMATION)?;
    set.set_code_page(CodePage::WINDOWS_1252)?;
    set.set(well_known::TITLE, "Größe")?;
    set.set(well_known::AUTHOR, "A. N. Author")?;
    set.set(well_known::CREATED, FileTime::from_unix(1_000_000_000, 0))?;
    sample.put_bytes(&[], "\u{5}SummaryInformation", summary.emit()?)?;

    let mut document = PropertySetStream::new(format_id::DOC_SUMMARY_INFORMATION);
    let set = document.set_or_insert(format_id::DOC_SUMMARY_INFORMATION)?;
    set.set(15, "Häuser & Söhne 漢字")?;
    set.set(23, 0x000C_0000)?;
    let user = document.set_or_insert(format_id::USER_DEFINED_PROPERTIES)?;
    user.set_named("Zweck", "Probe")?;
    user.set_named("Zahl", -17)?;
    sample.put_bytes(&[], "\u{5}DocumentSummaryInformation", document.emit()?)
}

/// Enough siblings that an unbalanced tree would show, their names neither sorted nor shuffled.
fn many(sample: &mut Sample) -> Step {
    for index in 0..10_000_u32 {
        let scattered = index.wrapping_mul(7_919) % 10_000;
        sample.put(&[], &format!("stream {scattered}"), (index % 200) as usize)?;
    }
    Ok(())
}

/// Past what the header's own part of the DIFAT reaches in version 3 (7 MB).
fn large(sample: &mut Sample) -> Step {
    sample.put(&[], "large", 20_000_003)?;
    sample.put(&["beside"], "small", 12)
}

/// Several commits, with everything that frees and reuses sectors.
fn edited(sample: &mut Sample) -> Step {
    for index in 0..50 {
        sample.put(&["Pool"], &format!("stream {index}"), index * 400)?;
    }
    sample.put(&["Gone", "deep"], "whatever", 100_000)?;
    sample.reopen()?;
    sample.destroy(&[], "Gone")?;
    for index in (0..50).step_by(3) {
        sample.destroy(&["Pool"], &format!("stream {index}"))?;
    }
    // Across the mini limit, both ways.
    sample.resize(&["Pool"], "stream 1", 9_000)?;
    sample.resize(&["Pool"], "stream 49", 70)?;
    sample.resize(&["Pool"], "stream 40", 0)?;
    sample.reopen()?;
    sample.rename(&["Pool"], "stream 2", "a quite different name")?;
    sample.rename(&[], "Pool", "Basin")?;
    sample.put(&["Basin"], "stream 4", 200_000)?;
    sample.put(&["Basin", "new"], "late", 4_096)?;
    sample.reopen()?;
    for index in 0..200 {
        sample.put(&[], &format!("{index}"), index % 70)?;
    }
    sample.reopen()?;
    for index in 0..190 {
        sample.destroy(&[], &format!("{index}"))?;
    }
    Ok(())
}
