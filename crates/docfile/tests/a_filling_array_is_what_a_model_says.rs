//! `FillLockBytes` under random fills, reads and waiters, against a simple model. Source:
//! `contract/storage.md` 3.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use docfile::fill::{FillLockBytes, Termination};
use docfile::{ErrorKind, LockBytes as _};
use proptest::prelude::*;

const LEN: usize = 4096;

#[derive(Debug, Clone)]
enum Step {
    At(usize, usize),
    Append(usize),
    /// The same place with one wrong byte.
    Wrong(usize, usize),
    Read(usize, usize),
}

fn step() -> impl Strategy<Value = Step> {
    let place = (0..LEN, 0..600_usize);
    prop_oneof![
        3 => place.clone().prop_map(|(offset, len)| Step::At(offset, len)),
        1 => (0..300_usize).prop_map(Step::Append),
        1 => place.clone().prop_map(|(offset, len)| Step::Wrong(offset, len)),
        3 => place.prop_map(|(offset, len)| Step::Read(offset, len)),
    ]
}

fn truth() -> Vec<u8> {
    (0..LEN).map(|index| u8::try_from(index % 253).unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn under_any_steps(steps in prop::collection::vec(step(), 1..60), in_a_file in any::<bool>()) {
        let truth = truth();
        let fill =
            if in_a_file { FillLockBytes::temporary().unwrap() } else { FillLockBytes::memory() };
        fill.set_fill_size(LEN as u64).unwrap();
        let reader = fill.lock_bytes();
        let mut here = vec![false; LEN];
        for step in steps {
            match step {
                Step::At(start, len) => {
                    let end = (start + len).min(LEN);
                    fill.fill_at(start as u64, &truth[start..end]).unwrap();
                    here[start..end].fill(true);
                }
                Step::Append(len) => {
                    let start = here.iter().rposition(|here| *here).map_or(0, |last| last + 1);
                    let end = (start + len).min(LEN);
                    fill.fill_append(&truth[start..end]).unwrap();
                    here[start..end].fill(true);
                }
                Step::Wrong(start, len) => {
                    let end = (start + len).min(LEN);
                    let known = (start..end).find(|at| here[*at]);
                    let Some(wrong) = known else { continue };
                    let mut data = truth[start..end].to_vec();
                    data[wrong - start] ^= 1;
                    let error = fill.fill_at(start as u64, &data).unwrap_err();
                    prop_assert_eq!(error.kind(), ErrorKind::InvalidParameter);
                    prop_assert_eq!(error.offset(), Some(wrong as u64));
                }
                Step::Read(start, len) => {
                    let end = (start + len).min(LEN);
                    let mut buffer = vec![0; len];
                    match reader.try_read_at(start as u64, &mut buffer) {
                        Ok(count) => {
                            prop_assert_eq!(count, end - start);
                            prop_assert!(here[start..end].iter().all(|here| *here));
                            prop_assert_eq!(&buffer[..count], &truth[start..end]);
                        }
                        Err(error) => {
                            let missing = error.missing().unwrap();
                            let expected: u64 =
                                here[start..end].iter().map(|here| u64::from(!here)).sum();
                            prop_assert_eq!(missing.required.byte_count(), expected);
                            prop_assert!(expected > 0);
                        }
                    }
                }
            }
        }
        fill.terminate(Termination::Success);
        for (start, here) in here.into_iter().enumerate() {
            let read = reader.try_read_at(start as u64, &mut [0]);
            prop_assert_eq!(read.is_ok(), here);
            if let Err(error) = read {
                prop_assert_eq!(error.kind(), ErrorKind::Incomplete, "a hole is an error");
            }
        }
    }
}

#[test]
fn a_hundred_thousand_that_wait_are_all_woken() {
    let fill = FillLockBytes::memory();
    fill.set_fill_size(100_000).unwrap();
    let mut waits: Vec<_> = (0..100_000_u64)
        .map(|at| Box::pin(fill.wait_async(docfile::Missing::required(at..at + 1))))
        .collect();
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    for wait in &mut waits {
        assert!(Future::poll(wait.as_mut(), &mut context).is_pending());
    }
    assert_eq!(fill.waiter_count(), 100_000);
    fill.fill_at(50_000, &vec![0; 50_000]).unwrap();
    assert_eq!(fill.waiter_count(), 50_000);
    fill.terminate(Termination::Cancelled);
    for wait in &mut waits {
        assert!(Future::poll(wait.as_mut(), &mut context).is_ready());
    }
}

#[test]
fn who_has_read_of_a_version_reads_of_no_other() {
    let fill = FillLockBytes::temporary().unwrap();
    let (old, other) = (fill.lock_bytes(), fill.lock_bytes());
    fill.fill_at(0, b"first").unwrap();
    old.try_read_at(0, &mut [0; 5]).unwrap();
    fill.restart().unwrap();
    fill.fill_at(0, b"second").unwrap();
    assert_eq!(old.try_read_at(0, &mut [0; 5]).unwrap_err().kind(), ErrorKind::ReadFault);
    let mut buffer = [0; 6];
    assert_eq!(other.try_read_at(0, &mut buffer).unwrap(), 6);
    assert_eq!(&buffer, b"second");
}
