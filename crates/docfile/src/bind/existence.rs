//! Whether a bind would succeed (`BIND_JUSTTESTEXISTENCE`, `contract/binding.md` 4).
//!
//! Invariant: nothing is bound: no object is made, no callback is called, and of a resource
//! elsewhere only what decides is fetched, and nothing behind it.

use std::sync::Arc;

use docfile_binding::bind::bind_error;
use docfile_binding::{BindContext, Error, ErrorKind, Moniker, Result};

use super::binder::Binder;
use super::deadline;
use super::drive::Purpose;
use super::preparation::Preparation;
use super::resource::{Place, Resource};
use crate::transfer::{Filling, PlannerSettings, Policy};
use crate::{apartment, runtime};

/// What the bind would answer, but for what the object says while it is loaded.
pub(super) fn test(
    binder: &Binder,
    moniker: &Moniker,
    context: &BindContext,
    purpose: Purpose,
) -> Result<()> {
    let Some((first, steps)) = moniker.components().split_first() else { return Ok(()) };
    let settings = PlannerSettings {
        policy: Policy::Frugal,
        filling: Filling::Never,
        ..binder.settings().clone()
    };
    let frugal = binder.clone().with_settings(settings);
    let left = deadline::time_left(&context.options())?;
    let resource = match Resource::running(first, context) {
        Some(resource) => resource,
        None => Arc::new(Resource::begin(first, Place::of(first, context)?, context, &frugal)?),
    };
    if resource.transfer().is_some() {
        runtime::refuse_to_wait().map_err(bind_error)?;
    }
    let preparation = Preparation { resource, steps: steps.to_vec(), context: context.clone() };
    let testing = async {
        match purpose {
            Purpose::Storage(form) => preparation.medium(form, true).await.map(drop),
            Purpose::Object => {
                let class_id = preparation.class(binder).await?;
                let none = || Error::new(ErrorKind::ClassNotRegistered, "no such class is known");
                binder.classes().get(class_id).map(drop).ok_or_else(none)
            }
        }
    };
    let Some(left) = left else { return apartment::block_on(testing).map_err(bind_error)? };
    let in_time = {
        let _runtime = runtime::handle().map_err(bind_error)?.enter();
        tokio::time::timeout(left, testing)
    };
    apartment::block_on(in_time).map_err(bind_error)?.unwrap_or_else(|_| Err(deadline::exceeded()))
}
