//! What two monikers share in front (`contract/binding.md` 3.2 and 3.3, "CommonPrefixWith").

use super::{CompositeMoniker, Moniker};
use crate::error::{Error, ErrorKind, Result};

/// How a common prefix relates to the two monikers that share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PrefixRelation {
    /// It is neither of them (`S_OK`).
    Neither,
    /// It is the moniker that was asked (`MK_S_ME`).
    This,
    /// It is the moniker that was compared with it (`MK_S_HIM`).
    Other,
    /// It is both: they are equal, or two spellings of one path (`MK_S_US`).
    Both,
}

/// What two monikers share in front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommonPrefix {
    /// How it relates to the two.
    pub relation: PrefixRelation,
    /// The prefix itself; none for two composites that share nothing.
    pub moniker: Option<Moniker>,
}

impl Moniker {
    /// What this moniker and `other` share in front.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoPrefix`] when that is nothing; [`ErrorKind::NotImplemented`] for a URL.
    ///
    /// ```
    /// use docfile_binding::{FileMoniker, Moniker, PrefixRelation};
    /// let a = Moniker::from(FileMoniker::new(r"c:\work\docs\report.doc"));
    /// let b = Moniker::from(FileMoniker::new(r"c:\work\art\picture.bmp"));
    /// let shared = a.common_prefix_with(&b)?;
    /// assert_eq!(shared.relation, PrefixRelation::Neither);
    /// assert_eq!(shared.moniker, Some(FileMoniker::new(r"c:\work").into()));
    /// # Ok::<(), docfile_binding::Error>(())
    /// ```
    pub fn common_prefix_with(&self, other: &Self) -> Result<CommonPrefix> {
        match (self, other) {
            (Self::Url(_), _) => Err(Error::new(
                ErrorKind::NotImplemented,
                "a URL does not tell what it shares with others",
            )),
            (Self::Composite(_), _) | (_, Self::Composite(_)) => common_prefix(self, other),
            _ => leaves(self, other),
        }
    }
}

/// What two monikers share in front, by their components (`MonikerCommonPrefixWith`).
///
/// # Errors
///
/// [`ErrorKind::NoPrefix`] when neither is a composite: such a pair is compared by
/// [`Moniker::common_prefix_with`]; and when one of them is none and they share nothing.
pub fn common_prefix(a: &Moniker, b: &Moniker) -> Result<CommonPrefix> {
    let (left, right) = (a.components(), b.components());
    if left.len() == 1 && right.len() == 1 {
        return Err(no_prefix());
    }
    let shared = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let of = |components: &[Moniker]| CompositeMoniker::of(components.to_vec());
    let shared_row = left.get(..shared).unwrap_or_default();
    let relation = match (shared == left.len(), shared == right.len()) {
        (true, true) => PrefixRelation::Both,
        (true, false) => PrefixRelation::This,
        (false, true) => PrefixRelation::Other,
        (false, false) => return parted(left, right, shared),
    };
    Ok(CommonPrefix { relation, moniker: of(shared_row) })
}

/// Where two rows part, the components may still share a part of themselves.
fn parted(left: &[Moniker], right: &[Moniker], shared: usize) -> Result<CommonPrefix> {
    let mut row = left.get(..shared).unwrap_or_default().to_vec();
    let met = match (left.get(shared), right.get(shared)) {
        (Some(a), Some(b)) => leaves(a, b).ok(),
        _ => None,
    };
    let mut relation = PrefixRelation::Neither;
    if let Some(met) = met {
        relation = match met.relation {
            PrefixRelation::This if shared + 1 == left.len() => PrefixRelation::This,
            PrefixRelation::Other if shared + 1 == right.len() => PrefixRelation::Other,
            _ => PrefixRelation::Neither,
        };
        row.extend(met.moniker);
    }
    if row.is_empty() && (left.len() == 1 || right.len() == 1) {
        return Err(no_prefix());
    }
    Ok(CommonPrefix { relation, moniker: CompositeMoniker::of(row) })
}

/// Two monikers that are no composites.
fn leaves(this: &Moniker, other: &Moniker) -> Result<CommonPrefix> {
    let whole =
        |relation, moniker: &Moniker| CommonPrefix { relation, moniker: Some(moniker.clone()) };
    match (this, other) {
        (Moniker::File(a), Moniker::File(b)) => a.common_prefix_with(b),
        (Moniker::Anti(a), Moniker::Anti(b)) => Ok(match a.count().cmp(&b.count()) {
            core::cmp::Ordering::Less => whole(PrefixRelation::This, this),
            core::cmp::Ordering::Equal => whole(PrefixRelation::Both, this),
            core::cmp::Ordering::Greater => whole(PrefixRelation::Other, other),
        }),
        (a, b) if a == b => Ok(whole(PrefixRelation::Both, this)),
        _ => Err(no_prefix()),
    }
}

fn no_prefix() -> Error {
    Error::new(ErrorKind::NoPrefix, "the monikers share nothing in front")
}
