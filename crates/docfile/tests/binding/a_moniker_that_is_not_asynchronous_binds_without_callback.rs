//! `contract/binding.md` 1, step 2: a moniker that is not asynchronous gets no callback, and binds
//! all the same.

use docfile::bind::{Binder, Form, Medium};
use docfile::monikers::{FileMoniker, ItemMoniker, Moniker};

use super::rig::{ASYNCHRONOUS, Recorder, document};

#[test]
fn a_file_is_bound_at_once_even_where_a_callback_is_registered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.doc");
    std::fs::write(&path, document(docfile::Guid::NULL, 5000)).unwrap();
    let file = Moniker::from(FileMoniker::new(path.display().to_string()));
    let inside = file.compose_with(&ItemMoniker::new("!", "Data").into()).unwrap().unwrap();
    assert!(!inside.is_async());
    let recorder = Recorder::new(ASYNCHRONOUS);
    let bound =
        Binder::default().bind_to_storage(&inside, &recorder.context(), Form::Storage).unwrap();
    let Medium::Stream(stream) = bound.now().unwrap() else { panic!() };
    assert_eq!(stream.len().unwrap(), 5000);
    assert!(recorder.words().is_empty());
}
