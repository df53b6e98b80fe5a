//! Where the pages of a document begin, found one after another.
//!
//! Invariant: page `n` is made only from the state that page `n - 1` left, and a page that was
//! pending changes nothing; so a repeated call costs only the page that is missing.

use std::sync::{Mutex, PoisonError};

use docfile_compound::Result;

use crate::view::View;

/// The starts of the pages made so far.
#[derive(Debug)]
pub(crate) struct Paging<S> {
    starts: Mutex<Starts<S>>,
}

#[derive(Debug)]
struct Starts<S> {
    known: Vec<S>,
    is_complete: bool,
}

impl<S: Clone> Paging<S> {
    /// A document whose first page begins at `start`.
    pub(crate) fn new(start: S) -> Self {
        Self { starts: Mutex::new(Starts { known: vec![start], is_complete: false }) }
    }

    /// Page `index`, made by `make` from its start: what it shows and where the next one begins.
    /// `None` past the last page.
    pub(crate) fn try_page(
        &self,
        index: usize,
        make: impl Fn(S) -> Result<(View, Option<S>)>,
    ) -> Result<Option<View>> {
        loop {
            let (start, position) = {
                let starts = self.lock();
                let position = index.min(starts.known.len().saturating_sub(1));
                if position < index && starts.is_complete {
                    return Ok(None);
                }
                let Some(start) = starts.known.get(position).cloned() else { return Ok(None) };
                (start, position)
            };
            let (view, next) = make(start)?;
            let mut starts = self.lock();
            if starts.known.len() == position + 1 {
                match next {
                    Some(next) => starts.known.push(next),
                    None => starts.is_complete = true,
                }
            }
            if position == index {
                return Ok(Some(view));
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Starts<S>> {
        self.starts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
