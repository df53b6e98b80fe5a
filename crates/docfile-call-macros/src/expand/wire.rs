//! For each method the three functions of its bytes, and the checks that its types can travel.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;

use crate::item::Item;
use crate::method::Method;
use crate::parameter::Direction;

/// One line for each type, at the type.
pub(super) fn checks(item: &Item) -> TokenStream {
    let root = &item.arguments.root;
    let mut lines = Vec::new();
    for method in &item.methods {
        for parameter in &method.parameters {
            let owned = parameter.owned();
            let span = parameter.referent.span();
            let check = match parameter.direction {
                Direction::Out => quote_spanned!(span=> check_out_parameter),
                Direction::In | Direction::InOut => quote_spanned!(span=> check_parameter),
            };
            lines.push(quote_spanned!(span=> #root::proxy::#check::<#owned>();));
        }
        for returned in &method.returned {
            let span = returned.span();
            lines.push(quote_spanned!(span=> #root::proxy::check_out_parameter::<#returned>();));
        }
    }
    if let (Some(base), true) = (&item.base, item.is_asynchronous()) {
        let span = base.span();
        lines.push(quote_spanned!(span=> #root::proxy::check_async_base::<dyn #base>();));
    }
    quote!(const _: () = { #(#lines)* };)
}

pub(super) fn functions(item: &Item) -> TokenStream {
    let methods = item.methods.iter().map(|method| of_method(item, method));
    quote! {
        struct __Wire;

        impl __Wire {
            #(#methods)*
        }
    }
}

fn of_method(item: &Item, method: &Method) -> TokenStream {
    let write_arguments = write_arguments(item, method);
    let read_answer = read_answer(item, method);
    let write_answer = write_answer(item, method);
    quote! {
        #write_arguments
        #read_answer
        #write_answer
    }
}

fn write_arguments(item: &Item, method: &Method) -> TokenStream {
    let root = &item.arguments.root;
    let function = format_ident!("{}_arguments", method.name);
    let parameters = method.ins().map(|parameter| {
        let (name, referent) = (&parameter.name, &parameter.referent);
        quote!(#name: &#referent)
    });
    let names = method.ins().map(|parameter| &parameter.name);
    quote! {
        fn #function(
            __body: &mut #root::proxy::Outgoing,
            #(#parameters),*
        ) -> ::core::result::Result<(), #root::Hresult> {
            #(__body.put(#names)?;)*
            ::core::result::Result::Ok(())
        }
    }
}

/// What comes back is written only when all of it could be read.
fn read_answer(item: &Item, method: &Method) -> TokenStream {
    let root = &item.arguments.root;
    let function = format_ident!("{}_read", method.name);
    let output = &method.output;
    let outs: Vec<_> = method.outs().collect();
    let names: Vec<_> = outs.iter().map(|parameter| &parameter.name).collect();
    let types: Vec<_> = outs.iter().map(|parameter| &parameter.referent).collect();
    let new: Vec<_> = names.iter().map(|name| format_ident!("__new_{}", name)).collect();
    let returned = &method.returned;
    let values: Vec<_> =
        (0..returned.len()).map(|index| format_ident!("__value_{index}")).collect();
    let result = result_pattern(method, &values);
    quote! {
        fn #function(
            __body: &mut #root::proxy::Incoming<'_>,
            #(#names: &mut #types),*
        ) -> ::core::result::Result<#output, #root::Hresult> {
            #(let #new: #types = __body.take()?;)*
            #(let #values: #returned = __body.take()?;)*
            let __code = __body.take_result();
            #(*#names = #new;)*
            __code.map(|()| #result)
        }
    }
}

fn write_answer(item: &Item, method: &Method) -> TokenStream {
    let root = &item.arguments.root;
    let function = format_ident!("{}_answer", method.name);
    let output = &method.output;
    let outs: Vec<_> = method.outs().collect();
    let names: Vec<_> = outs.iter().map(|parameter| &parameter.name).collect();
    let types: Vec<_> = outs.iter().map(|parameter| &parameter.referent).collect();
    let returned = &method.returned;
    let values: Vec<_> =
        (0..returned.len()).map(|index| format_ident!("__value_{index}")).collect();
    let result = result_pattern(method, &values);
    quote! {
        fn #function(
            __tools: &#root::proxy::Tools,
            __headers: ::std::vec::Vec<u8>,
            #(#names: &#types,)*
            __result: ::core::result::Result<#output, #root::Hresult>,
        ) -> ::core::result::Result<#root::proxy::Body, #root::Hresult> {
            let mut __body =
                #root::proxy::Outgoing::new(#root::proxy::Side::Server, __tools, __headers);
            #(__body.put(#names)?;)*
            let __code = match __result {
                ::core::result::Result::Ok(#result) => {
                    #(__body.put(&#values)?;)*
                    #root::Hresult::S_OK
                }
                ::core::result::Result::Err(__code) => {
                    #(__body.put(&<#returned as ::core::default::Default>::default())?;)*
                    // A failure that says success would be none.
                    if __code.is_failure() { __code } else { #root::Hresult::E_UNEXPECTED }
                }
            };
            __body.put(&__code)?;
            ::core::result::Result::Ok(__body.into_body())
        }
    }
}

/// The values of a result, as the result has them: `()`, one, or a tuple.
fn result_pattern(method: &Method, values: &[syn::Ident]) -> TokenStream {
    match (&method.output, values) {
        (syn::Type::Tuple(_), values) => quote!((#(#values,)*)),
        (_, [value]) => quote!(#value),
        (_, values) => quote!((#(#values,)*)),
    }
}
