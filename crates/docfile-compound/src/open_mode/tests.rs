//! The rows of `contract/storage.md` 7 to 9 and `contract/observed.md` 4.2 as tables.

use super::*;
use crate::error::{ErrorKind, Result};

const READ: OpenMode = OpenMode::READ;
const WRITE: OpenMode = OpenMode::WRITE;
const READWRITE: OpenMode = OpenMode::READWRITE;
const EXCLUSIVE: OpenMode = OpenMode::SHARE_EXCLUSIVE;
const DENY_WRITE: OpenMode = OpenMode::SHARE_DENY_WRITE;
const DENY_READ: OpenMode = OpenMode::SHARE_DENY_READ;
const DENY_NONE: OpenMode = OpenMode::SHARE_DENY_NONE;
const TRANSACTED: OpenMode = OpenMode::TRANSACTED;
const CREATE: OpenMode = OpenMode::CREATE;
const CONVERT: OpenMode = OpenMode::CONVERT;
const PRIORITY: OpenMode = OpenMode::PRIORITY;
const NOSCRATCH: OpenMode = OpenMode::NOSCRATCH;
const NOSNAPSHOT: OpenMode = OpenMode::NOSNAPSHOT;
const SWMR: OpenMode = OpenMode::DIRECT_SWMR;
const DELETE: OpenMode = OpenMode::DELETEONRELEASE;
const SIMPLE: OpenMode = OpenMode::SIMPLE;

const FLAG: Option<ErrorKind> = Some(ErrorKind::InvalidFlag);
const FUNCTION: Option<ErrorKind> = Some(ErrorKind::InvalidFunction);
const DENIED: Option<ErrorKind> = Some(ErrorKind::AccessDenied);
const LATER: Option<ErrorKind> = Some(ErrorKind::Unimplemented);
const OK: Option<ErrorKind> = None;

const UNKNOWN_BITS: [u32; 8] = [4, 8, 0x80, 0x800, 0x8000, 0x8_0000, 0x80_0000, 0x8000_0000];

#[track_caller]
fn assert_table(check: impl Fn(OpenMode) -> Result<()>, rows: &[(OpenMode, Option<ErrorKind>)]) {
    for (mode, expected) in rows {
        assert_eq!(check(*mode).err().map(|error| error.kind()), *expected, "{mode:?}");
    }
}

#[test]
fn a_root_is_created_as_contract_7_lists_it() {
    assert_table(
        OpenMode::check_create_root,
        &[
            // "no share flag in direct mode; read access in direct mode; EXCLUSIVE without write
            // access; DENY_WRITE in direct mode; PRIORITY; WRITE OR READWRITE"
            (READ, FLAG),
            (CREATE, FLAG),
            (CREATE | READWRITE, FLAG),
            (CREATE | EXCLUSIVE, FLAG),
            (EXCLUSIVE | READ | TRANSACTED, FLAG),
            (CREATE | DENY_WRITE | READWRITE, FLAG),
            (DENY_WRITE | WRITE, FLAG),
            (DENY_NONE | READWRITE, FLAG),
            (PRIORITY, FLAG),
            (EXCLUSIVE | READWRITE | WRITE | TRANSACTED, FLAG),
            (EXCLUSIVE | READWRITE, OK),
            (EXCLUSIVE | WRITE, OK),
            (CREATE | EXCLUSIVE | READWRITE | TRANSACTED, OK),
            // "TRANSACTED without share flag"; rule 4
            (CREATE | READWRITE | TRANSACTED, OK),
            (TRANSACTED | DENY_WRITE | READWRITE, OK),
            (TRANSACTED | CREATE | DENY_WRITE | WRITE, OK),
            (TRANSACTED | CREATE | DENY_NONE | READWRITE, OK),
            // "TRANSACTED with READ access", but for the two that the tests refuse
            (TRANSACTED | READ, OK),
            (TRANSACTED | DENY_WRITE | READ, FLAG),
            (TRANSACTED | DENY_NONE | READ, FLAG),
            // "CONVERT with DELETEONRELEASE", "CREATE/CONVERT with NOSNAPSHOT"
            (CONVERT | DELETE | EXCLUSIVE | READWRITE, FLAG),
            (CREATE | NOSNAPSHOT | TRANSACTED | READWRITE, FLAG),
            (CONVERT | NOSNAPSHOT | TRANSACTED | READWRITE, FLAG),
            (CREATE | CONVERT | EXCLUSIVE | READWRITE, FLAG),
            // "NOSCRATCH: only with TRANSACTED"
            (NOSCRATCH | EXCLUSIVE | READWRITE, FLAG),
            (NOSCRATCH | TRANSACTED | EXCLUSIVE | READWRITE, OK),
            // left to a later face
            (CONVERT | EXCLUSIVE | READWRITE, LATER),
            (DELETE | EXCLUSIVE | READWRITE, LATER),
            (CREATE | SIMPLE | EXCLUSIVE | READWRITE, LATER),
            (CREATE | SWMR | DENY_WRITE | READWRITE, LATER),
        ],
    );
}

