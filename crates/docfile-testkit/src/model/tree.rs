//! A storage as a map of its children: the plain meaning of a compound file.
//!
//! Invariant: children are keyed by their place in the order of siblings, so two names that differ
//! in case only cannot both be there. The order of names ([MS-CFB] 2.6.4) is the engine's own; it is
//! the one thing that model and engine share, and is held to the standard's table elsewhere.

use core::cmp::Ordering;
use std::collections::BTreeMap;

use docfile_compound::{FileTime, Guid, Name};

/// A storage, with everything below it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    /// The class id; null when it has none.
    pub class_id: Guid,
    /// The user flags.
    pub state_bits: u32,
    /// When it was created; the root never says.
    pub created: FileTime,
    /// When it was last modified.
    pub modified: FileTime,
    children: BTreeMap<SiblingKey, Element>,
}

/// A child of a storage under its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// The name, in the case in which it was given.
    pub name: Name,
    /// What it is.
    pub node: Node,
}

/// A storage or a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A storage.
    Storage(Tree),
    /// A stream and its bytes.
    Stream(Vec<u8>),
}

/// The place of a name among its siblings, as [`Name::compare`] gives it.
#[derive(Debug, Clone, Copy)]
pub struct SiblingKey(Name);

impl SiblingKey {
    /// The place of `name`.
    #[must_use]
    pub const fn of(name: &Name) -> Self {
        Self(*name)
    }
}

impl Ord for SiblingKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.compare(&other.0)
    }
}

impl PartialOrd for SiblingKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for SiblingKey {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for SiblingKey {}

impl Node {
    /// The storage, if it is one.
    #[must_use]
    pub const fn storage(&self) -> Option<&Tree> {
        match self {
            Self::Storage(tree) => Some(tree),
            Self::Stream(_) => None,
        }
    }

    /// The bytes, if it is a stream.
    #[must_use]
    pub fn stream(&self) -> Option<&[u8]> {
        match self {
            Self::Storage(_) => None,
            Self::Stream(bytes) => Some(bytes),
        }
    }
}

impl Tree {
    /// Adds a child; answers what bore that name before, in any case.
    pub fn insert(&mut self, name: Name, node: Node) -> Option<Element> {
        self.children.insert(SiblingKey::of(&name), Element { name, node })
    }

    /// The same tree with one stream more: for writing down an example.
    ///
    /// # Panics
    ///
    /// When `name` cannot be the name of a new element.
    #[must_use]
    pub fn with_stream(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let name = Name::new(name).expect("the example has a proper name");
        self.insert(name, Node::Stream(bytes.into()));
        self
    }

    /// The same tree with one storage more: for writing down an example.
    ///
    /// # Panics
    ///
    /// When `name` cannot be the name of a new element.
    #[must_use]
    pub fn with_storage(mut self, name: &str, tree: Self) -> Self {
        let name = Name::new(name).expect("the example has a proper name");
        self.insert(name, Node::Storage(tree));
        self
    }

    /// Takes a child out.
    pub fn remove(&mut self, name: &Name) -> Option<Element> {
        self.children.remove(&SiblingKey::of(name))
    }

    /// The child of that name, in any case.
    #[must_use]
    pub fn get(&self, name: &Name) -> Option<&Element> {
        self.children.get(&SiblingKey::of(name))
    }

    /// The child of that name, in any case, for change.
    pub fn get_mut(&mut self, name: &Name) -> Option<&mut Node> {
        self.children.get_mut(&SiblingKey::of(name)).map(|element| &mut element.node)
    }

    /// The storage reached by `path`.
    #[must_use]
    pub fn storage_at(&self, path: &[Name]) -> Option<&Self> {
        path.iter().try_fold(self, |tree, name| tree.get(name)?.node.storage())
    }

    /// The storage reached by `path`, for change.
    pub fn storage_at_mut(&mut self, path: &[Name]) -> Option<&mut Self> {
        path.iter().try_fold(self, |tree, name| match tree.get_mut(name)? {
            Node::Storage(tree) => Some(tree),
            Node::Stream(_) => None,
        })
    }

    /// The children, in the order of siblings.
    pub fn children(&self) -> impl DoubleEndedIterator<Item = &Element> + ExactSizeIterator {
        self.children.values()
    }

