//! What the facts and the first page of a document cost of its file, as a transfer that asks for
//! few bytes brings them: 4 KiB at first, then what is read, gaps of less than 1 KiB included. The
//! facts of half of the files of 256 KiB and more cost no more than the larger of 8 % and 56 KiB,
//! and so do the first pages.

use std::collections::BTreeMap;
use std::sync::Arc;

use docfile_compound::{MemoryBytes, Result, Storage};
use docfile_objects::{DocumentObject, Opening, try_open};
use docfile_testkit::corpus::Corpus;
use docfile_testkit::lying::Counting;

/// What comes unasked, and the gap that is cheaper to bring than a request.
const FIRST_LEN: u64 = 4 << 10;
const GAP_LEN: u64 = 1 << 10;
const LARGE_LEN: u64 = 256 << 10;
const FEW_LEN: u64 = 56 << 10;
/// The large share of a file, in percent.
const FEW_SHARE: u64 = 8;

/// What a step costs of a file that nothing was read of before, in bytes.
fn cost(content: &[u8], step: impl Fn(&dyn DocumentObject) -> Result<()>) -> Result<u64> {
    let bytes = Arc::new(Counting::new(MemoryBytes::new(content.to_vec())));
    let document = try_open(Storage::try_open(bytes.clone())?, Opening::default())?;
    step(&*document)?;
    let mut end = FIRST_LEN.min(content.len() as u64);
    let mut cost = end;
    for range in bytes.counts().read_ranges.iter() {
        let start = if range.start <= end + GAP_LEN { end } else { range.start };
        cost += range.end.saturating_sub(start);
        end = end.max(range.end);
    }
    Ok(cost)
}

fn median(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[test]
fn half_of_the_large_documents_cost_little() {
    let Some(corpus) = Corpus::locate() else { return };
    let (mut by_kind, mut shares) = (BTreeMap::<_, Vec<_>>::new(), Vec::new());
    for file in corpus.files() {
        let content = file.read();
        let info = cost(&content, |document| document.try_info().map(drop));
        let view = cost(&content, |document| document.try_first_view().map(drop));
        let (Ok(info), Ok(view)) = (info, view) else { continue };
        let costs = [info, view];
        let format = file.format.as_str();
        by_kind.entry(format).or_default().push(costs);
        if file.len >= LARGE_LEN {
            let few = FEW_LEN.max(file.len * FEW_SHARE / 100);
            shares.push(costs.map(|cost| cost * 100 / few));
            eprintln!("{} {format}, {} bytes: {costs:?} of {few}", file.name, file.len);
        }
    }
    for (format, costs) in &by_kind {
        let of = |index: usize| costs.iter().map(|costs| costs[index]).collect::<Vec<_>>();
        let count = costs.len();
        eprintln!("{format}, {count} files: {} facts, {} page", median(of(0)), median(of(1)));
    }
    let of = |index: usize| median(shares.iter().map(|shares| shares[index]).collect());
    let (info, view) = (of(0), of(1));
    eprintln!("{} large files: {info} % and {view} % of what is few", shares.len());
    assert!(shares.len() > 20, "{}", shares.len());
    assert!(info <= 100 && view <= 100, "{info} % and {view} % of what is few: {shares:?}");
}
