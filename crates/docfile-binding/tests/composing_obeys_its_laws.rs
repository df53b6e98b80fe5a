//! Composition is associative, inverses undo it, and a way leads where it says
//! (`contract/binding.md` 3.2 and 3.3).

#![expect(clippy::unwrap_used, reason = "the values are ours, and a test may fail loudly")]

use docfile_binding::{
    AntiMoniker, ClassMoniker, CommonPrefix, ErrorKind, FileMoniker, ITEM_CLASS_ID, ItemMoniker,
    Moniker, PrefixRelation, RelativePath, UrlMoniker, common_prefix, compose, relative_path,
};
use proptest::prelude::*;

fn item() -> impl Strategy<Value = Moniker> {
    ("[!/]", "[a-cA-C]{0,2}").prop_map(|(d, text)| ItemMoniker::new(&d, &text).into())
}

fn anti() -> impl Strategy<Value = Moniker> {
    (1u32..4).prop_map(|count| AntiMoniker::with_count(count).unwrap().into())
}

fn row() -> impl Strategy<Value = Option<Moniker>> {
    let head = prop_oneof![
        Just(Vec::new()),
        Just(vec![ClassMoniker::new(ITEM_CLASS_ID).into()]),
        Just(vec![UrlMoniker::new("http://host/a").unwrap().into()]),
        Just(vec![UrlMoniker::new("../b").unwrap().into()]),
    ];
    let rest = prop::collection::vec(prop_oneof![3 => item(), 1 => anti()], 0..5);
    (head, rest).prop_map(|(head, rest): (Vec<Moniker>, Vec<Moniker>)| {
        compose(head.into_iter().chain(rest)).unwrap()
    })
}

/// A path stands at the very left alone: two that meet are taken back as one once they have
/// joined, so that the order of composing could be seen.
fn leftmost_row() -> impl Strategy<Value = Option<Moniker>> {
    prop_oneof![row(), named().prop_map(Some)]
}

