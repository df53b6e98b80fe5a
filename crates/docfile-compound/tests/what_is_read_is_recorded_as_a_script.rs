//! A monitored root records which bytes are read, in their order, and laying the file out by the
//! record puts them first; a source that is still arriving is waited for without harm.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::sync::Arc;

use docfile_compound::{
    CommitFlags, CompoundFile, ElementPath, ErrorKind, FileOrder, FormatVersion, LayoutScript,
    LockBytes, MemoryBytes, Name, OpenMode, Relayout, Settings,
};
use docfile_testkit::lying::{Arriving, arrive_until_ready};

fn made() -> Arc<MemoryBytes> {
    let bytes = Arc::new(MemoryBytes::default());
    let file = CompoundFile::create(bytes.clone(), FormatVersion::V3, Settings::default()).unwrap();
    let root = file.root(OpenMode::edit()).unwrap();
    let pool =
        root.try_create_storage(&Name::new("Pool").unwrap(), OpenMode::child_edit()).unwrap();
    for (storage, name, len) in [(&root, "A", 300_000), (&pool, "B", 20_000), (&pool, "C", 50)] {
        let name = Name::new(name).unwrap();
        let stream = storage.try_create_stream(&name, OpenMode::child_edit()).unwrap();
        stream.try_write_at(0, &vec![7; len]).unwrap();
    }
    root.try_commit(CommitFlags::DEFAULT).unwrap();
    bytes
}

#[test]
fn reads_are_recorded_once_and_in_order() {
    let bytes = made();
    let file = CompoundFile::try_open(bytes, Settings::default()).unwrap();
    let root = file.root(OpenMode::read()).unwrap();
    assert_eq!(root.end_monitor().unwrap_err().kind(), ErrorKind::InvalidFunction);
    let pool = root.try_open_storage(&Name::new("Pool").unwrap(), OpenMode::child_read()).unwrap();
    assert_eq!(pool.begin_monitor().unwrap_err().kind(), ErrorKind::InvalidFunction);
    let open = |name: &str| {
        let storage = if name == "A" { &root } else { &pool };
        storage.try_open_stream(&Name::new(name).unwrap(), OpenMode::child_read()).unwrap()
    };
    let (a, b, c) = (open("A"), open("B"), open("C"));
    let mut buffer = [0; 1000];
    let mut read = |stream: &docfile_compound::Stream, offset| {
        stream.try_read_at(offset, &mut buffer).unwrap();
    };
    read(&a, 5000);
    root.begin_monitor().unwrap();
    read(&b, 0);
    read(&b, 1000);
    read(&a, 200_000);
    read(&b, 500);
    root.end_monitor().unwrap();
    read(&a, 0);
    root.begin_monitor().unwrap();
    read(&c, 0);
    let script = root.end_monitor().unwrap();
    let wanted = "stream \"Pool/B\" 0 2000\nstream \"A\" 200000 1000\nstream \"Pool/C\" 0 50\n";
    assert_eq!(script.to_string(), wanted);

    let new: Arc<dyn LockBytes> = Arc::new(MemoryBytes::default());
    Relayout::try_new(&file, &script).unwrap().try_write_to(&*new).unwrap();
    let path = ElementPath::from_display("Pool/C").unwrap();
    let price = FileOrder::try_of_stream(&new, Settings::default(), &path).unwrap();
    assert!(price < 12_000, "{price}");
}

#[test]
fn a_source_that_is_arriving_comes_out_the_same() {
    let old = made();
    let script: LayoutScript = "stream Pool/C\nstream A 100000 9000".parse().unwrap();
    let at_once = MemoryBytes::default();
    let file = CompoundFile::try_open(old.clone(), Settings::default()).unwrap();
    Relayout::try_new(&file, &script).unwrap().try_write_to(&at_once).unwrap();

    let arriving = Arc::new(Arriving::new(MemoryBytes::new(old.to_vec())));
    let step_by_step = MemoryBytes::default();
    let open = || CompoundFile::try_open(arriving.clone(), Settings::default());
    let file = arrive_until_ready(&arriving, open).0.unwrap();
    let plan = || Relayout::try_new(&file, &script);
    let mut relayout = arrive_until_ready(&arriving, plan).0.unwrap();
    arrive_until_ready(&arriving, || relayout.try_write_to(&step_by_step)).0.unwrap();
    assert!(at_once.to_vec() == step_by_step.to_vec());
}
