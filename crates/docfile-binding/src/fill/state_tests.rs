//! The answers of a filling array, one by one, and against a model that keeps a flag per byte.

#![expect(clippy::single_range_in_vec_init, reason = "a list of one range is what is meant")]

use super::*;
use proptest::prelude::*;

fn arrive(state: &mut FillState, range: Range<u64>) -> Vec<WaiterId> {
    let placement = state.place_at(range.start, range.end - range.start).unwrap();
    state.arrive(&placement).unwrap()
}

fn register(state: &mut FillState, ranges: &[Range<u64>]) -> Registration {
    let required = ranges.iter().cloned().collect();
    state.register(&Missing { required, helpful: ByteRanges::new() })
}

fn waiting(registration: Registration) -> WaiterId {
    match registration {
        Registration::Waiting(id) => id,
        Registration::Ready => panic!("there is something to wait for"),
    }
}

/// `contract/storage.md` 3, SetFillSize: before it, bytes that are not there are pending.
#[test]
fn without_a_size_everything_that_has_not_come_is_pending() {
    let mut state = FillState::new();
    arrive(&mut state, 0..4);
    assert!(matches!(state.answer(0..4), ReadAnswer::Ready));
    let ReadAnswer::Pending(missing) = state.answer(2..9) else { panic!() };
    assert_eq!(missing, Missing::required(4..9));
    assert_eq!(state.len(), None);
}

/// `contract/storage.md` 3, SetFillSize: past the size a read fails; inside it stays pending.
#[test]
fn a_read_past_the_declared_size_fails_and_one_inside_stays_pending() {
    let mut state = FillState::new();
    state.set_fill_size(10).unwrap();
    assert_eq!(state.answer(8..11).hresult(), 0x8000_4005);
    assert_eq!(state.answer(8..10).hresult(), 0x8000_000A);
    // The same read through the engine's seam is short at the end instead (`LockBytes`, 3).
    arrive(&mut state, 8..10);
    state.try_read_many([8..11]).unwrap();
    assert_eq!(state.len(), Some(10));
}

/// `contract/storage.md` 3, after Terminate(FALSE): the present length is final.
#[test]
fn success_makes_the_present_length_final() {
    let mut state = FillState::new();
    arrive(&mut state, 0..4);
    state.terminate(Termination::Success);
    assert!(matches!(state.answer(2..9), ReadAnswer::Short { len: 2 }));
    assert!(matches!(state.answer(7..9), ReadAnswer::Short { len: 0 }));
    assert_eq!(state.len(), Some(4));
}

#[test]
fn success_over_a_hole_makes_the_hole_an_error() {
    let mut state = FillState::new();
    state.set_fill_size(10).unwrap();
    arrive(&mut state, 0..4);
    arrive(&mut state, 6..10);
    state.terminate(Termination::Success);
    assert_eq!(state.holes().iter().collect::<Vec<_>>(), [4..6]);
    let ReadAnswer::Incomplete(error) = state.answer(0..10) else { panic!() };
    assert_eq!((error.kind(), error.offset()), (ErrorKind::Incomplete, Some(4)));
    assert!(matches!(state.answer(6..10), ReadAnswer::Ready));
}

/// `contract/storage.md` 3, after Terminate(TRUE): incomplete, or terminated on purpose.
#[test]
fn failure_makes_what_is_missing_an_error_that_says_why() {
    let mut state = FillState::new();
    arrive(&mut state, 0..4);
    state.terminate(Termination::Abnormal(Error::new(ErrorKind::ReadFault, "the cable is cut")));
    let answer = state.answer(2..9);
    assert_eq!(answer.hresult(), 0x8003_0201);
    let ReadAnswer::Incomplete(error) = answer else { panic!() };
    assert!(error.to_string().contains("the cable is cut"), "{error}");
    assert!(matches!(state.answer(0..4), ReadAnswer::Ready));

    let mut state = FillState::new();
    state.terminate(Termination::Cancelled);
    assert_eq!(state.answer(0..1).hresult(), 0x8003_0202);
}

#[test]
fn only_the_first_end_counts_and_nothing_fills_after_it() {
    let mut state = FillState::new();
    state.terminate(Termination::Cancelled);
    state.terminate(Termination::Success);
    assert!(matches!(state.termination(), Some(Termination::Cancelled)));
    assert_eq!(state.place_append(1).unwrap_err().kind(), ErrorKind::InvalidFunction);
    assert_eq!(state.set_fill_size(1).unwrap_err().kind(), ErrorKind::InvalidFunction);
    assert_eq!(register(&mut state, &[0..1]), Registration::Ready);
}

#[test]
fn appending_goes_on_behind_the_last_byte() {
    let mut state = FillState::new();
    arrive(&mut state, 10..12);
    let placement = state.place_append(3).unwrap();
    assert_eq!(placement.range(), 12..15);
}

