//! From a display name to a moniker (`contract/binding.md` 2; the grammar is `docs/names.md`).
//!
//! A name is cut at `!` before anything else is read. What stands before the first is, in this
//! order: a class, a URL, what a class of the name space reads, a path that is running, a path
//! that exists. What follows are items. Either all of the text is understood, or the answer is an
//! error that says how much was. Nothing here looks at files or classes: the name space does.

mod name_space;
pub(crate) mod outer;
pub(crate) mod step;

pub use name_space::{AnyFile, NameSpace, Parsed};

use crate::bind_context::BindContext;
use crate::error::{Error, ErrorKind, Result};
use crate::moniker::{
    ClassMoniker, FileMoniker, ItemMoniker, Moniker, UrlMoniker, compose, strip_class_prefix,
};

/// Where a path may end so that its front part is tried as a path.
const PATH_ENDS: [char; 3] = [':', '\\', '/'];

/// The moniker that `text` names.
///
/// # Errors
///
/// [`ErrorKind::InvalidArgument`] for empty text; [`ErrorKind::Syntax`] with
/// [`eaten_count`](Error::eaten_count) when it is not understood to its end;
/// [`ErrorKind::UnknownProtocol`] for a URL whose scheme the name space does not have; and what
/// its classes and objects answer.
///
/// ```
/// use docfile_binding::{AnyFile, BindContext, Moniker, parse_display_name};
/// let context = BindContext::default();
/// let moniker = parse_display_name(&context, "https://host/plan.doc!Pool/Chart", &AnyFile)?;
/// let [Moniker::Url(url), Moniker::Item(pool), Moniker::Item(chart)] = moniker.components()
/// else { panic!() };
/// assert_eq!(url.url(), Some("https://host/plan.doc"));
/// assert_eq!((pool.item(), chart.item()), ("Pool".to_owned(), "Chart".to_owned()));
/// assert!(moniker.is_async());
/// assert_eq!(moniker.display_name()?, "https://host/plan.doc!Pool/Chart");
/// # Ok::<(), docfile_binding::Error>(())
/// ```
pub fn parse_display_name(
    context: &BindContext,
    text: &str,
    names: &dyn NameSpace,
) -> Result<Moniker> {
    if text.is_empty() {
        return Err(Error::new(ErrorKind::InvalidArgument, "a name cannot be empty"));
    }
    let Parsed { mut moniker, mut eaten_count } = first_part(context, text, names)?;
    loop {
        let unread = |text| {
            Error::new(ErrorKind::Syntax, "the rest of the name is not understood")
                .with_name(text)
                .with_eaten_count(eaten_count)
        };
        let rest = behind_units(text, eaten_count).ok_or_else(|| unread(text))?;
        if rest.is_empty() {
            return Ok(moniker);
        }
        let next = moniker
            .parse_display_name(context, None, rest, names)
            .map_err(|error| error.with_name(text).with_eaten_count(eaten_count))?;
        // A step that takes nothing would be taken for ever.
        if next.eaten_count == 0 {
            return Err(unread(text));
        }
        moniker = moniker.compose_with(&next.moniker)?.ok_or_else(|| unread(text))?;
        eaten_count += next.eaten_count;
    }
}

/// The items that `text` names, which starts with `!` or `/` (`docs/names.md`, `"!" STEPS`).
///
/// # Errors
///
/// [`ErrorKind::Syntax`] when the text starts otherwise.
///
/// ```
/// let items = docfile_binding::parse_steps("!Pool/[1]Ole")?;
/// assert_eq!(items.components().len(), 2);
/// # Ok::<(), docfile_binding::Error>(())
/// ```
pub fn parse_steps(text: &str) -> Result<Moniker> {
    let wrong = || {
        Error::new(ErrorKind::Syntax, "an item stands behind a ! or a /")
            .with_name(text)
            .with_eaten_count(0)
    };
    if !text.starts_with(['!', '/']) {
        return Err(wrong());
    }
    let mut items = Vec::new();
    let mut rest = text;
    while let Some((delimiter, behind)) = rest.split_at_checked(1) {
        let end = behind.find(['!', '/']).unwrap_or(behind.len());
        let (step, next) = behind.split_at_checked(end).unwrap_or((behind, ""));
        items.push(Moniker::from(ItemMoniker::from_display(delimiter, step)));
        rest = next;
    }
    compose(items)?.ok_or_else(wrong)
}

