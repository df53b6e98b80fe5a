//! Making an object and having it load itself (`contract/binding.md` 7.8 to 7.14).
//!
//! Invariant: it runs on the apartment of the bind, in a call of its own, so that an object may wait
//! for its bytes there; while it does, that apartment's queue goes on.

use std::io::Read;

use docfile_binding::bind::{BindInfo, bind_error};
use docfile_binding::{Error, ErrorKind, Moniker, Object, Result};
use docfile_compound::{Guid, OpenMode};

use super::binder::Binder;
use super::medium::{Form, Medium};
use super::persist::{Instance, MonikerLoad, PersistFile, PersistStream};
use super::preparation::Preparation;
use crate::apartment;
use crate::fill::Termination;

/// Makes the object of class `class_id` and loads it from what `preparation` leads to.
pub(super) fn load(
    binder: &Binder,
    moniker: &Moniker,
    preparation: &Preparation,
    info: BindInfo,
    class_id: Guid,
) -> Result<Object> {
    let class = binder.classes().get(class_id).ok_or_else(|| {
        Error::new(ErrorKind::ClassNotRegistered, "the class of the data is not known here")
            .with_name(class_id.to_string())
    })?;
    if info.class_object {
        return Ok(class.clone());
    }
    let instance = class.instance().map_err(|error| {
        Error::new(ErrorKind::CannotInstantiate, "the class made no object").with_source(error)
    })?;
    load_into(&instance, binder, moniker, preparation)?;
    Ok(instance.object)
}

fn load_into(
    instance: &Instance,
    binder: &Binder,
    moniker: &Moniker,
    preparation: &Preparation,
) -> Result<()> {
    if let Some(way) = &instance.moniker {
        let fill = preparation.resource.bytes().fill();
        let is_here = |end| matches!(end, Some(Termination::Success));
        return way.load(&MonikerLoad {
            is_fully_available: fill.is_none_or(|fill| is_here(fill.termination())),
            moniker,
            binder,
            context: &preparation.resource.nested_context(&preparation.context),
            mode: OpenMode::READWRITE.with(OpenMode::SHARE_EXCLUSIVE),
        });
    }
    if let Some(way) = &instance.storage {
        return match wait_for(preparation, Form::Storage)? {
            Medium::Storage(storage) => way.load(&storage),
            _ => Err(Error::new(ErrorKind::NoStorage, "the object loads from a storage only")),
        };
    }
    if let Some(way) = &instance.stream {
        return load_from_stream(&**way, preparation);
    }
    if let Some(way) = &instance.file {
        return load_from_file(&**way, preparation);
    }
    Err(Error::new(ErrorKind::CannotLoad, "the object has no way to load itself"))
}

fn wait_for(preparation: &Preparation, form: Form) -> Result<Medium> {
    apartment::block_on(preparation.medium(form, false)).map_err(bind_error)?
}

fn load_from_stream(way: &dyn PersistStream, preparation: &Preparation) -> Result<()> {
    let mut reader = reader(preparation)?;
    way.load(&mut *reader)
}

fn reader(preparation: &Preparation) -> Result<Box<dyn Read + Send>> {
    match wait_for(preparation, Form::Bytes)? {
        Medium::Bytes(bytes) => bytes.reader().map_err(bind_error),
        Medium::Stream(stream) => Ok(Box::new(stream.reader())),
        Medium::Storage(_) => {
            Err(Error::new(ErrorKind::CannotLoad, "a storage inside is neither stream nor file"))
        }
    }
}

/// Everything has to be here first: the object gets a file that is whole.
fn load_from_file(way: &dyn PersistFile, preparation: &Preparation) -> Result<()> {
    let path = preparation.resource.bytes().path().filter(|_| preparation.steps.is_empty());
    if let Some(path) = path {
        return way.load(path);
    }
    let failed = |error: std::io::Error| {
        Error::new(ErrorKind::DownloadFailure, "the data could not be put into a file")
            .with_source(error)
    };
    let mut file = tempfile::NamedTempFile::new().map_err(failed)?;
    std::io::copy(&mut reader(preparation)?, &mut file).map_err(failed)?;
    way.load(file.path())
}
