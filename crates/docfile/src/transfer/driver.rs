//! One transfer: drives a planner over a transport, into a byte array that is filling.
//!
//! Invariant: the array is terminated exactly once, with what came of the transfer, and after that
//! no request is under way. The planner decides, this carries out. Everything happens on one task
//! of the runtime; requests have tasks of their own, which only hand on what comes.

mod requests;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use docfile_binding::fill::Termination;
use docfile_binding::planner::{Action, Counters, Planner, PlannerSettings, Request};
use docfile_compound::{Error, ErrorKind, Result};
use tokio::sync::watch;
use tokio::time::Instant;

use self::requests::{Heard, HeardWhat, Requests};
use super::event::{TransferEvent, TransferObserver};
use super::link_share::Seat;
use super::transport::{GetRequest, Transport};
use crate::fill::FillLockBytes;
use crate::runtime;

/// What the owner of a transfer wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Run,
    Suspend,
    Abort,
}

/// What a transfer is known by from outside.
#[derive(Debug, Default)]
struct Known {
    counters: Counters,
    media_type: Option<String>,
    location: Option<String>,
}

/// A transfer under way. Dropping it aborts it.
///
/// # Example
///
/// ```no_run
/// use std::sync::Arc;
/// use docfile::fill::FillLockBytes;
/// use docfile::transfer::{HttpOptions, HttpTransport, PlannerSettings, Transfer};
/// use docfile::Storage;
///
/// let transport = HttpTransport::new("https://example.org/plan.rvt", &HttpOptions::default())?;
/// let fill = FillLockBytes::temporary()?;
/// let settings = PlannerSettings::default();
/// let transfer = Transfer::start(Arc::new(transport), fill.clone(), settings, None)?;
/// // Reads of `fill.lock_bytes()` are answered as their bytes arrive.
/// println!("{:?}", transfer.counters());
/// # Ok::<(), docfile::Error>(())
/// ```
pub struct Transfer {
    fill: FillLockBytes,
    wish: watch::Sender<Wish>,
    ended: watch::Receiver<bool>,
    known: Arc<Mutex<Known>>,
    /// Given up when the transfer is over.
    seat: Option<Weak<Seat>>,
}

impl Transfer {
    /// Begins to bring what `transport` leads to into `fill`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ReadFault`] when the system gives no threads to transfer with.
    pub fn start(
        transport: Arc<dyn Transport>,
        fill: FillLockBytes,
        settings: PlannerSettings,
        observer: Option<Arc<dyn TransferObserver>>,
    ) -> Result<Self> {
        let (transfer, driving) = Self::prepare(transport, fill, settings, observer);
        runtime::handle()?.spawn(driving);
        Ok(transfer)
    }

    /// As [`start`](Self::start) on a runtime of the caller's own: nothing happens until the future
    /// runs on one of tokio, with time and, where the transport needs it, with input and output.
    pub fn prepare(
        transport: Arc<dyn Transport>,
        fill: FillLockBytes,
        mut settings: PlannerSettings,
        observer: Option<Arc<dyn TransferObserver>>,
    ) -> (Self, impl Future<Output = ()> + Send + use<>) {
        settings.parallel_count = settings.parallel_count.min(transport.parallel_count()).max(1);
        let (wish, wishes) = watch::channel(Wish::Run);
        let (ending, ended) = watch::channel(false);
        let known = Arc::new(Mutex::new(Known::default()));
        let seat = transport.link().map(|link| Arc::new(Seat::on(&link)));
        let driver = Driver {
            planner: Planner::new(settings, Duration::ZERO),
            requests: Requests::new(transport),
            fill: fill.clone(),
            observer,
            known: known.clone(),
            last_loss: None,
            started_at: Instant::now(),
            suspended: Duration::ZERO,
            seat: seat.clone(),
        };
        let driving = async move {
            driver.run(wishes).await;
            ending.send_replace(true);
        };
        (Self { fill, wish, ended, known, seat: seat.as_ref().map(Arc::downgrade) }, driving)
    }

    /// The array that is being filled.
    #[must_use]
    pub const fn fill(&self) -> &FillLockBytes {
        &self.fill
    }

    /// Ends the transfer. Who waits for bytes is free at once and gets
    /// [`ErrorKind::Terminated`]; that the transport let go is told by [`ended`](Self::ended).
    pub fn abort(&self) {
        self.fill.terminate(Termination::Cancelled);
        self.wish.send_replace(Wish::Abort);
    }

    /// Asks for nothing and takes nothing until [`resume`](Self::resume). What a server has sent
    /// already waits on the way.
    pub fn suspend(&self) {
        self.wish.send_if_modified(|wish| change(wish, Wish::Run, Wish::Suspend));
    }

