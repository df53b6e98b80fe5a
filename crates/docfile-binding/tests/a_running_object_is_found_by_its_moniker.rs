//! The running object table (`contract/binding.md` 5; rule 62 of `contract/observed.md`), and what
//! monikers answer from it (`contract/binding.md` 3.2).

use std::any::Any;
use std::sync::{Arc, Mutex};

use docfile_binding::{
    AntiMoniker, BindContext, ClassMoniker, ErrorKind, FileMoniker, ForeignMoniker, ITEM_CLASS_ID,
    ItemMoniker, Moniker, Object, PointerMoniker, ReduceDepth, Registration, RegistrationFlags,
    Result, RunningObjectTable, same_object,
};
use docfile_compound::{FileTime, Guid};

const THEN: FileTime = FileTime(1_000);

fn file(path: &str) -> Moniker {
    FileMoniker::new(path).into()
}

fn object() -> Object {
    Arc::new("an object")
}

#[expect(clippy::unwrap_used, reason = "a test may fail loudly")]
fn register(table: &RunningObjectTable, object: &Object, moniker: &Moniker) -> Registration {
    table.register(RegistrationFlags::WEAK, object, moniker, THEN).unwrap()
}

#[test]
fn what_is_registered_runs_until_it_is_revoked() {
    let table = RunningObjectTable::default();
    let (object, name) = (object(), file(r"C:\a.doc"));
    let registered = register(&table, &object, &name);
    assert!(!registered.was_registered);
    let other_case = file(r"c:\A.DOC");
    assert!(table.is_running(&other_case));
    assert!(same_object(&table.object(&other_case).unwrap(), &object));
    assert_eq!(table.running(), std::slice::from_ref(&name));
    table.revoke(registered.cookie).unwrap();
    assert!(!table.is_running(&name));
    let error = table.object(&name).unwrap_err();
    assert_eq!((error.kind(), error.hresult()), (ErrorKind::Unavailable, 0x8004_01E3));
    assert_eq!(table.revoke(registered.cookie).unwrap_err().kind(), ErrorKind::InvalidArgument);
}

#[test]
fn a_second_registration_is_told_and_outlives_the_first() {
    let table = RunningObjectTable::default();
    let (first, second, name) = (object(), object(), file("a"));
    let one = register(&table, &first, &name);
    let two = register(&table, &second, &name);
    assert!(two.was_registered && one.cookie != two.cookie);
    assert_eq!(table.running().len(), 2);
    table.revoke(one.cookie).unwrap();
    assert!(same_object(&table.object(&name).unwrap(), &second));
}

#[test]
fn a_weak_registration_ends_with_its_object_and_a_strong_one_keeps_it() {
    let table = RunningObjectTable::default();
    let (weak, strong) = (object(), object());
    let registered = register(&table, &weak, &file("weak"));
    let kept = table.register(RegistrationFlags::KEEPS_ALIVE, &strong, &file("strong"), THEN);
    let watch = Arc::downgrade(&strong);
    drop((weak, strong));
    assert!(!table.is_running(&file("weak")) && table.is_running(&file("strong")));
    assert_eq!(table.running(), [file("strong")]);
    assert!(table.note_change_time(registered.cookie, THEN).is_err());
    assert!(!register(&table, &object(), &file("weak")).was_registered);
    table.revoke(kept.unwrap().cookie).unwrap();
    assert!(watch.upgrade().is_none());
}

#[test]
fn the_dead_do_not_pile_up() {
    let table = RunningObjectTable::default();
    let token = Arc::new(());
    for index in 0..10_000 {
        let moniker =
            Moniker::foreign(Named { name: format!("{index}"), _token: Some(token.clone()) });
        register(&table, &object(), &moniker);
    }
    let kept = Arc::strong_count(&token);
    assert!(kept < 200, "{kept} monikers of objects that are gone");
}

#[test]
fn flags_are_checked_first() {
    let table = RunningObjectTable::default();
    let code = |table: &RunningObjectTable, flags| {
        let registered = table.register(RegistrationFlags(flags), &object(), &file("a"), THEN);
        registered.err().map(|error| error.hresult())
    };
    assert_eq!(code(&table, 4), Some(0x8007_0057));
    assert_eq!(code(&table, 3), Some(0x8000_4015));
    assert_eq!(code(&RunningObjectTable::with_server_identity(), 3), None);
    assert!(table.running().is_empty());
}

#[test]
fn a_pointer_cannot_be_registered() {
    let table = RunningObjectTable::default();
    let moniker = PointerMoniker::new(object()).into();
    let error = table.register(RegistrationFlags::WEAK, &object(), &moniker, THEN).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotImplemented);
}

#[test]
fn times_are_those_that_were_noted() {
    let table = RunningObjectTable::default();
    let (object, name) = (object(), file("a"));
    let registered = register(&table, &object, &name);
    assert_eq!(table.time_of_last_change(&name).unwrap(), THEN);
    table.note_change_time(registered.cookie, FileTime(2_000)).unwrap();
    assert_eq!(table.time_of_last_change(&name).unwrap(), FileTime(2_000));
    table.note_change_time(registered.cookie, FileTime::NONE).unwrap();
    assert_eq!(table.time_of_last_change(&name).unwrap_err().kind(), ErrorKind::Unavailable);
}

#[test]
fn the_answer_of_what_runs_does_not_change_later() {
    let table = RunningObjectTable::default();
    let (object, name) = (object(), file("a"));
    let registered = register(&table, &object, &name);
    let running = table.running();
    table.revoke(registered.cookie).unwrap();
    assert_eq!(running, [name]);
}

