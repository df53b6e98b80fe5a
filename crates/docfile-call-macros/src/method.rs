//! A method of an interface: its parameters, and what it returns.

use syn::punctuated::Punctuated;
use syn::{
    Error, FnArg, GenericArgument, Ident, PathArguments, ReturnType, Token, TraitItemFn, Type,
};

use crate::parameter::Parameter;

pub(crate) struct Method {
    pub(crate) name: Ident,
    /// As the trait has it, without the attributes that are ours.
    pub(crate) item: TraitItemFn,
    pub(crate) parameters: Vec<Parameter>,
    /// `T` of `Result<T, Hresult>`.
    pub(crate) output: Type,
    /// What is in it: nothing, one, or the fields of a tuple.
    pub(crate) returned: Vec<Type>,
    /// Their names in the interface definition.
    pub(crate) returned_names: Vec<String>,
}

impl Method {
    pub(crate) fn parse(mut item: TraitItemFn) -> syn::Result<Self> {
        check_form(&item)?;
        let parameters: Vec<Parameter> =
            item.sig.inputs.iter_mut().skip(1).map(Parameter::parse).collect::<syn::Result<_>>()?;
        let output = output(&item.sig.output)?.clone();
        let returned = match &output {
            Type::Tuple(tuple) => tuple.elems.iter().cloned().collect(),
            other => vec![other.clone()],
        };
        let returned_names = returned_names(&mut item, returned.len())?;
        for parameter in &parameters {
            let Some(size) = &parameter.size_is else { continue };
            let is_there = parameters.iter().any(|other| other.name == *size)
                || returned_names.iter().any(|other| size == other);
            if !is_there {
                return Err(Error::new_spanned(size, "the method has no such parameter"));
            }
        }
        let name = item.sig.ident.clone();
        Ok(Self { name, item, parameters, output, returned, returned_names })
    }

    /// The parameters that the method that begins takes.
    pub(crate) fn ins(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|parameter| parameter.is_in())
    }

    /// The parameters that the method that finishes takes.
    pub(crate) fn outs(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|parameter| parameter.is_out())
    }
}

fn check_form(item: &TraitItemFn) -> syn::Result<()> {
    let signature = &item.sig;
    if let Some(body) = &item.default {
        return Err(Error::new_spanned(body, "a method of an interface has no body"));
    }
    if let Some(asyncness) = signature.asyncness {
        let text = "the trait is synchronous; its futures come of `async_uuid`";
        return Err(Error::new_spanned(asyncness, text));
    }
    if let Some(unsafety) = signature.unsafety {
        return Err(Error::new_spanned(unsafety, "a method of an interface is safe"));
    }
    if !signature.generics.params.is_empty() || signature.generics.where_clause.is_some() {
        let text = "what travels has one type: a method of an interface is not generic";
        return Err(Error::new_spanned(&signature.generics, text));
    }
    match signature.inputs.first() {
        Some(FnArg::Receiver(receiver))
            if receiver.mutability.is_none()
                && receiver.reference.is_some()
                && receiver.colon_token.is_none() =>
        {
            Ok(())
        }
        Some(other) => Err(Error::new_spanned(other, "a method of an interface takes `&self`")),
        None => Err(Error::new_spanned(signature, "a method of an interface takes `&self`")),
    }
}

fn output(output: &ReturnType) -> syn::Result<&Type> {
    let text = "a method of an interface returns `Result<T, Hresult>`";
    let ReturnType::Type(_, returned) = output else {
        return Err(Error::new_spanned(output, text));
    };
    let Type::Path(path) = &**returned else { return Err(Error::new_spanned(returned, text)) };
    let Some(last) = path.path.segments.last().filter(|last| last.ident == "Result") else {
        return Err(Error::new_spanned(returned, text));
    };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return Err(Error::new_spanned(returned, text));
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(output)) => Ok(output),
        _ => Err(Error::new_spanned(returned, text)),
    }
}

/// The names that `#[returns(...)]` gives, or plain ones.
fn returned_names(item: &mut TraitItemFn, count: usize) -> syn::Result<Vec<String>> {
    let mut names = match count {
        1 => vec!["result".to_owned()],
        count => (1..=count).map(|index| format!("result_{index}")).collect(),
    };
    let mut kept = Vec::new();
    for attribute in item.attrs.drain(..) {
        if !attribute.path().is_ident("returns") {
            kept.push(attribute);
            continue;
        }
        let given = attribute.parse_args_with(Punctuated::<Ident, Token![,]>::parse_terminated)?;
        if given.len() != count {
            let text = format!("the result holds {count} values");
            return Err(Error::new_spanned(attribute, text));
        }
        names = given.iter().map(ToString::to_string).collect();
    }
    item.attrs = kept;
    Ok(names)
}