#[test]
fn bytes_that_come_twice_must_be_the_same() {
    let mut state = FillState::new();
    arrive(&mut state, 2..6);
    let placement = state.place_at(0, 8).unwrap();
    assert_eq!(placement.new_ranges().iter().collect::<Vec<_>>(), [0..2, 6..8]);
    let old = |range: Range<u64>| Ok(range.map(|offset| u8::try_from(offset).unwrap()).collect());
    placement.compare(&[9, 9, 2, 3, 4, 5, 9, 9], old).unwrap();
    let error = placement.compare(&[9, 9, 2, 3, 7, 5, 9, 9], old).unwrap_err();
    assert_eq!((error.kind(), error.offset()), (ErrorKind::InvalidParameter, Some(4)));
    let cut = placement.cut(4);
    assert_eq!(cut.known_ranges().iter().collect::<Vec<_>>(), [2..4]);
}

#[test]
fn a_size_is_declared_once_and_never_below_what_came() {
    let mut state = FillState::new();
    arrive(&mut state, 0..4);
    assert_eq!(state.set_fill_size(3).unwrap_err().kind(), ErrorKind::InvalidParameter);
    state.set_fill_size(5).unwrap();
    state.set_fill_size(5).unwrap();
    assert_eq!(state.set_fill_size(6).unwrap_err().kind(), ErrorKind::InvalidParameter);
    assert_eq!(state.place_at(4, 2).unwrap_err().kind(), ErrorKind::InvalidParameter);
    assert_eq!(state.place_at(u64::MAX, 2).unwrap_err().kind(), ErrorKind::InvalidParameter);
}

#[test]
fn whoever_waited_only_for_bytes_past_the_end_wakes_when_the_size_is_declared() {
    let mut state = FillState::new();
    let past = waiting(register(&mut state, &[20..30]));
    let across = waiting(register(&mut state, &[5..30]));
    assert_eq!(state.set_fill_size(10).unwrap(), [past]);
    assert_eq!(state.demand(), Missing::required(5..10));
    assert_eq!(arrive(&mut state, 5..10), [across]);
}

#[test]
fn the_end_of_the_transfer_wakes_everybody_once() {
    let mut state = FillState::new();
    let a = waiting(register(&mut state, &[0..1]));
    let b = waiting(register(&mut state, &[5..6]));
    assert_eq!(state.terminate(Termination::Cancelled), [a, b]);
    assert_eq!(state.terminate(Termination::Cancelled), []);
    assert_eq!(state.waiter_count(), 0);
}

#[test]
fn whoever_stops_waiting_takes_its_demand_along() {
    let mut state = FillState::new();
    let required = ByteRanges::from_iter([0..4, 8..12]);
    let helpful = ByteRanges::from_iter([2..6, 20..30]);
    let a = waiting(state.register(&Missing { required, helpful }));
    let b = waiting(register(&mut state, &[3..9]));
    let demand = state.demand();
    assert_eq!(demand.required.iter().collect::<Vec<_>>(), [0..12]);
    // What is required is not offered a second time as helpful.
    assert_eq!(demand.helpful.iter().collect::<Vec<_>>(), [20..30]);
    assert!(state.deregister(a) && !state.deregister(a));
    assert_eq!(state.demand(), Missing::required(3..9));
    assert!(state.deregister(b));
    assert_eq!(state.demand(), Missing::default());
    assert_eq!(arrive(&mut state, 0..12), []);
}

#[derive(Debug, Clone)]
enum Step {
    Arrive(Range<u64>),
    Append(u64),
    Register(Vec<Range<u64>>),
    Deregister(usize),
    Declare(u64),
    End(bool),
}

const SPACE: u64 = 64;

fn ranges() -> impl Strategy<Value = Range<u64>> {
    (0..SPACE, 0u64..20).prop_map(|(start, len)| start..(start + len).min(SPACE))
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => ranges().prop_map(Step::Arrive),
        1 => (0u64..9).prop_map(Step::Append),
        8 => prop::collection::vec(ranges(), 0..4).prop_map(Step::Register),
        2 => (0usize..20).prop_map(Step::Deregister),
        1 => (0..SPACE).prop_map(Step::Declare),
        1 => any::<bool>().prop_map(Step::End),
    ]
}

fn index(offset: u64) -> usize {
    usize::try_from(offset).unwrap()
}

/// One flag per byte and a list of waiters, each looked at after every step.
#[derive(Default)]
struct Model {
    here: Vec<bool>,
    declared: Option<u64>,
    ended: Option<bool>,
    waiting: Vec<(WaiterId, Vec<Range<u64>>)>,
}

