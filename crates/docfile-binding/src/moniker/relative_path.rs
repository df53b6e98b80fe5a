//! The way from one moniker to another (`contract/binding.md` 3.2, "RelativePathTo").
//!
//! The law: composing a moniker with the way from it leads to the other.

use super::{CompositeMoniker, Moniker, compose};
use crate::error::{Error, ErrorKind, Result};

/// The way from one moniker to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelativePath {
    /// What, behind the first, means the second (`S_OK`); nothing when they are equal.
    Way(Option<Moniker>),
    /// There is no shorter way than the second itself (`MK_S_HIM`).
    Other,
}

impl Moniker {
    /// The way from this moniker to `other`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotBindable`] from an item or a class, and from a composite that shares
    /// nothing with `other`; [`ErrorKind::NotImplemented`] from a URL or a pointer;
    /// [`ErrorKind::NoInverse`] when what is not shared of this moniker cannot be taken back.
    pub fn relative_path_to(&self, other: &Self) -> Result<RelativePath> {
        match self {
            Self::File(from) => Ok(match other {
                Self::File(to) => match from.relative_path_to(to) {
                    Some(way) => RelativePath::Way(Some(way.into())),
                    None => RelativePath::Other,
                },
                Self::Composite(_) => relative_path(self, other).unwrap_or(RelativePath::Other),
                _ => RelativePath::Other,
            }),
            Self::Anti(_) => Ok(RelativePath::Other),
            Self::Composite(_) => relative_path(self, other),
            Self::Item(_) | Self::Class(_) => Err(nothing_shared()),
            Self::Url(_) | Self::Pointer(_) | Self::Foreign(_) => Err(Error::new(
                ErrorKind::NotImplemented,
                "this moniker does not tell the way to others",
            )),
        }
    }
}

/// The way from one moniker to another, by their components (`MonikerRelativePathTo`).
///
/// # Errors
///
/// [`ErrorKind::NotBindable`] when they share nothing, [`ErrorKind::NoInverse`] when what is not
/// shared of the first cannot be taken back.
pub fn relative_path(from: &Moniker, to: &Moniker) -> Result<RelativePath> {
    let (left, right) = (from.components(), to.components());
    let shared = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let (left, right) = (left.get(shared..), right.get(shared..));
    let (mut left, mut right) = (left.unwrap_or_default(), right.unwrap_or_default());
    // Two paths at the place where the rows part may share folders.
    let mut way = None;
    if let ([Moniker::File(a), behind_a @ ..], [Moniker::File(b), behind_b @ ..]) = (left, right) {
        way = a.relative_path_to(b).map(Moniker::from);
        if way.is_some() {
            (left, right) = (behind_a, behind_b);
        }
    }
    if shared == 0 && way.is_none() {
        return Err(nothing_shared());
    }
    let back = CompositeMoniker::of(left.to_vec()).map(|rest| rest.inverse()).transpose()?;
    let steps = back.into_iter().chain(way).chain(right.iter().cloned());
    compose(steps).map(RelativePath::Way)
}

fn nothing_shared() -> Error {
    Error::new(ErrorKind::NotBindable, "the monikers share nothing in front")
}
