//! Random programs over a compound file.
//!
//! Each step is drawn with the model at hand, so that it names what is really there, or just is
//! not; about one step in six is meant to be refused. Names and lengths come from the boundaries.
//! Steps about which the contract is silent are never drawn.

use docfile_compound::{FileTime, Guid, Name};

use super::operation::{Access, Data, HandleId, Kind, Operation, Outcome};
use super::session::Session;
use super::tree::Tree;
use crate::boundary;
use crate::random::Random;

/// No stream of a random program grows longer.
const MAX_LEN: u64 = 70_000;
/// More objects are rarely open at once.
const OPEN_LIMIT: usize = 12;

/// A program of `count` steps that follows from the seed, for a file that holds `start` and whose
/// root is opened with `root_access`.
#[must_use]
pub fn operations(seed: u64, count: usize, start: Tree, root_access: Access) -> Vec<Operation> {
    operations_committing(seed, count, start, root_access, usize::MAX)
}

/// As [`operations`], and each step whose number `every` divides commits the root.
#[must_use]
pub fn operations_committing(
    seed: u64,
    count: usize,
    start: Tree,
    root_access: Access,
    every: usize,
) -> Vec<Operation> {
    let mut random = Random::seeded(seed);
    let mut session = Session::open(start, root_access);
    let mut operations = Vec::with_capacity(count);
    while operations.len() < count {
        let operation = if (operations.len() + 1).is_multiple_of(every) {
            Operation::Commit { at: HandleId::ROOT }
        } else {
            draw(&session, &mut random)
        };
        let mut after = session.clone();
        if after.apply(&operation) != Outcome::Unspecified {
            session = after;
            operations.push(operation);
        }
    }
    operations
}

/// One more step for a program that has come as far as `session`.
#[must_use]
pub fn next_operation(session: &Session, random: &mut Random) -> Operation {
    loop {
        let operation = draw(session, random);
        if session.clone().apply(&operation) != Outcome::Unspecified {
            return operation;
        }
    }
}

fn draw(session: &Session, random: &mut Random) -> Operation {
    let open: Vec<(HandleId, Kind, Access)> = session.open_handles().collect();
    let of_kind = |kind: Kind| -> Vec<HandleId> {
        open.iter().filter(|(_, other, _)| *other == kind).map(|(at, ..)| *at).collect()
    };
    let mut storages = of_kind(Kind::Storage);
    let mut streams = of_kind(Kind::Stream);
    if random.chance(1, 12) {
        // What was invalidated must say so, whatever is asked of it.
        let reverted = session.reverted_handles();
        let (storage, stream): (Vec<_>, Vec<_>) = reverted.partition(|(_, k)| *k == Kind::Storage);
        let ids = |found: Vec<(HandleId, Kind)>| found.into_iter().map(|(at, _)| at);
        storages.extend(ids(storage));
        streams.extend(ids(stream));
    }
    let at = *random.pick(&storages);
    let held: Vec<HandleId> = session
        .open_handles()
        .map(|(at, ..)| at)
        .chain(session.reverted_handles().map(|(at, _)| at))
        .filter(|at| *at != HandleId::ROOT && !session.has_children(*at))
        .collect();
    if open.len() > OPEN_LIMIT {
        return Operation::Close { handle: *random.pick(&held) };
    }
    match random.below(100) {
        0..=15 => create(at, random),
        16..=27 => open_some(session, at, random),
        28..=33 if !held.is_empty() => Operation::Close { handle: *random.pick(&held) },
        28..=33 => open_some(session, at, random),
        34..=57 if !streams.is_empty() => change_stream(session, *random.pick(&streams), random),
        34..=57 => create(at, random),
        58..=62 => Operation::Destroy { at, name: known_name(session, at, random) },
        63..=67 => Operation::Rename {
            at,
            old: known_name(session, at, random),
            new: boundary::name(random),
        },
        68..=73 => Operation::MoveTo {
            at,
            name: known_name(session, at, random),
            destination: *random.pick(&storages),
            new_name: boundary::name(random),
            copy: random.chance(1, 2),
        },
        74..=76 => Operation::CopyTo { at, destination: *random.pick(&storages) },
        77..=79 => {
            Operation::SetClassId { at, class_id: Guid::from_u128(random.next_u64().into()) }
        }
        80 | 81 => Operation::SetStateBits { at, bits: random.next_u32(), mask: random.next_u32() },
        82 | 83 => Operation::SetModified { at, modified: FileTime(random.next_u64() >> 4) },
        84..=92 => Operation::Commit { at },
        93..=97 => Operation::Revert { at },
        _ => Operation::Reopen,
    }
}

