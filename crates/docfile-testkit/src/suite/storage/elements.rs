//! Creating, opening, destroying and renaming elements, and what is said of them
//! (`contract/storage.md` 8; `contract/observed.md` 4.2, rules 10 to 17, 21 and 34).

use docfile_compound::{ElementKind, ErrorKind, FileTime, Guid, Name, OpenMode as Mode};

use super::super::holds;
use super::{
    StorageSuite, commit, done, name, names, new_storage, new_stream, open_storage, open_stream,
    read, refused, root, transacted, write,
};

impl StorageSuite {
    /// Every clause about elements.
    pub fn elements(&self) {
        self.a_name_has_1_to_31_units_and_none_of_four_characters();
        self.names_keep_their_case_and_are_found_in_any();
        self.a_child_is_opened_exclusively();
        self.flags_that_children_cannot_have_are_refused();
        self.a_name_that_is_taken_is_refused_or_replaced();
        self.an_element_is_open_once_at_a_time();
        self.a_storage_opened_for_reading_cannot_be_changed();
        self.what_was_destroyed_answers_reverted();
        self.what_is_open_cannot_be_renamed();
        self.attributes_are_kept();
        self.a_sub_storage_says_its_name_and_mode();
    }

    /// 8, "Naming"; rule 16.
    pub fn a_name_has_1_to_31_units_and_none_of_four_characters(&self) {
        const CLAUSE: &str = "8 and rule 16. names of 32 units, and / \\ : !, are InvalidName";
        for text in ["", &"x".repeat(32), "a/b", "a\\b", "a:b", "a!b"] {
            refused(Name::new(text), ErrorKind::InvalidName, &format!("{CLAUSE} ({text:?})"));
        }
        let file = self.empty_file();
        let root = root(&file, Mode::edit());
        for text in ["x", &"y".repeat(31), "\u{1}CompObj", "\u{5}SummaryInformation", "😀"] {
            drop(new_stream(&root, text));
        }
        commit(&root);
        holds!(names(&root).len() == 5, CLAUSE, "{:?}", names(&root));
        // A name from a damaged file can be looked for, and cannot be given.
        let empty = done(Name::stored(&[]), CLAUSE);
        refused(root.try_create_stream(&empty, Mode::child_edit()), ErrorKind::InvalidName, CLAUSE);
        refused(root.try_rename(&name("x"), &empty), ErrorKind::InvalidName, CLAUSE);
    }

    /// 8, "Naming".
    pub fn names_keep_their_case_and_are_found_in_any(&self) {
        const CLAUSE: &str = "8. case is kept, lookup ignores it; shorter names come first";
        let file = self.empty_file();
        let root = root(&file, Mode::edit());
        for text in ["bb", "A", "Ccc", "É"] {
            drop(new_stream(&root, text));
        }
        for _ in 0..2 {
            holds!(names(&root) == ["A", "É", "bb", "Ccc"], CLAUSE, "{:?}", names(&root));
            let found = done(root.try_find(&name("CCC")), CLAUSE);
            holds!(found.is_some_and(|stat| stat.name == name("Ccc")), CLAUSE, "not found");
            open_stream(&root, "é", Mode::child_read());
            commit(&root);
        }
        refused(
            root.try_create_stream(&name("cCC"), Mode::child_edit()),
            ErrorKind::AlreadyExists,
            CLAUSE,
        );
    }

    /// 8; rule 15.
    pub fn a_child_is_opened_exclusively(&self) {
        const CLAUSE: &str = "8 and rule 15. children are opened SHARE_EXCLUSIVE, else InvalidFlag";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        for share in [
            Mode::from_bits(0),
            Mode::SHARE_DENY_NONE,
            Mode::SHARE_DENY_READ,
            Mode::SHARE_DENY_WRITE,
        ] {
            let mode = Mode::READWRITE | share;
            let flag = ErrorKind::InvalidFlag;
            refused(root.try_open_stream(&name("stream"), mode), flag, CLAUSE);
            refused(root.try_open_storage(&name("storage"), mode), flag, CLAUSE);
            refused(root.try_create_stream(&name("new"), mode), flag, CLAUSE);
            refused(root.try_create_storage(&name("new"), mode), flag, CLAUSE);
        }
        holds!(names(&root).len() == 2, CLAUSE, "{:?}", names(&root));
    }

    /// 8; rule 15.
    pub fn flags_that_children_cannot_have_are_refused(&self) {
        const CLAUSE: &str = "8 and rule 15. no TRANSACTED and no DELETEONRELEASE for streams, no \
            CREATE in opening, no PRIORITY";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        let (function, flag) = (ErrorKind::InvalidFunction, ErrorKind::InvalidFlag);
        for wrong in [Mode::TRANSACTED, Mode::DELETEONRELEASE] {
            let mode = Mode::child_edit().with(wrong);
            refused(root.try_open_stream(&name("stream"), mode), function, CLAUSE);
            refused(root.try_create_stream(&name("new"), mode), function, CLAUSE);
        }
        let creating = Mode::child_edit().with(Mode::CREATE);
        refused(root.try_open_stream(&name("stream"), creating), flag, CLAUSE);
        refused(root.try_open_storage(&name("storage"), creating), flag, CLAUSE);
        for wrong in [Mode::PRIORITY, Mode::DELETEONRELEASE] {
            let mode = Mode::child_edit().with(wrong);
            refused(root.try_open_storage(&name("storage"), mode), function, CLAUSE);
        }
        let deleting = Mode::child_edit().with(Mode::DELETEONRELEASE);
        refused(root.try_create_storage(&name("new"), deleting), flag, CLAUSE);
    }