/// A moniker with a name and no comparison data, which reduces to a file.
#[derive(Debug)]
struct Named {
    name: String,
    /// Held by as many as there are monikers.
    _token: Option<Arc<()>>,
}

fn named(name: &str) -> Moniker {
    Moniker::foreign(Named { name: name.to_owned(), _token: None })
}

impl ForeignMoniker for Named {
    fn class_id(&self) -> Guid {
        Guid::from_u128(1)
    }

    fn is_equal(&self, other: &dyn ForeignMoniker) -> bool {
        let other: &dyn Any = other;
        other.downcast_ref::<Self>().is_some_and(|other| self.name == other.name)
    }

    fn hash_value(&self) -> u32 {
        7
    }

    fn display_name(&self, _: Option<&BindContext>, _: Option<&Moniker>) -> Result<String> {
        Ok(self.name.clone())
    }

    fn reduce(
        &self,
        _: &BindContext,
        _: ReduceDepth,
        _: Option<&Moniker>,
    ) -> Result<Option<Moniker>> {
        Ok(self.name.strip_prefix("alias of ").map(file))
    }
}

#[test]
fn the_reduced_moniker_is_the_one_that_runs() {
    let table = RunningObjectTable::default();
    let object = object();
    let alias = named("alias of a.doc");
    register(&table, &object, &alias);
    assert_eq!(table.running(), [file("a.doc")]);
    assert!(table.is_running(&file("a.doc")));
    let item = Moniker::from(ItemMoniker::new("!", "x"));
    register(&table, &object, &alias.compose_with(&item).unwrap().unwrap());
    let whole = file("a.doc").compose_with(&item).unwrap().unwrap();
    assert!(table.is_running(&whole));
}

#[test]
fn a_moniker_without_comparison_data_is_known_by_class_and_name() {
    let table = RunningObjectTable::default();
    let object = object();
    register(&table, &object, &named("Mine"));
    assert!(table.is_running(&named("MINE")));
    assert!(!table.is_running(&named("other")));
    assert!(!table.is_running(&file("Mine")));
}

#[test]
fn monikers_know_from_the_table_whether_they_run() {
    let table = RunningObjectTable::default();
    let context = BindContext::new(&table);
    let object = object();
    let (name, item) = (file("a"), Moniker::from(ItemMoniker::new("!", "x")));
    let whole = name.compose_with(&item).unwrap().unwrap();
    let runs = |moniker: &Moniker, left: Option<&Moniker>, newly: Option<&Moniker>| {
        moniker.is_running(&context, left, newly).unwrap()
    };
    assert!(!runs(&name, None, None) && !runs(&whole, None, None));
    assert!(runs(&item, None, Some(&item)) && runs(&whole, None, Some(&whole)));
    assert!(runs(&item, Some(&name), Some(&whole)) && !runs(&item, Some(&name), Some(&item)));
    register(&table, &object, &whole);
    assert!(runs(&whole, None, None) && runs(&item, Some(&name), None) && !runs(&item, None, None));
    assert!(!runs(&AntiMoniker::new().into(), None, None));
    assert!(runs(&PointerMoniker::null().into(), None, None));
    let class = Moniker::from(ClassMoniker::new(ITEM_CLASS_ID));
    assert_eq!(
        class.is_running(&context, None, None).unwrap_err().kind(),
        ErrorKind::NotImplemented
    );
}

#[test]
fn monikers_know_from_the_table_when_they_changed() {
    let table = RunningObjectTable::default();
    let context = BindContext::new(&table);
    let object = object();
    let (name, item) = (file("a"), Moniker::from(ItemMoniker::new("!", "x")));
    let whole = name.compose_with(&item).unwrap().unwrap();
    let changed = |moniker: &Moniker, left| moniker.time_of_last_change(&context, left);
    let kind = |moniker: &Moniker| changed(moniker, None).unwrap_err().kind();
    assert_eq!(kind(&name), ErrorKind::Unavailable);
    assert_eq!(kind(&item), ErrorKind::NotBindable);
    assert_eq!(kind(&AntiMoniker::new().into()), ErrorKind::NotImplemented);
    assert_eq!(kind(&PointerMoniker::null().into()), ErrorKind::NotImplemented);
    assert_eq!(kind(&ClassMoniker::new(ITEM_CLASS_ID).into()), ErrorKind::Unavailable);
    register(&table, &object, &whole);
    assert_eq!(changed(&whole, None).unwrap(), THEN);
    assert_eq!(changed(&item, Some(&name)).unwrap(), THEN);
}

/// An object whose owner asks the table while it is being let go.
struct Asks(RunningObjectTable, Arc<Mutex<Option<bool>>>);

impl Drop for Asks {
    fn drop(&mut self) {
        let runs = self.0.is_running(&file("a"));
        *self.1.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(runs);
    }
}

#[test]
fn an_object_may_ask_the_table_that_lets_it_go() {
    let table = RunningObjectTable::default();
    let asked = Arc::new(Mutex::new(None));
    let object: Object = Arc::new(Asks(table.clone(), asked.clone()));
    let kept = table.register(RegistrationFlags::KEEPS_ALIVE, &object, &file("a"), THEN).unwrap();
    drop(object);
    table.revoke(kept.cookie).unwrap();
    assert_eq!(*asked.lock().unwrap(), Some(false));
}
