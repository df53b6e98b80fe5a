//! Trees of siblings in chosen shapes ([MS-CFB] 2.6.4).
//!
//! Input is always in the order of siblings, so every shape is a search tree; `Balanced` and
//! `Grown` are red-black trees as well, the others are what some programs write instead.

use crate::random::Random;

/// How the children of each storage hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SiblingShape {
    /// As flat as can be, and red only on an incomplete lowest level.
    #[default]
    Balanced,
    /// As a red-black tree looks when the names came in an order that follows from the seed.
    Grown(u64),
    /// A list to the right, all black: breaks the rule of equal black heights.
    BlackList,
    /// A list to the right, all red, as Wine writes it: breaks three rules.
    RedList,
}

/// A node of the tree: indexes into the sorted siblings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) left: Option<usize>,
    pub(super) right: Option<usize>,
    pub(super) black: bool,
}

const LOOSE: Link = Link { left: None, right: None, black: true };

/// Links `count` sorted siblings; answers the root of the tree and the links of each.
pub(super) fn link(count: usize, shape: SiblingShape) -> (Option<usize>, Vec<Link>) {
    let mut links = vec![LOOSE; count];
    let root = match shape {
        SiblingShape::Balanced => {
            // Levels that are full are black; what hangs below them is red.
            let full_levels = (count + 1).ilog2();
            balance(&mut links, 0, count, full_levels)
        }
        SiblingShape::Grown(seed) => grow(&mut links, seed),
        SiblingShape::BlackList | SiblingShape::RedList => {
            for (index, node) in links.iter_mut().enumerate() {
                node.right = (index + 1 < count).then_some(index + 1);
                node.black = shape == SiblingShape::BlackList;
            }
            (count > 0).then_some(0)
        }
    };
    (root, links)
}

fn balance(links: &mut [Link], start: usize, end: usize, black_levels: u32) -> Option<usize> {
    if start == end {
        return None;
    }
    let middle = start + (end - start) / 2;
    let below = black_levels.saturating_sub(1);
    links[middle] = Link {
        left: balance(links, start, middle, below),
        right: balance(links, middle + 1, end, below),
        black: black_levels > 0,
    };
    Some(middle)
}

/// Inserts the siblings one by one (Okasaki, "Red-black trees in a functional setting", 1999).
fn grow(links: &mut [Link], seed: u64) -> Option<usize> {
    let mut order: Vec<usize> = (0..links.len()).collect();
    Random::seeded(seed).shuffle(&mut order);
    let mut root = None;
    for index in order {
        links[index] = Link { left: None, right: None, black: false };
        let grown = insert(links, root, index);
        links[grown].black = true;
        root = Some(grown);
    }
    root
}

fn insert(links: &mut [Link], node: Option<usize>, new: usize) -> usize {
    let Some(node) = node else { return new };
    if new < node {
        links[node].left = Some(insert(links, links[node].left, new));
    } else {
        links[node].right = Some(insert(links, links[node].right, new));
    }
    rebalance(links, node)
}

/// Turns a black node with a red child and a red grandchild below it into a red node with two
/// black children; answers the node that now stands at the top.
fn rebalance(links: &mut [Link], top: usize) -> usize {
    if !links[top].black {
        return top;
    }
    let red = |links: &[Link], node: Option<usize>| node.filter(|node| !links[*node].black);
    let (left, right) = (red(links, links[top].left), red(links, links[top].right));
    // In the order of siblings: three nodes and the four trees between them.
    let three = if let Some(left) = left {
        if let Some(outer) = red(links, links[left].left) {
            Some((outer, left, top))
        } else {
            red(links, links[left].right).map(|inner| (left, inner, top))
        }
    } else {
        None
    };
    let three = three.or_else(|| {
        let right = right?;
        match red(links, links[right].left) {
            Some(inner) => Some((top, inner, right)),
            None => red(links, links[right].right).map(|outer| (top, right, outer)),
        }
    });
    let Some((low, middle, high)) = three else { return top };
    let between = |node: Option<usize>| node.filter(|node| ![low, middle, high].contains(node));
    let trees = [
        links[low].left,
        between(links[low].right).or(between(links[middle].left)),
        between(links[middle].right).or(between(links[high].left)),
        links[high].right,
    ];
    links[low] = Link { left: trees[0], right: trees[1], black: true };
    links[high] = Link { left: trees[2], right: trees[3], black: true };
    links[middle] = Link { left: Some(low), right: Some(high), black: false };
    middle
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The siblings below `node` in order, and the black height; panics on a broken rule.
    fn check(links: &[Link], node: Option<usize>, parent_black: bool) -> (Vec<usize>, u32) {
        let Some(node) = node else { return (Vec::new(), 1) };
        assert!(links[node].black || parent_black, "a red node has a red child");
        let (mut order, height) = check(links, links[node].left, links[node].black);
        let (after, other_height) = check(links, links[node].right, links[node].black);
        assert_eq!(height, other_height, "black heights differ");
        order.push(node);
        order.extend(after);
        (order, height + u32::from(links[node].black))
    }

    #[test]
    fn valid_shapes_are_red_black_search_trees_of_all_siblings() {
        for count in 0..70 {
            for seed in 0..20 {
                for shape in [SiblingShape::Balanced, SiblingShape::Grown(seed)] {
                    let (root, links) = link(count, shape);
                    assert!(root.is_none_or(|root| links[root].black), "{shape:?} {count}");
                    let (order, _) = check(&links, root, true);
                    assert!(order.into_iter().eq(0..count), "{shape:?} {count}");
                }
            }
        }
    }

    #[test]
    fn grown_trees_come_in_many_shapes() {
        let shapes: std::collections::HashSet<String> =
            (0..100).map(|seed| format!("{:?}", link(12, SiblingShape::Grown(seed)))).collect();
        assert!(shapes.len() > 50);
    }
}
