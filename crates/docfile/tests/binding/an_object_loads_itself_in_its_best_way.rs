//! `contract/binding.md` 7.7 to 7.16: the class, the way to load, the calls; and the flow of
//! `contract/observed.md` 3.4, over one transfer.

use std::io::Read;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use docfile::bind::{
    BindInfo, Class, ClassTable, Form, Instance, Medium, MonikerLoad, PersistFile, PersistMoniker,
    PersistStorage, PersistStream,
};
use docfile::monikers::{BindContext, ErrorKind, ItemMoniker, Object, Result};
use docfile::storage::Storage;
use docfile::{Guid, LockBytes as _};

use super::rig::{ASYNCHRONOUS, Recorder, Server, binder, document, name, no, send, until, url};

const PROBE: Guid = Guid::from_u128(0x1234);

/// An object that keeps how it was loaded, and what it saw.
#[derive(Default)]
struct Probe {
    seen: Mutex<String>,
    /// What its own bind handed out, which goes on arriving.
    storage: Mutex<Option<Storage>>,
    inner: Mutex<Option<Arc<Recorder>>>,
}

impl Probe {
    fn see(&self, text: &str) {
        self.seen.lock().unwrap().push_str(text);
    }

    fn read(&self, storage: &Storage) -> Result<()> {
        let failed = |error: docfile::Error| no().with_source(error);
        let stream = storage.open_stream(&name("Data")).map_err(failed)?;
        let mut byte = [0];
        stream.read_at(0, &mut byte).map_err(failed)?;
        assert_eq!(byte, [7]);
        *self.storage.lock().unwrap() = Some(storage.clone());
        Ok(())
    }
}

impl PersistMoniker for Probe {
    fn load(&self, load: &MonikerLoad<'_>) -> Result<()> {
        self.see(if load.is_fully_available { "moniker, all here" } else { "moniker" });
        let recorder = Recorder::new(BindInfo { async_storage: true, ..BindInfo::default() });
        let previous = load
            .context
            .register_callback(recorder.clone() as Arc<dyn docfile::bind::BindStatusCallback>);
        assert!(previous.is_none(), "the outer callback is not in this context");
        let bound = load.binder.bind_to_storage(load.moniker, load.context, Form::Storage)?;
        let Medium::Storage(storage) = bound.now()? else { panic!() };
        *self.inner.lock().unwrap() = Some(recorder);
        *self.storage.lock().unwrap() = Some(storage);
        Ok(())
    }
}

impl PersistStorage for Probe {
    fn load(&self, storage: &Storage) -> Result<()> {
        self.see("storage");
        self.read(storage)
    }
}

impl PersistStream for Probe {
    fn load(&self, stream: &mut dyn Read) -> Result<()> {
        let mut all = Vec::new();
        stream.read_to_end(&mut all).map_err(|error| no().with_source(error))?;
        self.see(&format!("stream of {}", all.len()));
        Ok(())
    }
}

impl PersistFile for Probe {
    fn load(&self, path: &Path) -> Result<()> {
        self.see(&format!("file of {}", std::fs::metadata(path).unwrap().len()));
        Ok(())
    }
}

/// The class of the probe, with the ways that `ways` gives it.
fn classes(ways: fn(Instance, Arc<Probe>) -> Instance) -> ClassTable<Arc<Class>> {
    let mut classes = ClassTable::new();
    let make = move || {
        let probe = Arc::new(Probe::default());
        Ok(ways(Instance::new(probe.clone()), probe))
    };
    classes.register(PROBE, Arc::new(Class::new(PROBE, make)));
    classes
}

fn probe(object: &Object) -> Arc<Probe> {
    object.clone().downcast().unwrap()
}

fn bind_with(ways: fn(Instance, Arc<Probe>) -> Instance) -> Result<Object> {
    let server = Arc::new(Server::holding(&document(PROBE, 5000)));
    let binder = binder(&server).with_classes(classes(ways));
    binder.bind_to_object(&url(), &BindContext::default())?.now()
}