    /// Goes on after [`suspend`](Self::suspend).
    pub fn resume(&self) {
        self.wish.send_if_modified(|wish| change(wish, Wish::Suspend, Wish::Run));
    }

    /// The priority among the transfers of one link, 0 from the start. While one of a higher
    /// priority is at work, those below it get a tenth of the bytes together. It says nothing where
    /// the transport names no link, or once the transfer is over.
    pub fn set_priority(&self, priority: i32) {
        if let Some(seat) = self.seat() {
            seat.set_priority(priority);
        }
    }

    /// The priority among the transfers of one link.
    #[must_use]
    pub fn priority(&self) -> i32 {
        self.seat().map_or(0, |seat| seat.priority())
    }

    fn seat(&self) -> Option<Arc<Seat>> {
        self.seat.as_ref()?.upgrade()
    }

    /// What was asked and received so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        lock(&self.known).counters
    }

    /// The media type that the server told, once it has.
    #[must_use]
    pub fn media_type(&self) -> Option<String> {
        lock(&self.known).media_type.clone()
    }

    /// Where the resource was found, when a redirect led there.
    #[must_use]
    pub fn location(&self) -> Option<String> {
        lock(&self.known).location.clone()
    }

    /// Whether the transfer is over and its last request let go.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        *self.ended.borrow()
    }

    /// The future of the end: nothing of this transfer is under way any more.
    pub fn ended(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut ended = self.ended.clone();
        async move {
            // An error means that the task is gone, which is an end too.
            let _ = ended.wait_for(|ended| *ended).await;
        }
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        self.abort();
    }
}

impl fmt::Debug for Transfer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transfer")
            .field("fill", &self.fill)
            .field("known", &*lock(&self.known))
            .finish_non_exhaustive()
    }
}

fn change(wish: &mut Wish, from: Wish, to: Wish) -> bool {
    let changes = *wish == from;
    if changes {
        *wish = to;
    }
    changes
}

fn lock(known: &Mutex<Known>) -> MutexGuard<'_, Known> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Driver {
    planner: Planner,
    requests: Requests,
    fill: FillLockBytes,
    observer: Option<Arc<dyn TransferObserver>>,
    known: Arc<Mutex<Known>>,
    /// Why the last request failed, to be told when the planner gives up.
    last_loss: Option<Error>,
    started_at: Instant,
    /// How long it was suspended; the planner's clock stood still meanwhile.
    suspended: Duration,
    /// The place on its link.
    seat: Option<Arc<Seat>>,
}

impl Driver {
    async fn run(mut self, mut wishes: watch::Receiver<Wish>) {
        let end = loop {
            let wish = *wishes.borrow_and_update();
            match wish {
                Wish::Run => {}
                Wish::Abort => break Termination::Cancelled,
                Wish::Suspend => {
                    let since = Instant::now();
                    if let Some(seat) = &self.seat {
                        seat.rest();
                    }
                    let changed = wishes.changed().await;
                    self.suspended += since.elapsed();
                    if changed.is_err() {
                        break Termination::Cancelled;
                    }
                    continue;
                }
            }
            if let Some(seat) = self.seat.clone() {
                seat.note_requests(self.requests.are_under_way());
                if seat.must_wait() && self.give_way(&seat, &mut wishes).await.is_err() {
                    break Termination::Cancelled;
                }
                // Something else may be wished by now.
                if wishes.has_changed().unwrap_or(true) {
                    continue;
                }
            }
            // Taken before the demand is, so that no change in between is missed.
            let demand_changed = self.fill.demand_changed();
            // One moment for both: what lay ahead when it was asked what to do, and is past when it
            // is asked when to wake, would never be done.
            let now = self.now();
            self.planner.handle_demand(&self.fill.demand(), now);
            if let Some(end) = self.act(now) {
                break end;
            }
            let deadline = self.planner.next_deadline(now);
            let at = deadline.map(|deadline| self.started_at + self.suspended + deadline);
            tokio::select! {
                heard = self.requests.hear() => {
                    if let Err(error) = self.take(heard) {
                        break Termination::Abnormal(error);
                    }
                }
                () = demand_changed => {}
                () = sleep_until(at) => {}
                changed = wishes.changed() => {
                    if changed.is_err() {
                        break Termination::Cancelled;
                    }
                }
            }
        };
        self.requests.cancel_all();
        lock(&self.known).counters = *self.planner.counters();
        // Told before anybody who waits is woken, so that a bill made then is whole.
        self.tell(&TransferEvent::Finished(end.clone()));
        self.fill.terminate(end);
    }

    /// Lets others of the link go first. The planner's clock stands still: no request fails because
    /// it was not listened to. An error when nobody wants the transfer any more.
    async fn give_way(
        &mut self,
        seat: &Seat,
        wishes: &mut watch::Receiver<Wish>,
    ) -> std::result::Result<(), watch::error::RecvError> {
        let since = Instant::now();
        let wished = tokio::select! {
            () = seat.turn() => Ok(()),
            // Told again by the next look.
            changed = wishes.changed() => changed.map(|()| wishes.mark_changed()),
        };
        self.suspended += since.elapsed();
        wished
    }

