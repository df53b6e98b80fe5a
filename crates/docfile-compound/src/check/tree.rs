//! The trees of siblings: which entries they reach, by which path, and the rules they break
//! ([MS-CFB] 2.6.4).
//!
//! Every entry is entered once, over all trees together, so that storages which share elements
//! cost no more than those elements. Storages are visited from a list, not by recursion.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::check::directory::Directory;
use crate::check::report::{Findings, Severity};
use crate::directory::entry::{self, DirectoryEntry, EntryKind};
use crate::directory::tree::{Breach, verify_unseen};
use crate::error::Result;
use crate::limits::Limits;
use crate::name::Name;
use crate::rule::Rule;
use crate::sector::NO_STREAM;

/// The longest path that a finding shows, in bytes; what is longer is cut in front.
const PATH_LEN_MAX: usize = 240;

/// What the trees reach.
#[derive(Debug)]
pub(super) struct Tree {
    /// The storage of each entry that is reached; the root's own is the root.
    parents: Vec<u32>,
    /// A link that leads behind the end of the directory was met.
    pub(super) leads_beyond: bool,
    /// Links that may have led to an element and do not. Whether anything is lost by them shows
    /// when all trees have been walked.
    broken_links: Vec<(Rule, u32)>,
    /// How many storages of a path are shown.
    shown_depth: usize,
}

impl Tree {
    /// Walks all trees from the root and reports their breaches.
    pub(super) fn check(
        directory: &Directory,
        limits: &Limits,
        findings: &mut Findings,
    ) -> Result<Self> {
        let count = directory.entry_count();
        let mut tree = Self {
            parents: vec![NO_STREAM; count as usize],
            leads_beyond: false,
            broken_links: Vec::new(),
            shown_depth: limits.storage_depth,
        };
        tree.set_parent(0, 0);
        let mut seen = BTreeSet::from([0]);
        let mut open = vec![0];
        while let Some(storage) = open.pop() {
            let child = directory.entry(storage).map_or(NO_STREAM, |entry| entry.child);
            if child == NO_STREAM {
                continue;
            }
            if child >= count {
                tree.report_bad_child(directory, storage, child, findings);
                continue;
            }
            let compare = |directory: &mut &Directory, a, b| Ok(order(directory, a, b));
            let mut store = directory;
            let verified = verify_unseen(&mut store, child, compare, count, &mut seen)?;
            for id in &verified.reached {
                tree.set_parent(*id, storage);
                if directory.entry(*id).is_some_and(|entry| entry.is_storage()) {
                    open.push(*id);
                }
            }
            tree.report_nodes(directory, &verified.reached, findings);
            tree.report_breaches(directory, storage, &verified.breaches, findings);
            if verified.breaches.iter().any(|breach| breach.rule == Rule::TreeOrder) {
                tree.report_duplicates(directory, verified.reached, findings);
            }
        }
        Ok(tree)
    }

    /// Whether a storage leads to the entry.
    pub(super) fn is_reached(&self, id: u32) -> bool {
        self.parent(id).is_some()
    }

    fn parent(&self, id: u32) -> Option<u32> {
        self.parents.get(id as usize).copied().filter(|parent| *parent != NO_STREAM)
    }

    /// The path of an entry that is reached, in display form.
    pub(super) fn path(&self, directory: &Directory, id: u32) -> Option<String> {
        if id == 0 {
            return Some(Name::ROOT.to_owned());
        }
        let mut path: Option<String> = None;
        let mut at = id;
        for depth in 0.. {
            if at == 0 {
                break;
            }
            let name = directory.entry(at)?.name.to_string();
            // Each level adds a byte at least, so that no depth is climbed to its end.
            let longer = path.map_or(name.clone(), |path| format!("{name}/{path}"));
            if longer.len() > PATH_LEN_MAX || depth >= self.shown_depth {
                return Some(format!(".../{}", cut_front(&longer)));
            }
            path = Some(longer);
            at = self.parent(at)?;
        }
        path
    }

    fn set_parent(&mut self, id: u32, storage: u32) {
        if let Some(parent) = self.parents.get_mut(id as usize) {
            *parent = storage;
        }
    }

    fn report_bad_child(
        &mut self,
        directory: &Directory,
        storage: u32,
        child: u32,
        findings: &mut Findings,
    ) {
        self.leads_beyond = true;
        let offset = directory.offset_of(storage) + entry::CHILD as u64;
        let text = || {
            let count = directory.entry_count();
            format!("The child is entry {child}, the directory has {count} entries.")
        };
        let element = || self.path(directory, storage);
        findings.add(Rule::EntryChild, Severity::Error, offset, element, text);
    }

    /// Reports entries that a tree reaches and that are no elements. Those of another type than
    /// an element's are told of by their fields.
    fn report_nodes(&mut self, directory: &Directory, reached: &[u32], findings: &mut Findings) {
        for id in reached {
            match directory.bytes(*id) {
                Some(bytes) if bytes[entry::KIND] == 0 => {
                    self.broken_links.push((Rule::TreeNodeFree, *id));
                }
                Some(_) => {}
                None => {
                    let element = || self.path(directory, *id);
                    let offset = directory.offset_of(*id);
                    let rule = Rule::SectorPastEnd;
                    findings.add(rule, Severity::Error, offset, element, || {
                        format!("Entry {id} lies in a sector that the file does not have.")
                    });
                }
            }
        }
    }

