//! The host's own callback of a bind to an object, and the object's of its bind to a storage.
//!
//! Invariant: what is waited for is answered once, by the stop at the latest.

use std::sync::{Arc, Mutex, PoisonError};

use docfile_binding::bind::{BindInfo, BindProgress, BindStatus};
use docfile_binding::{Error, ErrorKind, Object, Result};
use tokio::sync::oneshot;

use super::site::{DocumentSite, HostStep};
use crate::bind::{BindStatusCallback, Binding, DataNotice, Medium};

/// One answer that somebody waits for.
struct Answer<T> {
    value: Mutex<Option<T>>,
    sender: Mutex<Option<oneshot::Sender<Result<T>>>>,
}

impl<T> Answer<T> {
    fn new() -> (Self, oneshot::Receiver<Result<T>>) {
        let (sender, receiver) = oneshot::channel();
        (Self { value: Mutex::new(None), sender: Mutex::new(Some(sender)) }, receiver)
    }

    fn keep(&self, value: T) {
        *self.value.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }

    fn send(&self, result: Result<T>) {
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Whoever waited may have gone.
        let _ = sender.map(|sender| sender.send(result));
    }

    fn stop(&self, result: &Result<()>) {
        let value = self.value.lock().unwrap_or_else(PoisonError::into_inner).take();
        let none = || Error::new(ErrorKind::Unexpected, "the bind ended without a result");
        self.send(result.clone().and_then(|()| value.ok_or_else(none)));
    }
}

/// Watches the bind to the object on behalf of the host.
pub(super) struct HostCallback {
    site: Arc<dyn DocumentSite>,
    answer: Answer<Object>,
}

impl HostCallback {
    pub(super) fn new(
        site: Arc<dyn DocumentSite>,
    ) -> (Arc<Self>, oneshot::Receiver<Result<Object>>) {
        let (answer, receiver) = Answer::new();
        (Arc::new(Self { site, answer }), receiver)
    }
}

impl BindStatusCallback for HostCallback {
    fn get_bind_info(&self) -> Result<BindInfo> {
        Ok(BindInfo { asynchronous: true, async_storage: true, ..BindInfo::default() })
    }

    fn on_start_binding(&self, binding: &Binding) -> Result<()> {
        self.site.on_binding(binding);
        self.site.on_step(&HostStep::BindStarted);
        Ok(())
    }

    fn on_progress(&self, progress: &BindProgress) -> Result<()> {
        if progress.status == BindStatus::ClassIdAvailable {
            let class_id = progress.text.as_deref().and_then(|text| text.parse().ok());
            self.site.on_step(&HostStep::ClassChosen(class_id.unwrap_or_default()));
        }
        self.site.on_progress(progress);
        Ok(())
    }

    fn on_object_available(&self, object: &Object) -> Result<()> {
        self.site.on_step(&HostStep::ObjectAvailable);
        self.answer.keep(object.clone());
        Ok(())
    }

    fn on_stop_binding(&self, result: &Result<()>) {
        self.site.on_step(&HostStep::BindStopped);
        self.answer.stop(result);
    }
}

/// Watches the bind of an object to the storage that it loads from.
pub(super) struct ObjectCallback(Answer<Medium>);

impl ObjectCallback {
    pub(super) fn new() -> (Arc<Self>, oneshot::Receiver<Result<Medium>>) {
        let (answer, receiver) = Answer::new();
        (Arc::new(Self(answer)), receiver)
    }
}

impl BindStatusCallback for ObjectCallback {
    /// What is handed out never waits, and comes as soon as it is there.
    fn get_bind_info(&self) -> Result<BindInfo> {
        Ok(BindInfo { asynchronous: true, async_storage: true, ..BindInfo::default() })
    }

    fn on_data_available(&self, notice: &DataNotice<'_>) -> Result<()> {
        self.0.send(Ok(notice.medium.clone()));
        Ok(())
    }

    fn on_stop_binding(&self, result: &Result<()>) {
        self.0.stop(result);
    }
}