    /// What the children are, in the order of siblings, for change.
    pub fn children_mut(&mut self) -> impl Iterator<Item = &mut Node> {
        self.children.values_mut().map(|element| &mut element.node)
    }

    /// The storage itself, as if it were empty.
    #[must_use]
    pub fn without_children(&self) -> Self {
        Self { children: BTreeMap::new(), ..*self }
    }

    /// Every element below, parents first, each with the names that lead to it.
    #[must_use]
    pub fn walk(&self) -> Vec<(Vec<Name>, &Node)> {
        let mut found = Vec::new();
        let mut open: Vec<(Vec<Name>, &Element)> =
            self.children().rev().map(|child| (vec![child.name], child)).collect();
        while let Some((path, element)) = open.pop() {
            found.push((path.clone(), &element.node));
            if let Node::Storage(tree) = &element.node {
                for child in tree.children().rev() {
                    let below = path.iter().copied().chain([child.name]).collect();
                    open.push((below, child));
                }
            }
        }
        found
    }

    /// Bytes of all streams below.
    #[must_use]
    pub fn stream_len(&self) -> u64 {
        let lens = self.walk().into_iter().filter_map(|(_, node)| node.stream().map(<[u8]>::len));
        lens.map(|len| len as u64).sum()
    }

    /// The first difference to `other`, in words; nothing when they are equal.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Option<String> {
        difference(self, other, "the root")
    }
}

fn difference(ours: &Tree, theirs: &Tree, place: &str) -> Option<String> {
    let facts = |tree: &Tree| (tree.class_id, tree.state_bits, tree.created, tree.modified);
    if facts(ours) != facts(theirs) {
        return Some(format!("{place}: {:?} and {:?}", facts(ours), facts(theirs)));
    }
    let keys = ours.children.keys().chain(theirs.children.keys());
    for key in keys {
        let (mine, other) = match (ours.children.get(key), theirs.children.get(key)) {
            (Some(mine), Some(other)) => (mine, other),
            (Some(mine), None) => {
                return Some(format!("{place}: only the first has {}", mine.name));
            }
            (None, Some(other)) => {
                return Some(format!("{place}: only the second has {}", other.name));
            }
            (None, None) => continue,
        };
        let place = format!("{place}/{}", mine.name);
        if mine.name != other.name {
            return Some(format!("{place}: the second is called {}", other.name));
        }
        let found = match (&mine.node, &other.node) {
            (Node::Storage(mine), Node::Storage(other)) => difference(mine, other, &place),
            (Node::Stream(mine), Node::Stream(other)) => stream_difference(mine, other, &place),
            _ => Some(format!("{place}: one is a storage, the other a stream")),
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn stream_difference(mine: &[u8], other: &[u8], place: &str) -> Option<String> {
    if mine == other {
        return None;
    }
    let at = mine.iter().zip(other).position(|(a, b)| a != b);
    let (len, other_len) = (mine.len(), other.len());
    Some(format!("{place}: {len} and {other_len} bytes, the first difference at {at:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::new(text).unwrap()
    }

    #[test]
    fn names_are_found_in_any_case_and_keep_theirs() {
        let tree = Tree::default().with_stream("Straße", "x").with_stream("ab", "y");
        assert_eq!(tree.get(&name("STRAßE")).unwrap().name, name("Straße"));
        let order: Vec<Name> = tree.children().map(|child| child.name).collect();
        assert_eq!(order, [name("ab"), name("Straße")]);
    }

    #[test]
    fn a_walk_visits_parents_before_children() {
        let inner = Tree::default().with_stream("leaf", "1");
        let tree = Tree::default().with_storage("in", inner).with_stream("z", "2");
        let paths: Vec<Vec<Name>> = tree.walk().into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths, [vec![name("z")], vec![name("in")], vec![name("in"), name("leaf")]]);
    }

    #[test]
    fn a_difference_names_its_place() {
        let a = Tree::default().with_storage("s", Tree::default().with_stream("t", "abc"));
        let b = Tree::default().with_storage("s", Tree::default().with_stream("t", "abd"));
        assert_eq!(a.difference(&a), None);
        let text = a.difference(&b).unwrap();
        assert!(text.starts_with("the root/s/t:") && text.ends_with("Some(2)"), "{text}");
    }
}
