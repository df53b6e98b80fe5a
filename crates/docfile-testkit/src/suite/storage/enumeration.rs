//! Going through the elements of a storage (`contract/observed.md` 4.2, rules 24 and 25).

use docfile_compound::{Enumerator, ErrorKind, OpenMode as Mode};

use super::super::holds;
use super::{StorageSuite, done, name, new_storage, new_stream, open_storage, refused, root};

impl StorageSuite {
    /// Every clause about enumeration.
    pub fn enumeration(&self) {
        self.an_enumerator_is_live();
        self.an_enumerator_keeps_its_place_skips_and_begins_anew();
        self.an_enumerator_of_a_destroyed_storage_answers_reverted();
        self.an_enumerator_keeps_the_file_open();
    }

    /// Rule 24.
    pub fn an_enumerator_is_live(&self) {
        const CLAUSE: &str = "rule 24. an enumerator sees elements added or removed after it was \
            made, continuing after the last name returned";
        let file = self.empty_file();
        let root = root(&file, Mode::edit());
        for text in ["b", "d", "f"] {
            drop(new_stream(&root, text));
        }
        let mut enumerator = root.enumerate();
        holds!(next(&mut enumerator) == Some("b".into()), CLAUSE, "not the first");
        drop(new_stream(&root, "a"));
        drop(new_stream(&root, "c"));
        done(root.try_destroy(&name("d")), CLAUSE);
        let rest: Vec<Option<String>> = (0..4).map(|_| next(&mut enumerator)).collect();
        let expected = [Some("c".to_owned()), Some("f".to_owned()), None, None];
        holds!(rest == expected, CLAUSE, "{rest:?} after b");
        drop(new_stream(&root, "g"));
        holds!(next(&mut enumerator) == Some("g".into()), CLAUSE, "the end is not live");
    }

    /// 8 and rule 24: Skip, Reset, Clone.
    pub fn an_enumerator_keeps_its_place_skips_and_begins_anew(&self) {
        const CLAUSE: &str = "8. Skip passes over, Reset begins anew, Clone has its own place";
        let file = self.sample_file();
        let root = root(&file, Mode::read());
        let mut enumerator = root.enumerate();
        holds!(done(enumerator.try_skip(1), CLAUSE), CLAUSE, "one element cannot be skipped");
        let mut clone = enumerator.clone();
        holds!(next(&mut enumerator) == Some("storage".into()), CLAUSE, "not the second");
        holds!(!done(enumerator.try_skip(1), CLAUSE), CLAUSE, "the end can be skipped");
        holds!(next(&mut clone) == Some("storage".into()), CLAUSE, "the clone moved along");
        done(enumerator.try_reset(), CLAUSE);
        holds!(next(&mut enumerator) == Some("stream".into()), CLAUSE, "not the first again");
    }

    /// Rule 25.
    pub fn an_enumerator_of_a_destroyed_storage_answers_reverted(&self) {
        const CLAUSE: &str = "rule 25. for a destroyed storage, Reset gives Reverted";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        let storage = open_storage(&root, "storage", Mode::child_edit());
        let mut enumerator = storage.enumerate();
        done(root.try_destroy(&name("storage")), CLAUSE);
        refused(enumerator.try_next(), ErrorKind::Reverted, CLAUSE);
        refused(enumerator.try_reset(), ErrorKind::Reverted, CLAUSE);
    }

    /// Rule 25.
    pub fn an_enumerator_keeps_the_file_open(&self) {
        const CLAUSE: &str = "rule 25. an enumerator survives the storage and keeps the file open";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        drop(new_storage(&root, "extra", Mode::child_edit()));
        let mut enumerator = root.enumerate();
        drop(root);
        refused(file.root(Mode::direct()), ErrorKind::ShareViolation, CLAUSE);
        holds!(next(&mut enumerator) == Some("extra".into()), CLAUSE, "not the first");
        drop(enumerator);
        super::root(&file, Mode::direct());
    }
}

fn next(enumerator: &mut Enumerator) -> Option<String> {
    done(enumerator.try_next(), "8. Next").map(|stat| stat.name.to_string())
}
