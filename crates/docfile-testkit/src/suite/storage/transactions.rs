//! Commit and revert, nested and between roots (`contract/storage.md` 7 and 8;
//! `contract/observed.md` 4.2, rules 26 to 31).

use docfile_compound::{CommitFlags, CommitOutcome, ErrorKind, Guid, OpenMode as Mode};

use super::super::holds;
use super::{
    StorageSuite, commit, done, name, names, new_storage, new_stream, open_storage, open_stream,
    read, refused, root, transacted, write,
};

impl StorageSuite {
    /// Every clause about transactions.
    pub fn transactions(&self) {
        self.what_was_not_committed_is_gone();
        self.a_commit_publishes_what_direct_children_did();
        self.open_children_outlive_a_commit();
        self.a_nested_transaction_goes_on_over_a_commit_of_the_root();
        self.revert_forgets_and_invalidates();
        self.a_direct_revert_does_nothing();
        self.nested_transactions_end_on_their_own();
        self.a_storage_read_in_a_transaction_changes_and_cannot_commit();
        self.each_root_sees_its_own_snapshot();
        self.a_stale_root_commits_only_by_force();
        self.commit_flags_are_checked();
    }

    /// Rule 26.
    pub fn what_was_not_committed_is_gone(&self) {
        const CLAUSE: &str = "rule 26. uncommitted changes are gone after reopening";
        let file = self.sample_file();
        let editor = root(&file, Mode::edit());
        drop(new_stream(&editor, "new"));
        done(editor.try_destroy(&name("storage")), CLAUSE);
        write(&open_stream(&editor, "stream", Mode::child_edit()), b"other bytes");
        drop(editor);
        let root = root(&file, Mode::read());
        holds!(names(&root) == ["stream", "storage"], CLAUSE, "{:?}", names(&root));
        let stream = open_stream(&root, "stream", Mode::child_read());
        holds!(read(&stream) == b"bytes", CLAUSE, "{:?}", read(&stream));
    }

    /// Rule 26.
    pub fn a_commit_publishes_what_direct_children_did(&self) {
        const CLAUSE: &str = "rule 26. committing a parent commits what direct children wrote";
        let file = self.sample_file();
        let editor = root(&file, Mode::edit());
        let storage = open_storage(&editor, "storage", Mode::child_edit());
        let inner = open_stream(&storage, "inner", Mode::child_edit());
        write(&inner, &[9; 6_000]);
        drop(new_stream(&storage, "second"));
        commit(&editor);
        drop((inner, storage, editor));
        let root = root(&file, Mode::read());
        let storage = open_storage(&root, "storage", Mode::child_read());
        holds!(names(&storage) == ["inner", "second"], CLAUSE, "{:?}", names(&storage));
        let inner = open_stream(&storage, "inner", Mode::child_read());
        holds!(read(&inner) == [9; 6_000], CLAUSE, "other bytes");
    }

    /// 8: Commit, "open children stay valid and their own uncommitted changes are not published".
    pub fn open_children_outlive_a_commit(&self) {
        const CLAUSE: &str = "8. open children stay valid through a commit, and what a transacted \
            one has not committed is not published";
        let file = self.sample_file();
        let editor = root(&file, Mode::edit());
        let storage = open_storage(&editor, "storage", transacted());
        let stream = open_stream(&editor, "stream", Mode::child_edit());
        drop(new_stream(&storage, "unpublished"));
        write(&stream, b"after");
        commit(&editor);
        holds!(read(&stream) == b"after", CLAUSE, "{:?}", read(&stream));
        holds!(names(&storage) == ["inner", "unpublished"], CLAUSE, "{:?}", names(&storage));
        write(&stream, b"later");
        drop((stream, storage, editor));
        let root = root(&file, Mode::read());
        holds!(
            read(&open_stream(&root, "stream", Mode::child_read())) == b"after",
            CLAUSE,
            "what was written after the commit is in the file"
        );
        let storage = open_storage(&root, "storage", Mode::child_read());
        holds!(names(&storage) == ["inner"], CLAUSE, "{:?}", names(&storage));
    }