    /// 8; rule 17.
    pub fn a_name_that_is_taken_is_refused_or_replaced(&self) {
        const CLAUSE: &str = "8 and rule 17. a taken name is AlreadyExists; with CREATE the old \
            element gives way and its open stream answers Reverted";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        let (exists, edit) = (ErrorKind::AlreadyExists, Mode::child_edit());
        for text in ["stream", "STORAGE"] {
            refused(root.try_create_stream(&name(text), edit), exists, CLAUSE);
            refused(root.try_create_storage(&name(text), edit), exists, CLAUSE);
        }
        let old = open_stream(&root, "stream", edit);
        let new = done(root.try_create_stream(&name("stream"), edit.with(Mode::CREATE)), CLAUSE);
        holds!(read(&new).is_empty(), CLAUSE, "the new stream has bytes");
        refused(old.try_read_at(0, &mut [0; 4]), ErrorKind::Reverted, CLAUSE);
        refused(old.try_write_at(0, b"x"), ErrorKind::Reverted, CLAUSE);
        refused(old.try_stat(), ErrorKind::Reverted, CLAUSE);
        let kind = done(root.try_find(&name("storage")), CLAUSE).map(|stat| stat.kind);
        holds!(kind == Some(ElementKind::Storage), CLAUSE, "{kind:?}");
    }

    /// 8; rule 21.
    pub fn an_element_is_open_once_at_a_time(&self) {
        const CLAUSE: &str = "8 and rule 21. a second open of an open child is AccessDenied";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        let stream = open_stream(&root, "stream", Mode::child_read());
        let storage = open_storage(&root, "storage", Mode::child_edit());
        let (denied, read) = (ErrorKind::AccessDenied, Mode::child_read());
        refused(root.try_open_stream(&name("STREAM"), read), denied, CLAUSE);
        refused(root.try_open_storage(&name("storage"), read), denied, CLAUSE);
        drop((stream, storage));
        open_stream(&root, "stream", read);
        open_storage(&root, "storage", read);
        refused(
            root.try_open_stream(&name("absent"), read),
            ErrorKind::NotFound,
            "8. FILENOTFOUND",
        );
        refused(root.try_open_storage(&name("absent"), read), ErrorKind::NotFound, "8.");
    }

    /// Rules 12 and 34.
    pub fn a_storage_opened_for_reading_cannot_be_changed(&self) {
        const CLAUSE: &str = "rules 12 and 34. a storage opened with SHARE_EXCLUSIVE alone cannot \
            be changed: CreateStream and DestroyElement AccessDenied whether or not the name \
            exists, CreateStorage over an element AlreadyExists";
        let file = self.sample_file();
        let root = root(&file, Mode::direct());
        let storage = open_storage(&root, "storage", Mode::child_read());
        let (denied, edit) = (ErrorKind::AccessDenied, Mode::child_edit());
        for text in ["inner", "absent"] {
            refused(storage.try_create_stream(&name(text), edit), denied, CLAUSE);
            refused(storage.try_destroy(&name(text)), denied, CLAUSE);
        }
        refused(storage.try_create_storage(&name("inner"), edit), ErrorKind::AlreadyExists, CLAUSE);
        refused(storage.try_create_storage(&name("absent"), edit), denied, CLAUSE);
        refused(storage.try_open_stream(&name("inner"), edit), ErrorKind::InvalidFlag, "rule 10.");
        refused(storage.try_set_class_id(Guid::from_u128(1)), denied, CLAUSE);
        let inner = open_stream(&storage, "inner", Mode::child_read());
        refused(inner.try_write_at(0, b"x"), denied, "9. a stream opened for reading");
        refused(inner.try_set_len(0), denied, "9. a stream opened for reading");
    }

    /// 8; rule 21.
    pub fn what_was_destroyed_answers_reverted(&self) {
        const CLAUSE: &str = "8 and rule 21. destroying an open element succeeds, and the object \
            then answers Reverted, as does what was opened from it";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        let storage = open_storage(&root, "storage", Mode::child_edit());
        let inner = open_stream(&storage, "inner", Mode::child_edit());
        done(root.try_destroy(&name("Storage")), CLAUSE);
        let reverted = ErrorKind::Reverted;
        refused(inner.try_read_at(0, &mut [0]), reverted, CLAUSE);
        refused(inner.try_set_len(1), reverted, CLAUSE);
        refused(storage.try_stat(), reverted, CLAUSE);
        refused(storage.try_list(), reverted, CLAUSE);
        refused(storage.try_create_stream(&name("n"), Mode::child_edit()), reverted, CLAUSE);
        refused(storage.try_destroy(&name("inner")), reverted, CLAUSE);
        refused(storage.try_set_state_bits(1, 1), reverted, CLAUSE);
        refused(root.try_destroy(&name("storage")), ErrorKind::NotFound, "8. FILENOTFOUND");
        holds!(names(&root) == ["stream"], CLAUSE, "{:?}", names(&root));
        let again = new_storage(&root, "storage", Mode::child_edit());
        holds!(names(&again).is_empty(), CLAUSE, "the new storage is not empty");
    }

