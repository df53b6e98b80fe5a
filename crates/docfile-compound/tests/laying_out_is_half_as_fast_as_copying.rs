//! A file is laid out anew at half the speed of copying it or better, and 2 GiB of it have the
//! prices of little. Both take long, and time means something only in a release build on a
//! machine that does nothing else: `cargo test --release --test NAME -- --ignored --nocapture`.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::sync::Arc;
use std::time::Instant;

use docfile_compound::{
    CommitFlags, CompoundFile, ElementPath, FileOrder, FormatVersion, LayoutScript, LockBytes,
    MemoryBytes, Name, OpenMode, Relayout, Settings,
};
use docfile_testkit::sparse::SparseMemory;

fn fill(bytes: Arc<dyn LockBytes>, version: FormatVersion, lens: &[u64], data: &[u8]) {
    let file = CompoundFile::create(bytes, version, Settings::default()).unwrap();
    let root = file.root(OpenMode::edit()).unwrap();
    for (index, len) in lens.iter().enumerate() {
        let name = Name::new(&format!("stream {index}")).unwrap();
        let stream = root.try_create_stream(&name, OpenMode::child_edit()).unwrap();
        stream.try_set_len(*len).unwrap();
        if !data.is_empty() {
            for offset in (0..*len).step_by(data.len()) {
                let rest = usize::try_from(len - offset).unwrap().min(data.len());
                stream.try_write_at(offset, data.get(..rest).unwrap()).unwrap();
            }
        }
    }
    root.try_commit(CommitFlags::DEFAULT).unwrap();
}

#[test]
#[ignore = "measures time"]
fn over_256_mib_in_memory() {
    for version in [FormatVersion::V3, FormatVersion::V4] {
        let old = Arc::new(MemoryBytes::default());
        let data: Vec<u8> = (0..=255).cycle().take(1 << 20).collect();
        fill(old.clone(), version, &[128 << 20, 64 << 20, 64 << 20], &data);
        let mut best = (f64::MAX, f64::MAX);
        for _ in 0..3 {
            let started = Instant::now();
            let copy = MemoryBytes::default();
            let mut buffer = vec![0; 1 << 20];
            for offset in (0..old.len().unwrap()).step_by(buffer.len()) {
                let filled = old.try_read_at(offset, &mut buffer).unwrap();
                copy.write_at(offset, buffer.get(..filled).unwrap()).unwrap();
            }
            best.0 = best.0.min(started.elapsed().as_secs_f64());
            drop(copy);
            let started = Instant::now();
            let new = MemoryBytes::default();
            let file = CompoundFile::try_open(old.clone(), Settings::default()).unwrap();
            let script = LayoutScript::default();
            Relayout::try_new(&file, &script).unwrap().try_write_to(&new).unwrap();
            best.1 = best.1.min(started.elapsed().as_secs_f64());
        }
        let part = best.0 / best.1;
        println!("{version:?}: copy {:.3} s, layout {:.3} s, {part:.2} of copying", best.0, best.1);
        assert!(part >= 0.5, "{part}");
    }
}

#[test]
#[ignore = "writes some GiB"]
fn and_of_2_gib_as_of_little() {
    const MIB: u64 = 1 << 20;
    // The first stays below the sector for locks, which ends the files of version 3.
    for (version, lens) in [
        (FormatVersion::V3, [1900 * MIB, 20_000, 100 * MIB, 100]),
        (FormatVersion::V4, [1900 * MIB, 20_000, 600 * MIB, 100]),
    ] {
        let old = Arc::new(SparseMemory::default());
        fill(old.clone(), version, &lens, &[]);
        let sector_len = if version == FormatVersion::V4 { 4096 } else { 512 };
        for (index, len) in lens.iter().enumerate() {
            let path = ElementPath::from_display(&format!("stream {index}")).unwrap();
            let file = CompoundFile::try_open(old.clone(), Settings::default()).unwrap();
            let new: Arc<dyn LockBytes> = Arc::new(SparseMemory::default());
            let script = LayoutScript::whole_streams([path.clone()]);
            let started = Instant::now();
            Relayout::try_new(&file, &script).unwrap().try_write_to(&*new).unwrap();
            println!("{version:?} {path} first: {:.1} s", started.elapsed().as_secs_f64());
            let price = FileOrder::try_of_stream(&new, Settings::default(), &path).unwrap();
            let sectors = if *len < 4096 { 5 } else { 3 };
            // One page of the directory holds the way, or two in version 3.
            let reach = len + len * 15 / 1000 + (sectors + 2) * sector_len + 4096;
            assert!(price <= reach, "{version:?} {path}: {price} > {reach}");
            let report = docfile_compound::try_check(new, docfile_compound::Limits::default());
            assert!(report.unwrap().is_clean());
        }
    }
}
