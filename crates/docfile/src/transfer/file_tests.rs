//! `FileBytes` against the bytes that were put into the file.

use std::fs;

use proptest::prelude::*;

use super::*;

fn file_with(content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, content).unwrap();
    (folder, path)
}

fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|index| (index % 251) as u8 ^ (index / 251) as u8).collect()
}

#[test]
fn opening_says_what_is_wrong() {
    let (folder, path) = file_with(b"x");
    let kind = |result: Result<FileBytes>| result.unwrap_err().kind();
    assert_eq!(kind(FileBytes::open(folder.path().join("none"))), ErrorKind::NotFound);
    assert_eq!(kind(FileBytes::open(folder.path())), ErrorKind::ReadFault);
    assert_eq!(kind(FileBytes::create(&path)), ErrorKind::AlreadyExists);
}

#[test]
fn a_file_opened_for_reading_cannot_be_written() {
    let (_folder, path) = file_with(b"as it was");
    let bytes = FileBytes::open(&path).unwrap();
    assert_eq!(bytes.write_at(0, b"x").unwrap_err().kind(), ErrorKind::AccessDenied);
    assert_eq!(bytes.set_size(0).unwrap_err().kind(), ErrorKind::AccessDenied);
    assert_eq!(bytes.flush().unwrap_err().kind(), ErrorKind::AccessDenied);
    assert_eq!(fs::read(&path).unwrap(), b"as it was");
}

#[cfg(unix)]
#[test]
fn two_editors_are_kept_apart_and_readers_are_not() {
    let (_folder, path) = file_with(b"x");
    let first = FileBytes::open_for_edit(&path).unwrap();
    let second = FileBytes::open_for_edit(&path);
    assert_eq!(second.unwrap_err().kind(), ErrorKind::ShareViolation);
    assert!(FileBytes::open(&path).is_ok());
    drop(first);
    assert!(FileBytes::open_for_edit(&path).is_ok());
}

#[test]
fn a_file_cut_by_somebody_else_is_a_read_fault() {
    let (_folder, path) = file_with(&pattern(10_000));
    let bytes = FileBytes::open(&path).unwrap();
    fs::write(&path, pattern(5_000)).unwrap();
    let mut one = [0; 100];
    let mut other = [0; 100];
    assert_eq!(bytes.try_read_at(4_950, &mut one).unwrap_err().kind(), ErrorKind::ReadFault);
    let mut pair = [ReadRequest::new(4_800, &mut one), ReadRequest::new(4_950, &mut other)];
    assert_eq!(bytes.try_read_many(&mut pair).unwrap_err().kind(), ErrorKind::ReadFault);
}

#[test]
fn a_file_that_grows_elsewhere_keeps_its_length_here() {
    let (_folder, path) = file_with(&pattern(100));
    let bytes = FileBytes::open(&path).unwrap();
    fs::write(&path, pattern(300)).unwrap();
    assert_eq!(bytes.len(), Some(100));
    assert_eq!(bytes.try_read_at(50, &mut [0; 100]).unwrap(), 50);
}

#[test]
fn more_requests_than_one_call_takes_are_all_filled() {
    let content = pattern(40_000);
    let (_folder, path) = file_with(&content);
    let bytes = FileBytes::open(&path).unwrap();
    let mut buffers = vec![[0; 9]; 4_000];
    let mut requests: Vec<_> = buffers
        .iter_mut()
        .enumerate()
        .map(|(index, buffer)| ReadRequest::new(index as u64 * 10, buffer))
        .collect();
    bytes.try_read_many(&mut requests).unwrap();
    for (index, buffer) in buffers.iter().enumerate() {
        assert_eq!(buffer[..], content[index * 10..index * 10 + 9]);
    }
}

#[test]
fn many_threads_read_what_one_writes() {
    let (_folder, path) = file_with(&[]);
    let bytes = FileBytes::open_for_edit(&path).unwrap();
    let content = pattern(200_000);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let mut buffer = vec![0; 5_000];
                while bytes.len() < Some(200_000) {
                    let len = bytes.len().unwrap_or(0);
                    let start = len.saturating_sub(5_000);
                    let count = bytes.try_read_at(start, &mut buffer).unwrap();
                    let start = usize::try_from(start).unwrap();
                    assert_eq!(buffer[..count], content[start..start + count]);
                }
            });
        }
        for (index, piece) in content.chunks(1_000).enumerate() {
            bytes.write_at(index as u64 * 1_000, piece).unwrap();
        }
    });
}

#[derive(Debug, Clone)]
enum Step {
    Write(u64, Vec<u8>),
    SetSize(u64),
    Flush,
    Read(Vec<(u64, usize)>),
}

fn step() -> impl Strategy<Value = Step> {
    let data = prop::collection::vec(any::<u8>(), 0..300);
    let pieces = prop::collection::vec((0u64..20_000, 0usize..6_000), 1..12);
    prop_oneof![
        (0u64..12_000, data).prop_map(|(offset, data)| Step::Write(offset, data)),
        (0u64..14_000).prop_map(Step::SetSize),
        Just(Step::Flush),
        pieces.prop_map(Step::Read),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn behaves_as_a_vector_of_bytes(steps in prop::collection::vec(step(), 1..20)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let bytes = FileBytes::create(&path).unwrap();
        let mut model: Vec<u8> = Vec::new();
        for step in steps {
            match step {
                Step::Write(offset, data) => {
                    bytes.write_at(offset, &data).unwrap();
                    let start = offset as usize;
                    if !data.is_empty() {
                        model.resize(model.len().max(start + data.len()), 0);
                        model[start..start + data.len()].copy_from_slice(&data);
                    }
                }
                Step::SetSize(len) => {
                    bytes.set_size(len).unwrap();
                    model.resize(len as usize, 0);
                }
                Step::Flush => bytes.flush().unwrap(),
                Step::Read(pieces) => {
                    let mut buffers: Vec<Vec<u8>> =
                        pieces.iter().map(|(_, len)| vec![0xEE; *len]).collect();
                    let mut requests: Vec<ReadRequest<'_>> = pieces
                        .iter()
                        .zip(&mut buffers)
                        .map(|((offset, _), buffer)| ReadRequest::new(*offset, buffer))
                        .collect();
                    bytes.try_read_many(&mut requests).unwrap();
                    let filled: Vec<usize> = requests.iter().map(|r| r.filled).collect();
                    for (((offset, len), buffer), filled) in pieces.iter().zip(&buffers).zip(filled) {
                        let start = (*offset as usize).min(model.len());
                        let end = (start + len).min(model.len());
                        prop_assert_eq!(&buffer[..filled], &model[start..end]);
                    }
                }
            }
            prop_assert_eq!(bytes.len(), Some(model.len() as u64));
        }
        prop_assert_eq!(fs::read(&path).unwrap(), model);
    }
}
