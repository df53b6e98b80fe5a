//! Moving and copying (`contract/storage.md` 8, MoveElementTo and CopyTo; `contract/observed.md`
//! 4.2, rule 32).

use docfile_compound::{CopyOptions, ErrorKind, Guid, MoveKind, OpenMode as Mode, Storage};

use super::super::holds;
use super::{
    StorageSuite, commit, done, name, names, new_storage, new_stream, open_storage, open_stream,
    read, refused, root, write,
};
use crate::model::Tree;

impl StorageSuite {
    /// Every clause about moving and copying.
    pub fn copying(&self) {
        self.an_element_moves_with_all_below_it();
        self.an_element_that_is_open_does_not_move();
        self.a_copy_leaves_the_original();
        self.copy_to_merges_and_replaces();
        self.copy_to_leaves_out_what_it_is_told_to();
        self.nothing_is_copied_into_itself();
        self.copy_to_goes_between_files_and_past_open_children();
    }

    /// 8: MoveElementTo.
    pub fn an_element_moves_with_all_below_it(&self) {
        const CLAUSE: &str = "8. MoveElementTo moves an element under a name that is free";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        let target = new_storage(&root, "target", Mode::child_edit());
        let taken = new_stream(&target, "taken");
        drop(taken);
        let go = |from: &str, to: &str| {
            root.try_move_to(&name(from), &target, &name(to), MoveKind::Move)
        };
        refused(go("storage", "TAKEN"), ErrorKind::AlreadyExists, CLAUSE);
        refused(go("absent", "new"), ErrorKind::NotFound, CLAUSE);
        done(go("storage", "moved"), CLAUSE);
        done(go("stream", "Moved too"), CLAUSE);
        for round in ["before", "after"] {
            holds!(names(&root) == ["target"], CLAUSE, "{:?} {round} commit", names(&root));
            let found = names(&target);
            holds!(found == ["moved", "taken", "Moved too"], CLAUSE, "{found:?} {round} commit");
            let moved = open_storage(&target, "moved", Mode::child_read());
            let inner = open_stream(&moved, "inner", Mode::child_read());
            holds!(read(&inner) == b"inner bytes", CLAUSE, "other bytes {round} commit");
            commit(&root);
        }
    }

    /// 8: MoveElementTo.
    pub fn an_element_that_is_open_does_not_move(&self) {
        const CLAUSE: &str = "8. MoveElementTo: the element must be closed, and the destination \
            may not lie in it";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        let storage = open_storage(&root, "storage", Mode::child_edit());
        let stream = open_stream(&root, "stream", Mode::child_read());
        let go = |from: &str, to: &Storage| {
            root.try_move_to(&name(from), to, &name("new"), MoveKind::Move)
        };
        refused(go("stream", &storage), ErrorKind::AccessDenied, CLAUSE);
        refused(go("storage", &storage), ErrorKind::AccessDenied, CLAUSE);
        drop(stream);
        done(go("stream", &storage), CLAUSE);
        holds!(names(&root) == ["storage"], CLAUSE, "{:?}", names(&root));
    }

    /// 8: MoveElementTo with COPY.
    pub fn a_copy_leaves_the_original(&self) {
        const CLAUSE: &str = "8. MoveElementTo with COPY leaves the original as it was";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        let go =
            |from: &str, to: &str| root.try_move_to(&name(from), &root, &name(to), MoveKind::Copy);
        done(go("storage", "copy"), CLAUSE);
        done(go("stream", "second"), CLAUSE);
        write(&open_stream(&root, "second", Mode::child_edit()), b"other");
        commit(&root);
        let tree = done(Tree::read(&root), CLAUSE);
        let inner = Tree::default().with_stream("inner", "inner bytes");
        let expected = Tree::default()
            .with_stream("stream", "bytes")
            .with_stream("second", "other")
            .with_storage("storage", inner.clone())
            .with_storage("copy", inner);
        holds!(tree == expected, CLAUSE, "{:?}", expected.difference(&tree));
    }

