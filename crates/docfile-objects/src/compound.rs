//! A document of which no more is known than that it is a compound file: its property sets, its
//! thumbnail, and the names of its elements.
//!
//! Invariant: what it shows comes from the directory and the property sets alone.

use docfile_compound::{ElementKind, Result};

use crate::document::{DocumentObject, Touch};
use crate::info::Info;
use crate::kind::Kind;
use crate::properties;
use crate::source::Source;
use crate::view::View;

/// The elements that a page lists.
const LISTED_MAX: usize = 100;

/// Any compound file.
#[derive(Debug)]
pub(crate) struct CompoundDocument {
    source: Source,
    kind: Kind,
}

impl CompoundDocument {
    /// The object of this source.
    pub(crate) const fn new(source: Source, kind: Kind) -> Self {
        Self { source, kind }
    }
}

impl DocumentObject for CompoundDocument {
    fn kind(&self) -> Kind {
        self.kind
    }

    fn try_info(&self) -> Result<Info> {
        properties::try_info(&self.source, self.kind)
    }

    fn try_page(&self, index: usize) -> Result<Option<View>> {
        let listing = self.source.elements().try_list(&[])?;
        let skipped = index.saturating_mul(LISTED_MAX);
        if index > 0 && skipped >= listing.len() {
            return Ok(None);
        }
        let mut view = View::default();
        for stat in listing.iter().skip(skipped).take(LISTED_MAX) {
            let len = match stat.kind {
                ElementKind::Storage => "storage".to_owned(),
                ElementKind::Stream => stat.len.to_string(),
            };
            view.row([stat.name.to_string(), len]);
        }
        Ok(Some(view))
    }

    fn touches(&self) -> Vec<Touch> {
        self.source.touches()
    }
}