    fn report_breaches(
        &mut self,
        directory: &Directory,
        storage: u32,
        breaches: &[Breach],
        findings: &mut Findings,
    ) {
        let has_order = breaches.iter().any(|breach| breach.rule == Rule::TreeOrder);
        for Breach { rule, id } in breaches.iter().copied() {
            let severity = match rule {
                // They are looked for in another way where neighbours need not be equal.
                Rule::TreeDuplicate if has_order => continue,
                Rule::TreeDuplicate => Severity::Error,
                Rule::EntrySibling => {
                    self.leads_beyond = true;
                    Severity::Error
                }
                // Within one storage only another element can be missing for it; between two it
                // cannot be said whose the element is.
                Rule::TreeCycle if self.parent(id) == Some(storage) => {
                    self.broken_links.push((rule, id));
                    continue;
                }
                Rule::TreeCycle => Severity::Error,
                _ => Severity::Forgiven,
            };
            let element = || self.path(directory, id);
            let text = || breach_text(directory, rule, id);
            findings.add(rule, severity, directory.offset_of(id), element, text);
        }
    }

    /// Reports elements of one name in a tree that is out of order.
    fn report_duplicates(&self, directory: &Directory, mut ids: Vec<u32>, findings: &mut Findings) {
        ids.retain(|id| directory.is_allocated(*id));
        ids.sort_by(|a, b| order(directory, *a, *b));
        for pair in ids.windows(2) {
            let [a, b] = pair else { continue };
            if order(directory, *a, *b) == Ordering::Equal {
                let element = || self.path(directory, *b);
                let text = || breach_text(directory, Rule::TreeDuplicate, *b);
                let offset = directory.offset_of(*b);
                findings.add(Rule::TreeDuplicate, Severity::Error, offset, element, text);
            }
        }
    }

    /// Reports entries that are in use and that no storage leads to, and links that are broken.
    /// Where there are both, elements are lost; entries alone are what a careless writer left
    /// behind, and links alone have cost nothing.
    pub(super) fn report_orphans(&self, directory: &Directory, findings: &mut Findings) {
        let orphans = || {
            (0..directory.entry_count())
                .filter(|id| !self.is_reached(*id) && directory.is_allocated(*id))
        };
        let has_broken_links = self.leads_beyond || !self.broken_links.is_empty();
        let cost = |is_lost| if is_lost { Severity::Error } else { Severity::Forgiven };
        let link_cost = cost(orphans().next().is_some());
        for (rule, id) in &self.broken_links {
            let element = || self.path(directory, *id);
            let text = || breach_text(directory, *rule, *id);
            findings.add(*rule, link_cost, directory.offset_of(*id), element, text);
        }
        for id in orphans() {
            let offset = directory.offset_of(id);
            findings.add_table(Rule::EntryOrphan, cost(has_broken_links), offset, || {
                let name = directory.entry(id).map_or(Name::EMPTY, |entry| entry.name);
                format!("Entry {id} ({name}) is in use, and no storage leads to it.")
            });
        }
    }
}

/// The order of two entries; what is no element is in order wherever it stands.
fn order(directory: &Directory, a: u32, b: u32) -> Ordering {
    let element = |id| directory.entry(id).filter(|entry| entry.kind != EntryKind::Unallocated);
    match (element(a), element(b)) {
        (Some(a), Some(b)) => a.name.compare(&b.name),
        _ => Ordering::Less,
    }
}

fn breach_text(directory: &Directory, rule: Rule, id: u32) -> String {
    let entry = directory.entry(id).unwrap_or_else(DirectoryEntry::unallocated);
    let name = entry.name;
    match rule {
        Rule::TreeOrder => format!("Entry {id} ({name}) stands behind one that it comes before."),
        Rule::TreeDuplicate => format!("The name of entry {id} ({name}) is not the only one."),
        Rule::TreeRootRed => format!("Entry {id} ({name}) is red and the top of its tree."),
        Rule::TreeRedRed => format!("Entry {id} ({name}) is red, and so is its parent."),
        Rule::TreeBlackHeight => {
            format!("Below entry {id} ({name}) paths have different numbers of black nodes.")
        }
        Rule::TreeNodeFree => format!("Entry {id} is a sibling or child, and unallocated."),
        Rule::TreeCycle => format!("Entry {id} ({name}) is reached by more than one path."),
        Rule::EntrySibling => format!(
            "The siblings of entry {id} ({name}) are {} and {}, the directory has {} entries.",
            sibling_name(entry.left),
            sibling_name(entry.right),
            directory.entry_count()
        ),
        _ => format!("{} Entry {id} ({name}) breaks this.", rule.text()),
    }
}

fn sibling_name(link: u32) -> String {
    if link == NO_STREAM { "NOSTREAM".to_owned() } else { link.to_string() }
}

/// The end of a path, from a character on that starts one.
fn cut_front(path: &str) -> &str {
    let from = (path.len().saturating_sub(PATH_LEN_MAX)..path.len())
        .find(|at| path.is_char_boundary(*at))
        .unwrap_or(0);
    path.get(from..).unwrap_or_default()
}
