//! contract/calls.md 4: every event in every state of a call object, as one table.

use docfile_call::Hresult;
use docfile_call::call::{CallState, MethodIndex};

const THIS: MethodIndex = 3;
const OTHER: MethodIndex = 4;

type State = CallState<u32>;

/// A state, and what begin, finish of this and of another method, cancel, signal and release do to
/// it: the answer and the state that follows.
struct Row {
    state: State,
    begin: (Result<(), Hresult>, State),
    finish: (Result<u32, Hresult>, State),
    finish_other: Result<u32, Hresult>,
    cancel: (Result<(), Hresult>, State),
    signal: (bool, State),
    release: (bool, State),
}

const IDLE: State = CallState::Idle;
const PENDING: State = CallState::Pending { method: THIS };
const SIGNALED: State = CallState::Signaled { method: THIS, outcome: Ok(7) };
const FAILED: State =
    CallState::Signaled { method: THIS, outcome: Err(Hresult::RPC_E_SERVER_DIED) };
const CANCELED: State = CallState::Canceled { method: THIS, is_released: true };
const CANCELING: State = CallState::Canceled { method: THIS, is_released: false };

fn table() -> Vec<Row> {
    let busy = Err(Hresult::RPC_S_CALLPENDING);
    let wrong = Err(Hresult::E_UNEXPECTED);
    let complete = Hresult::RPC_E_CALL_COMPLETE;
    let canceled = Hresult::RPC_E_CALL_CANCELED;
    vec![
        Row {
            state: IDLE,
            begin: (Ok(()), PENDING),
            finish: (Err(complete), IDLE),
            finish_other: Err(complete),
            cancel: (Err(complete), IDLE),
            signal: (false, IDLE),
            release: (false, IDLE),
        },
        Row {
            state: PENDING,
            begin: (busy, PENDING),
            finish: (Err(Hresult::RPC_S_CALLPENDING), PENDING),
            finish_other: wrong,
            cancel: (Ok(()), CANCELED),
            signal: (true, SIGNALED),
            release: (false, PENDING),
        },
        Row {
            state: SIGNALED,
            begin: (busy, SIGNALED),
            finish: (Ok(7), IDLE),
            finish_other: wrong,
            cancel: (Err(complete), SIGNALED),
            signal: (false, SIGNALED),
            release: (false, SIGNALED),
        },
        Row {
            state: FAILED,
            begin: (busy, FAILED),
            finish: (Err(Hresult::RPC_E_SERVER_DIED), IDLE),
            finish_other: wrong,
            cancel: (Err(complete), FAILED),
            signal: (false, FAILED),
            release: (false, FAILED),
        },
        Row {
            state: CANCELED,
            begin: (busy, CANCELED),
            finish: (Err(canceled), IDLE),
            finish_other: wrong,
            cancel: (Err(canceled), CANCELED),
            signal: (false, CANCELED),
            release: (false, CANCELED),
        },
        Row {
            state: CANCELING,
            begin: (busy, CANCELING),
            finish: (Err(Hresult::RPC_S_CALLPENDING), CANCELING),
            finish_other: wrong,
            cancel: (Err(canceled), CANCELING),
            signal: (true, CANCELED),
            release: (true, CANCELED),
        },
    ]
}

#[test]
fn every_event_in_every_state_does_what_the_table_says() {
    for row in table() {
        let after = |event: &dyn Fn(&mut State)| {
            let mut state = row.state.clone();
            event(&mut state);
            state
        };
        let mut state = row.state.clone();
        assert_eq!((state.begin(THIS), state), row.begin, "begin in {:?}", row.state);
        let mut state = row.state.clone();
        assert_eq!((state.finish(THIS), state), row.finish, "finish in {:?}", row.state);
        let mut state = row.state.clone();
        let answer = (state.finish(OTHER), state);
        assert_eq!(
            answer,
            (row.finish_other, row.state.clone()),
            "wrong finish in {:?}",
            row.state
        );
        let mut state = row.state.clone();
        assert_eq!((state.cancel(true), state), row.cancel, "cancel in {:?}", row.state);
        let mut state = row.state.clone();
        assert_eq!((state.signal(Ok(7)), state), row.signal, "signal in {:?}", row.state);
        let mut state = row.state.clone();
        assert_eq!((state.release(), state), row.release, "release in {:?}", row.state);
        let expected = if row.state == PENDING { IDLE } else { row.state.clone() };
        assert_eq!(after(&|state| state.withdraw()), expected, "withdraw in {:?}", row.state);
    }
}
