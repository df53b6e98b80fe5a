//! One bind, driven: facts into the sequence, calls out of it.
//!
//! Invariant: all calls are made on the apartment that started the bind, with no lock held, and the
//! stop exactly once, however the bind ends: also when the wait of a synchronous bind is broken off.
//! What the calls are is decided by [`BindSequence`]; what is bound, by [`Preparation`].

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use docfile_binding::bind::{BindInfo, BindSequence, BindTarget, Call, bind_error};
use docfile_binding::{BindContext, EXCEEDED_DEADLINE, Error, ErrorKind, Moniker, Object, Result};
use docfile_compound::Guid;

use super::binder::Binder;
use super::binding::Binding;
use super::callback::{BindStatusCallback, DataNotice};
use super::deadline;
use super::loading;
use super::medium::{Form, Medium};
use super::preparation::Preparation;
use super::resource::{Place, Resource, shown_name};
use crate::apartment::{self, Apartment};
use crate::runtime;

/// What a bind is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Storage(Form),
    Object,
}

/// What a bind gives.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    Medium(Medium),
    Object(Object),
}

/// What was prepared.
enum Prepared {
    Medium(Medium),
    Class(Guid),
}

type Preparing = Pin<Box<dyn Future<Output = Result<Prepared>> + Send>>;

/// One bind.
pub(super) struct Drive {
    binder: Binder,
    moniker: Moniker,
    context: BindContext,
    callback: Option<Arc<dyn BindStatusCallback>>,
    purpose: Purpose,
    binding: Binding,
    info: BindInfo,
    /// Whether another bind tells of the requests already.
    is_shared: bool,
    preparation: Option<Preparation>,
    preparing: Option<Preparing>,
    class_id: Option<Guid>,
    outcome: Option<Outcome>,
}

impl Drive {
    /// Asks for the wishes, tells of the start, and begins the transfer.
    pub(super) fn start(
        binder: Binder,
        moniker: &Moniker,
        context: &BindContext,
        callback: Option<Arc<dyn BindStatusCallback>>,
        purpose: Purpose,
    ) -> Result<Self> {
        let (target, name) = (target(purpose, false), moniker.components().first());
        let sequence = BindSequence::new(target, name.and_then(shown_name));
        let mut drive = Self {
            binder,
            moniker: moniker.clone(),
            context: context.clone(),
            callback,
            purpose,
            binding: Binding::new(sequence),
            info: BindInfo::default(),
            is_shared: false,
            preparation: None,
            preparing: None,
            class_id: None,
            outcome: None,
        };
        // The wishes and the start, and the stop where the start was refused.
        drive.make_calls();
        drive.check_refused()?;
        if let Err(error) = drive.begin() {
            drive.binding.sequence().handle_failure(error);
            drive.make_calls();
        }
        drive.check_refused()?;
        Ok(drive)
    }

    /// Whether the rest is for the queue of the apartment: an asynchronous bind of what is not here.
    pub(super) fn returns_at_once(&self) -> bool {
        let resource = self.binding.resource();
        self.info.asynchronous && resource.is_some_and(|resource| resource.transfer().is_some())
    }

    /// Goes on behind the caller.
    pub(super) fn run_behind(self) -> Result<Binding> {
        let binding = self.binding.clone();
        let apartment =
            if self.info.free_threaded { Apartment::Multi } else { Apartment::current() };
        let mut drive = self;
        let running = Box::pin(async move { poll_fn(|context| drive.poll(context)).await });
        apartment.spawn(running).map_err(bind_error)?;
        Ok(binding)
    }

    /// Goes on here, until the bind is over.
    pub(super) fn run_here(mut self) -> Result<Outcome> {
        let waited = apartment::block_on(poll_fn(|context| self.poll(context)));
        if waited.is_err() {
            self.binding.abort();
            self.make_calls();
        }
        self.check_refused()?;
        let none = || Error::new(ErrorKind::Unexpected, "the bind ended without a result");
        self.outcome.take().ok_or_else(none)
    }

    /// The error that the bind has ended with, if it has.
    fn check_refused(&self) -> Result<()> {
        self.binding.result().unwrap_or(Ok(()))
    }

    fn begin(&mut self) -> Result<()> {
        let Some((first, steps)) = self.moniker.components().split_first() else { return Ok(()) };
        if let Some(left) = deadline::time_left(&self.context.options())? {
            self.binding.expire_after(left).map_err(bind_error)?;
        }
        let running = Resource::running(first, &self.context);
        self.is_shared = running.is_some();
        let resource = match running {
            Some(resource) => resource,
            None => {
                let place = Place::of(first, &self.context)?;
                Arc::new(Resource::begin(first, place, &self.context, &self.binder)?)
            }
        };
        self.binding.attach(resource.clone(), self.is_shared);
        if !self.returns_at_once() && resource.transfer().is_some() {
            runtime::refuse_to_wait().map_err(bind_error)?;
        }
        let context = self.context.clone();
        let preparation = Preparation { resource, steps: steps.to_vec(), context };
        self.preparing = Some(self.prepare(preparation.clone()));
        self.preparation = Some(preparation);
        Ok(())
    }

