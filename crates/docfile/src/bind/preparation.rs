//! From a resource to what is wanted of it: opening it, stepping inside, choosing the class.
//!
//! Invariant: it waits as a future only, so that the bind can tell of its progress meanwhile, and
//! be aborted; dropping the future leaves nothing behind.

use std::sync::Arc;

use docfile_binding::bind::{ClassEvidence, bind_error};
use docfile_binding::{BindContext, Error, ErrorKind, Moniker, Result};
use docfile_compound::{
    self as engine, CompoundFile, Guid, LockBytes, MemoryBytes, OpenMode, Settings,
};

use super::binder::Binder;
use super::document::Target;
use super::medium::{Form, Medium};
use super::open::follow;
use super::resource::Resource;
use crate::fill::{told, until};
use crate::storage::{AsyncMode, Progress, ProgressAnswer, ProgressNotify, Storage};

/// What a bind wants of a resource.
#[derive(Debug, Clone)]
pub(super) struct Preparation {
    pub(super) resource: Arc<Resource>,
    /// The steps inside.
    pub(super) steps: Vec<Moniker>,
    pub(super) context: BindContext,
}

/// The moniker's own sink on a root: it decides whether reads wait, and keeps the transfer alive as
/// long as anything that was opened from the root.
struct RootSink {
    answer: ProgressAnswer,
    _resource: Arc<Resource>,
}

impl ProgressNotify for RootSink {
    fn on_progress(&self, _: Progress, is_owner: bool) -> ProgressAnswer {
        if is_owner { self.answer.clone() } else { ProgressAnswer::Monitoring }
    }
}

impl Preparation {
    /// Opens what is wanted; reads of it never wait where `is_async`.
    pub(super) async fn medium(&self, form: Form, is_async: bool) -> Result<Medium> {
        self.first_bytes().await?;
        if form == Form::Bytes && self.steps.is_empty() {
            return Ok(Medium::Bytes(self.resource.bytes().clone()));
        }
        let root = self.root().await.map_err(bind_error)?;
        let target = follow(root.clone(), &self.steps).await.map_err(step_error)?;
        // Only now: the root and the way inside were waited for by a future of the bind's own.
        self.watch(&root, is_async)?;
        Ok(match target {
            Target::Storage(storage) => Medium::Storage(storage),
            Target::Stream(stream) => Medium::Stream(stream),
        })
    }

    /// The class of what is named.
    pub(super) async fn class(&self, binder: &Binder) -> Result<Guid> {
        self.first_bytes().await?;
        let (media_type, path) = (self.resource.feed().media_type(), self.resource.path());
        let chosen = if self.steps.is_empty() {
            let evidence = ClassEvidence {
                media_type: media_type.as_deref(),
                path: Some(&path),
                storage_class: None,
            };
            self.choose(binder, &evidence, self.resource.bytes().lock_bytes()).await
        } else {
            match self.medium(Form::Storage, false).await? {
                Medium::Storage(storage) => {
                    let class_id = storage.stat_async().await.map_err(bind_error)?.class_id;
                    let evidence =
                        ClassEvidence { storage_class: Some(class_id), ..ClassEvidence::default() };
                    binder.classes().try_choose(&evidence, Arc::new(MemoryBytes::default()))
                }
                Medium::Stream(stream) => {
                    let bytes = Arc::new(stream.engine().clone());
                    self.choose(binder, &ClassEvidence::default(), bytes).await
                }
                Medium::Bytes(_) => Ok(None),
            }
        };
        chosen.map_err(bind_error)?.ok_or_else(|| {
            Error::new(ErrorKind::ClassNotRegistered, "no class is known for this data")
        })
    }

    async fn choose(
        &self,
        binder: &Binder,
        evidence: &ClassEvidence<'_>,
        bytes: Arc<dyn LockBytes>,
    ) -> engine::Result<Option<Guid>> {
        let choose = || binder.classes().try_choose(evidence, bytes.clone());
        until(self.resource.bytes().fill(), choose).await
    }

    /// Waits until the server has answered with bytes, and looks whether they are wanted.
    async fn first_bytes(&self) -> Result<()> {
        if let Some(fill) = self.resource.bytes().fill() {
            let bytes = fill.lock_bytes();
            let first = || bytes.try_read_at(0, &mut [0]);
            until(Some(fill), first).await.map_err(bind_error)?;
        }
        let media_type = self.resource.feed().media_type();
        self.context.media_types().check(media_type.as_deref())
    }

    async fn root(&self) -> engine::Result<Storage> {
        let bytes = self.resource.bytes();
        let Some(fill) = bytes.fill() else {
            let file = CompoundFile::try_open(bytes.lock_bytes(), Settings::default())?;
            return Ok(Storage::complete(file.root(OpenMode::read())?));
        };
        let root = Storage::open_async(fill, AsyncMode::Compatibility).await;
        root.map_err(|error| told(fill, error))
    }

    /// Adds the moniker's own sink to the root, from which everything below inherits it. Where reads
    /// wait, it only watches, so that sinks of others decide.
    fn watch(&self, root: &Storage, is_async: bool) -> Result<()> {
        let answer = if is_async { ProgressAnswer::Pending } else { ProgressAnswer::Monitoring };
        let sink = RootSink { answer, _resource: self.resource.clone() };
        root.advise(Arc::new(sink)).map(drop).map_err(|error| {
            Error::new(ErrorKind::Unexpected, "no sink can be added").with_source(error)
        })
    }
}

/// What is not found inside a document is an object that is not there, not a resource.
fn step_error(error: engine::Error) -> Error {
    match error.kind() {
        engine::ErrorKind::NotFound => {
            Error::new(ErrorKind::NoObject, "the document has nothing of that name")
                .with_source(error)
        }
        _ => bind_error(error),
    }
}
