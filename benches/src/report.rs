//! The markdown of `docs/performance.md`: one table of what is to be reached, then every case
//! with everybody's figures.

use std::fmt::Write as _;
use std::fs;

use crate::case::{Against, Case, Reach, Role, Statistic};
use crate::peer::Peers;
use crate::rounds::Outcome;

/// A case and what came of it.
pub(crate) type Result = (Case, Vec<Outcome>);

/// The report on `results`; `command` is the one that makes it.
pub(crate) fn markdown(results: &[Result], peers: &Peers, command: &str) -> String {
    let mut text = format!("Made by `{command}`.\n\n{}", machine(peers));
    text.push_str("\n## What is to be reached\n\n");
    text.push_str("| work | limit | best rival | ours | reach | reached |\n");
    text.push_str("|---|---|---|---|---|---|\n");
    for (case, outcomes) in results {
        text.push_str(&summary_lines(case, outcomes));
    }
    text.push_str("\n## Everybody's figures\n");
    for (case, outcomes) in results {
        text.push_str(&details(case, outcomes));
    }
    text
}

/// Whether somebody of ours read or wrote something wrong.
pub(crate) fn ours_is_wrong(results: &[Result]) -> bool {
    results
        .iter()
        .flat_map(|(_, outcomes)| outcomes)
        .any(|outcome| outcome.contender.role == Role::Ours && outcome.wrong)
}

fn machine(peers: &Peers) -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let processors = read("/proc/cpuinfo");
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let kernel = read("/proc/sys/kernel/osrelease");
    let mut text = format!("Machine: {model}, {cores} cores, Linux {}.\n", kernel.trim());
    for (name, version) in peers.versions() {
        let _ = match version {
            Ok(version) => writeln!(text, "- {name} {version}"),
            Err(why) => writeln!(text, "- {name}: skipped ({why})"),
        };
    }
    text
}

impl Outcome {
    /// The time that counts in `case`.
    fn time(&self, case: &Case) -> Option<f64> {
        match case.statistic {
            Statistic::Best => self.best(),
            Statistic::Median => self.median(),
        }
    }

    /// Work per second, of one who did the work right.
    fn speed(&self, case: &Case) -> Option<f64> {
        if self.wrong { None } else { Some(self.contender.work / self.time(case)?) }
    }
}

fn named<'o>(outcomes: &'o [Outcome], name: &str) -> Option<&'o Outcome> {
    outcomes.iter().find(|outcome| outcome.contender.name == name)
}

fn best_rival<'o>(case: &Case, outcomes: &'o [Outcome]) -> Option<&'o Outcome> {
    outcomes
        .iter()
        // What nobody can read was not built.
        .filter(|outcome| outcome.contender.is_rival() && outcome.failure.is_none())
        .filter_map(|outcome| Some((outcome, outcome.speed(case)?)))
        .max_by(|(_, left), (_, right)| left.total_cmp(right))
        .map(|(outcome, _)| outcome)
}

/// One line for each figure to reach.
fn summary_lines(case: &Case, outcomes: &[Outcome]) -> String {
    let told = |outcome: Option<&Outcome>, with_name: bool| {
        let Some((outcome, time)) = outcome.and_then(|o| Some((o, o.time(case)?))) else {
            return "-".to_owned();
        };
        match with_name {
            true => format!("{} {}", outcome.contender.name, seconds(time)),
            false => seconds(time),
        }
    };
    let limit = outcomes.iter().find(|outcome| outcome.contender.role == Role::Limit);
    let ours = outcomes.iter().find(|outcome| outcome.contender.role == Role::Ours);
    let mut text = String::new();
    for (index, reach) in case.reach.iter().enumerate() {
        let start = match index {
            0 => format!(
                "| {} | {} | {} | {} |",
                case.title,
                told(limit, true),
                told(best_rival(case, outcomes), true),
                told(ours, false)
            ),
            _ => "| | | | |".to_owned(),
        };
        let (demand, reached) = judge(case, outcomes, *reach);
        let _ = writeln!(text, "{start} {demand} | {reached} |");
    }
    text
}