impl Model {
    fn filled_len(&self) -> u64 {
        self.here.iter().rposition(|here| *here).map_or(0, |index| index as u64 + 1)
    }

    fn is_here(&self, offset: u64) -> bool {
        self.here.get(index(offset)).is_some_and(|here| *here)
    }

    fn end(&self) -> u64 {
        let ended = (self.ended == Some(true)).then(|| self.filled_len());
        self.declared.or(ended).unwrap_or(u64::MAX)
    }

    fn lacks(&self, ranges: &[Range<u64>]) -> bool {
        let end = self.end();
        ranges.iter().any(|range| range.clone().any(|offset| offset < end && !self.is_here(offset)))
    }

    /// The waiters that lack nothing any more, or nobody may wait.
    fn take_ready(&mut self) -> Vec<WaiterId> {
        let (stay, ready) = core::mem::take(&mut self.waiting)
            .into_iter()
            .partition(|(_, ranges)| self.ended.is_none() && self.lacks(ranges));
        self.waiting = stay;
        ready.into_iter().map(|(id, _)| id).collect()
    }

    fn fill(&mut self, range: Range<u64>) {
        for offset in range {
            self.here[index(offset)] = true;
        }
    }
}

/// Carries out one step on both; answers who was woken, or nothing when the step was refused.
fn carry_out(state: &mut FillState, model: &mut Model, step: Step) -> Option<Vec<WaiterId>> {
    match step {
        Step::Arrive(range) => {
            let placement = state.place_at(range.start, range.end - range.start).ok()?;
            model.fill(range);
            state.arrive(&placement).ok()
        }
        Step::Append(len) => {
            let placement = state.place_append(len).ok()?;
            assert_eq!(placement.range().start, model.filled_len());
            model.fill(placement.range());
            state.arrive(&placement).ok()
        }
        Step::Register(ranges) => {
            let lacks = model.ended.is_none() && model.lacks(&ranges);
            match register(state, &ranges) {
                Registration::Waiting(id) => model.waiting.push((id, ranges)),
                Registration::Ready => assert!(!lacks),
            }
            Some(Vec::new())
        }
        Step::Deregister(index) => {
            if index < model.waiting.len() {
                assert!(state.deregister(model.waiting.remove(index).0));
            }
            Some(Vec::new())
        }
        Step::Declare(len) => {
            let woken = state.set_fill_size(len).ok()?;
            model.declared = Some(len);
            Some(woken)
        }
        Step::End(success) => {
            let how = if success { Termination::Success } else { Termination::Cancelled };
            let woken = state.terminate(how);
            model.ended.get_or_insert(success);
            Some(woken)
        }
    }
}

proptest! {
    #[test]
    fn fills_and_wakes_as_a_flag_per_byte_would(all in prop::collection::vec(steps(), 0..60)) {
        let mut state = FillState::new();
        let mut model = Model { here: vec![false; 1024], ..Model::default() };
        for step in all {
            let before = state.demand_change_count();
            let (demand_before, arrived_before) = (state.demand(), state.arrived().clone());
            let Some(woken) = carry_out(&mut state, &mut model, step) else { continue };
            prop_assert_eq!(woken, model.take_ready());
            let mut required: Vec<u64> = model.waiting.iter()
                .flat_map(|(_, ranges)| ranges.iter().cloned().flatten())
                .filter(|offset| *offset < model.end() && !model.is_here(*offset))
                .collect();
            required.sort_unstable();
            required.dedup();
            let demand = state.demand();
            prop_assert_eq!(demand.required.iter().flatten().collect::<Vec<_>>(), required);
            if before == state.demand_change_count() && arrived_before == *state.arrived()
                && state.len().is_none() {
                prop_assert_eq!(demand, demand_before);
            }
            for start in (0..SPACE).step_by(5) {
                let range = start..start + 6;
                let lacks = model.lacks(core::slice::from_ref(&range));
                match state.try_read_many([range]) {
                    Ok(()) => prop_assert!(!lacks),
                    Err(error) => {
                        prop_assert!(lacks);
                        prop_assert_eq!(error.is_pending(), model.ended.is_none());
                    }
                }
            }
        }
    }
}

#[test]
fn an_id_is_given_once_also_when_everything_begins_anew() {
    let mut state = FillState::new();
    let register = |state: &mut FillState| match state.register(&Missing::required(0..4)) {
        Registration::Waiting(id) => id,
        Registration::Ready => panic!("nothing is here"),
    };
    let before = register(&mut state);
    let changes = state.demand_change_count();
    assert_eq!(state.restart(), [before]);
    let after = register(&mut state);
    assert_ne!(before, after);
    assert!(state.demand_change_count() > changes);
    assert!(!state.deregister(before));
    assert_eq!(state.waiter_count(), 1);
}
