//! A queue that one thread works off.
//!
//! Invariant: what is posted or bound in a single-threaded apartment runs on its thread only, in
//! the order in which it was queued, either when the thread pumps or when it waits. Leaving the
//! apartment lets go of what is left.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Wake as _;
use std::thread::{self, Thread};

use docfile_compound::{Error, ErrorKind, Result};
use futures_core::future::BoxFuture;

use super::task::Task;

thread_local! {
    static CURRENT: RefCell<Option<SingleThreaded>> = const { RefCell::new(None) };
}

pub(super) struct Queue {
    owner: Thread,
    is_stopped: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    is_left: bool,
    ready: VecDeque<Arc<Task>>,
    /// All that are not done, so that leaving can let go of those that sleep.
    alive: Vec<Arc<Task>>,
}

impl Queue {
    pub(super) fn push(&self, task: Arc<Task>) {
        let mut state = self.state();
        if state.is_left {
            return;
        }
        state.ready.push_back(task);
        drop(state);
        self.owner.unpark();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A single-threaded apartment. Clones are the same one, for use from any thread.
///
/// ```
/// use docfile::apartment::SingleThreaded;
/// use std::sync::mpsc;
///
/// let entered = SingleThreaded::enter()?;
/// let apartment = entered.apartment().clone();
/// let (sender, receiver) = mpsc::channel();
/// let poster = std::thread::spawn(move || {
///     apartment.post(move || sender.send(std::thread::current().id()).unwrap()).unwrap();
///     apartment.stop();
/// });
/// entered.apartment().run()?;
/// entered.apartment().pump()?;
/// assert_eq!(receiver.recv(), Ok(std::thread::current().id()));
/// # poster.join().unwrap();
/// # Ok::<(), docfile::Error>(())
/// ```
#[derive(Clone)]
pub struct SingleThreaded(Arc<Queue>);

/// The time that a thread spends in its single-threaded apartment; dropping it leaves.
#[derive(Debug)]
pub struct Entered {
    apartment: SingleThreaded,
    /// It ends on the thread where it began.
    _on_this_thread: PhantomData<*const ()>,
}

impl Entered {
    /// The apartment.
    #[must_use]
    pub const fn apartment(&self) -> &SingleThreaded {
        &self.apartment
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.with_borrow_mut(|current| current.take());
        let mut state = self.apartment.0.state();
        state.is_left = true;
        state.ready.clear();
        let alive = core::mem::take(&mut state.alive);
        drop(state);
        alive.iter().for_each(|task| task.cancel());
    }
}

impl SingleThreaded {
    /// Makes an apartment for this thread.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFunction`] when the thread is in one already.
    pub fn enter() -> Result<Entered> {
        CURRENT.with_borrow_mut(|current| {
            if current.is_some() {
                let text = "this thread is in an apartment already";
                return Err(Error::new(ErrorKind::InvalidFunction, text));
            }
            let apartment = Self(Arc::new(Queue {
                owner: thread::current(),
                is_stopped: AtomicBool::new(false),
                state: Mutex::default(),
            }));
            *current = Some(apartment.clone());
            Ok(Entered { apartment, _on_this_thread: PhantomData })
        })
    }

    /// The apartment that this thread has entered.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.with_borrow(Clone::clone)
    }

    /// Runs `job` on the thread of this apartment, later.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFunction`] when the thread has left.
    pub fn post(&self, job: impl FnOnce() + Send + 'static) -> Result<()> {
        self.spawn(Box::pin(async move { job() }))
    }

    /// Runs what is queued now, on this thread; how many pieces of work it was.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidFunction`] on another thread than that of the apartment.
    pub fn pump(&self) -> Result<usize> {
        self.check_thread()?;
        let queued_count = self.0.state().ready.len();
        Ok((0..queued_count).take_while(|_| self.run_one()).count())
    }

    /// Works off the queue until [`stop`](Self::stop).
    ///
    /// # Errors
    ///
    /// As [`pump`](Self::pump).
    pub fn run(&self) -> Result<()> {
        self.check_thread()?;
        while !self.is_stopped() {
            if !self.run_one() {
                thread::park();
            }
        }
        Ok(())
    }

    /// Ends [`run`](Self::run), and with
    /// [`ErrorKind::Terminated`] every wait on this apartment's thread, now and later.
    pub fn stop(&self) {
        self.0.is_stopped.store(true, Ordering::Release);
        self.0.owner.unpark();
    }

    /// Whether it was told to stop.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.is_stopped.load(Ordering::Acquire)
    }

    pub(super) fn spawn(&self, future: BoxFuture<'static, ()>) -> Result<()> {
        let task = Arc::new(Task::new(&self.0, future));
        let mut state = self.0.state();
        if state.is_left {
            drop(state);
            let text = "the thread has left this apartment";
            return Err(Error::new(ErrorKind::InvalidFunction, text));
        }
        state.alive.push(task.clone());
        drop(state);
        task.wake();
        Ok(())
    }

    /// Runs the first piece of work in the queue; whether there was one. Only on its own thread.
    pub(super) fn run_one(&self) -> bool {
        let Some(task) = self.0.state().ready.pop_front() else { return false };
        if task.run() {
            self.0.state().alive.retain(|other| !Arc::ptr_eq(other, &task));
        }
        true
    }

    fn check_thread(&self) -> Result<()> {
        if self.0.owner.id() == thread::current().id() {
            return Ok(());
        }
        let text = "another thread than that of the apartment cannot work off its queue";
        Err(Error::new(ErrorKind::InvalidFunction, text))
    }
}

impl fmt::Debug for SingleThreaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.0.state();
        f.debug_struct("SingleThreaded")
            .field("owner", &self.0.owner.id())
            .field("alive_count", &state.alive.len())
            .field("is_stopped", &self.is_stopped())
            .finish_non_exhaustive()
    }
}