    /// 8: Commit, the same sentence; rule 28.
    pub fn a_nested_transaction_goes_on_over_a_commit_of_the_root(&self) {
        const CLAUSE: &str = "8 and rule 28. what a nested transaction wrote before a commit of \
            the root is there when it commits after it";
        // In memory before and after, from memory to sectors, in sectors, and back.
        for (before, after) in [(0, 1_000_u32), (1_618, 12_288), (5_000, 9_000), (9_000, 100)] {
            let file = self.sample_file();
            let root = root(&file, Mode::edit());
            let storage = open_storage(&root, "storage", transacted());
            let stream = new_stream(&storage, "stream");
            write(&stream, &vec![1; before]);
            commit(&storage);
            let later: Vec<u8> = (0..after).map(|at| at.to_le_bytes()[0]).collect();
            done(stream.try_set_len(0), CLAUSE);
            write(&stream, &later);
            commit(&root);
            let place = format!("{before} bytes, then {after}");
            holds!(read(&stream) == later, CLAUSE, "{place}: other bytes after the root's commit");
            commit(&storage);
            commit(&root);
            holds!(read(&stream) == later, CLAUSE, "{place}: other bytes after all commits");
            drop((stream, storage, root));
            let root = super::root(&file, Mode::read());
            let storage = open_storage(&root, "storage", Mode::child_read());
            let found = read(&open_stream(&storage, "stream", Mode::child_read()));
            holds!(found == later, CLAUSE, "{place}: other bytes in the file");
        }
    }

    /// 8: Revert; rule 27.
    pub fn revert_forgets_and_invalidates(&self) {
        const CLAUSE: &str = "8 and rule 27. Revert drops uncommitted changes and makes every open \
            child Reverted";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        let storage = open_storage(&root, "storage", Mode::child_edit());
        let inner = open_stream(&storage, "inner", Mode::child_edit());
        let new = new_stream(&root, "new");
        done(root.try_set_class_id(Guid::from_u128(5)), CLAUSE);
        done(root.try_revert(), CLAUSE);
        refused(inner.try_read_at(0, &mut [0]), ErrorKind::Reverted, CLAUSE);
        refused(storage.try_stat(), ErrorKind::Reverted, CLAUSE);
        refused(storage.try_commit(CommitFlags::DEFAULT), ErrorKind::Reverted, CLAUSE);
        refused(storage.try_revert(), ErrorKind::Reverted, CLAUSE);
        refused(new.try_len(), ErrorKind::Reverted, CLAUSE);
        holds!(names(&root) == ["stream", "storage"], CLAUSE, "{:?}", names(&root));
        holds!(done(root.try_stat(), CLAUSE).class_id.is_null(), CLAUSE, "the class id stayed");
        let storage = open_storage(&root, "storage", Mode::child_read());
        let inner = open_stream(&storage, "inner", Mode::child_read());
        holds!(read(&inner) == b"inner bytes", CLAUSE, "{:?}", read(&inner));
    }

    /// Rule 27.
    pub fn a_direct_revert_does_nothing(&self) {
        const CLAUSE: &str = "rule 27. in direct mode Revert is a no-op and children stay valid";
        let file = self.sample_file();
        let root = root(&file, Mode::direct());
        let stream = open_stream(&root, "stream", Mode::child_edit());
        write(&stream, b"after");
        done(root.try_revert(), CLAUSE);
        holds!(read(&stream) == b"after", CLAUSE, "{:?}", read(&stream));
        let storage = open_storage(&root, "storage", Mode::child_edit());
        drop(new_stream(&storage, "new"));
        done(storage.try_revert(), CLAUSE);
        holds!(names(&storage) == ["new", "inner"], CLAUSE, "{:?}", names(&storage));
        let outcome = done(storage.try_commit(CommitFlags::DEFAULT), "8. direct: a no-op");
        holds!(outcome == CommitOutcome::Committed, CLAUSE, "{outcome:?}");
    }

    /// Rule 28.
    pub fn nested_transactions_end_on_their_own(&self) {
        const CLAUSE: &str = "rule 28. transacted sub-storages commit and revert on their own, in \
            direct and in transacted roots";
        for mode in [Mode::direct(), Mode::edit()] {
            let file = self.sample_file();
            let root = root(&file, mode);
            let storage = open_storage(&root, "storage", transacted());
            let inner = open_stream(&storage, "inner", Mode::child_edit());
            write(&inner, b"dropped bytes");
            let deep = new_storage(&storage, "deep", transacted());
            drop(new_stream(&deep, "leaf"));
            commit(&deep);
            done(storage.try_revert(), CLAUSE);
            refused(inner.try_len(), ErrorKind::Reverted, CLAUSE);
            refused(deep.try_list(), ErrorKind::Reverted, CLAUSE);
            holds!(names(&storage) == ["inner"], CLAUSE, "{:?} after revert", names(&storage));
            drop((inner, deep));
            let deep = new_storage(&storage, "deep", transacted());
            drop(new_stream(&deep, "leaf"));
            commit(&deep);
            commit(&storage);
            drop((deep, storage));
            let storage = open_storage(&root, "storage", Mode::child_read());
            holds!(names(&storage) == ["deep", "inner"], CLAUSE, "{:?}", names(&storage));
            let deep = open_storage(&storage, "deep", Mode::child_read());
            holds!(names(&deep) == ["leaf"], CLAUSE, "{:?} in the inmost", names(&deep));
        }
    }