#[test]
fn the_ways_are_tried_in_their_order() {
    let len = document(PROBE, 5000).len();
    let seen = |ways| probe(&bind_with(ways).unwrap()).seen.lock().unwrap().clone();
    let all = seen(|instance, probe| {
        let instance = instance.with_file(probe.clone()).with_stream(probe.clone());
        instance.with_storage(probe.clone()).with_moniker(probe)
    });
    assert!(all.starts_with("moniker"));
    let three = seen(|instance, probe| {
        instance.with_file(probe.clone()).with_stream(probe.clone()).with_storage(probe)
    });
    assert_eq!(three, "storage");
    let two = seen(|instance, probe| instance.with_file(probe.clone()).with_stream(probe));
    assert_eq!(two, format!("stream of {len}"));
    assert_eq!(seen(|instance, probe| instance.with_file(probe)), format!("file of {len}"));
    let error = bind_with(|instance, _| instance).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CannotLoad);
}

#[test]
fn the_calls_of_an_object_come_in_order() {
    let whole = document(PROBE, 200_000);
    let (server, body) = Server::promising(whole.len());
    let server = Arc::new(server);
    let recorder = Recorder::new(ASYNCHRONOUS);
    let binder =
        binder(&server).with_classes(classes(|instance, probe| instance.with_storage(probe)));
    binder.bind_to_object(&url(), &recorder.context()).unwrap();
    send(&body, &whole);
    until(|| recorder.has_stopped());
    let words = recorder.words();
    let kept: Vec<_> =
        words.iter().map(String::as_str).filter(|word| !matches!(*word, "DD" | "ED")).collect();
    assert_eq!(kept.join(" "), "GBI OSB FR CN SR MT BD CLSID BS OOA ES OSP(0)");
    let object = recorder.object.lock().unwrap().clone().unwrap();
    assert_eq!(*probe(&object).seen.lock().unwrap(), "storage");
    assert_eq!(server.request_count.load(Ordering::SeqCst), 1);
}

#[test]
fn an_object_that_binds_itself_shares_the_one_transfer_and_need_not_wait() {
    let whole = document(PROBE, 200_000);
    let (server, body) = Server::promising(whole.len());
    let server = Arc::new(server);
    let recorder = Recorder::new(ASYNCHRONOUS);
    let binder =
        binder(&server).with_classes(classes(|instance, probe| instance.with_moniker(probe)));
    binder.bind_to_object(&url(), &recorder.context()).unwrap();
    // Half of the document is enough to choose the class and to open the root.
    send(&body, &whole[..whole.len() / 2]);
    until(|| recorder.has_stopped());
    let object = recorder.object.lock().unwrap().clone().unwrap();
    let probe = probe(&object);
    let inner = probe.inner.lock().unwrap().clone().unwrap();
    let told = inner.words().join(" ");
    // Of the requests the outer bind tells.
    assert!(told.starts_with("GBI OSB BD ") && told.ends_with("OSP(0)"), "{told}");
    assert_eq!(server.request_count.load(Ordering::SeqCst), 1);
    let binding = recorder.binding.lock().unwrap().clone().unwrap();
    assert!(matches!(binding.result(), Some(Ok(()))));
    // The rest arrives behind the bind, in the storage that the object has opened.
    let storage = probe.storage.lock().unwrap().clone().unwrap();
    let fill = storage.fill().unwrap().clone();
    assert!(fill.termination().is_none());
    send(&body, &whole[whole.len() / 2..]);
    drop(body);
    until(|| fill.termination().is_some());
    let stream = storage.open_stream(&name("Data")).unwrap();
    assert_eq!(stream.read_at(199_999, &mut [0]).unwrap(), 1);
}

