//! Users name only this crate: the attribute finds what it needs under `docfile::calls`.
#![cfg(feature = "calls")]

use std::sync::Arc;

use docfile::calls::interface::{Interface, Unknown};
use docfile::calls::proxy::{Futures, Registry};
use docfile::calls::{Hresult, interface, unknown};

#[interface(
    uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7f01",
    async_uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7f02"
)]
trait Counter {
    fn add(&self, total: &mut u32, more: u32) -> Result<(), Hresult>;
}

struct Adder;

impl Counter for Adder {
    fn add(&self, total: &mut u32, more: u32) -> Result<(), Hresult> {
        *total = total.checked_add(more).ok_or(Hresult::E_INVALIDARG)?;
        Ok(())
    }
}

unknown!(Adder: dyn Counter);

#[test]
fn it_has_an_id_a_twin_and_a_place_in_the_registry() {
    let object: Arc<dyn Unknown> = Arc::new(Adder);
    let counter = object.query_for::<dyn Counter>().unwrap();
    let mut total = 1;
    assert_eq!(counter.add(&mut total, 2), Ok(()));
    assert_eq!(total, 3);
    assert_eq!(counter.add(&mut total, u32::MAX), Err(Hresult::E_INVALIDARG));
    let registry = Registry::new().with_asynchronous::<dyn Counter>();
    let entry = registry.get_async(<dyn AsyncCounter>::ID).unwrap();
    assert_eq!(entry.iid(), <dyn Counter>::ID);
    // It lives here and makes no call objects.
    assert!(Futures::<dyn Counter>::new(&object).is_err());
}