fn path() -> impl Strategy<Value = Moniker> {
    let root = prop::sample::select(vec![r"c:\", "/", r"\\srv\share\", ""]);
    let steps = prop::collection::vec("[a-cA-C]{1,2}", 1..5);
    (root, steps).prop_map(|(root, steps)| {
        let separator = if root.ends_with('/') { "/" } else { r"\" };
        FileMoniker::new(format!("{root}{}", steps.join(separator))).into()
    })
}

fn named() -> impl Strategy<Value = Moniker> {
    (path(), prop::collection::vec(item(), 0..4))
        .prop_map(|(path, items)| compose([path].into_iter().chain(items)).unwrap().unwrap())
}

fn joined(a: Option<Moniker>, b: Option<Moniker>) -> Option<Moniker> {
    compose(a.into_iter().chain(b)).unwrap()
}

proptest! {
    #[test]
    fn composing_is_associative(a in leftmost_row(), b in row(), c in row()) {
        let left = joined(joined(a.clone(), b.clone()), c.clone());
        let right = joined(a, joined(b, c));
        prop_assert_eq!(left, right);
    }

    #[test]
    fn an_inverse_takes_back(a in leftmost_row(), b in row()) {
        let Some(whole) = b else { return Ok(()) };
        match whole.inverse() {
            Ok(inverse) => {
                prop_assert_eq!(joined(Some(whole.clone()), Some(inverse.clone())), None);
                let behind = joined(joined(a.clone(), Some(whole)), Some(inverse));
                prop_assert_eq!(behind, a);
            }
            Err(error) => {
                prop_assert_eq!(error.kind(), ErrorKind::NoInverse);
                let without = |m: &Moniker| matches!(m, Moniker::Anti(_) | Moniker::Url(_));
                prop_assert!(whole.components().iter().any(without));
            }
        }
    }

    #[test]
    fn a_row_is_flat_and_longer_than_one(a in leftmost_row()) {
        if let Some(Moniker::Composite(composite)) = &a {
            prop_assert!(composite.components().len() > 1);
            let nested = |m: &Moniker| matches!(m, Moniker::Composite(_));
            prop_assert!(!composite.components().iter().any(nested));
        }
    }

    #[test]
    fn walking_backwards_is_walking_forwards_reversed(a in named()) {
        if let Some(components) = a.enumerate() {
            let mut backwards: Vec<_> = components.clone().rev().collect();
            backwards.reverse();
            prop_assert_eq!(components.collect::<Vec<_>>(), backwards);
        } else {
            prop_assert_eq!(a.components(), [a.clone()]);
        }
    }

    #[test]
    fn a_common_prefix_stands_before_both(a in named(), b in named()) {
        let Ok(CommonPrefix { relation, moniker }) = a.common_prefix_with(&b) else {
            prop_assert_eq!(b.common_prefix_with(&a).unwrap_err().kind(), ErrorKind::NoPrefix);
            return Ok(());
        };
        let mirrored = b.common_prefix_with(&a).unwrap().relation;
        let expected = match relation {
            PrefixRelation::This => PrefixRelation::Other,
            PrefixRelation::Other => PrefixRelation::This,
            same => same,
        };
        prop_assert_eq!(mirrored, expected);
        // Two composites that share nothing share no moniker.
        let Some(prefix) = moniker else { return Ok(()) };
        prop_assert_eq!(relation == PrefixRelation::Both, a == b);
        for whole in [&a, &b] {
            let again = whole.common_prefix_with(&prefix).unwrap().relation;
            prop_assert!(matches!(again, PrefixRelation::Other | PrefixRelation::Both), "{again:?}");
        }
    }

    #[test]
    fn the_way_leads_to_the_other(a in named(), b in named()) {
        match a.relative_path_to(&b) {
            Ok(RelativePath::Way(way)) => {
                prop_assert_eq!(joined(Some(a), way), Some(b));
            }
            Ok(RelativePath::Other) => prop_assert!(matches!(a, Moniker::File(_))),
            Err(error) => prop_assert_eq!(error.kind(), ErrorKind::NotBindable),
        }
    }
}

/// The example of `contract/binding.md` 3.3.
#[test]
fn a_path_and_an_item_in_a_path_share_it() {
    let file = |path: &str| Moniker::from(FileMoniker::new(path));
    let with_item =
        |path| file(path).compose_with(&ItemMoniker::new("!", "Item").into()).unwrap().unwrap();
    let alone = file(r"C:\test.txt");
    let whole = with_item(r"C:\test.txt");
    let shared = |a: &Moniker, b: &Moniker| a.common_prefix_with(b).unwrap();
    let is =
        |relation, moniker: &Moniker| CommonPrefix { relation, moniker: Some(moniker.clone()) };
    assert_eq!(shared(&alone, &whole), is(PrefixRelation::This, &alone));
    assert_eq!(shared(&whole, &alone), is(PrefixRelation::Other, &alone));
    assert_eq!(
        shared(&alone, &with_item(r"C:\a\test.txt")),
        is(PrefixRelation::Neither, &file(r"C:\"))
    );
    assert_eq!(shared(&whole, &whole), is(PrefixRelation::Both, &whole));
}

#[test]
fn what_shares_nothing_says_so_in_the_way_of_its_kind() {
    let item = |text: &str| Moniker::from(ItemMoniker::new("!", text));
    let both = |a: &str, b: &str| item(a).compose_with(&item(b)).unwrap().unwrap();
    let nothing = CommonPrefix { relation: PrefixRelation::Neither, moniker: None };
    assert_eq!(common_prefix(&both("a", "b"), &both("c", "d")).unwrap(), nothing);
    // Two that are no composites are not for this function, even when they are equal.
    assert_eq!(common_prefix(&item("a"), &item("a")).unwrap_err().kind(), ErrorKind::NoPrefix);
    let error = item("a").common_prefix_with(&item("b")).unwrap_err();
    assert_eq!((error.kind(), error.hresult()), (ErrorKind::NoPrefix, 0x8004_01EE));
    let error = relative_path(&both("a", "b"), &both("c", "d")).unwrap_err();
    assert_eq!((error.kind(), error.hresult()), (ErrorKind::NotBindable, 0x8004_01E8));
    let share = |path: &str| Moniker::from(FileMoniker::new(path));
    let other_share = share(r"\\s\one\a").common_prefix_with(&share(r"\\s\two\a"));
    assert_eq!(other_share.unwrap_err().kind(), ErrorKind::NoPrefix);
}

#[test]
fn the_shorter_count_of_two_anti_monikers_is_their_prefix() {
    let anti = |count| Moniker::from(AntiMoniker::with_count(count).unwrap());
    let relation = |a, b| anti(a).common_prefix_with(&anti(b)).unwrap();
    assert_eq!(relation(1, 2).relation, PrefixRelation::This);
    assert_eq!(relation(2, 1).moniker, Some(anti(1)));
    assert_eq!(relation(2, 2).relation, PrefixRelation::Both);
    assert_eq!(anti(1).relative_path_to(&anti(2)).unwrap(), RelativePath::Other);
}