    /// The planner's time.
    fn now(&self) -> Duration {
        self.started_at.elapsed().saturating_sub(self.suspended)
    }

    fn tell(&self, event: &TransferEvent) {
        if let Some(observer) = &self.observer {
            observer.on_event(self.started_at.elapsed(), event);
        }
    }

    /// Carries out what the planner wants; answers how the transfer ended, if it did.
    fn act(&mut self, now: Duration) -> Option<Termination> {
        let mut end = None;
        while let Some(action) = self.planner.poll_action(now) {
            match action {
                // Connections are the transport's; it opens them when it needs them.
                Action::Connect { .. } => {}
                Action::Request(request) => self.send(request),
                Action::ReadOn(id) => self.requests.read_on(id),
                Action::Cancel(id) => {
                    self.requests.cancel(id);
                    self.tell(&TransferEvent::Cancelled { id });
                }
                Action::SetLen(len) => match self.fill.set_fill_size(len) {
                    Ok(()) => {
                        self.fill.note_entity(self.planner.validator(), len);
                        self.tell(&TransferEvent::Len(len));
                    }
                    Err(error) => end = Some(self.stopped(error)),
                },
                Action::Confirm => {
                    if let Err(error) = self.fill.confirm() {
                        end = Some(self.stopped(error));
                    }
                }
                Action::Restart => match self.fill.restart() {
                    Ok(()) => self.tell(&TransferEvent::Restarted),
                    Err(error) => end = Some(Termination::Abnormal(error)),
                },
                Action::Complete => end = Some(Termination::Success),
                Action::GiveUp(failure) => {
                    let error = Error::from(failure);
                    end = Some(Termination::Abnormal(match self.last_loss.take() {
                        Some(loss) => error.with_source(loss),
                        None => error,
                    }));
                }
            }
            if end.is_some() {
                break;
            }
        }
        lock(&self.known).counters = *self.planner.counters();
        end
    }

    /// The array refuses: because its owner aborted, or because it cannot hold the bytes.
    fn stopped(&self, error: Error) -> Termination {
        self.fill.termination().unwrap_or(Termination::Abnormal(error))
    }

    fn send(&mut self, request: Request) {
        let Request { id, range, purpose, if_match, if_none_match, if_modified_since } = request;
        self.tell(&TransferEvent::Requested { id, range: range.clone(), purpose });
        let request = GetRequest { range, if_match, if_none_match, if_modified_since };
        self.requests.send(id, request);
    }

    /// Takes in what came of a request.
    fn take(&mut self, heard: Heard) -> Result<()> {
        let Heard { id, what } = heard;
        let now = self.now();
        match what {
            HeardWhat::Head { head, media_type, location } => {
                self.tell(&TransferEvent::Responded {
                    id,
                    status: head.status,
                    media_type: media_type.clone(),
                    is_redirected: location.is_some(),
                });
                let mut known = lock(&self.known);
                known.media_type = media_type.or(known.media_type.take());
                known.location = location.or(known.location.take());
                drop(known);
                self.planner.handle_response(id, &head, now);
            }
            HeardWhat::Piece(piece) => {
                let len = piece.len() as u64;
                if let Some(offset) = self.planner.handle_body(id, len, now) {
                    return self.put(id, offset, &piece);
                }
            }
            HeardWhat::End => {
                self.requests.forget(id);
                self.tell(&TransferEvent::Ended { id });
                self.planner.handle_end(id, now);
            }
            HeardWhat::Lost(error) => {
                self.requests.forget(id);
                self.tell(&TransferEvent::Lost { id, text: error.to_string() });
                self.last_loss = Some(error);
                self.planner.handle_lost(id, now);
            }
        }
        Ok(())
    }

    fn put(
        &mut self,
        id: docfile_binding::planner::RequestId,
        offset: u64,
        piece: &[u8],
    ) -> Result<()> {
        if let Some(seat) = &self.seat {
            seat.note_taken(piece.len() as u64);
        }
        // The bill is whole before anybody who waits for these bytes is woken.
        lock(&self.known).counters = *self.planner.counters();
        match self.fill.fill_at(offset, piece) {
            Ok(()) => {
                self.tell(&TransferEvent::Arrived { id, offset, len: piece.len() as u64 });
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::InvalidParameter => {
                self.planner.handle_contradiction(error.offset().unwrap_or(offset));
                Ok(())
            }
            // An abort is carried out in the next round.
            Err(_) if self.fill.termination().is_some() => Ok(()),
            Err(error) => Err(error),
        }
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
