//! Opening and creating roots: which modes make sense, and who may share (`contract/storage.md` 7).

use std::sync::Arc;

use docfile_compound::{
    CompoundFile, ErrorKind, LockBytes, MemoryBytes, OpenMode as Mode, Settings,
};

use super::super::holds;
use super::{StorageSuite, commit, done, name, new_stream, read, refused, root, write};

/// Bits that mean nothing in any mode.
const MEANINGLESS: [u32; 6] = [0x8, 0x80, 0x800, 0x8000, 0x8_0000, 0x80_0000];

impl StorageSuite {
    /// Every clause about roots.
    pub fn roots(&self) {
        self.a_mode_that_makes_no_sense_creates_nothing();
        self.a_mode_that_makes_no_sense_opens_nothing();
        self.modes_that_make_sense_open_a_root();
        self.what_is_left_to_a_later_face_says_so();
        self.an_exclusive_root_excludes_and_a_closed_one_does_not();
        self.what_is_no_compound_file_is_taken_for_a_file_that_exists();
        self.creating_in_an_array_discards_what_it_held();
        self.a_read_only_root_changes_nothing();
        self.a_transacted_read_only_root_changes_and_cannot_commit();
        self.a_root_says_how_it_was_opened();
    }

    /// 7, table "creation"; rules 1 and 4.
    pub fn a_mode_that_makes_no_sense_creates_nothing(&self) {
        const CLAUSE: &str = "7 and rule 1. wrong or unknown bits in creation are InvalidFlag";
        let file = self.create();
        let mut wrong = vec![
            Mode::READWRITE,
            Mode::READ | Mode::SHARE_EXCLUSIVE,
            Mode::READ | Mode::SHARE_DENY_WRITE,
            Mode::READWRITE | Mode::SHARE_DENY_WRITE,
            Mode::READWRITE | Mode::SHARE_DENY_NONE,
            Mode::READWRITE | Mode::SHARE_EXCLUSIVE | Mode::PRIORITY,
            Mode::from_bits(3) | Mode::SHARE_EXCLUSIVE,
        ];
        let known = Mode::READWRITE | Mode::SHARE_EXCLUSIVE;
        wrong.extend(MEANINGLESS.map(|bit| known | Mode::from_bits(bit)));
        for mode in wrong {
            let clause = format!("{CLAUSE} ({mode:?})");
            refused(file.root(mode), ErrorKind::InvalidFlag, &clause);
        }
        let shared = Mode::READWRITE | Mode::TRANSACTED;
        done(file.root(shared), "7 and rule 4. TRANSACTED without a share flag is legal");
    }

    /// 7, table "opening"; rules 6 to 8.
    pub fn a_mode_that_makes_no_sense_opens_nothing(&self) {
        const CLAUSE: &str = "7 and rules 6 to 8. a mode that makes no sense in opening";
        let file = self.sample_file();
        for mode in [
            Mode::READ,
            Mode::READ | Mode::SHARE_DENY_WRITE | Mode::CREATE,
            Mode::READWRITE | Mode::SHARE_EXCLUSIVE | Mode::CONVERT,
            Mode::READ | Mode::SHARE_DENY_NONE,
            Mode::READ | Mode::SHARE_DENY_READ,
            Mode::READWRITE | Mode::SHARE_DENY_WRITE,
            Mode::PRIORITY | Mode::READWRITE,
            Mode::PRIORITY | Mode::TRANSACTED,
            Mode::PRIORITY | Mode::SIMPLE,
            Mode::PRIORITY | Mode::NOSCRATCH,
            Mode::PRIORITY | Mode::NOSNAPSHOT,
            Mode::READWRITE | Mode::SHARE_EXCLUSIVE | Mode::from_bits(0x800),
        ] {
            refused(file.root(mode), ErrorKind::InvalidFlag, &format!("{CLAUSE} ({mode:?})"));
        }
        let deleting = Mode::PRIORITY | Mode::DELETEONRELEASE;
        refused(file.root(deleting), ErrorKind::InvalidFunction, CLAUSE);
    }

    /// 7, table "opening".
    pub fn modes_that_make_sense_open_a_root(&self) {
        for mode in [
            Mode::READ | Mode::SHARE_DENY_WRITE,
            Mode::READ | Mode::SHARE_EXCLUSIVE,
            Mode::READWRITE | Mode::SHARE_EXCLUSIVE,
            Mode::READWRITE | Mode::SHARE_EXCLUSIVE | Mode::TRANSACTED,
            Mode::READ | Mode::SHARE_DENY_NONE | Mode::TRANSACTED,
            Mode::READWRITE | Mode::SHARE_DENY_WRITE | Mode::TRANSACTED | Mode::NOSCRATCH,
            Mode::READWRITE | Mode::TRANSACTED,
        ] {
            let file = self.sample_file();
            done(file.root(mode), &format!("7. a root can be opened with {mode:?}"));
        }
    }

    /// `docs/decisions.md`, "What is left to a COM face".
    pub fn what_is_left_to_a_later_face_says_so(&self) {
        for mode in [
            Mode::PRIORITY | Mode::READ | Mode::SHARE_DENY_NONE,
            Mode::SIMPLE | Mode::READWRITE | Mode::SHARE_EXCLUSIVE,
            Mode::DIRECT_SWMR | Mode::READWRITE | Mode::SHARE_DENY_WRITE,
            Mode::DIRECT_SWMR | Mode::READ | Mode::SHARE_DENY_NONE,
        ] {
            let clause = format!("decisions. {mode:?} is refused explicitly");
            refused(self.sample_file().root(mode), ErrorKind::Unimplemented, &clause);
        }
    }

