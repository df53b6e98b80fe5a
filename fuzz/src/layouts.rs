//! Any bytes, read as a layout script in its text form, and as a program that makes a script over
//! the elements of a random valid file, by which that file is laid out anew.
//!
//! Promises that are tried: nothing panics; a script that was printed reads back; laying out ends,
//! and keeps every element and byte; what comes out breaks no rule.

use std::sync::Arc;

use docfile_compound::{
    CompoundFile, ElementKind, ElementPath, ErrorKind, LayoutItem, LayoutScript, Limits, LockBytes,
    MemoryBytes, OpenMode, RangeLen, Relayout, RepeatCount, Settings, try_check,
};
use docfile_testkit::observation::Observation;
use docfile_testkit::raw::valid;

/// As many files are laid out as there are seeds below this.
const FILE_COUNT: u64 = 256;
/// Longer programs find no more and take their time.
const MAX_STEPS: usize = 200;
/// How deep blocks of a program nest: deeper than a script may.
const MAX_DEPTH: usize = 20;

/// Runs the target on one input.
pub fn run(data: &[u8]) {
    if let Ok(script) = String::from_utf8_lossy(data).parse::<LayoutScript>() {
        assert_reads_back(&script);
    }
    let Some((head, steps)) = data.split_first_chunk() else { return };
    let (image, _) = valid(u64::from(u16::from_le_bytes(*head)) % FILE_COUNT);
    let old: Arc<dyn LockBytes> = Arc::new(MemoryBytes::new(image.to_vec()));
    let file = CompoundFile::try_open(old.clone(), Settings::default()).expect("it is valid");
    let script = program(&elements(&file), steps);
    assert_reads_back(&script);
    let mut relayout = match Relayout::try_new(&file, &script) {
        Ok(relayout) => relayout,
        Err(error) => {
            let kinds = [ErrorKind::LimitReached, ErrorKind::InvalidParameter];
            assert!(kinds.contains(&error.kind()), "{error}");
            return;
        }
    };
    let new = Arc::new(MemoryBytes::default());
    relayout.try_write_to(&*new).expect("memory can be written");
    let new: Arc<dyn LockBytes> = new;
    assert_eq!(new.len(), Some(relayout.file_len()));
    assert!(seen(&old) == seen(&new), "elements or bytes changed");
    let report = try_check(new, Limits::default()).expect("it can be checked");
    assert!(report.is_clean(), "{:?}", report.findings);
}

/// Names that a script cannot say in its text form are none of a valid file's.
fn assert_reads_back(script: &LayoutScript) {
    match script.to_string().parse::<LayoutScript>() {
        Ok(read) => assert_eq!(read, *script),
        Err(error) => assert_eq!(error.kind(), ErrorKind::LimitReached, "{error}"),
    }
}

fn elements(file: &CompoundFile) -> Vec<(ElementPath, ElementKind)> {
    let mut way = Vec::new();
    let root = file.root(OpenMode::read()).expect("it opens");
    let walk = root.try_walk().expect("it is listed").into_iter();
    walk.map(|walked| {
        way.truncate(walked.depth);
        way.push(walked.stat.name);
        (ElementPath::new(way.clone()), walked.stat.kind)
    })
    .collect()
}

/// Four bytes a step: what, which element, where in it.
fn program(elements: &[(ElementPath, ElementKind)], steps: &[u8]) -> LayoutScript {
    let mut blocks: Vec<(RepeatCount, Vec<LayoutItem>)> = Vec::new();
    let mut items = Vec::new();
    for step in steps.chunks_exact(4).take(MAX_STEPS) {
        let &[what, which, a, b] = step else { break };
        let element = elements.get(usize::from(which) % elements.len().max(1));
        let item = match (what % 8, element) {
            (0, _) => LayoutItem::Listing,
            (1, _) if blocks.len() < MAX_DEPTH => {
                let count = match a {
                    0 => RepeatCount::UntilConsumed,
                    a => RepeatCount::Times(u64::from(a) << (b % 56)),
                };
                blocks.push((count, Vec::new()));
                continue;
            }
            (2, _) => match blocks.pop() {
                Some((count, items)) => LayoutItem::Repeat { count, items },
                None => continue,
            },
            (3, Some((path, _))) => LayoutItem::Storage { path: path.clone() },
            (_, Some((path, ElementKind::Stream))) => LayoutItem::Stream {
                path: path.clone(),
                offset: u64::from(a) * 97,
                len: match b {
                    255 => RangeLen::ToEnd,
                    b => RangeLen::Bytes(u64::from(b) * 61),
                },
            },
            _ => continue,
        };
        blocks.last_mut().map_or(&mut items, |(_, items)| items).push(item);
    }
    while let Some((count, inner)) = blocks.pop() {
        let item = LayoutItem::Repeat { count, items: inner };
        blocks.last_mut().map_or(&mut items, |(_, items)| items).push(item);
    }
    LayoutScript { items }
}

/// The elements and their bytes, in an order of their own: the numbers of entries may change.
fn seen(bytes: &Arc<dyn LockBytes>) -> Vec<String> {
    let Observation::Open { elements, .. } = Observation::of(bytes.clone(), Settings::default())
    else {
        panic!("the file does not open");
    };
    let mut seen: Vec<String> = elements
        .into_iter()
        .map(|element| {
            let s = &element.stat;
            format!(
                "{:?} {:?} {} {:?} {} {:?} {:?} {:?}",
                element.path,
                s.kind,
                s.len,
                s.class_id,
                s.state_bits,
                s.created,
                s.modified,
                element.content
            )
        })
        .collect();
    seen.sort();
    seen
}
