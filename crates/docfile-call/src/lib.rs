//! Calls of objects that live elsewhere: interfaces, call objects, and the wire of [MS-DCOM].
//!
//! Everything here is pure: no socket, clock, thread or source of random bytes. Time, identities
//! and random bytes are arguments; what has to be waited for is told, never waited for.

pub mod automation;
pub mod call;
pub mod interface;
pub mod limits;
pub mod ndr;
pub mod orpc;
pub mod proxy;
pub mod security;
pub mod wire;

mod guid;
mod hresult;

/// # Example
///
/// A server that is asked synchronously, and one that answers when its work is done. Both have the
/// same interface; a client elsewhere cannot tell them apart.
///
/// ```
/// use docfile_call::call::{
///     Call, CallFactory, Synchronize, WaitFlags, WaiterId, check_create_call, create_call,
/// };
/// use docfile_call::interface::{Interface, InterfacePointer, Unknown};
/// use docfile_call::proxy::Futures;
/// use docfile_call::{Guid, Hresult, interface, unknown};
/// use std::sync::Arc;
/// use std::task::Waker;
///
/// #[interface(
///     crate = docfile_call, // the crate `docfile` is where it looks by itself
///     uuid = "00c0a1f5-6b52-4a52-8a1b-3f6f2f6a7001",
///     async_uuid = "00c0a1f5-6b52-4a52-8a1b-3f6f2f6a7002"
/// )]
/// pub trait Recordset {
///     /// Moves on by `count` rows: how many rows are left.
///     fn advance(&self, row: &mut u32, count: u32) -> Result<u32, Hresult>;
/// }
///
/// // The server's call object: the twin, and something to wait for.
/// #[derive(Default)]
/// struct Advance {
///     call: Call<(u32, u32)>,
/// }
///
/// impl AsyncRecordset for Advance {
///     fn begin_advance(&self, row: &u32, count: u32) -> Result<(), Hresult> {
///         let ticket = self.call.begin(3)?;
///         let row = row + count;
///         // A thread could do this later.
///         self.call.complete(ticket, Ok((row, 100 - row)));
///         Ok(())
///     }
///
///     fn finish_advance(&self, row: &mut u32) -> Result<u32, Hresult> {
///         let (new, left) = self.call.finish(3)?;
///         *row = new;
///         Ok(left)
///     }
/// }
///
/// impl Synchronize for Advance {
///     // ... each handed on to `self.call`
/// #   fn try_wait(&self, flags: WaitFlags) -> Result<(), Hresult> { self.call.try_wait(flags) }
/// #   fn enroll(&self, waker: &Waker) -> WaiterId { self.call.enroll(waker) }
/// #   fn withdraw(&self, waiter: WaiterId) { self.call.withdraw(waiter) }
/// #   fn signal(&self) -> Result<(), Hresult> { self.call.signal() }
/// #   fn reset(&self) -> Result<(), Hresult> { self.call.reset() }
/// }
///
/// unknown!(Advance: dyn AsyncRecordset, dyn Synchronize);
///
/// struct Server;
///
/// impl Recordset for Server {
///     fn advance(&self, row: &mut u32, count: u32) -> Result<u32, Hresult> {
///         *row += count;
///         Ok(100 - *row)
///     }
/// }
///
/// impl CallFactory for Server {
///     fn create_call(
///         &self,
///         async_iid: Guid,
///         control: Option<&Arc<dyn Unknown>>,
///         wanted_iid: Guid,
///     ) -> Result<InterfacePointer, Hresult> {
///         check_create_call(control, wanted_iid)?;
///         if async_iid != <dyn AsyncRecordset>::ID || control.is_some() {
///             return Err(Hresult::E_NOINTERFACE);
///         }
///         Arc::new(Advance::default()).query_interface(wanted_iid).ok_or(Hresult::E_NOINTERFACE)
///     }
/// }
///
/// unknown!(Server: dyn Recordset, dyn CallFactory);
///
/// let server: Arc<dyn Unknown> = Arc::new(Server);
///
/// // Synchronously.
/// let recordset = server.query_for::<dyn Recordset>().ok_or(Hresult::E_NOINTERFACE)?;
/// let mut row = 1;
/// assert_eq!((recordset.advance(&mut row, 10)?, row), (89, 11));
///
/// // By a call object: begin, wait, finish.
/// let call = create_call::<dyn AsyncRecordset>(&server)?;
/// call.begin_advance(&row, 10)?;
/// assert_eq!((call.finish_advance(&mut row)?, row), (79, 21));
/// assert_eq!(call.finish_advance(&mut row), Err(Hresult::RPC_E_CALL_COMPLETE));
///
/// // As a future; dropping it would cancel.
/// let futures = Futures::<dyn Recordset>::new(&server)?;
/// let mut future = std::pin::pin!(futures.advance(&mut row, 10));
/// # let mut context = std::task::Context::from_waker(Waker::noop());
/// # use std::future::Future as _;
/// assert!(future.as_mut().poll(&mut context).is_ready());
/// # Ok::<(), Hresult>(())
/// ```
#[doc(inline)]
pub use docfile_call_macros::interface;
pub use guid::Guid;
pub use hresult::Hresult;
