//! A first page that is asked for again and again while exactly the missing bytes come is the one
//! that the whole file gives, and needs only a part of it, in few steps.

use std::sync::Arc;

use docfile_compound::{LockBytes, MemoryBytes, Result, Storage};
use docfile_objects::{DocumentObject, Info, Kind, Opening, View, try_open};
use docfile_testkit::corpus::Corpus;
use docfile_testkit::lying::Arriving;

/// How much came, in how many steps.
#[derive(Default)]
struct Brought {
    byte_count: u64,
    step_count: usize,
}

type Slow = Arriving<MemoryBytes>;

fn until_done<T>(slow: &Slow, brought: &mut Brought, step: impl Fn() -> Result<T>) -> Result<T> {
    loop {
        match step() {
            Err(error) => {
                let missing = error.into_missing()?;
                brought.byte_count += missing.required.byte_count();
                brought.step_count += 1;
                assert!(brought.step_count < 5_000, "a step that brings nothing");
                slow.arrive_required(&missing);
            }
            done => return done,
        }
    }
}

fn opened(bytes: Arc<dyn LockBytes>) -> Result<Box<dyn DocumentObject>> {
    try_open(Storage::try_open(bytes)?, Opening::default())
}

fn texts(info: &Info) -> String {
    let preview_len = info.preview.as_ref().map(|preview| preview.bytes.len());
    format!("{:?} {:?} {:?} {preview_len:?}", info.title, info.details, info.properties)
}

fn whole(bytes: Vec<u8>) -> Result<(Kind, View)> {
    let document = opened(Arc::new(MemoryBytes::new(bytes)))?;
    Ok((document.kind(), document.try_first_view()?))
}

#[test]
fn pages_and_facts_do_not_depend_on_the_order_of_arrival() {
    let Some(corpus) = Corpus::locate() else { return };
    let (mut shares, mut steps) = (Vec::new(), Vec::new());
    for file in corpus.files() {
        let content = file.read();
        let Ok((kind, expected)) = whole(content.clone()) else { continue };
        let slow = Arc::new(Slow::new(MemoryBytes::new(content.clone())));
        let mut brought = Brought::default();
        let document = until_done(&slow, &mut brought, || opened(slow.clone())).unwrap();
        let view = until_done(&slow, &mut brought, || document.try_first_view()).unwrap();
        assert_eq!(view, expected, "{}", file.name);
        let is_large = content.len() >= 256 << 10;
        if is_large && matches!(kind, Kind::Word | Kind::Excel | Kind::PowerPoint) {
            shares.push(brought.byte_count * 100 / file.len);
            steps.push(brought.step_count);
            eprintln!(
                "{} {kind}: {} of {} bytes, {} steps",
                file.name, brought.byte_count, file.len, brought.step_count
            );
        }
        let info = until_done(&slow, &mut brought, || document.try_info());
        let all = opened(Arc::new(MemoryBytes::new(content))).unwrap().try_info();
        assert_eq!(info.map(|info| texts(&info)).ok(), all.map(|info| texts(&info)).ok());
    }
    shares.sort_unstable();
    steps.sort_unstable();
    eprintln!("shares in percent {shares:?}, steps {steps:?}");
    assert!(shares[shares.len() / 2] <= 25, "{shares:?}");
    assert!(steps[steps.len() / 2] <= 24, "{steps:?}");
}
