//! A parameter of a method: which way it goes, and its type.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{Attribute, Error, FnArg, Ident, LitStr, Pat, Type};

/// How the trait writes it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Passing {
    Value,
    Reference,
    Mutable,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    In,
    InOut,
    Out,
}

pub(crate) struct Parameter {
    pub(crate) name: Ident,
    pub(crate) passing: Passing,
    pub(crate) direction: Direction,
    /// Without the reference.
    pub(crate) referent: Type,
    pub(crate) idl: Option<LitStr>,
    pub(crate) size_is: Option<Ident>,
}

impl Parameter {
    /// Reads a parameter and takes the attributes that are ours away from it.
    pub(crate) fn parse(argument: &mut FnArg) -> syn::Result<Self> {
        let FnArg::Typed(typed) = argument else {
            return Err(Error::new_spanned(argument, "`self` comes first"));
        };
        let Pat::Ident(pattern) = &*typed.pat else {
            return Err(Error::new_spanned(&typed.pat, "a parameter of an interface has a name"));
        };
        let name = pattern.ident.clone();
        let marks = Marks::take(&mut typed.attrs)?;
        let (passing, referent) = match &*typed.ty {
            Type::Reference(reference) if reference.mutability.is_some() => {
                (Passing::Mutable, (*reference.elem).clone())
            }
            Type::Reference(reference) => (Passing::Reference, (*reference.elem).clone()),
            other => (Passing::Value, other.clone()),
        };
        if let Type::ImplTrait(_) = referent {
            let text = "what travels has one type: `impl Trait` has not";
            return Err(Error::new_spanned(&typed.ty, text));
        }
        if let Type::TraitObject(_) = referent {
            let text = "a reference to an object travels as `Pointer<dyn Trait>`";
            return Err(Error::new_spanned(&typed.ty, text));
        }
        let direction = match (passing, marks.direction) {
            (Passing::Mutable, Some((_, direction))) => direction,
            (Passing::Mutable, None) => Direction::InOut,
            (_, None) => Direction::In,
            (_, Some((attribute, _))) => {
                let text = "what comes back is written through `&mut T`, or stands in the result";
                return Err(Error::new_spanned(attribute, text));
            }
        };
        let Marks { idl, size_is, .. } = marks;
        Ok(Self { name, passing, direction, referent, idl, size_is })
    }

    /// What one owns of it.
    pub(crate) fn owned(&self) -> TokenStream {
        let referent = &self.referent;
        match self.passing {
            Passing::Reference => quote!(<#referent as ::std::borrow::ToOwned>::Owned),
            Passing::Value | Passing::Mutable => referent.to_token_stream(),
        }
    }

    /// As the method that begins has it.
    pub(crate) fn begun(&self) -> TokenStream {
        let Self { name, referent, .. } = self;
        match self.passing {
            Passing::Value => quote!(#name: #referent),
            Passing::Reference | Passing::Mutable => quote!(#name: &#referent),
        }
    }

    /// From the one of the whole method to the one of the method that begins.
    pub(crate) fn handed_to_begin(&self) -> TokenStream {
        let name = &self.name;
        match self.passing {
            Passing::Value | Passing::Reference => quote!(#name),
            Passing::Mutable => quote!(&*#name),
        }
    }

    /// From what is owned to the one of the method that begins.
    pub(crate) fn lent(&self) -> TokenStream {
        let Self { name, referent, .. } = self;
        match self.passing {
            Passing::Value => quote!(#name),
            Passing::Reference => quote!(::std::borrow::Borrow::<#referent>::borrow(&#name)),
            Passing::Mutable => quote!(&#name),
        }
    }

    /// From what is owned to the one of the whole method.
    pub(crate) fn passed(&self) -> TokenStream {
        match self.passing {
            Passing::Mutable => {
                let name = &self.name;
                quote!(&mut #name)
            }
            Passing::Value | Passing::Reference => self.lent(),
        }
    }

    pub(crate) fn is_in(&self) -> bool {
        self.direction != Direction::Out
    }

    pub(crate) fn is_out(&self) -> bool {
        self.direction != Direction::In
    }
}

/// The attributes of a parameter that are ours.
struct Marks {
    direction: Option<(Attribute, Direction)>,
    idl: Option<LitStr>,
    size_is: Option<Ident>,
}

impl Marks {
    fn take(attributes: &mut Vec<Attribute>) -> syn::Result<Self> {
        let mut marks = Self { direction: None, idl: None, size_is: None };
        let mut kept = Vec::new();
        for attribute in attributes.drain(..) {
            let path = attribute.path();
            if path.is_ident("out") {
                attribute.meta.require_path_only()?;
                marks.direction = Some((attribute, Direction::Out));
            } else if path.is_ident("in_out") {
                attribute.meta.require_path_only()?;
                marks.direction = Some((attribute, Direction::InOut));
            } else if path.is_ident("idl") {
                marks.idl = Some(attribute.parse_args()?);
            } else if path.is_ident("size_is") {
                marks.size_is = Some(attribute.parse_args()?);
            } else {
                kept.push(attribute);
            }
        }
        *attributes = kept;
        Ok(marks)
    }
}
