//! contract/calls.md 4 and 7 against a model: whatever order begins, answers, cancels and finishes
//! come in, each begin has one finish, each cancel one fate, and nothing is kept alive.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};

use docfile_call::Hresult;
use docfile_call::call::{
    Call, CancelAnswer, CancelMethodCalls, Cancellation, Carrier, Patience, Synchronize, Ticket,
    WaitFlags,
};
use proptest::prelude::*;

#[derive(Debug, Clone, Copy)]
enum Step {
    Begin(u16),
    Finish(u16),
    Cancel {
        is_patient: bool,
    },
    /// The answer to one of the begins so far.
    Answer {
        which: usize,
        outcome: Result<u32, Hresult>,
    },
    EndPatience {
        which: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let outcome = prop_oneof![
        any::<u32>().prop_map(Ok),
        Just(Err(Hresult::RPC_E_CALL_CANCELED)),
        Just(Err(Hresult::RPC_E_DISCONNECTED)),
    ];
    prop_oneof![
        4 => (3_u16..5).prop_map(Step::Begin),
        4 => (3_u16..5).prop_map(Step::Finish),
        2 => any::<bool>().prop_map(|is_patient| Step::Cancel { is_patient }),
        4 => (0_usize..8, outcome).prop_map(|(which, outcome)| Step::Answer { which, outcome }),
        1 => (0_usize..8).prop_map(|which| Step::EndPatience { which }),
    ]
}

#[derive(Default)]
struct Count {
    cancel_count: AtomicU32,
    abandon_count: AtomicU32,
}

impl Carrier for Count {
    fn cancel(&self, _: Ticket, _: Patience) {
        self.cancel_count.fetch_add(1, Ordering::Relaxed);
    }

    fn abandon(&self, _: Ticket) {
        self.abandon_count.fetch_add(1, Ordering::Relaxed);
    }
}

/// The call that is on its way or waits to be finished.
#[derive(Debug, Clone, Copy)]
struct Current {
    ticket: Ticket,
    method: u16,
    outcome: Option<Result<u32, Hresult>>,
    is_canceled: bool,
    is_released: bool,
}

impl Current {
    fn finish(&self, method: u16) -> Result<u32, Hresult> {
        match (self.outcome, self.is_canceled) {
            _ if method != self.method => Err(Hresult::E_UNEXPECTED),
            (_, true) if self.is_released => Err(Hresult::RPC_E_CALL_CANCELED),
            (Some(outcome), false) => outcome,
            _ => Err(Hresult::RPC_S_CALLPENDING),
        }
    }

    fn is_over(&self) -> bool {
        if self.is_canceled { self.is_released } else { self.outcome.is_some() }
    }
}

fn answer_of(outcome: Result<u32, Hresult>) -> CancelAnswer {
    match outcome {
        Ok(_) => CancelAnswer::Completed,
        Err(Hresult::RPC_E_CALL_CANCELED) => CancelAnswer::Confirmed,
        Err(code) => CancelAnswer::Failed(code),
    }
}

#[expect(clippy::unwrap_used, reason = "a test may fail loudly")]
fn run(steps: &[Step]) -> (Weak<Call<u32>>, Arc<Count>) {
    let count = Arc::new(Count::default());
    let call = Arc::new(Call::<u32>::carried_by(count.clone()));
    let mut current: Option<Current> = None;
    let mut tickets = Vec::new();
    let mut cancellations: BTreeMap<Ticket, Arc<Cancellation>> = BTreeMap::new();
    let mut fates: BTreeMap<Ticket, CancelAnswer> = BTreeMap::new();
    let (mut begin_count, mut finish_count, mut cancel_count) = (0_usize, 0_usize, 0_u32);
    for step in steps {
        match *step {
            Step::Begin(method) => match call.begin(method) {
                Ok(ticket) => {
                    assert!(current.is_none());
                    let (outcome, is_canceled, is_released) = (None, false, false);
                    current = Some(Current { ticket, method, outcome, is_canceled, is_released });
                    tickets.push(ticket);
                    begin_count += 1;
                }
                Err(code) => {
                    assert!(current.is_some());
                    assert_eq!(code, Hresult::RPC_S_CALLPENDING);
                }
            },
            Step::Finish(method) => {
                let expected = current
                    .map_or(Err(Hresult::RPC_E_CALL_COMPLETE), |current| current.finish(method));
                assert_eq!(call.finish(method), expected);
                if current.is_some_and(|current| current.is_over() && current.method == method) {
                    current = None;
                    finish_count += 1;
                }
            }
            Step::Cancel { is_patient } => {
                let patience = Patience::from_seconds(u32::from(is_patient));
                let expected = match &mut current {
                    Some(current) if current.is_canceled => Err(Hresult::RPC_E_CALL_CANCELED),
                    Some(current) if current.outcome.is_none() => {
                        current.is_canceled = true;
                        current.is_released = !is_patient;
                        Ok(())
                    }
                    _ => Err(Hresult::RPC_E_CALL_COMPLETE),
                };
                assert_eq!(call.cancel(patience), expected);
                if let (Ok(()), Some(current)) = (expected, current) {
                    cancel_count += 1;
                    cancellations.insert(current.ticket, call.cancellation().unwrap());
                }
            }
            Step::Answer { which, outcome } => {
                let Some(ticket) = tickets.get(which).copied() else { continue };
                let is_wanted = call.complete(ticket, outcome);
                if cancellations.contains_key(&ticket) {
                    fates.entry(ticket).or_insert_with(|| answer_of(outcome));
                }
                let mut expected = false;
                if let Some(current) = current.as_mut().filter(|one| one.ticket == ticket) {
                    if current.is_canceled {
                        current.is_released = true;
                    } else if current.outcome.is_none() {
                        current.outcome = Some(outcome);
                        expected = true;
                    }
                }
                assert_eq!(is_wanted, expected);
            }
            Step::EndPatience { which } => {
                let Some(ticket) = tickets.get(which).copied() else { continue };
                call.release(ticket);
                if let Some(current) = current.as_mut().filter(|one| one.ticket == ticket) {
                    current.is_released |= current.is_canceled;
                }
            }
        }
        if let Some(current) = &current {
            let is_signaled = call.try_wait(WaitFlags::DEFAULT).is_ok();
            assert_eq!(is_signaled, current.is_over(), "{step:?} {current:?}");
            assert_eq!(call.is_waited_for(), !current.is_over());
        }
        for (ticket, cancellation) in &cancellations {
            assert_eq!(cancellation.answer(), fates.get(ticket).copied());
        }
    }
    assert_eq!(begin_count, finish_count + usize::from(current.is_some()));
    assert_eq!(count.cancel_count.load(Ordering::Relaxed), cancel_count);
    let weak = Arc::downgrade(&call);
    drop(call);
    let is_on_its_way = current.is_some_and(|one| !one.is_canceled && one.outcome.is_none());
    assert_eq!(count.abandon_count.load(Ordering::Relaxed), u32::from(is_on_its_way));
    for (ticket, cancellation) in &cancellations {
        let fate = fates.get(ticket).copied().unwrap_or(CancelAnswer::Abandoned);
        assert_eq!(cancellation.answer(), Some(fate));
    }
    (weak, count)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn as_the_model_says(steps in prop::collection::vec(step(), 0..60)) {
        let (call, count) = run(&steps);
        prop_assert!(call.upgrade().is_none());
        prop_assert_eq!(Arc::strong_count(&count), 1);
    }
}
