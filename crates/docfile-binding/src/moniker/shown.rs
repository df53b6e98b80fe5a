//! What a moniker is called (`contract/binding.md` 3.2, "GetDisplayName"; `docs/names.md`).
//!
//! A composite is called by the names of its components in a row. A few bytes can name a moniker
//! whose name is long, so that the length of a name is limited. Reading names is
//! `display_name.rs`.

use core::fmt;

use super::{Moniker, UrlMoniker, compose};
use crate::bind_context::{BindContext, URL_CONTEXT};
use crate::display_name::{outer, step};
use crate::error::{Error, ErrorKind, Result};

/// The longest display name that is made, in bytes of UTF-8.
pub const MAX_DISPLAY_LEN: usize = 4 << 20;

impl Moniker {
    /// What this moniker is called, with nothing at its left and in no context.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotImplemented`] for a pointer, [`ErrorKind::Uninitialized`] for a URL that
    /// was never given, [`ErrorKind::TooLong`] above [`MAX_DISPLAY_LEN`].
    ///
    /// ```
    /// use docfile_binding::{AntiMoniker, Moniker, PointerMoniker};
    /// let up = Moniker::from(AntiMoniker::with_count(2)?);
    /// assert_eq!(up.display_name()?, r"\..\..");
    /// assert!(Moniker::from(PointerMoniker::null()).display_name().is_err());
    /// # Ok::<(), docfile_binding::Error>(())
    /// ```
    pub fn display_name(&self) -> Result<String> {
        self.display_name_in(None, None)
    }

    /// What this moniker is called behind `left`. A relative URL is completed by what is at its
    /// left, or else by the object parameter [`URL_CONTEXT`] of `context`, a [`Moniker`]; where
    /// neither helps it stays relative.
    ///
    /// # Errors
    ///
    /// As for [`display_name`](Self::display_name).
    pub fn display_name_in(
        &self,
        context: Option<&BindContext>,
        left: Option<&Self>,
    ) -> Result<String> {
        let mut name = Name(String::new());
        for (index, component) in self.components().iter().enumerate() {
            // Only these two care about what is before them.
            let before = match component {
                Self::Url(_) | Self::Foreign(_) => {
                    let before = self.components().iter().take(index);
                    compose(left.into_iter().chain(before).cloned())?
                }
                _ => None,
            };
            component.write_leaf(&mut name, context, before.as_ref())?;
        }
        Ok(name.0)
    }

    fn write_leaf(
        &self,
        name: &mut Name,
        context: Option<&BindContext>,
        left: Option<&Self>,
    ) -> Result<()> {
        match self {
            Self::Url(url) => name.push(&complete(url, context, left)?.display_text()?),
            Self::File(file) => name.push(&outer::escape(file.path())),
            Self::Item(item) => {
                name.push(item.delimiter().unwrap_or_default())?;
                step::write_display(item.units(), name).map_err(|_| too_long())
            }
            Self::Anti(anti) => (0..anti.count()).try_for_each(|_| name.push(r"\..")),
            Self::Class(class) => name.push(&outer::escape(&class.display_text())),
            Self::Foreign(foreign) => name.push(&foreign.display_name(context, left)?),
            Self::Pointer(_) => {
                Err(Error::new(ErrorKind::NotImplemented, "a pointer moniker has no name"))
            }
            // A component is no composite.
            Self::Composite(_) => Ok(()),
        }
    }
}

/// A URL made absolute by what is at its left, or by the context, where that is possible.
fn complete(
    url: &UrlMoniker,
    context: Option<&BindContext>,
    left: Option<&Moniker>,
) -> Result<UrlMoniker> {
    url.checked_url()?;
    if url.is_absolute() {
        return Ok(url.clone());
    }
    let parameter = context.and_then(|context| context.object_param(URL_CONTEXT).ok());
    let named = parameter.as_ref().and_then(|object| object.downcast_ref::<Moniker>());
    let bases = [left, named].into_iter().flatten();
    let resolved = bases.filter_map(|base| base.as_url()?.resolve(url).ok()).next();
    Ok(resolved.unwrap_or_else(|| url.clone()))
}

impl Moniker {
    /// The URL that this moniker is, or ends with.
    fn as_url(&self) -> Option<&UrlMoniker> {
        match self.components().last() {
            Some(Self::Url(url)) => Some(url),
            _ => None,
        }
    }
}

/// A name that refuses to grow past the limit.
struct Name(String);

impl Name {
    fn push(&mut self, text: &str) -> Result<()> {
        fmt::Write::write_str(self, text).map_err(|_| too_long())
    }
}

impl fmt::Write for Name {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > MAX_DISPLAY_LEN {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

fn too_long() -> Error {
    Error::new(ErrorKind::TooLong, "the display name would be longer than 4 MiB")
}
