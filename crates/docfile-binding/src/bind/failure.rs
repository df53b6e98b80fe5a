//! Why a bind did not succeed, in the words of the contract (`contract/binding.md` 0.1 and 7).
//!
//! Invariant: the error it came of stays inside as the source.

use docfile_compound as engine;

use crate::error::{Error, ErrorKind};

/// What an error of a transfer or of the engine means for a bind. A resource that is not there is
/// an error of its own kind, and so is an abort (`contract/observed.md` 3.6).
#[must_use]
pub fn bind_error(error: engine::Error) -> Error {
    use engine::ErrorKind as Engine;
    let (kind, text) = match error.kind() {
        Engine::NotFound => (ErrorKind::NotFound, "there is no such resource"),
        Engine::AccessDenied => (ErrorKind::AuthenticationRequired, "access is denied"),
        Engine::Terminated => (ErrorKind::Aborted, "the bind was stopped"),
        Engine::NotCompound | Engine::Corrupt => {
            (ErrorKind::NoStorage, "the resource is no storage that can be read")
        }
        Engine::InvalidParameter | Engine::InvalidName => {
            (ErrorKind::Syntax, "the name cannot be bound")
        }
        Engine::InvalidFunction => (ErrorKind::Unexpected, "the bind cannot be done here"),
        Engine::Unimplemented => (ErrorKind::UnknownProtocol, "nothing binds this name"),
        _ => (ErrorKind::DownloadFailure, "the resource could not be brought"),
    };
    Error::new(kind, text).with_source(error)
}

/// What comes of a failing `OnStartBinding`: an abort and a refusal to implement stay what they
/// are, anything else is a failed download (`contract/binding.md` 7.5, `contract/observed.md` 3.3).
#[must_use]
pub fn start_error(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Aborted | ErrorKind::NotImplemented | ErrorKind::DownloadFailure => error,
        _ => Error::new(ErrorKind::DownloadFailure, "the callback refused the bind")
            .with_source(error),
    }
}
