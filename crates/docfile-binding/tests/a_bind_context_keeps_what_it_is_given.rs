//! Options, bound objects and parameters (`contract/binding.md` 4; rules 44, 59, 60 and 63 of
//! `contract/observed.md`).

use std::sync::{Arc, Weak};

use docfile_binding::{
    BindContext, BindFlags, BindOptions, BindSpeed, ClassContext, ErrorKind, Object,
    RunningObjectTable,
};
use docfile_compound::OpenMode;

#[test]
fn a_new_context_reads_and_writes_and_has_no_deadline() {
    let options = BindContext::default().options();
    assert_eq!(options.flags, BindFlags::default());
    assert_eq!(options.mode, OpenMode::READWRITE);
    assert_eq!((options.deadline, options.track_flags), (0, 0));
    assert_eq!(options.class_context, ClassContext(0x15));
}

#[test]
fn an_asynchronous_context_may_ask_and_shares_nothing() {
    let table = RunningObjectTable::default();
    let context = BindContext::asynchronous(&table, Arc::new("callback"));
    assert!(!context.is_async(), "only the wrapping form answers IAsyncBindCtx");
    assert_eq!(context.callback::<&str>().as_deref(), Some(&"callback"));
    let wrapped = BindContext::default().wrap_asynchronous();
    assert!(wrapped.is_async());
    assert!(wrapped.callback::<&str>().is_none(), "this form may have no callback");
    for options in [context.options(), wrapped.options()] {
        assert!(options.flags.may_bother_user && !options.flags.just_test_existence);
        assert_eq!(options.mode.bits(), 0x12);
        assert_eq!(options.deadline, 0);
    }
}

#[test]
fn options_are_those_set_last_for_every_handle() {
    let context = BindContext::default();
    let same = context.clone();
    context.set_options(BindOptions { deadline: 7, ..context.options() });
    assert_eq!(same.options().deadline, 7);
    assert!(same.is_same(&context) && !same.is_same(&BindContext::default()));
}

#[test]
fn a_wrapping_context_has_the_parameters_of_the_one_it_wraps() {
    let inner = BindContext::default();
    inner.register_object_param("a", Arc::new(1));
    let outer = inner.wrap_asynchronous().wrap_asynchronous();
    assert_eq!(outer.object_param("a").unwrap().downcast_ref(), Some(&1));
    outer.register_object_param("b", Arc::new(2));
    assert_eq!(inner.object_param("b").unwrap().downcast_ref(), Some(&2));
    outer.revoke_object_param("a").unwrap();
    assert!(inner.object_param("a").is_err());
    outer.register_object_bound(Arc::new(3));
    assert_eq!(inner.bound_object_count(), 0);
    assert!(outer.running_object_table().is_same(inner.running_object_table()));
}

#[test]
fn parameters_are_told_apart_by_case_and_replaced() {
    let context = BindContext::default();
    context.register_object_param("Key", Arc::new(1));
    context.register_object_param("Key", Arc::new(2));
    assert_eq!(context.object_param("Key").unwrap().downcast_ref(), Some(&2));
    let error = context.object_param("KEY").unwrap_err();
    assert_eq!((error.kind(), error.hresult()), (ErrorKind::NoParameter, 0x8000_4005));
    context.revoke_object_param("Key").unwrap();
    assert_eq!(context.revoke_object_param("Key").unwrap_err().kind(), ErrorKind::NoParameter);
}

#[test]
fn bound_objects_are_revoked_one_registration_at_a_time() {
    let context = BindContext::default();
    let object: Object = Arc::new(1);
    context.register_object_bound(object.clone());
    context.register_object_bound(object.clone());
    context.revoke_object_bound(&object).unwrap();
    context.revoke_object_bound(&object).unwrap();
    let error = context.revoke_object_bound(&object).unwrap_err();
    assert_eq!((error.kind(), error.hresult()), (ErrorKind::NotBound, 0x8004_01E9));
}

#[test]
fn all_that_is_held_is_let_go() {
    let context = BindContext::default();
    let (bound, param): (Object, Object) = (Arc::new(1), Arc::new(2));
    context.register_object_bound(bound.clone());
    context.register_object_param("a", param.clone());
    context.release_bound_objects();
    assert_eq!((Arc::strong_count(&bound), Arc::strong_count(&param)), (1, 2));
    drop(context);
    assert_eq!(Arc::strong_count(&param), 1);
}

/// An object whose owner asks the context while it is being let go.
struct Asks(BindContext, &'static str);

impl Drop for Asks {
    fn drop(&mut self) {
        let _ = self.0.object_param(self.1);
        let _ = self.0.bound_object_count();
    }
}

#[test]
fn an_object_may_ask_the_context_that_lets_it_go() {
    let context = BindContext::default();
    let asks = || Arc::new(Asks(context.clone(), "a")) as Object;
    context.register_object_bound(asks());
    context.release_bound_objects();
    let object = asks();
    context.register_object_bound(object.clone());
    let watch: Weak<_> = Arc::downgrade(&object);
    context.revoke_object_bound(&object).unwrap();
    drop(object);
    assert!(watch.upgrade().is_none());
    context.register_object_param("a", asks());
    context.register_object_param("a", asks());
    context.revoke_object_param("a").unwrap();
}

#[test]
fn a_short_deadline_asks_for_what_is_running() {
    for (deadline, speed) in [
        (0, BindSpeed::Indefinite),
        (1, BindSpeed::Immediate),
        (2499, BindSpeed::Immediate),
        (2500, BindSpeed::Moderate),
        (u32::MAX, BindSpeed::Moderate),
    ] {
        let options = BindOptions { deadline, ..BindOptions::default() };
        assert_eq!(options.speed(), speed, "{deadline}");
    }
}

#[test]
fn a_deadline_passes_even_when_the_tick_count_starts_anew() {
    let at = |deadline| BindOptions { deadline, ..BindOptions::default() };
    assert!(!at(0).is_exceeded(u32::MAX));
    assert!(!at(100).is_exceeded(100) && at(100).is_exceeded(101));
    assert!(at(u32::MAX).is_exceeded(5));
    assert!(!at(5).is_exceeded(u32::MAX));
}
