//! Objects as this crate sees them: somebody else's, shared, of any type.
//!
//! Under COM they are `IUnknown` pointers. The one thing that is ever asked of one here is whether
//! it is the same as another; what it can do is found by downcasting, in the crates above. A share
//! held is a reference counted: an object lives as long as a moniker, a context or a strong
//! registration holds it.

use core::any::Any;
use std::sync::Arc;

/// A shared object of any type.
pub type Object = Arc<dyn Any + Send + Sync>;

/// Whether both are one object. Values that are equal but were made apart are two objects.
///
/// ```
/// use docfile_binding::{Object, same_object};
/// use std::sync::Arc;
///
/// let object: Object = Arc::new("text");
/// assert!(same_object(&object, &object.clone()));
/// assert!(!same_object(&object, &(Arc::new("text") as Object)));
/// ```
#[must_use]
pub fn same_object(a: &Object, b: &Object) -> bool {
    address(a) == address(b)
}

/// Where the object lies. Reference counts lie beside every object, even one without bytes, so
/// that no two that are alive share an address.
pub(crate) fn address(object: &Object) -> usize {
    Arc::as_ptr(object).cast::<()>().addr()
}
