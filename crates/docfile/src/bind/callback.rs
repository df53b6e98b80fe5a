//! Who watches a bind (`IBindStatusCallback`, `contract/binding.md` 10).
//!
//! Invariant: methods are called on the apartment that started the bind, one at a time, with no
//! lock held: a callback may abort, bind and read. The order is that of
//! [`BindSequence`](docfile_binding::bind::BindSequence). Every method has a default, so that a
//! callback says only what it cares for.

use docfile_binding::bind::{BindInfo, BindProgress, DataFlags};
use docfile_binding::{Object, Result};

use super::binding::Binding;
use super::medium::Medium;

/// What [`BindStatusCallback::on_data_available`] is told.
#[derive(Debug, Clone, Copy)]
pub struct DataNotice<'n> {
    /// Which notice it is.
    pub flags: DataFlags,
    /// How many bytes have arrived, all in all.
    pub current: u64,
    /// How many there are, once that is known.
    pub maximum: Option<u64>,
    /// Where to read them. Clone it to keep it.
    pub medium: &'n Medium,
}

/// Watches a bind. Register it as `Arc<dyn BindStatusCallback>` with
/// [`BindContext::register_callback`](docfile_binding::BindContext::register_callback).
pub trait BindStatusCallback: Send + Sync {
    /// How the bind is to be done. Asked first.
    ///
    /// # Errors
    ///
    /// Any: it is what the bind answers, and nothing was started.
    fn get_bind_info(&self) -> Result<BindInfo> {
        Ok(BindInfo::default())
    }

    /// The bind starts. `binding` controls it, here already; keep a clone to use it later.
    ///
    /// # Errors
    ///
    /// Any: the bind ends with it, or with
    /// [`DownloadFailure`](docfile_binding::ErrorKind::DownloadFailure).
    fn on_start_binding(&self, binding: &Binding) -> Result<()> {
        let _ = binding;
        Ok(())
    }

    /// The bind is that far.
    ///
    /// # Errors
    ///
    /// Any: the bind ends with it.
    fn on_progress(&self, progress: &BindProgress) -> Result<()> {
        let _ = progress;
        Ok(())
    }

    /// Bytes can be read. Only of binds to storages.
    ///
    /// # Errors
    ///
    /// Any: the bind ends with it.
    fn on_data_available(&self, notice: &DataNotice<'_>) -> Result<()> {
        let _ = notice;
        Ok(())
    }

    /// The object is there. Only of binds to objects.
    ///
    /// # Errors
    ///
    /// Any: the bind ends with it.
    fn on_object_available(&self, object: &Object) -> Result<()> {
        let _ = object;
        Ok(())
    }

    /// Part of the contract, which never calls it; nor does this crate.
    fn on_low_resource(&self) {}

    /// The priority that the binding starts with; see [`Binding::set_priority`].
    fn get_priority(&self) -> i32 {
        0
    }

    /// The bind is over, with this result. Told exactly once, and last; not where
    /// [`get_bind_info`](Self::get_bind_info) refused.
    fn on_stop_binding(&self, result: &Result<()>) {
        let _ = result;
    }
}
