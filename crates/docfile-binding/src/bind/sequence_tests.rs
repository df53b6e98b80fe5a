//! The orders of `contract/observed.md` 3, and that no order of facts breaks the invariants.

use proptest::prelude::*;

use super::*;

/// A word for each call.
fn word(call: &Call) -> String {
    match call {
        Call::Info => "GBI".into(),
        Call::Start => "OSB".into(),
        Call::Progress(progress) => {
            let (status, current) = (progress.status, progress.current);
            match status {
                BindStatus::FindingResource => "FR".into(),
                BindStatus::Connecting => "CN".into(),
                BindStatus::SendingRequest => "SR".into(),
                BindStatus::Redirecting => "RD".into(),
                BindStatus::MimeTypeAvailable => "MT".into(),
                BindStatus::BeginDownloadData => format!("BD{current}"),
                BindStatus::DownloadingData => format!("DD{current}"),
                BindStatus::EndDownloadData => format!("ED{current}"),
                BindStatus::ClassIdAvailable => "CLSID".into(),
                BindStatus::BeginSyncOperation => "BS".into(),
                BindStatus::EndSyncOperation => "ES".into(),
            }
        }
        Call::Data { flags, current, .. } => {
            let letters = [(flags.first, "F"), (!flags.first, "I"), (flags.last, "L")];
            let letters: String = letters.iter().filter(|(is, _)| *is).map(|(_, l)| *l).collect();
            format!("ODA({letters} {current})")
        }
        Call::Load => "load".into(),
        Call::Object => "OOA".into(),
        Call::Stop(Ok(())) => "OSP(0)".into(),
        Call::Stop(Err(error)) => format!("OSP({:x})", error.hresult()),
    }
}

/// Makes all calls that are due, answering each with success.
fn run(sequence: &mut BindSequence) -> String {
    run_with(sequence, |_| Ok(()))
}

fn run_with(sequence: &mut BindSequence, answer: impl Fn(&str) -> Result<()>) -> String {
    let mut words = Vec::new();
    while let Some(call) = sequence.next_call() {
        let told = word(&call);
        match call {
            Call::Info => sequence.answer_info(answer(&told).map(|()| BindInfo::default())),
            _ => sequence.answer(answer(&told)),
        }
        words.push(told);
        assert!(words.len() < 1000, "{words:?}");
    }
    words.join(" ")
}

fn begun(target: BindTarget) -> BindSequence {
    let mut sequence = BindSequence::new(target, Some("http://host/a".into()));
    sequence.handle_request(Some("host"));
    sequence.handle_response(Some("text/plain"), false);
    sequence
}

fn failing(word: &'static str, kind: ErrorKind) -> impl Fn(&str) -> Result<()> {
    move |told| if told.starts_with(word) { Err(Error::new(kind, "no")) } else { Ok(()) }
}

#[test]
fn a_small_file_is_told_as_recorded() {
    let mut sequence = begun(BindTarget::Storage);
    sequence.handle_arrived(20, Some(20));
    sequence.handle_complete();
    sequence.handle_ready();
    assert_eq!(run(&mut sequence), "GBI OSB FR CN SR MT BD20 ED20 ODA(FL 20) OSP(0)");
    assert!(matches!(sequence.result(), Some(Ok(()))));
}

#[test]
fn a_long_file_is_told_as_recorded() {
    let mut sequence = begun(BindTarget::Storage);
    sequence.handle_arrived(8, Some(30));
    sequence.handle_ready();
    assert_eq!(run(&mut sequence), "GBI OSB FR CN SR MT BD8 ODA(F 8)");
    sequence.handle_arrived(16, None);
    assert_eq!(run(&mut sequence), "DD16 ODA(I 16)");
    sequence.handle_arrived(30, None);
    sequence.handle_complete();
    assert_eq!(run(&mut sequence), "ED30 ODA(IL 30) OSP(0)");
}

#[test]
fn a_usable_storage_is_enough_where_the_rest_comes_behind_it() {
    let mut sequence = begun(BindTarget::UsableStorage);
    sequence.handle_arrived(8, Some(30));
    sequence.handle_ready();
    assert_eq!(run(&mut sequence), "GBI OSB FR CN SR MT BD8 ODA(F 8) OSP(0)");
}

#[test]
fn a_redirect_is_told_as_recorded() {
    let mut sequence = BindSequence::new(BindTarget::Storage, None);
    sequence.handle_request(Some("host"));
    sequence.handle_response(Some("text/plain"), true);
    assert_eq!(run(&mut sequence), "GBI OSB FR CN SR RD CN SR MT");
}

#[test]
fn an_object_is_told_before_the_end_of_its_operation() {
    let mut sequence = begun(BindTarget::Object);
    sequence.handle_arrived(8, Some(30));
    assert_eq!(run(&mut sequence), "GBI OSB FR CN SR MT BD8");
    sequence.handle_arrived(9, Some(30));
    assert_eq!(run(&mut sequence), "DD9");
    sequence.handle_class(Guid::from_u128(1));
    assert_eq!(run(&mut sequence), "CLSID BS load OOA ES OSP(0)");
}

#[test]
fn refused_wishes_start_nothing() {
    let mut sequence = begun(BindTarget::Storage);
    let told = run_with(&mut sequence, failing("GBI", ErrorKind::InvalidArgument));
    assert_eq!(told, "GBI");
    let error = sequence.result().unwrap().as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
}