#[test]
fn a_root_is_opened_as_contract_7_lists_it() {
    assert_table(
        OpenMode::check_open_root,
        &[
            // "mode 0"; "CREATE, CONVERT"
            (READ, FLAG),
            (CREATE | EXCLUSIVE | READ, FLAG),
            (CONVERT | EXCLUSIVE | READWRITE, FLAG),
            // direct
            (READ | DENY_WRITE, OK),
            (READ | EXCLUSIVE, OK),
            (READWRITE | EXCLUSIVE, OK),
            (READ | DENY_NONE, FLAG),
            (READ | DENY_READ, FLAG),
            (READWRITE | DENY_WRITE, FLAG),
            // transacted
            (READ | TRANSACTED | DENY_NONE, OK),
            (READ | TRANSACTED, OK),
            (READ | TRANSACTED | EXCLUSIVE, OK),
            (READWRITE | TRANSACTED, OK),
            (READWRITE | TRANSACTED | DENY_READ, OK),
            (NOSCRATCH | TRANSACTED | DENY_WRITE | READWRITE, OK),
            (NOSCRATCH | READ | DENY_WRITE, FLAG),
            // PRIORITY, rule 8
            (PRIORITY, LATER),
            (PRIORITY | DENY_NONE, LATER),
            (PRIORITY | EXCLUSIVE, LATER),
            (PRIORITY | DENY_WRITE, LATER),
            (PRIORITY | DENY_READ, LATER),
            (PRIORITY | READWRITE, FLAG),
            (PRIORITY | TRANSACTED, FLAG),
            (PRIORITY | SIMPLE, FLAG),
            (PRIORITY | NOSCRATCH, FLAG),
            (PRIORITY | NOSNAPSHOT, FLAG),
            (PRIORITY | DELETE, FUNCTION),
            (DELETE | EXCLUSIVE | READWRITE, FUNCTION),
            // SIMPLE, DIRECT_SWMR, NOSNAPSHOT
            (SIMPLE | EXCLUSIVE | READ, LATER),
            (SIMPLE | EXCLUSIVE | READWRITE, LATER),
            (SIMPLE | DENY_WRITE | READ, FLAG),
            (SIMPLE | EXCLUSIVE | READWRITE | TRANSACTED, FLAG),
            (SWMR | READWRITE | DENY_WRITE, LATER),
            (SWMR | READ | DENY_NONE, LATER),
            (SWMR | READWRITE | EXCLUSIVE, FLAG),
            (SWMR | READWRITE | DENY_WRITE | TRANSACTED, FLAG),
            (NOSNAPSHOT | TRANSACTED | READWRITE, LATER),
            (NOSNAPSHOT | TRANSACTED | READWRITE | EXCLUSIVE, FLAG),
            (NOSNAPSHOT | TRANSACTED | READWRITE | DENY_WRITE, FLAG),
            (NOSNAPSHOT | READ | DENY_WRITE, FLAG),
        ],
    );
}

#[test]
fn a_stream_is_opened_and_created_as_contract_8_lists_it() {
    let parent = OpenMode::edit();
    let same = [
        (READ | EXCLUSIVE, OK),
        (READWRITE | EXCLUSIVE, OK),
        (READWRITE, FLAG),
        (READ, FLAG),
        (DENY_NONE | READ, FLAG),
        (DENY_NONE | READWRITE, FLAG),
        (TRANSACTED | EXCLUSIVE | READWRITE, FUNCTION),
        (DELETE | EXCLUSIVE | READWRITE, FUNCTION),
        (PRIORITY | EXCLUSIVE, FLAG),
        (NOSCRATCH | EXCLUSIVE | READWRITE, FLAG),
        (SIMPLE | EXCLUSIVE | READWRITE, FLAG),
        (SWMR | EXCLUSIVE | READWRITE, FLAG),
    ];
    assert_table(|mode| mode.check_open_stream(parent), &same);
    assert_table(|mode| mode.check_create_stream(parent), &same);
    let create = CREATE | EXCLUSIVE | READWRITE;
    assert_table(|mode| mode.check_open_stream(parent), &[(create, FLAG)]);
    let convert = CONVERT | EXCLUSIVE | READWRITE;
    assert_table(|mode| mode.check_create_stream(parent), &[(create, OK), (convert, LATER)]);
}