    /// 8 and rule 29.
    pub fn a_storage_read_in_a_transaction_changes_and_cannot_commit(&self) {
        const CLAUSE: &str = "8 and rule 29. a READ-access transacted sub-storage can be edited; \
            its Commit is AccessDenied";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        let mode = Mode::child_read().with(Mode::TRANSACTED);
        let storage = open_storage(&root, "storage", mode);
        drop(new_stream(&storage, "new"));
        holds!(names(&storage) == ["new", "inner"], CLAUSE, "{:?}", names(&storage));
        refused(storage.try_commit(CommitFlags::DEFAULT), ErrorKind::AccessDenied, CLAUSE);
        drop(storage);
        let storage = open_storage(&root, "storage", Mode::child_read());
        holds!(names(&storage) == ["inner"], CLAUSE, "{:?} afterwards", names(&storage));
    }

    /// 7 and rule 30.
    pub fn each_root_sees_its_own_snapshot(&self) {
        const CLAUSE: &str = "7 and rule 30. each transacted root sees the file as it was when it \
            was opened, whatever others commit";
        let file = self.sample_file();
        let reader = root(&file, Mode::READ | Mode::SHARE_DENY_NONE | Mode::TRANSACTED);
        let stream = open_stream(&reader, "stream", Mode::child_read());
        for round in 0..20 {
            let mode = Mode::READWRITE | Mode::SHARE_DENY_NONE | Mode::TRANSACTED;
            let writer = root(&file, mode);
            write(&open_stream(&writer, "stream", Mode::child_edit()), &[round; 5_000]);
            drop(new_stream(&writer, &format!("new {round}")));
            commit(&writer);
        }
        holds!(names(&reader) == ["stream", "storage"], CLAUSE, "{:?}", names(&reader));
        holds!(read(&stream) == b"bytes", CLAUSE, "an open stream changed");
        let storage = open_storage(&reader, "storage", Mode::child_read());
        let inner = open_stream(&storage, "inner", Mode::child_read());
        holds!(read(&inner) == b"inner bytes", CLAUSE, "a stream opened later changed");
        drop((inner, storage, stream, reader));
        holds!(names(&root(&file, Mode::read())).len() == 22, CLAUSE, "a new root sees less");
    }

    /// 8 and rule 30.
    pub fn a_stale_root_commits_only_by_force(&self) {
        const CLAUSE: &str = "8 and rule 30. Commit(ONLYIFCURRENT) on the stale root is NotCurrent, \
            also after Revert; DEFAULT commits and wins";
        let file = self.sample_file();
        let mode = Mode::READWRITE | Mode::SHARE_DENY_NONE | Mode::TRANSACTED;
        let (first, second) = (root(&file, mode), root(&file, mode));
        drop(new_stream(&first, "of the first"));
        drop(new_stream(&second, "of the second"));
        done(first.try_commit(CommitFlags::ONLY_IF_CURRENT), "8. the first is current");
        let stale = |flags| second.try_commit(flags);
        refused(stale(CommitFlags::ONLY_IF_CURRENT), ErrorKind::NotCurrent, CLAUSE);
        done(second.try_revert(), CLAUSE);
        let seen = names(&second);
        holds!(seen == ["stream", "storage"], CLAUSE, "{seen:?} after Revert");
        refused(stale(CommitFlags::ONLY_IF_CURRENT), ErrorKind::NotCurrent, CLAUSE);
        write(&open_stream(&second, "stream", Mode::child_edit()), b"wins!");
        done(stale(CommitFlags::DEFAULT), CLAUSE);
        done(stale(CommitFlags::ONLY_IF_CURRENT), "8. current since its own last commit");
        drop((first, second));
        let root = root(&file, Mode::read());
        let stream = open_stream(&root, "stream", Mode::child_read());
        holds!(read(&stream) == b"wins!", CLAUSE, "{:?}", read(&stream));
    }

    /// 8: Commit.
    pub fn commit_flags_are_checked(&self) {
        const CLAUSE: &str = "8. unknown STGC bits are InvalidFlag; the known ones commit";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        let wrong = CommitFlags::from_bits(0x10);
        refused(root.try_commit(wrong), ErrorKind::InvalidFlag, CLAUSE);
        for (index, flags) in [
            CommitFlags::DEFAULT,
            CommitFlags::OVERWRITE,
            CommitFlags::ONLY_IF_CURRENT,
            CommitFlags::TO_CACHE_ONLY,
            CommitFlags::CONSOLIDATE,
        ]
        .into_iter()
        .enumerate()
        {
            drop(new_stream(&root, &format!("new {index}")));
            done(root.try_commit(flags), CLAUSE);
        }
        drop(root);
        let found = names(&super::root(&file, Mode::read()));
        holds!(found.len() == 7, CLAUSE, "{found:?}");
    }
}
