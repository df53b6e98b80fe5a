//! The holder of callbacks (`contract/binding.md` 4; rule 45 of `contract/observed.md`).

use std::sync::Arc;

use docfile_binding::{BindContext, CALLBACK_HOLDER, CallbackHolder, ErrorKind, same_object};

trait Watch: Send + Sync {
    fn name(&self) -> &'static str;
}

struct Named(&'static str);

impl Watch for Named {
    fn name(&self) -> &'static str {
        self.0
    }
}

fn watch(name: &'static str) -> Arc<dyn Watch> {
    Arc::new(Named(name))
}

fn current(context: &BindContext) -> Option<&'static str> {
    context.callback::<dyn Watch>().map(|callback| callback.name())
}

#[test]
fn the_previous_callback_is_given_back_to_be_put_back() {
    let context = BindContext::default();
    let (browsers, objects) = (watch("browser"), watch("object"));
    assert!(context.register_callback(browsers).is_none());
    let previous = context.register_callback(objects).unwrap();
    assert_eq!((previous.name(), current(&context)), ("browser", Some("object")));
    context.register_callback(previous);
    assert_eq!(current(&context), Some("browser"));
}

#[test]
fn the_holder_stays_while_callbacks_are_replaced() {
    let context = BindContext::default();
    context.register_callback(watch("a"));
    let holder = context.object_param(CALLBACK_HOLDER).unwrap();
    context.register_callback(watch("b"));
    assert!(same_object(&holder, &context.object_param(CALLBACK_HOLDER).unwrap()));
    let held = holder.downcast_ref::<CallbackHolder<dyn Watch>>().unwrap();
    assert_eq!(held.callback().name(), "b");
}

#[test]
fn only_the_registered_callback_is_revoked() {
    let context = BindContext::default();
    let (one, other) = (watch("one"), watch("one"));
    context.revoke_callback(&one);
    context.register_callback(one.clone());
    context.revoke_callback(&other);
    assert_eq!(current(&context), Some("one"));
    context.revoke_callback(&one);
    assert_eq!(current(&context), None);
    let error = context.object_param(CALLBACK_HOLDER).unwrap_err();
    assert_eq!((error.kind(), error.hresult()), (ErrorKind::NoParameter, 0x8000_4005));
    assert_eq!(Arc::strong_count(&one), 1);
}
