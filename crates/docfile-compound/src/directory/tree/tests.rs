//! The tree held against an ordered map, and against stores that fail, lie or form cycles.

#![expect(clippy::cast_possible_truncation, reason = "the counts here are small")]

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::verify::Verified;
use super::*;
use crate::missing::Missing;

/// Nodes by entry number. Entries are ordered by a key that has nothing to do with their number.
#[derive(Debug, Clone, Default, PartialEq)]
struct Nodes {
    nodes: Vec<Option<Node>>,
    /// Reads that succeed before one is pending; `None` for all.
    reads_left: Option<usize>,
    write_count: usize,
}

impl NodeStore for Nodes {
    fn node(&mut self, id: u32) -> Result<Node> {
        if let Some(left) = &mut self.reads_left {
            let less = left.checked_sub(1);
            *left = less.ok_or_else(|| Error::pending(Missing::required(0..128)))?;
        }
        let absent = || Error::corrupt(Rule::EntrySibling, self.entry_offset(id));
        self.nodes.get(id as usize).copied().flatten().ok_or_else(absent)
    }

    fn set_node(&mut self, id: u32, node: Node) -> Result<()> {
        self.write_count += 1;
        if self.nodes.len() <= id as usize {
            self.nodes.resize(id as usize + 1, None);
        }
        self.nodes[id as usize] = Some(node);
        Ok(())
    }

    fn entry_offset(&self, id: u32) -> u64 {
        u64::from(id) * 128
    }
}

fn key(id: u32) -> u32 {
    id.wrapping_mul(0x9E37_79B1)
}

fn by_key(_: &mut Nodes, a: u32, b: u32) -> Result<Ordering> {
    Ok(key(a).cmp(&key(b)))
}

fn in_order(ids: impl IntoIterator<Item = u32>) -> Vec<u32> {
    let mut ids: Vec<u32> = ids.into_iter().collect();
    ids.sort_by_key(|id| key(*id));
    ids
}

/// Asserts that the tree is valid and holds exactly `expected`, in order.
fn assert_valid(store: &mut Nodes, root: u32, expected: &[u32]) {
    let verified = verify(store, root, by_key, u32::MAX).unwrap();
    assert_eq!(verified.breaches, []);
    assert_eq!(verified.reached, expected);
}

fn built(count: u32) -> (Nodes, u32) {
    let mut store = Nodes::default();
    let root = build(&mut store, &in_order(0..count)).unwrap();
    (store, root)
}

fn depth(store: &Nodes, root: u32) -> u32 {
    match store.nodes.get(root as usize).copied().flatten() {
        Some(node) => 1 + depth(store, node.left).max(depth(store, node.right)),
        None => 0,
    }
}

#[test]
fn a_built_tree_of_any_size_is_valid_and_as_flat_as_can_be() {
    for count in 0..2000 {
        let (mut store, root) = built(count);
        assert_valid(&mut store, root, &in_order(0..count));
        assert_eq!(depth(&store, root), (count + 1).next_power_of_two().ilog2(), "{count} nodes");
        assert_eq!(store.write_count, count as usize);
    }
}

#[test]
fn insertion_in_ascending_order_keeps_a_long_run_of_nodes_valid_and_flat() {
    let mut store = Nodes::default();
    let mut root = NO_STREAM;
    for id in 0..20_000 {
        root = insert(&mut store, root, id, |_, a, b| Ok(a.cmp(&b))).unwrap();
    }
    let verified = verify(&mut store, root, |_, a, b| Ok(a.cmp(&b)), u32::MAX).unwrap();
    assert_eq!(verified.breaches, []);
    assert!(depth(&store, root) <= 2 * 15);
}

#[test]
fn an_edit_writes_few_nodes() {
    for count in [10, 100, 1000, 10_000] {
        let (store, root) = built(count);
        let limit = 2 * (count.ilog2() as usize + 2) + 4;
        for id in (0..count).step_by(count as usize / 10) {
            let mut store = Nodes { write_count: 0, ..store.clone() };
            let root = remove(&mut store, root, id, by_key).unwrap();
            assert!(store.write_count <= limit, "removal of {count}: {}", store.write_count);
            store.write_count = 0;
            insert(&mut store, root, id, by_key).unwrap();
            assert!(store.write_count <= limit, "insertion in {count}: {}", store.write_count);
        }
    }
}

#[test]
fn an_edit_that_meets_missing_bytes_has_written_nothing_and_can_be_repeated() {
    let (store, root) = built(300);
    type EditOf = fn(&mut Nodes, u32, u32) -> Result<u32>;
    let edits: [EditOf; 2] = [
        |store, root, id| insert(store, root, 300 + id, by_key),
        |store, root, id| remove(store, root, id, by_key),
    ];
    for edit in edits {
        for id in 0..300 {
            let mut reads = 0;
            loop {
                let mut partial = Nodes { reads_left: Some(reads), ..store.clone() };
                match edit(&mut partial, root, id) {
                    Err(error) => {
                        assert!(error.is_pending());
                        assert_eq!(partial.nodes, store.nodes);
                    }
                    Ok(_) => break,
                }
                reads += 1;
            }
            assert!(reads > 4, "an edit reads its way down");
        }
    }
}

