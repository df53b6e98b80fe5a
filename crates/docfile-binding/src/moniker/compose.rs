//! Composition: one moniker that means two in a row (`contract/binding.md` 3.3).
//!
//! Composing is associative: components are pushed one by one onto a row, and only the seam is
//! simplified. An anti moniker takes back components before it; a relative path or URL joins the
//! one before it. (One law has an exception that the contract makes itself: two paths that have
//! become one are taken back as one.)

use super::{AntiMoniker, CompositeMoniker, Moniker};
use crate::error::{Error, ErrorKind, Result};

impl Moniker {
    /// This moniker followed by `right`; nothing when they cancel altogether.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Syntax`] when an absolute path or a way over the root stands behind a path.
    ///
    /// ```
    /// use docfile_binding::{AntiMoniker, FileMoniker, ItemMoniker, Moniker};
    /// let file = Moniker::from(FileMoniker::new("plan.doc"));
    /// let item = Moniker::from(ItemMoniker::new("!", "Pool"));
    /// let both = file.compose_with(&item)?.unwrap();
    /// assert_eq!(both.display_name()?, "plan.doc!Pool");
    /// assert_eq!(both.compose_with(&AntiMoniker::new().into())?, Some(file));
    /// # Ok::<(), docfile_binding::Error>(())
    /// ```
    pub fn compose_with(&self, right: &Self) -> Result<Option<Self>> {
        compose(self.components().iter().chain(right.components()).cloned())
    }

    /// This moniker followed by `right`, if that can be said without a generic composite.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NeedGeneric`] when it cannot; [`ErrorKind::Syntax`] as for
    /// [`compose_with`](Self::compose_with).
    pub fn compose_if_not_generic(&self, right: &Self) -> Result<Option<Self>> {
        let generic = |moniker: &Self| matches!(moniker, Self::Composite(_));
        if !generic(self) && !generic(right) {
            let mut row = vec![self.clone()];
            if let Seam::Joined = push(&mut row, right.clone())? {
                return Ok(row.pop());
            }
        }
        Err(Error::new(ErrorKind::NeedGeneric, "only a generic composite says these in a row"))
    }

    /// What takes this moniker back when it stands behind it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoInverse`] for an anti moniker, a URL, and a composite that contains one.
    pub fn inverse(&self) -> Result<Self> {
        match self {
            Self::File(_) | Self::Item(_) | Self::Pointer(_) | Self::Class(_) => {
                Ok(AntiMoniker::new().into())
            }
            Self::Foreign(foreign) => foreign.inverse(),
            Self::Composite(composite) => {
                let inverses: Vec<_> = composite
                    .components()
                    .iter()
                    .rev()
                    .map(Self::inverse)
                    .collect::<Result<_>>()?;
                compose(inverses)?.ok_or_else(no_inverse)
            }
            Self::Anti(_) | Self::Url(_) => Err(no_inverse()),
        }
    }

    /// Whether an anti moniker behind this one takes it back.
    fn is_taken_back(&self) -> bool {
        match self {
            Self::Foreign(foreign) => matches!(foreign.inverse(), Ok(Self::Anti(_))),
            Self::Anti(_) | Self::Url(_) | Self::Composite(_) => false,
            Self::File(_) | Self::Item(_) | Self::Pointer(_) | Self::Class(_) => true,
        }
    }
}

/// All of these in a row, as one moniker; nothing when there is none or they cancel
/// (`CreateGenericComposite`).
///
/// # Errors
///
/// As for [`Moniker::compose_with`].
pub fn compose(monikers: impl IntoIterator<Item = Moniker>) -> Result<Option<Moniker>> {
    let mut row = Vec::new();
    for moniker in monikers {
        match moniker {
            Moniker::Composite(composite) => {
                for component in composite.components() {
                    push(&mut row, component.clone())?;
                }
            }
            leaf => {
                push(&mut row, leaf)?;
            }
        }
    }
    Ok(CompositeMoniker::of(row))
}

/// What became of a component that was pushed onto a row.
enum Seam {
    /// It stands there by itself.
    Appended,
    /// It cancelled something, joined its neighbour, or said nothing.
    Joined,
}

/// Pushes one component, which is no composite, and simplifies where it meets the row.
fn push(row: &mut Vec<Moniker>, right: Moniker) -> Result<Seam> {
    let joined = match (row.last(), &right) {
        (_, Moniker::Anti(anti)) => return Ok(take_back(row, *anti)),
        (Some(Moniker::File(left)), Moniker::File(right)) => Some(left.join(right)?.into()),
        (Some(Moniker::Url(left)), Moniker::Url(right)) if left.is_absolute() => {
            Some(left.resolve(right)?.into())
        }
        _ => None,
    };
    match (joined, row.last_mut()) {
        (Some(joined), Some(last)) => {
            *last = joined;
            Ok(Seam::Joined)
        }
        _ => {
            row.push(right);
            Ok(Seam::Appended)
        }
    }
}

/// Takes components back until the count is used up or one stands that cannot be taken back.
fn take_back(row: &mut Vec<Moniker>, anti: AntiMoniker) -> Seam {
    let mut count = anti.count();
    while count > 0 && row.last().is_some_and(Moniker::is_taken_back) {
        row.pop();
        count -= 1;
    }
    let rest = AntiMoniker::with_count(count).unwrap_or_default();
    let unchanged = count == anti.count();
    // A count of zero says nothing, unless it is all there is.
    if count > 0 || row.is_empty() && anti.count() == 0 {
        row.push(rest.into());
    }
    if unchanged && count > 0 { Seam::Appended } else { Seam::Joined }
}

fn no_inverse() -> Error {
    Error::new(ErrorKind::NoInverse, "nothing takes this moniker back")
}
