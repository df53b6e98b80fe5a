//! The trait on which the attribute stands.

use proc_macro2::TokenStream;
use quote::format_ident;
use syn::{Error, Ident, ItemTrait, Path, TraitItem, TypeParamBound};

use crate::attribute::Arguments;
use crate::method::Method;

pub(crate) struct Item {
    pub(crate) arguments: Arguments,
    /// As it was, with the attributes that are ours taken away and without its methods.
    pub(crate) item: ItemTrait,
    pub(crate) name: Ident,
    pub(crate) async_name: Ident,
    pub(crate) futures_name: Ident,
    /// The interface that it derives from; without one that is IUnknown.
    pub(crate) base: Option<Path>,
    pub(crate) methods: Vec<Method>,
}

impl Item {
    pub(crate) fn parse(tokens: TokenStream, arguments: Arguments) -> syn::Result<Self> {
        let mut item: ItemTrait = syn::parse2(tokens)?;
        if let Some(unsafety) = item.unsafety {
            return Err(Error::new_spanned(unsafety, "an interface is safe"));
        }
        if !item.generics.params.is_empty() || item.generics.where_clause.is_some() {
            let text = "an id stands for one interface: the trait is not generic";
            return Err(Error::new_spanned(&item.generics, text));
        }
        let base = base(&item)?;
        let methods = core::mem::take(&mut item.items).into_iter().map(method);
        let methods: Vec<Method> = methods.collect::<syn::Result<_>>()?;
        let name = item.ident.clone();
        let async_name = format_ident!("Async{name}");
        let futures_name = format_ident!("{name}Futures");
        Ok(Self { arguments, item, name, async_name, futures_name, base, methods })
    }

    /// The twin of the base.
    pub(crate) fn async_base(&self) -> Option<Path> {
        let mut path = self.base.clone()?;
        let last = path.segments.last_mut()?;
        last.ident = format_ident!("Async{}", last.ident);
        Some(path)
    }
}

fn base(item: &ItemTrait) -> syn::Result<Option<Path>> {
    let mut bounds = item.supertraits.iter();
    let Some(first) = bounds.next() else { return Ok(None) };
    if let Some(second) = bounds.next() {
        let text = "an interface derives from one other";
        return Err(Error::new_spanned(second, text));
    }
    match first {
        // IUnknown is where all begin.
        TypeParamBound::Trait(bound)
            if bound.path.segments.last().is_some_and(|last| last.ident == "Unknown") =>
        {
            Ok(None)
        }
        TypeParamBound::Trait(bound) => Ok(Some(bound.path.clone())),
        other => Err(Error::new_spanned(other, "an interface derives from an interface")),
    }
}

fn method(item: TraitItem) -> syn::Result<Method> {
    match item {
        TraitItem::Fn(item) => Method::parse(item),
        other => Err(Error::new_spanned(other, "an interface has methods and nothing else")),
    }
}
