//! The order in which a publisher puts a document of a known kind, and what that order comes to.
//!
//! Invariant: both are observed. The order is what the object itself reads for its preview and its
//! first page, the figure what it needs over ever longer prefixes of the file; neither is a second
//! idea of the kinds.

use std::collections::BTreeMap;
use std::sync::Arc;

use docfile_compound::property::format_id;
use docfile_compound::{
    ByteRanges, CompoundFile, ElementKind, ElementPath, LayoutItem, LayoutScript, LockBytes, Name,
    OpenMode, RangeLen, Result, Settings, try_shortest_prefix,
};

use crate::document::{Opening, Touch, try_open};

/// What is left out between two parts of a stream is put there too when it is this short, in
/// bytes: parts out of order need more than that of the tables of sectors early.
const GAP_MAX: u64 = 4096;
/// The parts that a script names; what was read after so many comes in natural order.
const PARTS_MAX: usize = 8192;

/// The script that puts in front what is seen first of the document in `file`: the summaries, the
/// picture of it, what its first page reads in that order, the directory, what its other facts
/// come from. The rest follows in natural order.
///
/// # Errors
///
/// As [`try_open`] and [`DocumentObject::try_first_view`](crate::DocumentObject::try_first_view):
/// a document that does not show itself has no order of its kind.
///
/// # Example
///
/// ```
/// # use std::sync::Arc;
/// # use docfile_compound::*;
/// use docfile_objects::{Opening, try_layout};
/// # let old = Arc::new(MemoryBytes::default());
/// # let file = CompoundFile::create(old.clone(), FormatVersion::V3, Settings::default())?;
/// # file.root(OpenMode::edit())?.try_commit(CommitFlags::DEFAULT)?;
///
/// let file = CompoundFile::try_open(old, Settings::default())?;
/// let script = try_layout(&file, &Opening::default())?;
/// let new = MemoryBytes::default();
/// Relayout::try_new(&file, &script)?.try_write_to(&new)?;
/// # Ok::<(), docfile_compound::Error>(())
/// ```
pub fn try_layout(file: &CompoundFile, opening: &Opening) -> Result<LayoutScript> {
    let mut parts = Placed::default();
    let root = file.root(OpenMode::read())?;
    for format in [format_id::SUMMARY_INFORMATION, format_id::DOC_SUMMARY_INFORMATION] {
        let name = format_id::stream_name(format);
        match root.try_find(&name)? {
            Some(stat) if stat.kind == ElementKind::Stream => {
                parts.whole(ElementPath::new(vec![stat.name]), stat.len);
            }
            _ => {}
        }
    }
    // Each holds the streams that it reads open, so each has a root of its own.
    let object = || try_open(file.root(OpenMode::read())?, opening.clone());
    let previewed = object()?;
    if told(previewed.try_preview())? {
        parts.add(&previewed.touches());
    }
    let viewed = object()?;
    viewed.try_first_view()?;
    parts.add(&viewed.touches());
    parts.items.push(LayoutItem::Listing);
    let asked = object()?;
    if told(asked.try_info())? {
        parts.add(&asked.touches());
    }
    Ok(LayoutScript { items: parts.items })
}

/// The length of the shortest prefix of `bytes` with which the document shows its first view, in
/// bytes.
///
/// # Errors
///
/// As [`try_shortest_prefix`], [`try_open`] and
/// [`DocumentObject::try_first_view`](crate::DocumentObject::try_first_view).
pub fn try_first_view_len(
    bytes: &Arc<dyn LockBytes>,
    settings: Settings,
    opening: &Opening,
) -> Result<u64> {
    try_shortest_prefix(bytes, |prefix| {
        let root = CompoundFile::try_open(prefix, settings)?.root(OpenMode::read())?;
        try_open(root, opening.clone())?.try_first_view()
    })
}

/// Whether there was an answer; that bytes are missing is none, and is passed on.
fn told<T>(answer: Result<T>) -> Result<bool> {
    match answer {
        Ok(_) => Ok(true),
        Err(error) if error.is_pending() => Err(error),
        Err(_) => Ok(false),
    }
}

/// Parts of streams, each byte once.
#[derive(Debug, Default)]
struct Placed {
    items: Vec<LayoutItem>,
    ranges: BTreeMap<Vec<String>, ByteRanges>,
}

impl Placed {
    fn whole(&mut self, path: ElementPath, len: u64) {
        let names = path.names().iter().map(Name::to_string_lossy).collect();
        self.ranges.entry(names).or_default().insert(0..len);
        self.items.push(LayoutItem::whole(path));
    }

    fn add(&mut self, touches: &[Touch]) {
        for touch in touches {
            let Some(path) = path_of(&touch.path) else { continue };
            let placed = self.ranges.entry(touch.path.clone()).or_default();
            let (mut start, end) = (touch.range.start, touch.range.end);
            if let Some(before) = placed.iter().map(|range| range.end).filter(|e| *e <= start).max()
            {
                if start - before <= GAP_MAX {
                    start = before;
                }
            } else if start <= GAP_MAX {
                start = 0;
            }
            for gap in placed.gaps(start..end).iter() {
                if self.items.len() >= PARTS_MAX {
                    return;
                }
                let len = RangeLen::Bytes(gap.end - gap.start);
                self.items.push(LayoutItem::Stream { path: path.clone(), offset: gap.start, len });
            }
            placed.insert(start..end);
        }
    }
}

fn path_of(names: &[String]) -> Option<ElementPath> {
    let names = names.iter().map(|name| {
        let units: Vec<u16> = name.encode_utf16().collect();
        Name::stored(&units).ok()
    });
    names.collect::<Option<_>>().map(ElementPath::new)
}