    fn prepare(&self, preparation: Preparation) -> Preparing {
        let (purpose, is_async) = (self.purpose, self.info.async_storage);
        let binder = self.binder.clone();
        Box::pin(async move {
            Ok(match purpose {
                Purpose::Storage(form) => {
                    Prepared::Medium(preparation.medium(form, is_async).await?)
                }
                Purpose::Object => Prepared::Class(preparation.class(&binder).await?),
            })
        })
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            self.listen(context);
            self.report();
            self.make_calls();
            if self.binding.sequence().is_over() {
                // Nobody waits for bytes any more on behalf of this bind.
                self.preparing = None;
                return Poll::Ready(());
            }
            if !self.poll_preparing(context) {
                return Poll::Pending;
            }
        }
    }

    /// Whatever happens from now on wakes this bind.
    fn listen(&self, context: &Context<'_>) {
        self.binding.set_driver(context.waker());
        if let Some(resource) = self.binding.resource() {
            resource.feed().listen(context.waker());
        }
    }

    fn report(&self) {
        let Some(resource) = self.binding.resource() else { return };
        let mut sequence = self.binding.sequence();
        if let Some(fill) = resource.bytes().fill() {
            resource.feed().report(fill, &mut sequence, self.is_shared);
        } else {
            let len = resource.bytes().lock_bytes().len();
            sequence.handle_request(None);
            sequence.handle_arrived(len.unwrap_or_default(), len);
            sequence.handle_complete();
        }
    }

    /// Goes on with opening; whether it has come to its end just now.
    fn poll_preparing(&mut self, context: &mut Context<'_>) -> bool {
        let Some(preparing) = &mut self.preparing else { return false };
        let Poll::Ready(prepared) = preparing.as_mut().poll(context) else { return false };
        self.preparing = None;
        let mut sequence = self.binding.sequence();
        match prepared {
            Ok(Prepared::Medium(medium)) => {
                self.outcome = Some(Outcome::Medium(medium));
                sequence.handle_ready();
            }
            Ok(Prepared::Class(class_id)) => {
                self.class_id = Some(class_id);
                sequence.handle_class(class_id);
            }
            Err(error) => sequence.handle_failure(error),
        }
        true
    }

    /// Makes all calls that are due.
    fn make_calls(&mut self) {
        loop {
            let call = self.binding.sequence().next_call();
            let Some(call) = call else { return };
            if matches!(call, Call::Info) {
                let answer = self.ask();
                self.binding.sequence().answer_info(answer);
            } else {
                let answer = self.make(&call);
                self.binding.sequence().answer(answer);
            }
        }
    }

    fn ask(&mut self) -> Result<BindInfo> {
        let Some(callback) = &self.callback else { return Ok(BindInfo::default()) };
        self.info = callback.get_bind_info()?;
        self.binding.set_priority(callback.get_priority());
        let target = target(self.purpose, self.info.asynchronous);
        self.binding.sequence().set_target(target);
        Ok(self.info)
    }

    fn make(&mut self, call: &Call) -> Result<()> {
        if let Call::Load = call {
            return self.load();
        }
        if let Call::Stop(Err(error)) = call
            && error.kind() == ErrorKind::ExceededDeadline
        {
            self.context.register_object_param(EXCEEDED_DEADLINE, Arc::new(self.moniker.clone()));
        }
        let Some(callback) = &self.callback else { return Ok(()) };
        match call {
            Call::Info | Call::Load => Ok(()),
            Call::Start => callback.on_start_binding(&self.binding),
            Call::Progress(progress) => callback.on_progress(progress),
            Call::Data { flags, current, maximum } => match &self.outcome {
                Some(Outcome::Medium(medium)) => {
                    let (flags, current, maximum) = (*flags, *current, *maximum);
                    callback.on_data_available(&DataNotice { flags, current, maximum, medium })
                }
                _ => Ok(()),
            },
            Call::Object => match &self.outcome {
                Some(Outcome::Object(object)) => callback.on_object_available(object),
                _ => Ok(()),
            },
            Call::Stop(result) => {
                callback.on_stop_binding(result);
                Ok(())
            }
        }
    }

    fn load(&mut self) -> Result<()> {
        let (Some(preparation), Some(class_id)) = (&self.preparation, self.class_id) else {
            return Err(Error::new(ErrorKind::Unexpected, "nothing was prepared to load from"));
        };
        let loaded = loading::load(&self.binder, &self.moniker, preparation, self.info, class_id)?;
        self.outcome = Some(Outcome::Object(loaded));
        Ok(())
    }
}

/// A bind whose result is returned is over once that can be used.
const fn target(purpose: Purpose, is_async: bool) -> BindTarget {
    match (purpose, is_async) {
        (Purpose::Object, _) => BindTarget::Object,
        (Purpose::Storage(_), true) => BindTarget::Storage,
        (Purpose::Storage(_), false) => BindTarget::UsableStorage,
    }
}
