//! What the attribute writes.
//!
//! Invariant: for each method one function writes the arguments, one reads the answer, one writes
//! the answer; both kinds of proxy and of stub call these, so that their bytes cannot differ.

mod describe;
mod proxies;
mod stubs;
mod traits;
mod wire;

use proc_macro2::TokenStream;
use quote::quote;

use crate::item::Item;

pub(crate) fn expand(item: &Item) -> TokenStream {
    let traits = traits::expand(item);
    let identity = traits::identity(item);
    let checks = wire::checks(item);
    let functions = wire::functions(item);
    let describe = describe::expand(item);
    let stubs = stubs::expand(item);
    let proxies = proxies::expand(item);
    quote! {
        #traits

        #[allow(clippy::all, clippy::pedantic, reason = "it is written by an attribute")]
        const _: () = {
            #identity
            #checks
            #functions
            #describe
            #stubs
            #proxies
        };
    }
}

impl Item {
    /// The interface that it derives from, as a type.
    fn base_type(&self) -> TokenStream {
        let root = &self.arguments.root;
        match &self.base {
            Some(base) => quote!(dyn #base),
            None => quote!(dyn #root::interface::Unknown),
        }
    }

    /// The number of the method at `position` among its own.
    fn method_index(&self, position: usize) -> TokenStream {
        let root = &self.arguments.root;
        let base = self.base_type();
        // More methods than this have no number, and the count of them says so.
        let position = u16::try_from(position).unwrap_or(u16::MAX);
        quote!(<#base as #root::proxy::Methods>::METHOD_COUNT + #position)
    }

    fn is_asynchronous(&self) -> bool {
        self.arguments.async_uuid.is_some()
    }
}
