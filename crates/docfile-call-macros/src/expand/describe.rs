//! The description of an interface, for those who generate from it.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::Type;

use crate::item::Item;
use crate::method::Method;
use crate::parameter::{Direction, Parameter};

pub(super) fn expand(item: &Item) -> TokenStream {
    let root = &item.arguments.root;
    let name = item.name.to_string();
    let uuid = item.arguments.uuid;
    let is_dispatch = item.arguments.is_dispatch;
    let base = item.base_type();
    let async_iid = match item.arguments.async_uuid {
        Some(uuid) => {
            quote!(::core::option::Option::Some(#root::Guid::from_u128(#uuid)))
        }
        None => quote!(::core::option::Option::None),
    };
    let methods = item.methods.iter().map(|method| describe_method(root, method));
    quote! {
        const __DESCRIPTION: #root::interface::InterfaceDescription =
            #root::interface::InterfaceDescription {
                name: #name,
                iid: #root::Guid::from_u128(#uuid),
                async_iid: #async_iid,
                is_dispatch: #is_dispatch,
                base: ::core::option::Option::Some(
                    &<#base as #root::proxy::Methods>::DESCRIPTION,
                ),
                methods: &[#(#methods),*],
            };
    }
}

fn describe_method(root: &syn::Path, method: &Method) -> TokenStream {
    let name = method.name.to_string();
    let parameters = method.parameters.iter().map(|parameter| describe_parameter(root, parameter));
    let returned = method.returned.iter().zip(&method.returned_names);
    let returned = returned.map(|(returned, name)| {
        let rust_type = type_text(returned);
        quote! {
            #root::interface::ParameterDescription {
                name: #name,
                direction: #root::interface::Direction::Out,
                rust_type: #rust_type,
                idl_type: ::core::option::Option::None,
                size_is: ::core::option::Option::None,
            }
        }
    });
    let parameters = parameters.chain(returned);
    quote! {
        #root::interface::MethodDescription { name: #name, parameters: &[#(#parameters),*] }
    }
}

fn describe_parameter(root: &syn::Path, parameter: &Parameter) -> TokenStream {
    let name = parameter.name.to_string();
    let direction = match parameter.direction {
        Direction::In => quote!(In),
        Direction::InOut => quote!(InOut),
        Direction::Out => quote!(Out),
    };
    let rust_type = type_text(&parameter.referent);
    let option = |text: Option<String>| match text {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    };
    let idl_type = option(parameter.idl.as_ref().map(syn::LitStr::value));
    let size_is = option(parameter.size_is.as_ref().map(ToString::to_string));
    quote! {
        #root::interface::ParameterDescription {
            name: #name,
            direction: #root::interface::Direction::#direction,
            rust_type: #rust_type,
            idl_type: #idl_type,
            size_is: #size_is,
        }
    }
}

/// A type without the spaces that tokens bring, but for the one after `dyn`.
fn type_text(of: &Type) -> String {
    let text = of.to_token_stream().to_string();
    text.replace("dyn ", "dyn\u{0}").replace(' ', "").replace('\u{0}', " ")
}
