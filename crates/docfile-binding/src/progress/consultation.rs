//! One round of `IProgressNotify::OnProgress`: a reader met missing bytes, its sinks are asked.
//!
//! ```text
//! undecided --Monitoring--> undecided     the next sink owns the decision
//! undecided --Block, RetryNow, Pending, Fail--> decided     the rest is told, its answers ignored
//! undecided --no sink left--> Block
//! ```
//!
//! Invariant: at any time at most one sink owns the decision, and none after it was taken. The
//! sinks are a snapshot, so that a sink may advise, unadvise and read while it is called. Nothing
//! is called here: the driver calls, on the thread that reads, with no lock held. Source:
//! `contract/storage.md` 4.

use docfile_compound::Error;

/// The numbers that a sink is told, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How much is here.
    pub current: u64,
    /// How much there will be.
    pub maximum: u64,
    /// Whether both numbers are reliable, or estimates.
    pub is_accurate: bool,
}

impl Progress {
    /// The numbers as the contract's 32 bits have them: what does not fit is cut to the largest,
    /// and then no longer accurate.
    #[must_use]
    pub fn to_contract(self) -> (u32, u32, bool) {
        let narrow = |number| u32::try_from(number);
        match (narrow(self.current), narrow(self.maximum)) {
            (Ok(current), Ok(maximum)) => (current, maximum, self.is_accurate),
            (current, maximum) => (current.unwrap_or(u32::MAX), maximum.unwrap_or(u32::MAX), false),
        }
    }
}

/// What a sink answers.
#[derive(Debug, Clone)]
pub enum ProgressAnswer {
    /// Repeat the read at once: this sink waited by itself (`STG_S_RETRYNOW`).
    RetryNow,
    /// Wait until the bytes come (`STG_S_BLOCK`).
    Block,
    /// I only watch: ask the next sink (`STG_S_MONITORING`).
    Monitoring,
    /// Let the call fail as pending (`E_PENDING`).
    Pending,
    /// Let the call fail with this error.
    Fail(Error),
}

/// What the reader does.
#[derive(Debug, Clone)]
pub enum Decision {
    /// Repeat the read at once; when bytes are still missing, begin a new round.
    RetryNow,
    /// Wait until the bytes come or the transfer ends.
    Block,
    /// Fail as pending.
    Pending,
    /// Fail with this error.
    Fail(Error),
}

/// A call to be made.
#[derive(Debug, Clone)]
pub struct Call<S> {
    /// The sink to call.
    pub sink: S,
    /// Whether its answer decides (`fOwner`).
    pub is_owner: bool,
}

/// One round. Call order: [`next_call`](Self::next_call), make the call, [`answer`](Self::answer),
/// and so on until there is no call left; then [`decision`](Self::decision).
///
/// # Example
///
/// ```
/// use docfile_binding::progress::{Consultation, Decision, ProgressAnswer};
///
/// let mut round = Consultation::of(vec!["watcher", "downloader", "status bar"]);
/// while let Some(call) = round.next_call() {
///     round.answer(match (call.sink, call.is_owner) {
///         ("watcher", true) => ProgressAnswer::Monitoring,
///         ("downloader", true) => ProgressAnswer::Pending,
///         ("status bar", false) => ProgressAnswer::Block,
///         other => panic!("{other:?}"),
///     });
/// }
/// assert!(matches!(round.decision(), Decision::Pending));
/// ```
#[derive(Debug, Clone)]
pub struct Consultation<S> {
    /// Those still to be called, in order.
    sinks: std::vec::IntoIter<S>,
    decision: Option<Decision>,
}

impl<S> Consultation<S> {
    /// A round over these sinks, in this order.
    #[must_use]
    pub fn of(sinks: Vec<S>) -> Self {
        Self { sinks: sinks.into_iter(), decision: None }
    }

    /// The next call to make.
    pub fn next_call(&mut self) -> Option<Call<S>> {
        let is_owner = self.decision.is_none();
        self.sinks.next().map(|sink| Call { sink, is_owner })
    }

    /// What the sink that was called last answered; ignored unless it owned the decision.
    pub fn answer(&mut self, answer: ProgressAnswer) {
        if self.decision.is_some() {
            return;
        }
        self.decision = match answer {
            ProgressAnswer::Monitoring => None,
            ProgressAnswer::RetryNow => Some(Decision::RetryNow),
            ProgressAnswer::Block => Some(Decision::Block),
            ProgressAnswer::Pending => Some(Decision::Pending),
            ProgressAnswer::Fail(error) => Some(Decision::Fail(error)),
        };
    }

    /// What the reader does: to block when nobody decided.
    #[must_use]
    pub fn decision(self) -> Decision {
        self.decision.unwrap_or(Decision::Block)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use docfile_compound::ErrorKind;

    fn fail() -> ProgressAnswer {
        ProgressAnswer::Fail(Error::new(ErrorKind::AccessDenied, "no"))
    }

    /// Runs a round in which sink `n` gives the `n`th answer; tells who owned, and the decision.
    fn round(answers: &[ProgressAnswer]) -> (Vec<bool>, Decision) {
        let mut round = Consultation::of((0..answers.len()).collect());
        let mut owners = Vec::new();
        while let Some(call) = round.next_call() {
            assert_eq!(call.sink, owners.len());
            owners.push(call.is_owner);
            round.answer(answers[call.sink].clone());
        }
        (owners, round.decision())
    }

    /// `contract/storage.md` 4, algorithm 3.
    #[test]
    fn without_a_decision_the_reader_blocks() {
        assert!(matches!(round(&[]).1, Decision::Block));
        let all_watch = [ProgressAnswer::Monitoring, ProgressAnswer::Monitoring];
        let (owners, decision) = round(&all_watch);
        assert_eq!(owners, [true, true]);
        assert!(matches!(decision, Decision::Block));
    }

    /// `contract/storage.md` 4, algorithm 2: every pair of answers, the whole table.
    #[test]
    fn the_first_that_does_not_only_watch_decides_and_the_rest_is_told() {
        use ProgressAnswer as A;
        let answers = [A::RetryNow, A::Block, A::Monitoring, A::Pending, fail()];
        let name = |decision: &Decision| match decision {
            Decision::RetryNow => "retry",
            Decision::Block => "block",
            Decision::Pending => "pending",
            Decision::Fail(_) => "fail",
        };
        let alone = ["retry", "block", "block", "pending", "fail"];
        for (first, decided) in answers.iter().zip(alone) {
            for (second, otherwise) in answers.iter().zip(alone) {
                let watches = matches!(first, A::Monitoring);
                let (owners, decision) = round(&[first.clone(), second.clone()]);
                assert_eq!(owners, [true, watches]);
                assert_eq!(name(&decision), if watches { otherwise } else { decided });
            }
        }
    }

    #[test]
    fn numbers_past_32_bits_are_cut_and_no_longer_accurate() {
        let progress = Progress { current: 5, maximum: 1 << 33, is_accurate: true };
        assert_eq!(progress.to_contract(), (5, u32::MAX, false));
        let progress = Progress { current: 5, maximum: 6, is_accurate: true };
        assert_eq!(progress.to_contract(), (5, 6, true));
    }
}
