//! What a script comes to for one file: the bytes that come first, step by step.
//!
//! Steps name elements that exist and ranges that lie within them. Going through a script is
//! bounded by a count of steps, whatever the numbers in it; a pass of a block that finds nothing
//! left ends the block.

use crate::error::{Error, ErrorKind, Result};
use crate::layout::script::{
    ElementPath, ITEMS_MAX, LayoutItem, LayoutScript, REPEAT_DEPTH_MAX, RangeLen, RepeatCount,
};
use crate::layout::source::{ElementIndex, Source};
use crate::name::Name;

/// The most steps that a script may come to.
const STEPS_MAX: usize = 1 << 20;

/// The property sets that say what a document is; the defaults put them first.
const SUMMARIES: [&str; 2] = ["\u{5}SummaryInformation", "\u{5}DocumentSummaryInformation"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// These bytes of a stream.
    Bytes { element: ElementIndex, range: core::ops::Range<u64> },
    /// The directory entries of what is in a storage.
    Entries { storage: ElementIndex },
    /// The whole directory.
    Listing,
}

/// The steps that a script comes to; what they leave out follows in natural order.
pub(super) fn steps(source: &Source, script: &LayoutScript) -> Result<Vec<Step>> {
    if script.items.is_empty() {
        return Ok(default_steps(source));
    }
    let mut left = ITEMS_MAX;
    let mut items = resolve(source, &script.items, 0, &mut left)?;
    let mut steps = Vec::new();
    for item in &mut items {
        item.run(source, &mut steps)?;
    }
    Ok(steps)
}

fn default_steps(source: &Source) -> Vec<Step> {
    let summaries = SUMMARIES.into_iter().filter_map(|name| {
        let element = source.find(&ElementPath::new(vec![Name::new(name).ok()?])).ok()?;
        Some(Step::Bytes { element, range: 0..source.stream_len(element)? })
    });
    std::iter::once(Step::Listing).chain(summaries).collect()
}

/// An item whose names were found, and how far it has come.
enum Running {
    Bytes { element: ElementIndex, next: u64, len: RangeLen, is_met: bool },
    Once(Option<Step>),
    Repeat { count: RepeatCount, items: Vec<Running> },
}

/// Recursion as deep as blocks may nest.
fn resolve(
    source: &Source,
    items: &[LayoutItem],
    depth: usize,
    left: &mut usize,
) -> Result<Vec<Running>> {
    let too_much = || Error::new(ErrorKind::LimitReached, "the script has too many items");
    if depth > REPEAT_DEPTH_MAX {
        return Err(too_much());
    }
    let mut running = Vec::new();
    for item in items {
        *left = left.checked_sub(1).ok_or_else(too_much)?;
        running.push(match item {
            LayoutItem::Listing => Running::Once(Some(Step::Listing)),
            LayoutItem::Storage { path } => {
                let storage = source.find(path)?;
                if source.stream_len(storage).is_some() {
                    return Err(wrong_kind(path, "a storage of the script is a stream"));
                }
                Running::Once(Some(Step::Entries { storage }))
            }
            LayoutItem::Stream { path, offset, len } => {
                let element = source.find(path)?;
                if source.stream_len(element).is_none() {
                    return Err(wrong_kind(path, "a stream of the script is a storage"));
                }
                Running::Bytes { element, next: *offset, len: *len, is_met: false }
            }
            LayoutItem::Repeat { count, items } => {
                Running::Repeat { count: *count, items: resolve(source, items, depth + 1, left)? }
            }
        });
    }
    Ok(running)
}

fn wrong_kind(path: &ElementPath, text: &'static str) -> Error {
    Error::new(ErrorKind::InvalidParameter, text).with_element(path.to_string())
}

impl Running {
    /// Adds what the item comes to this time; answers whether that was anything.
    fn run(&mut self, source: &Source, steps: &mut Vec<Step>) -> Result<bool> {
        if steps.len() > STEPS_MAX {
            let text = "the script comes to more than a million steps";
            return Err(Error::new(ErrorKind::LimitReached, text));
        }
        match self {
            Self::Once(step) => {
                let step = step.take();
                let is_any = step.is_some();
                steps.extend(step);
                Ok(is_any)
            }
            Self::Bytes { element, next, len, is_met } => {
                let stream_len = source.stream_len(*element).unwrap_or(0);
                let start = (*next).min(stream_len);
                let end = match *len {
                    RangeLen::ToEnd => stream_len,
                    RangeLen::Bytes(len) => start.saturating_add(len).min(stream_len),
                };
                *next = end;
                // A stream with nothing to place still has an entry to be found by.
                if start < end || !*is_met {
                    steps.push(Step::Bytes { element: *element, range: start..end });
                }
                *is_met = true;
                Ok(start < end)
            }
            Self::Repeat { count, items } => {
                let passes = match count {
                    RepeatCount::Times(count) => *count,
                    RepeatCount::UntilConsumed => u64::MAX,
                };
                let mut is_any = false;
                for _ in 0..passes {
                    let mut is_pass_any = false;
                    for item in &mut *items {
                        is_pass_any |= item.run(source, steps)?;
                    }
                    if !is_pass_any {
                        break;
                    }
                    is_any = true;
                }
                Ok(is_any)
            }
        }
    }
}
