//! The model against the sentences of the contract that it is made of.

use docfile_compound::{ErrorKind, Name};

use super::super::{Access, Data, HandleId, Kind, Operation, Outcome, Session, Tree};

const ROOT: HandleId = HandleId::ROOT;

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn open_transacted() -> Session {
    Session::open(Tree::default(), Access::Transacted)
}

fn create(session: &mut Session, at: HandleId, text: &str, kind: Kind, access: Access) -> HandleId {
    let operation = Operation::Create { at, name: name(text), kind, access, replace: false };
    match session.apply(&operation) {
        Outcome::Opened(handle) => handle,
        other => panic!("{other:?}"),
    }
}

fn write(session: &mut Session, stream: HandleId, len: u64) -> Outcome {
    session.apply(&Operation::Write { stream, offset: 0, data: Data { seed: 1, len } })
}

#[test]
fn a_nested_commit_reaches_the_medium_only_with_the_root() {
    let mut session = open_transacted();
    let storage = create(&mut session, ROOT, "s", Kind::Storage, Access::Transacted);
    create(&mut session, storage, "t", Kind::Stream, Access::Direct);
    session.apply(&Operation::Commit { at: ROOT });
    assert_eq!(session.committed().walk().len(), 1, "the child's own changes are not published");
    session.apply(&Operation::Commit { at: storage });
    assert_eq!(session.committed().walk().len(), 1);
    session.apply(&Operation::Commit { at: ROOT });
    assert_eq!(session.committed().walk().len(), 2);
}

#[test]
fn a_commit_publishes_what_direct_children_wrote() {
    let mut session = open_transacted();
    let stream = create(&mut session, ROOT, "t", Kind::Stream, Access::Direct);
    write(&mut session, stream, 10);
    session.apply(&Operation::Commit { at: ROOT });
    assert_eq!(session.committed().stream_len(), 10);
    assert_eq!(write(&mut session, stream, 20), Outcome::Done, "children outlive a commit");
}

#[test]
fn a_revert_invalidates_what_was_opened_below() {
    let mut session = open_transacted();
    let storage = create(&mut session, ROOT, "s", Kind::Storage, Access::Direct);
    let stream = create(&mut session, storage, "t", Kind::Stream, Access::Direct);
    session.apply(&Operation::Revert { at: storage });
    assert_eq!(write(&mut session, stream, 1), Outcome::Done, "a direct revert does nothing");
    session.apply(&Operation::Revert { at: ROOT });
    assert_eq!(write(&mut session, stream, 1), Outcome::Refused(ErrorKind::Reverted));
    let commit = session.apply(&Operation::Commit { at: storage });
    assert_eq!(commit, Outcome::Refused(ErrorKind::Reverted));
    assert_eq!(session.storage(ROOT), Some(&Tree::default()));
}

#[test]
fn an_element_is_open_once_and_cannot_be_renamed_meanwhile() {
    let mut session = open_transacted();
    let stream = create(&mut session, ROOT, "t", Kind::Stream, Access::Direct);
    let again =
        Operation::Open { at: ROOT, name: name("T"), kind: Kind::Stream, access: Access::Read };
    let rename = Operation::Rename { at: ROOT, old: name("T"), new: name("u") };
    for operation in [again, rename] {
        assert_eq!(session.apply(&operation), Outcome::Refused(ErrorKind::AccessDenied));
    }
    session.apply(&Operation::Close { handle: stream });
    assert_eq!(session.apply(&rename), Outcome::Done);
    assert_eq!(session.apply(&again), Outcome::Refused(ErrorKind::NotFound));
}

#[test]
fn destroying_what_is_open_invalidates_it() {
    let mut session = open_transacted();
    let storage = create(&mut session, ROOT, "s", Kind::Storage, Access::Direct);
    let stream = create(&mut session, storage, "t", Kind::Stream, Access::Direct);
    session.apply(&Operation::Destroy { at: ROOT, name: name("S") });
    assert_eq!(write(&mut session, stream, 1), Outcome::Refused(ErrorKind::Reverted));
}

#[test]
fn a_copy_merges_storages_and_replaces_streams() {
    let from = Tree::default()
        .with_storage("s", Tree::default().with_stream("one", "1"))
        .with_stream("t", "new");
    let to = Tree::default()
        .with_storage("S", Tree::default().with_stream("two", "2"))
        .with_stream("T", "old");
    let medium = Tree::default().with_storage("from", from).with_storage("to", to);
    let mut session = Session::open(medium, Access::Transacted);
    let mut open = |text: &str| {
        let (kind, access) = (Kind::Storage, Access::Direct);
        match session.apply(&Operation::Open { at: ROOT, name: name(text), kind, access }) {
            Outcome::Opened(handle) => handle,
            other => panic!("{other:?}"),
        }
    };
    let (at, destination) = (open("from"), open("to"));
    assert_eq!(session.apply(&Operation::CopyTo { at, destination }), Outcome::Done);
    let expected = Tree::default()
        .with_storage("S", Tree::default().with_stream("one", "1").with_stream("two", "2"))
        .with_stream("t", "new");
    assert_eq!(session.storage(destination).unwrap().difference(&expected), None);
    let up = session.apply(&Operation::CopyTo { at: ROOT, destination });
    assert_eq!(up, Outcome::Refused(ErrorKind::AccessDenied));
}
