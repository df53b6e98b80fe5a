//! Calling and beginning methods from bytes.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::item::Item;
use crate::method::Method;

pub(super) fn expand(item: &Item) -> TokenStream {
    let call = call(item);
    let begin = item.is_asynchronous().then(|| begin(item));
    quote! {
        #call
        #begin
    }
}

fn call(item: &Item) -> TokenStream {
    let root = &item.arguments.root;
    let name = &item.name;
    let base = item.base_type();
    // More methods than this do not compile: the sum overflows.
    let count = u16::try_from(item.methods.len()).unwrap_or(u16::MAX);
    let arms = item.methods.iter().enumerate().map(|(position, method)| {
        let position = u16::try_from(position).unwrap_or(u16::MAX);
        let body = call_method(item, method);
        quote!(#position => { #body })
    });
    quote! {
        impl #root::proxy::Methods for dyn #name {
            const METHOD_COUNT: u16 = <#base as #root::proxy::Methods>::METHOD_COUNT + #count;
            const DESCRIPTION: #root::interface::InterfaceDescription = __DESCRIPTION;

            #[allow(unused_variables, unused_mut, reason = "a method may have no parameters")]
            fn call(
                __object: &::std::sync::Arc<Self>,
                __method: u16,
                __arguments: &#root::proxy::Body,
                __tools: &#root::proxy::Tools,
                __headers: ::std::vec::Vec<u8>,
            ) -> ::core::result::Result<#root::proxy::Body, #root::Hresult> {
                let ::core::option::Option::Some(__own) =
                    __method.checked_sub(<#base as #root::proxy::Methods>::METHOD_COUNT)
                else {
                    let __base =
                        <Self as #root::interface::Interface>::into_base(__object.clone());
                    return <#base as #root::proxy::Methods>::call(
                        &__base, __method, __arguments, __tools, __headers,
                    );
                };
                let mut __in = #root::proxy::Incoming::new(
                    #root::proxy::Side::Server, __tools, __arguments,
                );
                match __own {
                    #(#arms)*
                    _ => ::core::result::Result::Err(#root::Hresult::RPC_E_INVALIDMETHOD),
                }
            }
        }
    }
}

/// Reads what goes to the server into variables with the names of the parameters.
fn read_arguments(method: &Method) -> TokenStream {
    let reads = method.ins().map(|parameter| {
        let name = &parameter.name;
        let owned = parameter.owned();
        if parameter.is_out() {
            quote!(let mut #name: #owned = __in.take()?;)
        } else {
            quote!(let #name: #owned = __in.take()?;)
        }
    });
    quote!(#(#reads)*)
}

/// Variables for what only comes back.
fn make_outs(method: &Method) -> TokenStream {
    let made = method.outs().filter(|parameter| !parameter.is_in()).map(|parameter| {
        let (name, referent) = (&parameter.name, &parameter.referent);
        quote!(let mut #name: #referent = ::core::default::Default::default();)
    });
    quote!(#(#made)*)
}

fn call_method(item: &Item, method: &Method) -> TokenStream {
    let interface = &item.name;
    let name = &method.name;
    let answer = format_ident!("{}_answer", method.name);
    let reads = read_arguments(method);
    let made = make_outs(method);
    let passed = method.parameters.iter().map(|parameter| parameter.passed());
    let outs = method.outs().map(|parameter| &parameter.name);
    quote! {
        #reads
        #made
        let __result = <dyn #interface as #interface>::#name(&**__object, #(#passed),*);
        __Wire::#answer(__tools, __headers, #(&#outs,)* __result)
    }
}

fn begin(item: &Item) -> TokenStream {
    let root = &item.arguments.root;
    let name = &item.name;
    let async_name = &item.async_name;
    let base = item.base_type();
    let arms = item.methods.iter().enumerate().map(|(position, method)| {
        let position = u16::try_from(position).unwrap_or(u16::MAX);
        let body = begin_method(item, method);
        quote!(#position => { #body })
    });
    quote! {
        impl #root::proxy::AsyncMethods for dyn #name {
            type Async = dyn #async_name;

            #[allow(unused_variables, unused_mut, reason = "a method may have no parameters")]
            fn begin(
                __object: &::std::sync::Arc<Self::Async>,
                __method: u16,
                __arguments: &#root::proxy::Body,
                __tools: &#root::proxy::Tools,
                __headers: ::std::vec::Vec<u8>,
            ) -> ::core::result::Result<#root::proxy::Begun, #root::Hresult> {
                let ::core::option::Option::Some(__own) =
                    __method.checked_sub(<#base as #root::proxy::Methods>::METHOD_COUNT)
                else {
                    let __base =
                        <Self::Async as #root::interface::Interface>::into_base(__object.clone());
                    return <#base as #root::proxy::AsyncMethods>::begin(
                        &__base, __method, __arguments, __tools, __headers,
                    );
                };
                let mut __in = #root::proxy::Incoming::new(
                    #root::proxy::Side::Server, __tools, __arguments,
                );
                match __own {
                    #(#arms)*
                    _ => ::core::result::Result::Err(#root::Hresult::RPC_E_INVALIDMETHOD),
                }
            }
        }
    }
}

fn begin_method(item: &Item, method: &Method) -> TokenStream {
    let root = &item.arguments.root;
    let interface = &item.async_name;
    let begin = format_ident!("begin_{}", method.name);
    let finish = format_ident!("finish_{}", method.name);
    let answer = format_ident!("{}_answer", method.name);
    let reads = read_arguments(method);
    let made = make_outs(method);
    let lent = method.ins().map(|parameter| parameter.lent());
    let outs: Vec<_> = method.outs().map(|parameter| &parameter.name).collect();
    quote! {
        #reads
        #made
        let __begun = <dyn #interface as #interface>::#begin(&**__object, #(#lent),*);
        if let ::core::result::Result::Err(__code) = __begun {
            let __failed = ::core::result::Result::Err(__code);
            return __Wire::#answer(__tools, __headers, #(&#outs,)* __failed)
                .map(#root::proxy::Begun::Failed);
        }
        let __object = __object.clone();
        ::core::result::Result::Ok(#root::proxy::Begun::Running(::std::boxed::Box::new(
            move |__tools, __headers| {
                let __result =
                    <dyn #interface as #interface>::#finish(&*__object, #(&mut #outs),*);
                __Wire::#answer(__tools, __headers, #(&#outs,)* __result)
            },
        )))
    }
}
