//! Every file with one broken rule is read permissively: what the damage does not reach is whole,
//! and what it reaches ends in a part or an error of its own. Strict reading never shows anything
//! else than permissive reading does.

use std::sync::Arc;

use docfile_compound::{LockBytes, Settings, Validation};
use docfile_testkit::crc32::crc32;
use docfile_testkit::model::{Node, Tree};
use docfile_testkit::observation::{Content, Observation};
use docfile_testkit::raw::fault::sample;
use docfile_testkit::raw::{Fault, Lost};

fn observe(bytes: Arc<dyn LockBytes>, validation: Validation) -> Observation {
    Observation::of(bytes, Settings { validation, ..Settings::default() })
}

/// The elements of the sample that are not shown as they should be, but for those that are lost.
fn missed(fault: &Fault, found: &Observation) -> Vec<String> {
    let lost = match fault.lost {
        Lost::Nothing => &[][..],
        Lost::Elements(lost) => lost,
        Lost::Everything => return Vec::new(),
    };
    let tree: Tree = sample();
    let mut missed = Vec::new();
    for (path, node) in tree.walk() {
        let path = path.iter().map(ToString::to_string).collect::<Vec<_>>().join("/");
        if lost
            .iter()
            .chain(fault.renamed)
            .any(|lost| path == *lost || path.starts_with(&format!("{lost}/")))
        {
            continue;
        }
        let whole = match (node, found.find(&path).map(|seen| &seen.content)) {
            (Node::Storage(_), Some(Content::Storage { .. })) => true,
            (Node::Stream(bytes), Some(content)) => {
                let len = bytes.len() as u64;
                *content == Content::Stream { len, crc32: crc32(bytes), end: None }
            }
            _ => false,
        };
        if !whole {
            missed.push(path);
        }
    }
    missed
}

#[test]
fn permissive_reading_shows_what_the_damage_does_not_reach() {
    let mut wrong = Vec::new();
    for fault in Fault::all() {
        let found = observe(Arc::new(fault.build().to_sparse()), Validation::Permissive);
        let missed = missed(&fault, &found);
        if !missed.is_empty() {
            wrong.push(format!("{} ({}): {missed:?} {found:?}", fault.rule.id(), fault.what));
        }
        if fault.lost == Lost::Everything && !matches!(found, Observation::Closed(_)) {
            wrong.push(format!("{} ({}): opens", fault.rule.id(), fault.what));
        }
    }
    assert!(wrong.is_empty(), "{} faults: {wrong:#?}", wrong.len());
}

#[test]
fn a_stream_that_strict_reading_shows_whole_is_the_permissive_one() {
    for fault in Fault::all() {
        let bytes = Arc::new(fault.build().to_sparse());
        let permissive = observe(bytes.clone(), Validation::Permissive);
        let Observation::Open { elements, .. } = observe(bytes, Validation::Strict) else {
            continue;
        };
        for seen in elements {
            if let Content::Stream { end: None, .. } = &seen.content {
                let other = permissive.find(&seen.display_path()).map(|seen| &seen.content);
                let at = format!("{} ({}) {}", fault.rule.id(), fault.what, seen.display_path());
                assert_eq!(other, Some(&seen.content), "{at}");
            }
        }
    }
}
