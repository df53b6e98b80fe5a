//! The arguments of the attribute.

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Ident, LitStr, Path, Token};

/// What stands in the parentheses of `#[interface(...)]`.
pub(crate) struct Arguments {
    pub(crate) uuid: u128,
    pub(crate) async_uuid: Option<u128>,
    pub(crate) is_dispatch: bool,
    /// Where the crate of calls is.
    pub(crate) root: Path,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut uuid = None;
        let mut async_uuid = None;
        let mut dispatch = None;
        let mut root = None;
        while !input.is_empty() {
            let key = Ident::parse_any(input)?;
            match key.to_string().as_str() {
                "uuid" => set(&mut uuid, &key, parse_uuid(input)?)?,
                "async_uuid" => set(&mut async_uuid, &key, parse_uuid(input)?)?,
                "dispatch" => set(&mut dispatch, &key, ())?,
                "crate" => {
                    input.parse::<Token![=]>()?;
                    set(&mut root, &key, input.call(Path::parse_mod_style)?)?;
                }
                "version" => {
                    let text = "an interface of objects has no version: a changed one has a new \
                                id (contract/calls.md 2)";
                    return Err(Error::new(key.span(), text));
                }
                _ => {
                    let text = "unknown argument: it is one of `uuid`, `async_uuid`, `dispatch`";
                    return Err(Error::new(key.span(), text));
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Self::check(uuid, async_uuid, dispatch.map(|(span, ())| span), root)
    }
}

type Given<T> = Option<(Span, T)>;

impl Arguments {
    fn check(
        uuid: Given<u128>,
        async_uuid: Given<u128>,
        dispatch: Option<Span>,
        root: Given<Path>,
    ) -> syn::Result<Self> {
        let Some((_, uuid)) = uuid else {
            let text = "an interface has an id: `#[interface(uuid = \"...\")]`";
            return Err(Error::new(Span::call_site(), text));
        };
        if let (Some((span, _)), Some(_)) = (&async_uuid, dispatch) {
            let text = "a dispatch interface has no asynchronous form, nor has one that derives \
                        from it: remove `async_uuid` (contract/calls.md 1)";
            return Err(Error::new(*span, text));
        }
        if let Some((span, other)) = &async_uuid
            && *other == uuid
        {
            let text = "the twin is another interface and has an id of its own";
            return Err(Error::new(*span, text));
        }
        let root = match root {
            Some((_, root)) => root,
            None => syn::parse_quote!(::docfile::calls),
        };
        let async_uuid = async_uuid.map(|(_, uuid)| uuid);
        Ok(Self { uuid, async_uuid, is_dispatch: dispatch.is_some(), root })
    }
}

fn set<T>(given: &mut Given<T>, key: &Ident, value: T) -> syn::Result<()> {
    if given.replace((key.span(), value)).is_some() {
        return Err(Error::new(key.span(), "given twice"));
    }
    Ok(())
}

fn parse_uuid(input: ParseStream<'_>) -> syn::Result<u128> {
    input.parse::<Token![=]>()?;
    let text: LitStr = input.parse()?;
    let value = text.value();
    let groups: Vec<&str> = value.split('-').collect();
    let has_form = groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && value.chars().all(|c| c == '-' || c.is_ascii_hexdigit());
    let number = u128::from_str_radix(&groups.concat(), 16).ok().filter(|_| has_form);
    number.ok_or_else(|| {
        let form = "an id has the form \"00000000-0000-0000-0000-000000000000\"";
        Error::new(text.span(), form)
    })
}
