//! Errors of a bind as errors of the engine, which is what a host answers.

use docfile_binding as binding;
use docfile_compound::{Error, ErrorKind};

/// The engine's own error where the bind passed one on, else one of the kind that fits.
pub(super) fn engine_error(error: binding::Error) -> Error {
    use binding::ErrorKind as Bind;
    if let Some(engine) = passed_on(&error) {
        return engine;
    }
    let (kind, text) = match error.kind() {
        Bind::NotFound | Bind::NoObject => (ErrorKind::NotFound, "there is no such document"),
        Bind::AuthenticationRequired => (ErrorKind::AccessDenied, "access is denied"),
        Bind::Aborted => (ErrorKind::Terminated, "stopped"),
        Bind::NoStorage => (ErrorKind::NotCompound, "this is no compound file"),
        Bind::Syntax | Bind::InvalidArgument => {
            (ErrorKind::InvalidName, "the name is not understood")
        }
        Bind::ClassNotRegistered | Bind::CannotLoad | Bind::CannotInstantiate => {
            (ErrorKind::Unimplemented, "nothing here shows such a document")
        }
        Bind::UnknownProtocol | Bind::NotImplemented | Bind::NotBindable => {
            (ErrorKind::Unimplemented, "nothing leads to such a name")
        }
        Bind::ExceededDeadline => (ErrorKind::LimitReached, "the time limit was reached"),
        _ => (ErrorKind::ReadFault, "the document could not be brought"),
    };
    Error::new(kind, text).with_source(error)
}

/// The engine's error at the bottom of this one.
fn passed_on(error: &binding::Error) -> Option<Error> {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(engine) = inner.downcast_ref::<Error>() {
            return Some(engine.clone());
        }
        source = inner.source();
    }
    None
}
