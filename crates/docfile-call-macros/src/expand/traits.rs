//! The traits: the one that was written, its twin and its futures; and their ids.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::item::Item;
use crate::method::Method;

pub(super) fn expand(item: &Item) -> TokenStream {
    let synchronous = synchronous(item);
    let visibility = &item.item.vis;
    let async_name = &item.async_name;
    if !item.is_asynchronous() {
        let root = &item.arguments.root;
        // With this name an interface that derives and has a twin gets the error that explains.
        return quote! {
            #synchronous

            #[doc(hidden)]
            #[allow(dead_code, unreachable_pub, reason = "only derived interfaces look for it")]
            #visibility trait #async_name: #root::interface::Unknown {}
        };
    }
    let twin = twin(item);
    let futures = futures(item);
    quote! {
        #synchronous
        #twin
        #futures
    }
}

fn synchronous(item: &Item) -> TokenStream {
    let root = &item.arguments.root;
    let attributes = &item.item.attrs;
    let visibility = &item.item.vis;
    let name = &item.name;
    let base = match &item.base {
        Some(base) => quote!(#base),
        None => quote!(#root::interface::Unknown),
    };
    let methods = item.methods.iter().map(|method| &method.item);
    quote! {
        #(#attributes)*
        #visibility trait #name: #base {
            #(#methods)*
        }
    }
}

fn twin(item: &Item) -> TokenStream {
    let root = &item.arguments.root;
    let visibility = &item.item.vis;
    let name = &item.name;
    let async_name = &item.async_name;
    let base = match item.async_base() {
        Some(base) => quote!(#base),
        None => quote!(#root::interface::Unknown),
    };
    let title = format!(
        "The asynchronous twin of [`{name}`]: what call objects implement. `begin_` takes what \
         goes to the server, `finish_` gives what comes back (contract/calls.md 2)."
    );
    let methods = item.methods.iter().map(|method| twin_methods(item, method));
    quote! {
        #[doc = #title]
        #visibility trait #async_name: #base {
            #(#methods)*
        }
    }
}

fn twin_methods(item: &Item, method: &Method) -> TokenStream {
    let root = &item.arguments.root;
    let begin = format_ident!("begin_{}", method.name);
    let finish = format_ident!("finish_{}", method.name);
    let output = &method.output;
    let ins = method.ins().map(|parameter| parameter.begun());
    let outs = method.outs().map(|parameter| {
        let (name, referent) = (&parameter.name, &parameter.referent);
        quote!(#name: &mut #referent)
    });
    let begin_doc = format!("Begins [`{}`]({}::{}).", method.name, item.name, method.name);
    let finish_doc =
        format!("Finishes [`{}`]({}::{}): its outcome.", method.name, item.name, method.name);
    quote! {
        #[doc = #begin_doc]
        ///
        /// # Errors
        ///
        /// `RPC_S_CALLPENDING` while a call is not finished; when it cannot be begun.
        fn #begin(&self, #(#ins),*) -> ::core::result::Result<(), #root::Hresult>;

        #[doc = #finish_doc]
        ///
        /// # Errors
        ///
        /// `RPC_E_CALL_COMPLETE` when none was begun, `E_UNEXPECTED` when it was another method,
        /// `RPC_E_CALL_CANCELED` after a cancel; else those of the method.
        fn #finish(&self, #(#outs),*) -> ::core::result::Result<#output, #root::Hresult>;
    }
}

fn futures(item: &Item) -> TokenStream {
    let root = &item.arguments.root;
    let visibility = &item.item.vis;
    let name = &item.name;
    let futures_name = &item.futures_name;
    let title = format!(
        "The methods of [`{name}`] as futures. Dropping one before it is ready cancels its call and \
         writes nothing."
    );
    let methods = item.methods.iter().map(|method| {
        let method_name = &method.name;
        let inputs = &method.item.sig.inputs;
        let output = &method.output;
        let doc = format!("[`{method_name}`]({name}::{method_name}) through a call object.");
        quote! {
            #[doc = #doc]
            ///
            /// # Errors
            ///
            /// When there is no call object or it cannot begin; else those of the method.
            fn #method_name(#inputs) -> impl ::core::future::Future<
                Output = ::core::result::Result<#output, #root::Hresult>,
            > + ::core::marker::Send;
        }
    });
    quote! {
        #[doc = #title]
        #visibility trait #futures_name {
            #(#methods)*
        }
    }
}

/// Ids, names and bases.
pub(super) fn identity(item: &Item) -> TokenStream {
    let root = &item.arguments.root;
    let name = &item.name;
    let base = item.base_type();
    let this = interface(item, &quote!(dyn #name), &name.to_string(), item.arguments.uuid, &base);
    let twin = item.arguments.async_uuid.map(|uuid| {
        let async_name = &item.async_name;
        let async_base = quote!(<#base as #root::proxy::AsyncMethods>::Async);
        let title = async_name.to_string();
        interface(item, &quote!(dyn #async_name), &title, uuid, &async_base)
    });
    quote! {
        #this
        #twin

        impl #root::proxy::Derives<dyn #name> for dyn #name {}

        impl<__B: ?::core::marker::Sized> #root::proxy::Derives<__B> for dyn #name
        where
            #base: #root::proxy::Derives<__B>,
        {
        }
    }
}

fn interface(
    item: &Item,
    of: &TokenStream,
    name: &str,
    uuid: u128,
    base: &TokenStream,
) -> TokenStream {
    let root = &item.arguments.root;
    quote! {
        impl #root::interface::Interface for #of {
            const ID: #root::Guid = #root::Guid::from_u128(#uuid);
            const NAME: &'static str = #name;
            type Base = #base;

            fn into_base(this: ::std::sync::Arc<Self>) -> ::std::sync::Arc<Self::Base> {
                this
            }
        }
    }
}