impl Moniker {
    /// Reads `text`, the rest of a name behind this moniker, which stands behind `left`
    /// (`contract/binding.md` 3.2, "ParseDisplayName"). The object that this moniker names is
    /// asked first, by way of the name space; steps into a document are read without it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Syntax`] when the text is not understood;
    /// [`ErrorKind::NotImplemented`] behind an anti moniker; what the object answers.
    pub fn parse_display_name(
        &self,
        context: &BindContext,
        left: Option<&Self>,
        text: &str,
        names: &dyn NameSpace,
    ) -> Result<Parsed> {
        if let Self::Composite(composite) = self
            && let Some((before, last)) = composite.split_last()
        {
            let before = match left {
                Some(left) => left.compose_with(&before)?,
                None => Some(before),
            };
            return last.parse_display_name(context, before.as_ref(), text, names);
        }
        let stands_first = matches!(self, Self::File(_) | Self::Pointer(_));
        if stands_first && left.is_some() || matches!(self, Self::Item(_)) && left.is_none() {
            return Err(Error::new(
                ErrorKind::Syntax,
                "this moniker reads no names where it stands",
            ));
        }
        if matches!(self, Self::Anti(_)) {
            return Err(Error::new(ErrorKind::NotImplemented, "an anti moniker reads no names"));
        }
        if let Some(parsed) = names.parse_with_object(context, self, left, text) {
            return parsed;
        }
        let all = text.encode_utf16().count();
        if let (Self::Url(url), false) = (self, text.starts_with('!')) {
            let moniker = url.resolve(&UrlMoniker::new(text)?)?.into();
            return Ok(Parsed { moniker, eaten_count: all });
        }
        Ok(Parsed { moniker: parse_steps(text)?, eaten_count: all })
    }
}

/// What stands before the first `!`, or before where a class or a path ends.
fn first_part(context: &BindContext, text: &str, names: &dyn NameSpace) -> Result<Parsed> {
    let (outer, _) = text.split_once('!').unwrap_or((text, ""));
    if strip_class_prefix(outer).is_some() {
        return class(outer);
    }
    let scheme = scheme(outer).filter(|scheme| names.has_scheme(scheme));
    if scheme.is_some() {
        let url = UrlMoniker::new(outer).map_err(|error| error.with_eaten_count(0))?;
        return whole(outer, url.into());
    }
    if let Some(class) = class_name(text)
        && let Some(parsed) = names.parse_with_class(context, class, text)
    {
        return parsed;
    }
    let table = context.running_object_table();
    let fronts = || core::iter::once(outer).chain(shorter_fronts(outer)).filter(|f| !f.is_empty());
    let path = |front: &str| FileMoniker::new(outer::unescape(front));
    if let Some(front) = fronts().find(|front| table.is_running(&path(front).into())) {
        return whole(front, path(front).into());
    }
    if let Some(front) = fronts().find(|front| names.file_exists(path(front).path())) {
        return whole(front, path(front).into());
    }
    let kind = match outer.split_once("://") {
        Some((scheme, _)) if is_scheme(scheme) => ErrorKind::UnknownProtocol,
        _ => ErrorKind::Syntax,
    };
    Err(Error::new(kind, "nothing reads this name").with_name(text).with_eaten_count(0))
}

fn whole(text: &str, moniker: Moniker) -> Result<Parsed> {
    Ok(Parsed { moniker, eaten_count: text.encode_utf16().count() })
}

/// A class moniker; its parameters may have a `!` of their own, written as anywhere.
fn class(outer: &str) -> Result<Parsed> {
    let (escaped, eaten_count) = ClassMoniker::parse(outer)?;
    let parameters = outer::unescape(escaped.parameters());
    let moniker = ClassMoniker::with_parameters(escaped.class_id(), &parameters)?.into();
    Ok(Parsed { moniker, eaten_count })
}

/// The fronts of a path, longest first, that end before one of its separators.
fn shorter_fronts(outer: &str) -> impl Iterator<Item = &str> {
    outer.rmatch_indices(PATH_ENDS).filter_map(|(index, _)| outer.get(..index))
}

/// The scheme of what may be a URL. One letter is a drive.
fn scheme(outer: &str) -> Option<&str> {
    let (scheme, _) = outer.split_once(':')?;
    is_scheme(scheme).then_some(scheme)
}

fn is_scheme(text: &str) -> bool {
    let rest = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    text.len() > 1 && text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(rest)
}

/// The class that `Name:...` or `@Name...` speaks of. One letter is a drive.
fn class_name(text: &str) -> Option<&str> {
    let (name, marked) = match text.strip_prefix('@') {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let in_name = |c: char| c.is_alphanumeric() || "._-".contains(c);
    let end = name.find(|c| !in_name(c)).unwrap_or(name.len());
    let (class, behind) = name.split_at_checked(end)?;
    let is_name = class.chars().nth(1).is_some();
    (is_name && (marked || behind.starts_with(':'))).then_some(class)
}

/// What follows the first `count` UTF-16 units; none when they end inside a character.
fn behind_units(text: &str, count: usize) -> Option<&str> {
    let mut units = 0;
    for (index, character) in text.char_indices() {
        if units >= count {
            return (units == count).then(|| text.get(index..)).flatten();
        }
        units += character.len_utf16();
    }
    (units == count).then_some("")
}