#[test]
fn a_storage_that_never_waits_is_pending_where_bytes_are_missing() {
    let whole = document(PROBE, 200_000);
    let (server, body) = Server::promising(whole.len());
    let server = Arc::new(server);
    let recorder = Recorder::new(BindInfo { async_storage: true, ..BindInfo::default() });
    send(&body, &whole[..1000]);
    let bound =
        binder(&server).bind_to_storage(&url(), &recorder.context(), Form::Storage).unwrap();
    let Medium::Storage(storage) = bound.now().unwrap() else { panic!() };
    let error = storage.open_stream(&name("Data")).unwrap_err();
    assert!(error.is_pending());
    send(&body, &whole[1000..]);
    drop(body);
    until(|| storage.fill().unwrap().termination().is_some());
    assert_eq!(storage.open_stream(&name("Data")).unwrap().len().unwrap(), 200_000);
}

#[test]
fn a_transfer_lives_as_long_as_what_was_bound_to_it() {
    let whole = document(PROBE, 200_000);
    let (server, body) = Server::promising(whole.len());
    send(&body, &whole[..1000]);
    let bound =
        binder(&Arc::new(server)).bind_to_storage(&url(), &BindContext::default(), Form::Storage);
    let Medium::Storage(storage) = bound.unwrap().now().unwrap() else { panic!() };
    let fill = storage.fill().unwrap().clone();
    std::thread::sleep(std::time::Duration::from_millis(20));
    assert!(fill.termination().is_none(), "the storage keeps it alive");
    drop(storage);
    until(|| fill.termination().is_some());
}

#[test]
fn the_class_itself_can_be_wanted() {
    let server = Arc::new(Server::holding(&document(PROBE, 5000)));
    let recorder = Recorder::new(BindInfo { class_object: true, ..BindInfo::default() });
    let binder = binder(&server).with_classes(classes(|instance, _| instance));
    let object = binder.bind_to_object(&url(), &recorder.context()).unwrap().now().unwrap();
    assert_eq!(object.downcast_ref::<Class>().unwrap().class_id(), PROBE);
}

#[test]
fn data_of_no_known_class_says_so() {
    let kind = |class_id| {
        let server = Arc::new(Server::holding(&document(class_id, 5000)));
        let bound = binder(&server).bind_to_object(&url(), &BindContext::default());
        bound.unwrap_err().kind()
    };
    assert_eq!(kind(Guid::NULL), ErrorKind::ClassNotRegistered);
    assert_eq!(kind(Guid::from_u128(9)), ErrorKind::ClassNotRegistered);
}

#[test]
fn a_class_that_makes_nothing_and_an_object_that_fails_are_told_apart() {
    let mut classes = ClassTable::new();
    classes.register(PROBE, Arc::new(Class::new(PROBE, || Err(no()))));
    let server = Arc::new(Server::holding(&document(PROBE, 5000)));
    let recorder = Recorder::new(ASYNCHRONOUS);
    let binder = binder(&server).with_classes(classes);
    binder.bind_to_object(&url(), &recorder.context()).unwrap();
    until(|| recorder.has_stopped());
    assert_eq!(recorder.words().last().unwrap(), "OSP(800c0010)");
    assert!(!recorder.words().contains(&"OOA".to_owned()));
}

#[test]
fn what_runs_already_is_not_loaded_again() {
    let context = BindContext::default();
    let running: Object = Arc::new("running");
    let flags = docfile::monikers::RegistrationFlags::default();
    let registered =
        context.running_object_table().register(flags, &running, &url(), docfile::FileTime::NONE);
    let _kept = registered.unwrap();
    let server = Arc::new(Server::holding(&[]));
    let object = binder(&server).bind_to_object(&url(), &context).unwrap().now().unwrap();
    assert!(docfile::monikers::same_object(&object, &running));
    assert_eq!(server.request_count.load(Ordering::SeqCst), 0);
}

#[test]
fn a_name_that_leads_inside_binds_the_stream_there() {
    let server = Arc::new(Server::holding(&document(PROBE, 5000)));
    let inside = url().compose_with(&ItemMoniker::new("!", "Data").into()).unwrap().unwrap();
    let bound = binder(&server).bind_to_storage(&inside, &BindContext::default(), Form::Bytes);
    let Medium::Stream(stream) = bound.unwrap().now().unwrap() else { panic!() };
    assert_eq!(stream.len().unwrap(), 5000);
    assert_eq!(stream.engine().len(), Some(5000));
}