    /// 8: CopyTo.
    pub fn copy_to_merges_and_replaces(&self) {
        const CLAUSE: &str = "8. CopyTo: existing streams are replaced, existing storages merged, \
            class id and state bits copied; nothing is committed in the destination";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        let source = new_storage(&root, "source", Mode::child_edit());
        done(source.try_set_class_id(Guid::from_u128(9)), CLAUSE);
        done(source.try_set_state_bits(5, u32::MAX), CLAUSE);
        write(&new_stream(&source, "STREAM"), b"new");
        let inside = new_storage(&source, "storage", Mode::child_edit());
        write(&new_stream(&inside, "beside"), b"beside");
        let target = new_storage(&root, "target", super::transacted());
        write(&new_stream(&target, "stream"), b"a longer old content");
        write(&new_stream(&target, "kept"), b"kept");
        let merged = new_storage(&target, "Storage", Mode::child_edit());
        write(&new_stream(&merged, "inner"), b"inner");
        drop((inside, merged));
        done(source.try_copy_to(&target, &CopyOptions::default()), CLAUSE);
        let tree = done(Tree::read(&target), CLAUSE);
        let expected = |id: &str| tree.get(&name(id)).map(|element| element.node.clone());
        let stream = |bytes: &[u8]| Some(crate::model::Node::Stream(bytes.to_vec()));
        holds!(expected("stream") == stream(b"new"), CLAUSE, "{:?}", expected("stream"));
        holds!(expected("kept") == stream(b"kept"), CLAUSE, "{:?}", expected("kept"));
        let found = tree.storage_at(&[name("storage")]).map(|below| below.children().len());
        holds!(found == Some(2), CLAUSE, "{found:?} elements in the merged storage");
        let facts = (tree.class_id, tree.state_bits);
        holds!(facts == (Guid::from_u128(9), 5), CLAUSE, "{facts:?}");
        drop(target);
        let target = open_storage(&root, "target", Mode::child_read());
        holds!(names(&target).is_empty(), CLAUSE, "{:?} without a commit", names(&target));
    }

    /// 8 and rule 32.
    pub fn copy_to_leaves_out_what_it_is_told_to(&self) {
        const CLAUSE: &str = "8 and rule 32. excluded names are left out at the top level only, \
            excluded kinds at every level";
        let inner = Tree::default().with_stream("stream", "deep");
        let with_inner = |tree: Tree| tree.with_storage("storage", inner.clone());
        let all = with_inner(Tree::default().with_stream("stream", "top"));
        let no_streams = Tree::default().with_storage("storage", Tree::default());
        let no_storages = Tree::default().with_stream("stream", "top");
        let options = CopyOptions::default;
        let by_name = CopyOptions { exclude: vec![name("STREAM")], ..options() };
        for (options, expected) in [
            (options(), all),
            (by_name, with_inner(Tree::default())),
            (CopyOptions { skip_streams: true, ..options() }, no_streams),
            (CopyOptions { skip_storages: true, ..options() }, no_storages),
            (CopyOptions { skip_streams: true, skip_storages: true, ..options() }, Tree::default()),
        ] {
            let file = self.empty_file();
            let root = root(&file, Mode::edit());
            let source = new_storage(&root, "source", Mode::child_edit());
            write(&new_stream(&source, "stream"), b"top");
            let storage = new_storage(&source, "storage", Mode::child_edit());
            write(&new_stream(&storage, "stream"), b"deep");
            let target = new_storage(&root, "target", Mode::child_edit());
            done(source.try_copy_to(&target, &options), CLAUSE);
            let tree = done(Tree::read(&target), CLAUSE);
            holds!(tree == expected, CLAUSE, "{options:?}: {:?}", expected.difference(&tree));
        }
    }

    /// 8 and rule 32.
    pub fn nothing_is_copied_into_itself(&self) {
        const CLAUSE: &str = "8 and rule 32. copying into a descendant is AccessDenied unless \
            storages are excluded";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        let storage = open_storage(&root, "storage", Mode::child_edit());
        refused(
            root.try_copy_to(&storage, &CopyOptions::default()),
            ErrorKind::AccessDenied,
            CLAUSE,
        );
        holds!(names(&storage) == ["inner"], CLAUSE, "{:?}", names(&storage));
        let streams = CopyOptions { skip_storages: true, ..CopyOptions::default() };
        done(root.try_copy_to(&storage, &streams), CLAUSE);
        holds!(names(&storage) == ["inner", "stream"], CLAUSE, "{:?}", names(&storage));
    }

    /// 8 and rule 32.
    pub fn copy_to_goes_between_files_and_past_open_children(&self) {
        const CLAUSE: &str = "8 and rule 32. CopyTo copies into another file, and open children do \
            not block it";
        let (from, to) = (self.sample_file(), self.empty_file());
        let source = root(&from, Mode::edit());
        let open = open_stream(&source, "stream", Mode::child_edit());
        write(&open, &[3; 9_000]);
        let target = root(&to, Mode::edit());
        done(source.try_copy_to(&target, &CopyOptions::default()), CLAUSE);
        commit(&target);
        drop((open, source, target));
        let tree = done(Tree::read(&root(&to, Mode::read())), CLAUSE);
        let expected = Tree::default()
            .with_stream("stream", [3; 9_000])
            .with_storage("storage", Tree::default().with_stream("inner", "inner bytes"));
        holds!(tree == expected, CLAUSE, "{:?}", expected.difference(&tree));
    }
}