#[test]
fn a_storage_is_opened_and_created_as_contract_8_lists_it() {
    let parent = OpenMode::direct();
    let same = [
        (EXCLUSIVE, OK),
        (READWRITE | EXCLUSIVE, OK),
        (TRANSACTED | READWRITE | EXCLUSIVE, OK),
        (TRANSACTED | READ | EXCLUSIVE, OK),
        (READWRITE | DENY_WRITE, FLAG),
        (TRANSACTED | READWRITE, FLAG),
        (PRIORITY | EXCLUSIVE, FUNCTION),
        (NOSCRATCH | TRANSACTED | READWRITE | EXCLUSIVE, FLAG),
    ];
    assert_table(|mode| mode.check_open_storage(parent), &same);
    assert_table(|mode| mode.check_create_storage(parent), &same);
    let delete = DELETE | EXCLUSIVE | READWRITE;
    let create = CREATE | EXCLUSIVE | READWRITE;
    let convert = CONVERT | EXCLUSIVE | READWRITE;
    assert_table(
        |mode| mode.check_open_storage(parent),
        &[(delete, FUNCTION), (create, FLAG), (convert, FLAG)],
    );
    assert_table(
        |mode| mode.check_create_storage(parent),
        &[(delete, FLAG), (create, OK), (convert, LATER)],
    );
}

#[test]
fn a_child_has_no_more_access_than_its_direct_parent() {
    let read = READ | EXCLUSIVE;
    let write = WRITE | EXCLUSIVE;
    let both = READWRITE | EXCLUSIVE;
    for check in [OpenMode::check_open_stream, OpenMode::check_open_storage] {
        // "READWRITE on a READ parent: INVALIDFLAG" (rule 10)
        assert_table(
            |mode| check(mode, READ | DENY_WRITE),
            &[(read, OK), (write, FLAG), (both, FLAG)],
        );
        assert_table(|mode| check(mode, write), &[(read, FLAG), (write, OK), (both, FLAG)]);
        // "on a transacted read-only root children may be opened RW" (rule 29)
        let reader = READ | DENY_NONE | TRANSACTED;
        assert_table(|mode| check(mode, reader), &[(read, OK), (write, OK), (both, OK)]);
    }
    // Rules 10, 12 and 34.
    for mode in [read, write, both, CREATE | EXCLUSIVE] {
        assert_table(|mode| mode.check_create_stream(READ | DENY_WRITE), &[(mode, DENIED)]);
        assert_table(|mode| mode.check_create_stream(EXCLUSIVE), &[(mode, DENIED)]);
        assert_table(|mode| mode.check_create_stream(READ | TRANSACTED), &[(mode, OK)]);
        assert_table(|mode| mode.check_create_storage(READ | DENY_WRITE), &[(mode, OK)]);
    }
}

type Check = fn(OpenMode) -> Result<()>;

/// Every check, with a parent that allows everything where there is a parent.
const CHECKS: [Check; 6] = [
    OpenMode::check_open_root,
    OpenMode::check_create_root,
    |mode| mode.check_open_stream(OpenMode::edit()),
    |mode| mode.check_create_stream(OpenMode::edit()),
    |mode| mode.check_open_storage(OpenMode::edit()),
    |mode| mode.check_create_storage(OpenMode::edit()),
];

/// Every value of the groups, with every set of flags.
fn all_modes() -> impl Iterator<Item = OpenMode> {
    let groups = (0..4).flat_map(|access| (0..8).map(move |sharing| access | sharing << 4));
    groups.flat_map(|group| {
        (0..1 << FLAGS.len()).map(move |set: u32| {
            let flags = FLAGS.iter().enumerate().filter(|(index, _)| set >> index & 1 != 0);
            flags.fold(OpenMode(group), |mode, (_, (_, flag))| mode | *flag)
        })
    })
}

#[test]
fn the_modes_that_are_allowed_are_these_and_no_others() {
    let direct_readers = [READ | EXCLUSIVE, READ | DENY_WRITE];
    let direct_writers = [WRITE | EXCLUSIVE, READWRITE | EXCLUSIVE];
    let sharing = [READ, EXCLUSIVE, DENY_WRITE, DENY_READ, DENY_NONE];
    let each = |modes: &[OpenMode], flags: OpenMode| -> Vec<OpenMode> {
        modes.iter().flat_map(|mode| [*mode, *mode | flags]).collect()
    };
    let transacted = |access: OpenMode| sharing.map(|sharing| access | sharing | TRANSACTED);
    let writers = [transacted(WRITE), transacted(READWRITE)].concat();
    let children = [READ | EXCLUSIVE, WRITE | EXCLUSIVE, READWRITE | EXCLUSIVE];
    let expected: [Vec<OpenMode>; 6] = [
        [
            &direct_readers[..],
            &direct_writers,
            &each(&transacted(READ), NOSCRATCH),
            &each(&writers, NOSCRATCH),
        ]
        .concat(),
        each(
            &[&direct_writers[..], &each(&writers, NOSCRATCH), &each(&[TRANSACTED], NOSCRATCH)]
                .concat(),
            CREATE,
        ),
        children.to_vec(),
        each(&children, CREATE),
        each(&children, TRANSACTED),
        each(&each(&children, TRANSACTED), CREATE),
    ];
    for (check, mut expected) in CHECKS.iter().zip(expected) {
        let mut allowed: Vec<_> = all_modes().filter(|mode| check(*mode).is_ok()).collect();
        allowed.sort_by_key(|mode| mode.bits());
        expected.sort_by_key(|mode| mode.bits());
        assert_eq!(allowed, expected);
    }
}

