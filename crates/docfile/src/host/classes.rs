//! The classes of objects that a host knows by itself: every kind of the pure document objects.

use std::sync::Arc;

use docfile_binding::bind::ClassTable;
use docfile_compound::Guid;
use docfile_objects::{Opening, class_ids};

use super::arriving::ArrivingObject;
use super::object::Hostable;
use crate::bind::{Class, Instance};

/// The class of documents of no class that is registered: what they are is told by their elements.
pub const ANY_DOCUMENT: Guid = Guid::from_u128(0x6B1F_0D3A_52C4_4E0B_9C7E_2D1A_84F3_60D5);

/// What is registered for each class of ours: a new object that loads from a moniker.
#[must_use]
pub fn instance_of(opening: &Opening) -> Instance {
    let object = Arc::new(ArrivingObject::new(opening.clone()));
    Instance::new(Arc::new(Hostable(object.clone()))).with_moniker(object)
}

/// The table of our classes.
pub(super) fn table(opening: &Opening) -> ClassTable<Arc<Class>> {
    let mut table = ClassTable::new();
    for class_id in class_ids().chain([ANY_DOCUMENT]) {
        let opening = opening.clone();
        let class = Class::new(class_id, move || Ok(instance_of(&opening)));
        table.register(class_id, Arc::new(class));
    }
    table.otherwise(ANY_DOCUMENT);
    table
}