    /// 7 and rule 7.
    pub fn an_exclusive_root_excludes_and_a_closed_one_does_not(&self) {
        const CLAUSE: &str = "7 and rule 7. a second exclusive open is ShareViolation";
        let file = self.sample_file();
        let first = root(&file, Mode::direct());
        refused(file.root(Mode::direct()), ErrorKind::ShareViolation, CLAUSE);
        refused(file.root(Mode::read()), ErrorKind::ShareViolation, CLAUSE);
        drop(first);
        let reader = root(&file, Mode::read());
        root(&file, Mode::read());
        refused(file.root(Mode::edit()), ErrorKind::ShareViolation, "7. a reader denies writing");
        drop(reader);
        root(&file, Mode::edit());
    }

    /// 7 and rule 5.
    pub fn what_is_no_compound_file_is_taken_for_a_file_that_exists(&self) {
        const CLAUSE: &str = "7 and rule 5. an empty or an ordinary file is FILEALREADYEXISTS";
        for content in [Vec::new(), b"an ordinary file".to_vec(), vec![0; 5_000]] {
            let array = Arc::new(MemoryBytes::new(content.clone()));
            let Err(error) = CompoundFile::try_open(array.clone(), Settings::default()) else {
                panic!("broken contract: {CLAUSE}\nseen: it opens");
            };
            holds!(error.hresult() == 0x8003_0050, CLAUSE, "{error:?}");
            holds!(array.to_vec() == content, CLAUSE, "the file changed");
        }
    }

    /// Rule 13.
    pub fn creating_in_an_array_discards_what_it_held(&self) {
        const CLAUSE: &str = "rule 13. creating on a byte array truncates what it held";
        let array = self.array();
        done(array.write_at(0, &[0xAA; 9_000]), "the array can be written");
        let file =
            done(CompoundFile::create(array.clone(), self.version, Settings::default()), CLAUSE);
        let root = root(&file, Mode::edit());
        new_stream(&root, "only");
        commit(&root);
        drop((root, file));
        let again = done(CompoundFile::try_open(array, Settings::default()), CLAUSE);
        let names = super::names(&super::root(&again, Mode::read()));
        holds!(names == ["only"], CLAUSE, "{names:?}");
    }

    /// 8 and rule 10.
    pub fn a_read_only_root_changes_nothing(&self) {
        const CLAUSE: &str = "8 and rule 10. a root open for reading cannot be changed";
        let file = self.sample_file();
        let root = root(&file, Mode::read());
        let (child, denied) = (Mode::child_edit(), ErrorKind::AccessDenied);
        refused(root.try_create_stream(&name("new"), child), denied, CLAUSE);
        refused(root.try_create_storage(&name("new"), child), denied, CLAUSE);
        refused(root.try_destroy(&name("stream")), denied, CLAUSE);
        refused(root.try_rename(&name("stream"), &name("other")), denied, CLAUSE);
        refused(root.try_set_state_bits(1, 1), denied, CLAUSE);
        refused(
            root.try_open_stream(&name("stream"), child),
            ErrorKind::InvalidFlag,
            "rule 10. opening a stream for writing from a root open for reading",
        );
        holds!(super::names(&root) == ["stream", "storage"], CLAUSE, "{:?}", super::names(&root));
    }

    /// 7, table "creation"; rule 29.
    pub fn a_transacted_read_only_root_changes_and_cannot_commit(&self) {
        const CLAUSE: &str = "rule 29. READ with TRANSACTED may be changed; Commit is AccessDenied";
        let file = self.sample_file();
        let mode = Mode::READ | Mode::SHARE_DENY_NONE | Mode::TRANSACTED;
        let root = root(&file, mode);
        let stream = done(root.try_open_stream(&name("stream"), Mode::child_edit()), CLAUSE);
        write(&stream, b"other");
        holds!(read(&stream) == b"other", CLAUSE, "{:?}", read(&stream));
        done(root.try_destroy(&name("storage")), CLAUSE);
        refused(
            root.try_commit(docfile_compound::CommitFlags::DEFAULT),
            ErrorKind::AccessDenied,
            CLAUSE,
        );
        drop((stream, root));
        let found = super::names(&super::root(&file, Mode::read()));
        holds!(found == ["stream", "storage"], CLAUSE, "{found:?} afterwards");
    }

    /// 8 and rule 11.
    pub fn a_root_says_how_it_was_opened(&self) {
        const CLAUSE: &str =
            "8 and rule 11. Stat of a root: its mode as opened minus CREATE, size 0";
        let file = self.sample_file();
        for mode in [
            Mode::read(),
            Mode::edit(),
            Mode::READWRITE | Mode::SHARE_DENY_WRITE | Mode::TRANSACTED,
        ] {
            let stat = done(root(&file, mode).try_stat(), CLAUSE);
            holds!(stat.mode == mode && stat.len == 0, CLAUSE, "{stat:?}");
        }
        let created = self.create();
        let stat = done(root(&created, Mode::edit().with(Mode::CREATE)).try_stat(), CLAUSE);
        holds!(stat.mode == Mode::edit(), CLAUSE, "{stat:?}");
    }
}