#[test]
fn every_refusal_is_one_of_the_contract_and_later_only_for_what_is_left_to_later() {
    let left = CONVERT | PRIORITY | NOSNAPSHOT | SWMR | DELETE | SIMPLE;
    for check in CHECKS {
        for mode in all_modes() {
            match check(mode).err().map(|error| error.kind()) {
                OK | FLAG | FUNCTION => {}
                LATER => assert!(mode.bits() & left.bits() != 0, "{mode:?}"),
                other => panic!("{mode:?}: {other:?}"),
            }
        }
        for unknown in UNKNOWN_BITS {
            for mode in [OpenMode::read(), OpenMode::edit(), OpenMode::direct()] {
                let mode = mode | OpenMode::from_bits(unknown);
                assert_eq!(check(mode).unwrap_err().kind(), ErrorKind::InvalidFlag, "{mode:?}");
            }
        }
    }
}

#[test]
fn openers_exclude_each_other_by_what_they_deny() {
    let snapshot = READ | DENY_NONE | TRANSACTED;
    let single_writer = READWRITE | DENY_WRITE | TRANSACTED;
    let one_of_many = READWRITE | DENY_READ | TRANSACTED;
    let open_writer = READWRITE | TRANSACTED;
    let rows = [
        (OpenMode::read(), OpenMode::read(), false),
        (OpenMode::read(), OpenMode::edit(), true),
        (OpenMode::read(), READ | EXCLUSIVE, true),
        (READ | EXCLUSIVE, READ | EXCLUSIVE, true),
        (OpenMode::read(), single_writer, true),
        (OpenMode::read(), snapshot, false),
        (OpenMode::direct(), snapshot, true),
        // "single writer, many readers" and "many writers" of contract 7
        (single_writer, snapshot, false),
        (snapshot, snapshot, false),
        (single_writer, single_writer, true),
        (single_writer, open_writer, true),
        (one_of_many, one_of_many, false),
        (one_of_many, snapshot, true),
        (open_writer, open_writer, false),
        (open_writer, snapshot, false),
        (open_writer, one_of_many, false),
    ];
    for (a, b, expected) in rows {
        assert_eq!(a.conflicts(b), expected, "{a:?} beside {b:?}");
        assert_eq!(b.conflicts(a), expected, "{b:?} beside {a:?}");
    }
}

#[test]
fn the_constructors_are_valid_for_what_they_are_for() {
    assert!(OpenMode::read().check_open_root().is_ok());
    assert!(OpenMode::edit().check_open_root().is_ok());
    assert!(OpenMode::edit().check_create_root().is_ok());
    assert!(OpenMode::direct().check_create_root().is_ok());
    assert!(OpenMode::child_read().check_open_stream(OpenMode::read()).is_ok());
    assert!(OpenMode::child_edit().check_create_storage(OpenMode::direct()).is_ok());
}

#[test]
fn a_mode_is_shown_by_its_names() {
    assert_eq!(format!("{:?}", OpenMode::from_bits(0)), "READ");
    assert_eq!(format!("{:?}", OpenMode::edit()), "READWRITE | SHARE_EXCLUSIVE | TRANSACTED");
    assert_eq!(format!("{:?}", OpenMode::from_bits(0x8_0083)), "0x3 | 0x80 | 0x80000");
    assert_eq!((CREATE | OpenMode::direct()).reported(), OpenMode::direct());
    assert_eq!(format!("{:?}", CommitFlags::default()), "DEFAULT");
    let flags = CommitFlags::ONLY_IF_CURRENT | CommitFlags::from_bits(0x10);
    assert_eq!(format!("{flags:?}"), "ONLY_IF_CURRENT | 0x10");
}

#[test]
fn commit_flags_beyond_the_four_are_refused() {
    for bits in 0..0x40 {
        let refused = CommitFlags::from_bits(bits).check().err().map(|error| error.kind());
        assert_eq!(refused, if bits < 0x10 { OK } else { FLAG });
    }
    assert_eq!(CommitOutcome::Committed.hresult(), 0);
    assert_eq!(CommitOutcome::CannotConsolidate.hresult(), 0x30206);
}
