//! Makes a program that fails shorter, so that its failure can be understood.
//!
//! Invariant: the result fails too, and no single step can be left out of it. Steps name open
//! objects by the order of their opening; leaving out a step that opens something leaves out what
//! is done with it, and renumbers the rest.

use std::collections::BTreeMap;

use super::operation::{HandleId, Operation, Outcome};
use super::session::Session;
use super::tree::Tree;

/// The shortest program found, by leaving out steps, for which `fails` still holds.
pub fn shrink(
    program: &[Operation],
    start: &Tree,
    session: impl Fn() -> Session,
    fails: impl Fn(&Tree, &[Operation]) -> bool,
) -> Vec<Operation> {
    let mut program = program.to_vec();
    let mut part_len = program.len().div_ceil(2);
    loop {
        let mut at = 0;
        let mut found = false;
        while at < program.len() {
            let end = (at + part_len).min(program.len());
            let shorter = without(&program, at..end, &session);
            if shorter.len() < program.len() && fails(start, &shorter) {
                program = shorter;
                found = true;
            } else {
                at = end;
            }
        }
        if part_len == 1 && !found {
            return program;
        }
        part_len = part_len.div_ceil(2).max(1);
    }
}

/// The program without some of its steps and without what then makes no sense.
fn without(
    program: &[Operation],
    removed: core::ops::Range<usize>,
    session: &impl Fn() -> Session,
) -> Vec<Operation> {
    let (mut old, mut new) = (session(), session());
    let mut ids = BTreeMap::from([(HandleId::ROOT, HandleId::ROOT)]);
    let mut kept = Vec::new();
    for (index, operation) in program.iter().enumerate() {
        let old_outcome = old.apply(operation);
        if removed.contains(&index) {
            if *operation == Operation::Reopen {
                ids.clear();
                ids.insert(HandleId::ROOT, HandleId::ROOT);
            }
            continue;
        }
        let Some(renumbered) = operation.renumbered(&|id| ids.get(&id).copied()) else { continue };
        let mut after = new.clone();
        let outcome = after.apply(&renumbered);
        if outcome == Outcome::Unspecified {
            continue;
        }
        new = after;
        kept.push(renumbered);
        if renumbered == Operation::Reopen {
            ids.clear();
            ids.insert(HandleId::ROOT, HandleId::ROOT);
        }
        if let (Outcome::Opened(old), Outcome::Opened(new)) = (old_outcome, outcome) {
            ids.insert(old, new);
        }
    }
    kept
}

impl Operation {
    /// The same step on other objects; nothing when one of them has no number.
    fn renumbered(&self, of: &impl Fn(HandleId) -> Option<HandleId>) -> Option<Self> {
        let mut changed = *self;
        let ids: Vec<&mut HandleId> = match &mut changed {
            Self::Create { at, .. }
            | Self::Open { at, .. }
            | Self::Destroy { at, .. }
            | Self::Rename { at, .. }
            | Self::SetClassId { at, .. }
            | Self::SetStateBits { at, .. }
            | Self::SetModified { at, .. }
            | Self::Commit { at }
            | Self::Revert { at } => vec![at],
            Self::Close { handle } => vec![handle],
            Self::Write { stream, .. } | Self::SetLen { stream, .. } => vec![stream],
            Self::MoveTo { at, destination, .. } | Self::CopyTo { at, destination } => {
                vec![at, destination]
            }
            Self::Reopen => Vec::new(),
        };
        for id in ids {
            *id = of(*id)?;
        }
        Some(changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Access, operations};

    #[test]
    fn what_has_nothing_to_do_with_the_failure_is_left_out() {
        let start = Tree::default();
        let session = || Session::open(Tree::default(), Access::Transacted);
        let program = operations(3, 200, start.clone(), Access::Transacted);
        // "Fails" when a stream is written after something was renamed.
        let fails = |_: &Tree, program: &[Operation]| {
            let rename = program.iter().position(|o| matches!(o, Operation::Rename { .. }));
            let write = program.iter().rposition(|o| matches!(o, Operation::Write { .. }));
            rename.zip(write).is_some_and(|(rename, write)| rename < write)
        };
        assert!(fails(&start, &program));
        let short = shrink(&program, &start, session, fails);
        assert_eq!(short.len(), 3, "open a stream, rename something, write: {short:?}");
    }
}
