//! What the running object table says of a moniker (`contract/binding.md` 3.2, "IsRunning" and
//! "GetTimeOfLastChange").
//!
//! Nothing is bound and no file is looked at: where the contract goes on to the container or to
//! the file, the crate that binds does.

use docfile_compound::FileTime;

use super::Moniker;
use crate::bind_context::BindContext;
use crate::error::{Error, ErrorKind, Result};

impl Moniker {
    /// Whether what it names behind `left` is running, as far as the table of `context` knows.
    /// `newly_running` is a moniker that was just registered, for a caller that knows of one.
    ///
    /// For an item with a container at its left this asks for the two together; whether the
    /// container itself knows the item running, it is to be asked by who binds.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotImplemented`] for a URL or a class.
    pub fn is_running(
        &self,
        context: &BindContext,
        left: Option<&Self>,
        newly_running: Option<&Self>,
    ) -> Result<bool> {
        let table = context.running_object_table();
        match self {
            Self::Anti(_) => Ok(false),
            Self::Pointer(_) => Ok(true),
            Self::Url(_) | Self::Class(_) => Err(not_implemented()),
            Self::Foreign(foreign) => foreign.is_running(context, left),
            Self::File(_) => Ok(table.is_running(self)),
            Self::Item(_) | Self::Composite(_) => {
                let whole = self.behind(left)?;
                let whole = whole.as_ref().unwrap_or(self);
                Ok(newly_running.is_some_and(|newly| newly == whole) || table.is_running(whole))
            }
        }
    }

    /// When what it names behind `left` last changed, as far as the table of `context` knows.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unavailable`] when the table does not know: for a file, look at the file;
    /// [`ErrorKind::NotBindable`] for an item with nothing at its left;
    /// [`ErrorKind::NotImplemented`] for an anti moniker, a pointer or a URL.
    pub fn time_of_last_change(
        &self,
        context: &BindContext,
        left: Option<&Self>,
    ) -> Result<FileTime> {
        let table = context.running_object_table();
        match self {
            Self::Anti(_) | Self::Pointer(_) | Self::Url(_) => Err(not_implemented()),
            Self::Item(_) if left.is_none() => Err(Error::new(
                ErrorKind::NotBindable,
                "an item means nothing without a container at its left",
            )),
            Self::Composite(composite) => {
                let whole = self.behind(left)?;
                table.time_of_last_change(whole.as_ref().unwrap_or(self)).or_else(|unknown| {
                    let Some((before, last)) = composite.split_last() else { return Err(unknown) };
                    let before = before.behind(left)?;
                    last.time_of_last_change(context, before.as_ref())
                })
            }
            _ => table.time_of_last_change(self.behind(left)?.as_ref().unwrap_or(self)),
        }
    }

    fn behind(&self, left: Option<&Self>) -> Result<Option<Self>> {
        match left {
            Some(left) => left.compose_with(self),
            None => Ok(Some(self.clone())),
        }
    }
}

fn not_implemented() -> Error {
    Error::new(ErrorKind::NotImplemented, "this moniker does not tell")
}
