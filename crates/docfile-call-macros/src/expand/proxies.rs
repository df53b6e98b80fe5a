//! The traits for proxies, call objects and futures.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::item::Item;
use crate::method::Method;
use crate::parameter::Passing;

pub(super) fn expand(item: &Item) -> TokenStream {
    let proxy = proxy(item);
    if !item.is_asynchronous() {
        return proxy;
    }
    let call_proxy = call_proxy(item);
    let futures = futures(item);
    quote! {
        #proxy
        #call_proxy
        #futures
    }
}

/// What goes to the server, as the function that writes it takes it.
fn written(method: &Method) -> Vec<TokenStream> {
    let reference = |parameter: &crate::parameter::Parameter| {
        let name = &parameter.name;
        match parameter.passing {
            Passing::Value => quote!(&#name),
            Passing::Reference | Passing::Mutable => quote!(&*#name),
        }
    };
    method.ins().map(reference).collect()
}

fn proxy(item: &Item) -> TokenStream {
    let root = &item.arguments.root;
    let name = &item.name;
    let methods = item.methods.iter().enumerate().map(|(position, method)| {
        let method_name = &method.name;
        let inputs = &method.item.sig.inputs;
        let output = &method.output;
        let index = item.method_index(position);
        let arguments = format_ident!("{}_arguments", method.name);
        let read = format_ident!("{}_read", method.name);
        let written = written(method);
        let outs = method.outs().map(|parameter| &parameter.name);
        quote! {
            fn #method_name(#inputs) -> ::core::result::Result<#output, #root::Hresult> {
                let mut __body = #root::proxy::Proxy::arguments(self);
                __Wire::#arguments(&mut __body, #(#written),*)?;
                #root::proxy::Proxy::invoke(self, #index, __body, |__answer| {
                    __Wire::#read(__answer, #(#outs),*)
                })
            }
        }
    });
    let base = item.base.as_ref().map(|base| quote!(#root::proxy::Proxy<__I>: #base,));
    quote! {
        impl<__I> #name for #root::proxy::Proxy<__I>
        where
            __I: ?::core::marker::Sized + #root::proxy::Remote + #root::proxy::Derives<dyn #name>,
            #base
        {
            #(#methods)*
        }

        impl #root::proxy::Remote for dyn #name {
            fn from_proxy(
                __proxy: ::std::sync::Arc<#root::proxy::Proxy<Self>>,
            ) -> ::std::sync::Arc<Self> {
                __proxy
            }
        }
    }
}

fn call_proxy(item: &Item) -> TokenStream {
    let root = &item.arguments.root;
    let name = &item.name;
    let async_name = &item.async_name;
    let methods = item.methods.iter().enumerate().map(|(position, method)| {
        let begin = format_ident!("begin_{}", method.name);
        let finish = format_ident!("finish_{}", method.name);
        let output = &method.output;
        let index = item.method_index(position);
        let arguments = format_ident!("{}_arguments", method.name);
        let read = format_ident!("{}_read", method.name);
        let ins = method.ins().map(|parameter| parameter.begun());
        let written = written(method);
        let outs: Vec<_> = method.outs().map(|parameter| &parameter.name).collect();
        let out_types = method.outs().map(|parameter| &parameter.referent);
        quote! {
            fn #begin(&self, #(#ins),*) -> ::core::result::Result<(), #root::Hresult> {
                let mut __body = #root::proxy::CallProxy::arguments(self)?;
                __Wire::#arguments(&mut __body, #(#written),*)?;
                #root::proxy::CallProxy::begin(self, #index, __body)
            }

            fn #finish(
                &self,
                #(#outs: &mut #out_types),*
            ) -> ::core::result::Result<#output, #root::Hresult> {
                #root::proxy::CallProxy::finish(self, #index, |__answer| {
                    __Wire::#read(__answer, #(#outs),*)
                })
            }
        }
    });
    let base = item.async_base().map(|base| quote!(#root::proxy::CallProxy<__I>: #base,));
    quote! {
        impl<__I> #async_name for #root::proxy::CallProxy<__I>
        where
            __I: ?::core::marker::Sized
                + #root::proxy::Asynchronous
                + #root::proxy::Derives<dyn #name>,
            #base
        {
            #(#methods)*
        }

        impl #root::proxy::Asynchronous for dyn #name {
            fn from_call_proxy(
                __proxy: ::std::sync::Arc<#root::proxy::CallProxy<Self>>,
            ) -> ::std::sync::Arc<Self::Async> {
                __proxy
            }
        }
    }
}

fn futures(item: &Item) -> TokenStream {
    let root = &item.arguments.root;
    let name = &item.name;
    let async_name = &item.async_name;
    let futures_name = &item.futures_name;
    let methods = item.methods.iter().map(|method| {
        let method_name = &method.name;
        let inputs = &method.item.sig.inputs;
        let output = &method.output;
        let begin = format_ident!("begin_{}", method.name);
        let finish = format_ident!("finish_{}", method.name);
        let handed = method.ins().map(|parameter| parameter.handed_to_begin());
        let outs = method.outs().map(|parameter| &parameter.name);
        quote! {
            async fn #method_name(#inputs) -> ::core::result::Result<#output, #root::Hresult> {
                let __call = #root::proxy::Futures::create::<dyn #async_name>(self)?;
                <dyn #async_name as #async_name>::#begin(&**__call.object(), #(#handed),*)?;
                __call.signaled().await?;
                <dyn #async_name as #async_name>::#finish(&**__call.object(), #(#outs),*)
            }
        }
    });
    quote! {
        impl<__I> #futures_name for #root::proxy::Futures<__I>
        where
            __I: ?::core::marker::Sized
                + #root::proxy::Asynchronous
                + #root::proxy::Derives<dyn #name>,
        {
            #(#methods)*
        }
    }
}
