//! The attribute `interface`: from a trait with ids come its asynchronous twin, its futures, and
//! the proxies and stubs of both (contract/calls.md 2).
//!
//! It reads the trait into a description (`attribute`, `item`, `method`, `parameter`) and writes
//! from that (`expand`). It knows nothing of bytes: what it writes calls `docfile-call`.

mod attribute;
mod expand;
mod item;
mod method;
mod parameter;

use proc_macro::TokenStream;

use attribute::Arguments;
use item::Item;

/// Makes a trait an interface.
///
/// ```ignore
/// #[interface(uuid = "…", async_uuid = "…")]
/// pub trait Recordset {
///     /// One row further; how many fields it has.
///     fn advance(&self, query: &str, row: &mut u32) -> Result<u32, Hresult>;
/// }
/// ```
///
/// # What comes of it
///
/// | name | what it is |
/// |---|---|
/// | `Recordset` | the trait as it stands, deriving from `Unknown` if it names no other |
/// | `AsyncRecordset` | its twin: `begin_advance(&self, query: &str, row: &u32)` and `finish_advance(&self, row: &mut u32) -> Result<u32, Hresult>` |
/// | `RecordsetFutures` | the same methods as futures, for `Futures<dyn Recordset>` |
///
/// and that `dyn Recordset` has an id, proxies, call objects and stubs. Without `async_uuid` the
/// twin and the futures do not exist, and their names stay unused.
///
/// # Methods
///
/// A method takes `&self` and gives `Result<T, Hresult>`.
///
/// | parameter | which way | begin takes | finish takes or gives |
/// |---|---|---|---|
/// | `x: T`, `x: &T` | in | the same | |
/// | `x: &mut T` | in and out | `x: &T` | `x: &mut T` |
/// | `#[out] x: &mut T` | out | | `x: &mut T` |
/// | `T` of the result, or each of a tuple | out, after the parameters | | the same |
///
/// `T` is anything that can be marshaled; what only comes back also has a default, which travels
/// when the method fails. A reference to an object is `Pointer<dyn Trait>`. The method's own result
/// code travels last; a success code other than `S_OK` is read as success.
///
/// # Arguments of the attribute
///
/// | argument | what it says |
/// |---|---|
/// | `uuid = "…"` | the id of the interface |
/// | `async_uuid = "…"` | the id of its twin |
/// | `dispatch` | it is a dispatch interface, which has no twin |
///
/// For the interface definition: `#[size_is(count)]` on an array names the parameter with its
/// length, `#[idl("FORMATETC")]` the type of a parameter, and `#[returns(a, b)]` on a method gives
/// names to what its result holds.
#[proc_macro_attribute]
pub fn interface(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let expanded = syn::parse::<Arguments>(arguments)
        .and_then(|arguments| Item::parse(item.into(), arguments))
        .map(|item| expand::expand(&item));
    expanded.unwrap_or_else(syn::Error::into_compile_error).into()
}