#[test]
fn a_refused_start_is_mapped_and_stopped() {
    for (kind, code) in [
        (ErrorKind::Unexpected, "800c0008"),
        (ErrorKind::Aborted, "80004004"),
        (ErrorKind::NotImplemented, "80004001"),
    ] {
        let mut sequence = begun(BindTarget::Storage);
        let told = run_with(&mut sequence, failing("OSB", kind));
        assert_eq!(told, format!("GBI OSB OSP({code})"));
    }
}

#[test]
fn refused_data_ends_the_download_where_it_is() {
    let mut sequence = begun(BindTarget::Storage);
    sequence.handle_arrived(8, Some(30));
    sequence.handle_ready();
    let told = run_with(&mut sequence, failing("ODA", ErrorKind::NoParameter));
    assert_eq!(told, "GBI OSB FR CN SR MT BD8 ODA(F 8) ED8 OSP(80004005)");
}

#[test]
fn an_abort_is_told_once_and_nothing_after_it() {
    let mut sequence = begun(BindTarget::Storage);
    sequence.handle_arrived(8, Some(30));
    sequence.handle_ready();
    run(&mut sequence);
    assert_eq!(sequence.abort(), AbortOutcome::Aborted);
    assert_eq!(sequence.abort(), AbortOutcome::AlreadyAborted);
    sequence.handle_arrived(30, None);
    sequence.handle_complete();
    assert_eq!(run(&mut sequence), "OSP(80004004)");
    assert_eq!(sequence.abort(), AbortOutcome::AlreadyEnded);
}

#[test]
fn while_suspended_only_an_abort_is_told() {
    let mut sequence = begun(BindTarget::Storage);
    run(&mut sequence);
    sequence.suspend();
    sequence.handle_arrived(8, Some(30));
    sequence.handle_ready();
    assert_eq!(run(&mut sequence), "");
    sequence.resume();
    assert_eq!(run(&mut sequence), "BD8 ODA(F 8)");
    sequence.suspend();
    sequence.abort();
    assert_eq!(run(&mut sequence), "OSP(80004004)");
}

#[derive(Debug, Clone)]
enum Fact {
    Request,
    Response,
    Arrived(u64),
    Complete,
    Ready,
    Class,
    Failure,
    Abort,
    Suspend,
    Resume,
    Run(u8),
}

fn fact() -> impl Strategy<Value = Fact> {
    prop_oneof![
        Just(Fact::Request),
        Just(Fact::Response),
        (1..100_u64).prop_map(Fact::Arrived),
        Just(Fact::Complete),
        Just(Fact::Ready),
        Just(Fact::Class),
        Just(Fact::Failure),
        Just(Fact::Abort),
        Just(Fact::Suspend),
        Just(Fact::Resume),
        (1..6_u8).prop_map(Fact::Run),
    ]
}

/// Makes some calls that are due.
fn run_some(sequence: &mut BindSequence, count: usize, told: &mut Vec<String>) {
    for _ in 0..count {
        let Some(call) = sequence.next_call() else { return };
        told.push(word(&call));
        assert!(sequence.next_call().is_none(), "one call at a time");
        match call {
            Call::Info => sequence.answer_info(Ok(BindInfo::default())),
            _ => sequence.answer(Ok(())),
        }
    }
}

proptest! {
    #[test]
    fn in_any_order_of_facts_the_calls_keep_theirs(
        target in prop_oneof![
            Just(BindTarget::Storage), Just(BindTarget::UsableStorage), Just(BindTarget::Object)
        ],
        facts in prop::collection::vec(fact(), 0..40),
    ) {
        let mut sequence = BindSequence::new(target, None);
        let mut told = Vec::new();
        for fact in facts {
            match fact {
                Fact::Request => sequence.handle_request(Some("host")),
                Fact::Response => sequence.handle_response(Some("a/b"), false),
                Fact::Arrived(count) => sequence.handle_arrived(count, Some(100)),
                Fact::Complete => sequence.handle_complete(),
                Fact::Ready => sequence.handle_ready(),
                Fact::Class => sequence.handle_class(Guid::NULL),
                Fact::Failure => sequence.handle_failure(Error::new(ErrorKind::NotFound, "no")),
                Fact::Abort => { sequence.abort(); }
                Fact::Suspend => sequence.suspend(),
                Fact::Resume => sequence.resume(),
                Fact::Run(count) => run_some(&mut sequence, count.into(), &mut told),
            }
        }
        sequence.abort();
        run_some(&mut sequence, 1000, &mut told);
        prop_assert!(sequence.is_over());
        let at = |word: &str| told.iter().position(|told| told.starts_with(word));
        let count = |word: &str| told.iter().filter(|told| told.starts_with(word)).count();
        prop_assert!(at("GBI").is_none_or(|index| index == 0));
        prop_assert!(at("OSB").is_none_or(|index| index == 1));
        prop_assert_eq!(count("OSP"), usize::from(at("OSB").is_some()));
        prop_assert!(at("OSP").is_none_or(|index| index + 1 == told.len()));
        for word in ["BD", "ED", "ODA(F", "load", "OOA", "CLSID", "ES"] {
            prop_assert!(count(word) <= 1, "{word} in {told:?}");
        }
        for (before, after) in [
            ("BD", "DD"), ("BD", "ED"), ("BD", "ODA"), ("ODA(F", "ODA(I"), ("BD", "CLSID"),
            ("CLSID", "BS"), ("BS", "load"), ("load", "OOA"), ("OOA", "ES"), ("FR", "CN"),
        ] {
            if let Some(after) = at(after) {
                prop_assert!(at(before).is_some_and(|before| before < after), "{told:?}");
            }
        }
    }
}