fn create(at: HandleId, random: &mut Random) -> Operation {
    let kind = if random.chance(2, 3) { Kind::Stream } else { Kind::Storage };
    let transacted = kind == Kind::Storage && random.chance(1, 2);
    Operation::Create {
        at,
        name: boundary::name(random),
        kind,
        access: if transacted { Access::Transacted } else { Access::Direct },
        replace: random.chance(1, 5),
    }
}

fn open_some(session: &Session, at: HandleId, random: &mut Random) -> Operation {
    let name = known_name(session, at, random);
    let found = session.storage(at).and_then(|tree| tree.get(&name));
    let is_storage = found.is_some_and(|element| element.node.storage().is_some());
    // Now and then as what it is not.
    let as_storage = is_storage != random.chance(1, 15);
    let access = match random.below(5) {
        0 => Access::Read,
        1 | 2 if as_storage => Access::Transacted,
        _ => Access::Direct,
    };
    Operation::Open {
        at,
        name,
        kind: if as_storage { Kind::Storage } else { Kind::Stream },
        access,
    }
}

fn change_stream(session: &Session, stream: HandleId, random: &mut Random) -> Operation {
    let len = session.stream(stream).map_or(0, <[u8]>::len) as u64;
    if random.chance(1, 4) {
        return Operation::SetLen { stream, len: boundary::len(random, MAX_LEN) };
    }
    let offset = match random.below(4) {
        0 => 0,
        1 => len,
        2 => random.below(len + 1),
        _ => boundary::len(random, MAX_LEN),
    };
    let max = if random.chance(1, 6) { MAX_LEN } else { 5_000 };
    let data = Data { seed: random.next_u64(), len: boundary::len(random, max) };
    Operation::Write { stream, offset, data }
}

/// Mostly the name of a child, in its own case or another; else any name.
fn known_name(session: &Session, at: HandleId, random: &mut Random) -> Name {
    let names: Vec<Name> = session
        .storage(at)
        .map(|tree| tree.children().map(|child| child.name).collect())
        .unwrap_or_default();
    if names.is_empty() || random.chance(1, 8) {
        return boundary::name(random);
    }
    let name = *random.pick(&names);
    let flipped: Vec<u16> = name.units().iter().map(|unit| flip_ascii_case(*unit)).collect();
    match Name::stored(&flipped) {
        Ok(flipped) if random.chance(1, 3) => flipped,
        _ => name,
    }
}

fn flip_ascii_case(unit: u16) -> u16 {
    match unit {
        0x41..=0x5A | 0x61..=0x7A => unit ^ 0x20,
        _ => unit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use docfile_compound::ErrorKind;
    use std::collections::BTreeMap;

    /// Runs a program on the model and tells how each step ended.
    fn outcomes(seed: u64) -> Vec<(Operation, Outcome)> {
        let access = if seed.is_multiple_of(3) { Access::Direct } else { Access::Transacted };
        let operations = operations(seed, 300, Tree::default(), access);
        let mut session = Session::open(Tree::default(), access);
        operations
            .into_iter()
            .map(|operation| {
                let outcome = session.apply(&operation);
                (operation, outcome)
            })
            .collect()
    }

    #[test]
    fn a_program_follows_from_its_seed() {
        assert_eq!(outcomes(5), outcomes(5));
        assert_ne!(outcomes(5), outcomes(6));
    }

    #[test]
    fn programs_do_everything_and_meet_every_refusal() {
        let mut done: BTreeMap<String, u32> = BTreeMap::new();
        for (operation, outcome) in (0..60).flat_map(outcomes) {
            let text = format!("{operation:?}");
            let verb = text.split(' ').next().unwrap();
            let key = match outcome {
                Outcome::Refused(kind) => format!("{kind:?}"),
                _ => verb.to_owned(),
            };
            *done.entry(key).or_default() += 1;
        }
        let verbs = [
            "Create",
            "Open",
            "Close",
            "Write",
            "SetLen",
            "Destroy",
            "Rename",
            "MoveTo",
            "CopyTo",
            "SetClassId",
            "SetStateBits",
            "SetModified",
            "Commit",
            "Revert",
            "Reopen",
        ];
        let kinds = [
            ErrorKind::NotFound,
            ErrorKind::AlreadyExists,
            ErrorKind::AccessDenied,
            ErrorKind::InvalidFlag,
            ErrorKind::Reverted,
        ];
        let expected = verbs.map(str::to_owned).into_iter();
        for key in expected.chain(kinds.map(|kind| format!("{kind:?}"))) {
            assert!(done.get(&key).is_some_and(|count| *count > 20), "{key}: {done:?}");
        }
    }
}