#[test]
fn a_name_that_is_there_cannot_be_added_again() {
    let (mut store, root) = built(50);
    let error = insert(&mut store, root, 100, |_, _, b| Ok(key(7).cmp(&key(b)))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
}

#[test]
fn an_entry_that_the_order_does_not_lead_to_cannot_be_removed() {
    let (mut store, root) = built(50);
    let error = remove(&mut store, root, 50, by_key).unwrap_err();
    assert_eq!(error.rule(), Some(Rule::TreeOrder));
    assert_eq!(error.offset(), Some(50 * 128));
}

#[test]
fn removing_a_node_between_two_leaves_it_loose_and_its_successor_in_its_place() {
    let mut store = Nodes::default();
    let natural = |_: &mut Nodes, a: u32, b: u32| Ok(a.cmp(&b));
    let root = build(&mut store, &[0, 1, 2, 3, 4, 5, 6]).unwrap();
    assert_eq!(root, 3);
    let root = remove(&mut store, root, 3, natural).unwrap();
    assert_eq!(root, 4);
    assert_eq!(store.nodes[3], Some(Node::LOOSE));
    let verified = verify(&mut store, root, natural, 7).unwrap();
    assert_eq!(verified, Verified { reached: vec![0, 1, 2, 4, 5, 6], breaches: vec![] });
}

#[test]
fn each_broken_rule_is_told_with_the_entry_concerned() {
    use Color::{Black, Red};
    const NONE: u32 = NO_STREAM;
    let breaches = |nodes: &[(u32, u32, Color)]| {
        let node = |&(left, right, color): &(u32, u32, Color)| Some(Node { left, right, color });
        let mut store = Nodes { nodes: nodes.iter().map(node).collect(), ..Nodes::default() };
        let bound = store.nodes.len() as u32;
        let natural = |_: &mut Nodes, a: u32, b: u32| Ok((a % 8).cmp(&(b % 8)));
        let breaches = verify(&mut store, 1, natural, bound).unwrap().breaches;
        breaches.into_iter().map(|breach| (breach.rule, breach.id)).collect::<Vec<_>>()
    };
    let leaf = (NONE, NONE, Black);
    assert_eq!(breaches(&[leaf, (0, 2, Black), leaf]), []);
    assert_eq!(breaches(&[leaf, (0, 2, Red), leaf]), [(Rule::TreeRootRed, 1)]);
    assert_eq!(breaches(&[leaf, (2, 0, Black), leaf]).len(), 2);
    assert_eq!(breaches(&[leaf, (2, NONE, Black), (NONE, NONE, Red)]), [(Rule::TreeOrder, 1)]);
    assert_eq!(breaches(&[leaf, (0, NONE, Black)]), [(Rule::TreeBlackHeight, 1)]);
    assert_eq!(
        breaches(&[leaf, (0, 1, Black)]),
        [(Rule::TreeCycle, 1), (Rule::TreeBlackHeight, 1)]
    );
    assert_eq!(
        breaches(&[leaf, (0, 3, Black), leaf]),
        [(Rule::EntrySibling, 1), (Rule::TreeBlackHeight, 1)]
    );
    let red_below_red = [leaf, (NONE, 2, Black), (NONE, 3, Red), (NONE, NONE, Red)];
    assert_eq!(breaches(&red_below_red), [(Rule::TreeRedRed, 3)]);
    let mut equal = vec![leaf; 10];
    equal[1] = (NONE, 9, Black);
    equal[9].2 = Red;
    assert_eq!(breaches(&equal), [(Rule::TreeDuplicate, 9)]);
    assert_eq!(breaches(&[]), [(Rule::EntryChild, 1)]);
}

/// A valid tree of the given black height, whose shape follows `choices`; `ids` come in order.
fn grow(
    store: &mut Nodes,
    black_height: u32,
    parent: Color,
    choices: &mut impl Iterator<Item = bool>,
    count: &mut u32,
) -> u32 {
    let red = parent == Color::Black && choices.next().unwrap_or(false);
    if black_height == 0 && !red {
        return NO_STREAM;
    }
    let color = if red { Color::Red } else { Color::Black };
    let below = if red { black_height } else { black_height - 1 };
    let left = grow(store, below, color, choices, count);
    let id = *count;
    *count += 1;
    let right = grow(store, below, color, choices, count);
    store.set_node(id, Node { left, right, color }).unwrap();
    id
}

/// Entry 1000 + n stands directly before entry n, for those below 1000.
fn interleaved(_: &mut Nodes, a: u32, b: u32) -> Result<Ordering> {
    let key = |id: u32| if id < 1000 { id * 2 + 1 } else { (id - 1000) * 2 };
    Ok(key(a).cmp(&key(b)))
}

proptest! {
    #[test]
    fn behaves_as_an_ordered_map(
        start in 0u32..80,
        ops in prop::collection::vec((any::<bool>(), 0u32..120), 0..200),
    ) {
        let (mut store, mut root) = built(start);
        let mut model: BTreeMap<u32, u32> = (0..start).map(|id| (key(id), id)).collect();
        for (add, id) in ops {
            let present = model.contains_key(&key(id));
            if add {
                let answer = insert(&mut store, root, id, by_key);
                prop_assert_eq!(answer.is_ok(), !present);
                root = answer.unwrap_or(root);
                model.insert(key(id), id);
            } else {
                let answer = remove(&mut store, root, id, by_key);
                prop_assert_eq!(answer.is_ok(), present);
                root = answer.unwrap_or(root);
                model.remove(&key(id));
            }
            let expected: Vec<u32> = model.values().copied().collect();
            assert_valid(&mut store, root, &expected);
        }
    }

    #[test]
    fn any_valid_tree_stays_valid_through_one_edit_anywhere(
        black_height in 1u32..5,
        choices in prop::collection::vec(any::<bool>(), 0..300),
    ) {
        let mut store = Nodes::default();
        let mut count = 0;
        let root = grow(&mut store, black_height, Color::Red, &mut choices.into_iter(), &mut count);
        let check = |store: &mut Nodes, root, len| {
            let verified = verify(store, root, interleaved, u32::MAX).unwrap();
            assert_eq!(verified.breaches, []);
            assert_eq!(verified.reached.len(), len);
        };
        check(&mut store, root, count as usize);
        for id in 0..=count {
            let mut more = store.clone();
            let more_root = insert(&mut more, root, 1000 + id, interleaved).unwrap();
            check(&mut more, more_root, count as usize + 1);
            if id == count {
                break;
            }
            let mut less = store.clone();
            let less_root = remove(&mut less, root, id, interleaved).unwrap();
            check(&mut less, less_root, count as usize - 1);
        }
    }

    #[test]
    fn an_ordered_tree_of_wrong_colours_keeps_its_order_and_its_elements(
        shape in prop::collection::vec(any::<u32>(), 1..60),
        red in prop::collection::vec(any::<bool>(), 60),
        ops in prop::collection::vec((any::<bool>(), 0u32..60), 1..60),
    ) {
        // Insertion without mending, in a random order, gives a random shape.
        let mut ids: Vec<u32> = (0..shape.len() as u32).collect();
        ids.sort_by_key(|id| shape[*id as usize]);
        let mut store = Nodes::default();
        let mut root = NO_STREAM;
        for id in &ids {
            let mut edit = Edit::new(&mut store, root);
            let mut next = root;
            while next != NO_STREAM {
                let side = if id < &next { Side::Left } else { Side::Right };
                next = edit.step(next, side).unwrap();
            }
            edit.add(*id);
            edit.link(*id).unwrap();
            root = edit.finish().unwrap();
        }
        for (node, red) in store.nodes.iter_mut().flatten().zip(&red) {
            node.color = if *red { Color::Red } else { Color::Black };
        }
        let natural = |_: &mut Nodes, a: u32, b: u32| Ok(a.cmp(&b));
        let mut model: std::collections::BTreeSet<u32> = ids.into_iter().collect();
        for (add, id) in ops {
            let there = model.contains(&id);
            if add && !there {
                root = insert(&mut store, root, id, natural).unwrap();
                model.insert(id);
            } else if !add && there {
                root = remove(&mut store, root, id, natural).unwrap();
                model.remove(&id);
            }
            let verified = verify(&mut store, root, natural, u32::MAX).unwrap();
            prop_assert_eq!(verified.reached, model.iter().copied().collect::<Vec<_>>());
            let structural = [Rule::TreeOrder, Rule::TreeDuplicate, Rule::TreeCycle];
            prop_assert!(verified.breaches.iter().all(|breach| !structural.contains(&breach.rule)));
        }
    }

    #[test]
    fn links_that_lead_anywhere_end_every_walk(
        links in prop::collection::vec((0u32..14, 0u32..14, any::<bool>()), 1..12),
        id in 0u32..14,
        order in any::<u32>(),
    ) {
        let raw = |link: u32| if link > 12 { NO_STREAM } else { link };
        let mut store = Nodes::default();
        for ((left, right, red), id) in links.iter().zip(0..) {
            let color = if *red { Color::Red } else { Color::Black };
            let node = Node { left: raw(*left), right: raw(*right), color };
            store.set_node(id, node).unwrap();
        }
        let any_order = |_: &mut Nodes, a: u32, b: u32| {
            let key = |id: u32| order.rotate_left(id * 5) & 0xFF;
            Ok(key(a).cmp(&key(b)))
        };
        let bound = links.len() as u32;
        let verified = verify(&mut store, 0, any_order, bound).unwrap();
        let mut distinct = verified.reached.clone();
        distinct.sort_unstable();
        distinct.dedup();
        prop_assert_eq!(distinct.len(), verified.reached.len());
        for edit in [insert::<Nodes>, remove::<Nodes>] {
            let mut edited = store.clone();
            // Any answer will do, as long as there is one, and a refusal has changed nothing.
            if edit(&mut edited, 0, id, any_order).is_err() {
                prop_assert_eq!(&edited, &store);
            }
        }
    }
}
