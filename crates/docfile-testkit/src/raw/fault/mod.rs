//! Files that break one rule each.
//!
//! Every fault starts from a small valid file and changes the few bytes that break its rule. Where
//! a second rule cannot but break with it, [`Fault::unavoidable`] says so; where elements can no
//! longer be read whole, [`Fault::lost`] names them, so that a reader can be held to the rest.
//! A rule may have several faults, when it can be broken in ways that readers meet differently.

mod chain;
mod directory;
mod header;
mod mini;
mod property;
mod table;
mod tree;

use docfile_compound::{FileTime, Guid, Rule};

use super::builder::{FileBuilder, Layout, Version};
use super::image::Image;
use crate::model::Tree;
use crate::random::Random;

/// One way to break one rule.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// The rule that is broken.
    pub rule: Rule,
    /// What was done, in a few words.
    pub what: &'static str,
    /// Rules that break along with it, whatever is done.
    pub unavoidable: &'static [Rule],
    /// What can no longer be read whole.
    pub lost: Lost,
    /// Elements that are whole and go by another name.
    pub renamed: &'static [&'static str],
    build: fn() -> Image,
}

/// What a fault makes unreadable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// Nothing: a permissive reader sees the whole of [`sample`].
    Nothing,
    /// These elements, and what lies below them.
    Elements(&'static [&'static str]),
    /// Everything: the file cannot be opened.
    Everything,
}

impl Fault {
    /// Every fault, in the order of the format's sections.
    pub fn all() -> impl Iterator<Item = Self> {
        let parts = [
            header::FAULTS,
            table::FAULTS,
            chain::FAULTS,
            mini::FAULTS,
            directory::FAULTS,
            tree::FAULTS,
            property::FAULTS,
        ];
        parts.into_iter().flatten().copied()
    }

    /// The faults that break `rule`.
    pub fn of(rule: Rule) -> impl Iterator<Item = Self> {
        Self::all().filter(move |fault| fault.rule == rule)
    }

    /// A file that has the fault.
    #[must_use]
    pub fn build(&self) -> Image {
        (self.build)()
    }
}

/// A fault of which readers need lose nothing and that breaks no other rule.
const fn forgivable(rule: Rule, what: &'static str, build: fn() -> Image) -> Fault {
    Fault { rule, what, unavoidable: &[], lost: Lost::Nothing, renamed: &[], build }
}

impl Fault {
    const fn with(mut self, unavoidable: &'static [Rule]) -> Self {
        self.unavoidable = unavoidable;
        self
    }

    const fn losing(mut self, elements: &'static [&'static str]) -> Self {
        self.lost = Lost::Elements(elements);
        self
    }

    const fn renaming(mut self, elements: &'static [&'static str]) -> Self {
        self.renamed = elements;
        self
    }

    const fn fatal(mut self) -> Self {
        self.lost = Lost::Everything;
        self
    }
}

/// What the broken files meant before they were broken.
///
/// The root has seven children, so that its tree is three full levels: in order `n`, `ab`, `Big`,
/// `Pool`, `Empty`, `Second`, `Seventh`. `Big` and `Second` take equally many sectors, `n` and
/// `Pool/twin` equally many mini sectors; `Second` ends the file and `Seventh` the mini stream.
#[must_use]
pub fn sample() -> Tree {
    let mut random = Random::seeded(17);
    let mut bytes = |len: usize| random.bytes(len);
    let deep = Tree::default().with_stream("x", bytes(10));
    let mut pool = Tree::default()
        .with_storage("deep", deep)
        .with_stream("twin", bytes(100))
        .with_stream("Chart", bytes(5_000))
        .with_stream("Table", bytes(200));
    pool.class_id = Guid::from_u128(0x0002_0906_0000_0000_C000_0000_0000_0046);
    pool.created = FileTime(0x01D0_0000_0000_0000);
    let mut root = Tree::default()
        .with_stream("n", bytes(100))
        .with_stream("ab", bytes(64))
        .with_stream("Big", bytes(9_000))
        .with_storage("Pool", pool)
        .with_stream("Empty", [])
        .with_stream("Second", bytes(9_000))
        .with_stream("Seventh", bytes(30));
    root.class_id = Guid::from_u128(0xD0CF_11E0);
    root.modified = FileTime(0x01D0_1111_1111_1111);
    root
}

/// Three free sectors, mini sectors and entries beside the sample.
const ROOMY: Layout = Layout {
    free_sector_count: 3,
    free_mini_sector_count: 3,
    free_entry_count: 3,
    ..Layout::PLAIN
};

/// The sample as a version 3 file.
fn v3() -> Image {
    FileBuilder::new(Version::V3, sample()).layout(ROOMY).build()
}

/// The sample as a version 4 file.
fn v4() -> Image {
    FileBuilder::new(Version::V4, sample()).layout(ROOMY).build()
}

/// The sample, laid out so that the FAT takes 110 sectors and the DIFAT one of its own.
fn with_difat() -> Image {
    let layout = Layout { spare_fat_count: 109, ..ROOMY };
    FileBuilder::new(Version::V3, sample()).layout(layout).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_fault() {
        let without: Vec<&str> = Rule::ALL
            .iter()
            .filter(|rule| Fault::of(**rule).next().is_none())
            .map(|rule| rule.id())
            .collect();
        assert_eq!(without, [""; 0]);
    }

    #[test]
    fn every_fault_changes_its_file_and_names_real_elements() {
        let tree = sample();
        let valid = [v3().to_vec(), v4().to_vec(), with_difat().to_vec()];
        for fault in Fault::all() {
            let image = fault.build();
            if image.len() < 1 << 30 {
                assert!(!valid.contains(&image.to_vec()), "{} ({})", fault.what, fault.rule.id());
            }
            let lost = match fault.lost {
                Lost::Elements(lost) => lost,
                _ => fault.renamed,
            };
            let paths: Vec<String> = tree
                .walk()
                .into_iter()
                .map(|(path, _)| path.iter().map(ToString::to_string).collect::<Vec<_>>().join("/"))
                .collect();
            assert!(lost.iter().all(|path| paths.iter().any(|known| known == path)), "{lost:?}");
        }
    }
}