/// What is demanded, and what came of it, in words.
fn judge(case: &Case, outcomes: &[Outcome], reach: Reach) -> (String, String) {
    let verdict = |reached: Option<(String, bool)>| match reached {
        None => "not measured".to_owned(),
        Some((figure, true)) => format!("{figure}, yes"),
        Some((figure, false)) => format!("**{figure}, no**"),
    };
    let ours = outcomes.iter().filter(|outcome| outcome.contender.role == Role::Ours);
    match reach {
        Reach::Speed { ours, against, share } => {
            let (other, whom) = match against {
                Against::BestRival => (best_rival(case, outcomes), "the best rival"),
                Against::Named(name) => (named(outcomes, name), name),
            };
            let ratio = named(outcomes, ours)
                .and_then(|ours| Some(ours.speed(case)? / other?.speed(case)?));
            (
                format!("{share:.2} of the speed of {whom}"),
                verdict(ratio.map(|ratio| (format!("{ratio:.2}"), ratio >= share))),
            )
        }
        Reach::BytesRead { at_most } => at_most_bytes(
            "read",
            at_most,
            ours.filter_map(|outcome| outcome.count.bytes_read).max(),
            verdict,
        ),
        Reach::BytesWritten { at_most } => at_most_bytes(
            "written",
            at_most,
            ours.filter_map(|outcome| outcome.count.bytes_written).max(),
            verdict,
        ),
        Reach::Peak { at_most } => {
            let peak = ours.map(|outcome| outcome.peak).max().filter(|peak| *peak > 0);
            at_most_bytes("of memory", at_most, peak, verdict)
        }
    }
}

fn at_most_bytes(
    what: &str,
    at_most: u64,
    figure: Option<u64>,
    verdict: impl Fn(Option<(String, bool)>) -> String,
) -> (String, String) {
    let reached = figure.map(|figure| (bytes(figure), figure <= at_most));
    (format!("at most {} {what}", bytes(at_most)), verdict(reached))
}

fn details(case: &Case, outcomes: &[Outcome]) -> String {
    let counted = if case.counted { " reads | bytes read | writes | bytes written |" } else { "" };
    let rule = if case.counted { "---:|---:|---:|---:|" } else { "" };
    let mut text = format!(
        "\n### {}\n\n| who | best | median | runs | times ours | peak memory |{counted} |\n\
         |---|---:|---:|---:|---:|---:|{rule}---|\n",
        case.title
    );
    let ours = outcomes
        .iter()
        .find(|outcome| outcome.contender.role == Role::Ours)
        .and_then(|outcome| outcome.speed(case));
    for outcome in outcomes {
        let ratio = ours.and_then(|ours| Some(ours / outcome.speed(case)?));
        let _ = write!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            outcome.contender.name,
            shown(outcome.best(), seconds),
            shown(outcome.median(), seconds),
            outcome.seconds.len(),
            shown(ratio, |ratio| format!("{ratio:.2}")),
            shown(Some(outcome.peak).filter(|peak| *peak > 0), bytes),
        );
        if case.counted {
            let count = outcome.count;
            for (number, of_bytes) in [
                (count.reads, false),
                (count.bytes_read, true),
                (count.writes, false),
                (count.bytes_written, true),
            ] {
                let told = shown(
                    number,
                    |number| if of_bytes { bytes(number) } else { number.to_string() },
                );
                let _ = write!(text, " {told} |");
            }
        }
        let _ = writeln!(text, " {} |", outcome.failure.as_deref().unwrap_or(""));
    }
    text
}

fn shown<T>(value: Option<T>, show: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| "-".to_owned(), show)
}

fn seconds(seconds: f64) -> String {
    match seconds {
        0.1.. => format!("{seconds:.3} s"),
        0.001.. => format!("{:.2} ms", seconds * 1e3),
        _ => format!("{:.1} us", seconds * 1e6),
    }
}

fn bytes(bytes: u64) -> String {
    match bytes {
        0..10_240 => format!("{bytes} B"),
        10_240..10_485_760 => format!("{:.1} KiB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}