    /// 8; rules 21 and 37.
    pub fn what_is_open_cannot_be_renamed(&self) {
        const CLAUSE: &str = "8 and rules 21 and 37. RenameElement: not while open, not to a taken \
            name; lookup changes at once and the contents stay";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        let stream = open_stream(&root, "stream", Mode::child_read());
        let rename = |old: &str, new: &str| root.try_rename(&name(old), &name(new));
        refused(rename("stream", "other"), ErrorKind::AccessDenied, CLAUSE);
        drop(stream);
        refused(rename("stream", "storage"), ErrorKind::AlreadyExists, CLAUSE);
        refused(rename("absent", "other"), ErrorKind::NotFound, CLAUSE);
        done(rename("stream", "a longer name"), CLAUSE);
        holds!(names(&root) == ["storage", "a longer name"], CLAUSE, "{:?}", names(&root));
        let moved = open_stream(&root, "A LONGER NAME", Mode::child_read());
        holds!(read(&moved) == b"bytes", CLAUSE, "other contents");
        refused(
            root.try_open_stream(&name("stream"), Mode::child_read()),
            ErrorKind::NotFound,
            CLAUSE,
        );
    }

    /// 8: SetClass, SetStateBits, SetElementTimes.
    pub fn attributes_are_kept(&self) {
        const CLAUSE: &str = "8. a new storage has CLSID_NULL; class id, state bits (new = old AND \
            NOT mask OR bits AND mask) and times are kept through a commit";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        let storage = open_storage(&root, "storage", Mode::child_edit());
        let stat = done(storage.try_stat(), CLAUSE);
        holds!(stat.class_id.is_null() && stat.state_bits == 0, CLAUSE, "{stat:?}");
        let id = Guid::from_u128(0x1234_5678);
        done(storage.try_set_class_id(id), CLAUSE);
        done(storage.try_set_state_bits(0xFFFF_0000, 0xFF00_FF00), CLAUSE);
        done(storage.try_set_state_bits(0x0000_00FF, 0x8000_000F), CLAUSE);
        let (created, modified) = (Some(FileTime(70)), Some(FileTime(80)));
        done(root.try_set_times(Some(&name("storage")), created, None), CLAUSE);
        done(storage.try_set_times(None, None, modified), CLAUSE);
        done(root.try_set_times(Some(&name("stream")), created, modified), "8. streams: no times");
        refused(
            root.try_set_times(Some(&name("absent")), created, None),
            ErrorKind::NotFound,
            CLAUSE,
        );
        drop(storage);
        commit(&root);
        drop(root);
        let root = super::root(&file, Mode::read());
        let found = done(root.try_find(&name("storage")), CLAUSE);
        let facts = found.map(|stat| (stat.class_id, stat.state_bits, stat.created, stat.modified));
        let expected = (id, 0x7F00_000F, FileTime(70), FileTime(80));
        holds!(facts == Some(expected), CLAUSE, "{facts:?}");
        let stream = done(root.try_find(&name("stream")), CLAUSE);
        let times = stream.map(|stat| (stat.created, stat.modified));
        holds!(times == Some((FileTime::NONE, FileTime::NONE)), CLAUSE, "{times:?}");
    }

    /// 8; rule 12.
    pub fn a_sub_storage_says_its_name_and_mode(&self) {
        const CLAUSE: &str = "8 and rule 12. Stat of a child: its own name, its mode as opened \
            minus CREATE, size 0 for a storage; CreateStorage accepts READ access";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        for mode in [Mode::child_read(), Mode::child_edit(), transacted()] {
            let stat = done(open_storage(&root, "STORAGE", mode).try_stat(), CLAUSE);
            let right = stat.name == name("storage") && stat.mode == mode && stat.len == 0;
            holds!(right && stat.kind == ElementKind::Storage, CLAUSE, "{stat:?}");
        }
        let created = new_storage(&root, "readable", Mode::child_read());
        let stat = done(created.try_stat(), CLAUSE);
        holds!(stat.mode.bits() == 0x10, CLAUSE, "{stat:?}");
        let replaced = Mode::child_edit().with(Mode::CREATE);
        let stat = done(new_storage(&root, "storage", replaced).try_stat(), CLAUSE);
        holds!(stat.mode == Mode::child_edit(), CLAUSE, "{stat:?}");
        let stream = open_stream(&root, "stream", Mode::child_edit());
        write(&stream, &[1; 70]);
        let stat = done(stream.try_stat(), CLAUSE);
        let right = stat.len == 70 && stat.mode == Mode::child_edit();
        holds!(right && stat.kind == ElementKind::Stream, CLAUSE, "{stat:?}");
    }
}
