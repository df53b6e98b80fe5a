//! The command line: verbs and the flags that every verb takes.
//!
//! What the contract of the command names and this version does not do yet is absent from the
//! help, and is told apart from a mistyped word: see [`not_built`]. Each verb's own arguments are
//! in its file under `verb/`.

use std::ffi::OsString;
use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, Subcommand};

use docfile::serve::Link;

use crate::failure::Failure;
use crate::source::STDIN_WORD;
use crate::verb;

/// Look inside compound files (OLE/CFB) and change them.
///
/// A SOURCE is a path, a URL (file:, http:, https:, s3:, gs:, az:), or - for standard input; behind it, ! steps inside, and steps
/// inside again: 'mail.msg!__attach_version1.0_#00000000/__substg1.0_37010102!WordDocument'.
/// Control characters in names are written as in '[5]SummaryInformation'. Shells have uses of their
/// own for ! and [, so put single quotes around.
#[derive(Debug, Parser)]
#[command(name = "docfile", version, propagate_version = true, max_term_width = 100)]
#[command(subcommand_required = true, arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 more bytes are needed, \
    4 damaged (what could be read was), 5 not a compound file, 6 a limit was reached, 130 stopped.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Info(verb::info::Info),
    Open(verb::open::Open),
    Ls(verb::ls::Ls),
    Tree(verb::tree::Tree),
    Cat(verb::cat::Cat),
    Get(verb::get::Get),
    Props(verb::props::Props),
    Check(verb::check::Check),
    Pack(verb::pack::Pack),
    Put(verb::put::Put),
    Rm(verb::rm::Rm),
    Mv(verb::mv::Mv),
    Mkdir(verb::mkdir::Mkdir),
    Set(verb::set::Set),
    Optimize(verb::optimize::Optimize),
    Id(verb::id::Id),
    Serve(verb::serve::Serve),
    Completions(verb::completions::Completions),
    Man(verb::man::Man),
}

/// The flags that every verb takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Flags everywhere")]
pub(crate) struct Common {
    /// One JSON object per source, a line each
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// No bill and no progress; errors are still told
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say more; twice, still more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Forgive no broken rule of [MS-CFB]
    #[arg(long, global = true)]
    pub(crate) strict: bool,
    /// Read at most this much in all: 4096, 64k, 10M, 1GiB
    #[arg(long, global = true, value_name = "N", value_parser = parse_len)]
    pub(crate) limit_bytes: Option<u64>,
    /// End after this time: 30s, 500ms, 2m
    #[arg(long, global = true, value_name = "T", value_parser = parse_duration)]
    pub(crate) timeout: Option<Duration>,
    /// Behave as over such a link: 1mbit,80ms. A local source is served to itself through it
    #[arg(long, global = true, value_name = "RATE,RTT")]
    pub(crate) link: Option<Link>,
    /// Pretend that the server has no ranges
    #[arg(long, global = true)]
    pub(crate) no_ranges: bool,
    /// A header for every request to the source's own server: 'Authorization: Bearer ...'
    #[arg(long, global = true, value_name = "K: V", value_parser = parse_header)]
    pub(crate) header: Vec<(String, String)>,
    /// Write what was asked and what arrived when; FILE.svg draws it
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) trace: Option<PathBuf>,
    /// The password of an encrypted document
    #[arg(long, global = true, value_name = "PASSWORD")]
    pub(crate) password: Option<String>,
    /// Fetch as few bytes as possible (the default for many sources)
    #[arg(long, global = true, conflicts_with = "fast")]
    pub(crate) frugal: bool,
    /// Make as few round trips as possible (the default for one source)
    #[arg(long, global = true)]
    pub(crate) fast: bool,
    /// How many sources to read side by side
    #[arg(long, global = true, value_name = "N", default_value_t = default_jobs(), hide_default_value = true, value_parser = parse_jobs)]
    pub(crate) jobs: usize,
}

/// The words of the command line, with standard input told apart from flags: `-!Stream`.
pub(crate) fn words() -> impl Iterator<Item = OsString> {
    std::env::args_os().map(|word| match word.to_str().and_then(|text| text.strip_prefix("-!")) {
        Some(steps) => OsString::from(format!("{STDIN_WORD}!{steps}")),
        None => word,
    })
}

/// Verbs and flags of the contract that this version does not do yet.
const LATER_VERBS: [&str; 1] = ["host"];
const LATER_FLAGS: [&str; 2] = ["--cache", "--in-process"];

/// What the command says itself about a command line that `error` is about: that a word is one of
/// a later version, or that a source stands where the verb should.
pub(crate) fn explained(error: &clap::Error) -> Option<Failure> {
    not_built(error).or_else(|| {
        let ContextValue::String(word) = error.get(ContextKind::InvalidSubcommand)? else {
            return None;
        };
        let is_source = word == "-" || word.contains('!') || std::path::Path::new(word).exists();
        let misuse = || Failure::misuse(format!("\"{word}\" is no verb"));
        is_source.then(|| misuse().with_advice(format!("docfile ls '{word}'")))
    })
}

/// The failure that stands for a word of a later version.
fn not_built(error: &clap::Error) -> Option<Failure> {
    let (context, later): (_, &[&str]) = match error.kind() {
        ErrorKind::InvalidSubcommand => (ContextKind::InvalidSubcommand, &LATER_VERBS),
        ErrorKind::UnknownArgument => (ContextKind::InvalidArg, &LATER_FLAGS),
        _ => return None,
    };
    let Some(ContextValue::String(word)) = error.get(context) else { return None };
    let word = word.split('=').next().unwrap_or(word);
    later.contains(&word).then(|| Failure::not_built(word))
}

fn default_jobs() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

fn parse_jobs(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err(String::from("a number from 1 on")),
        Ok(count) => Ok(count),
    }
}

/// Reads a length in bytes, with or without a unit of 1024s.
pub(crate) fn parse_len(text: &str) -> Result<u64, String> {
    let digits_len = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, unit) = text.split_at(digits_len);
    let shift = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kib" => 10,
        "m" | "mib" => 20,
        "g" | "gib" => 30,
        "t" | "tib" => 40,
        _ => return Err(String::from("a number of bytes, such as 4096, 64k, 10M or 1GiB")),
    };
    let count: u64 = digits.parse().map_err(|_| String::from("a number of bytes"))?;
    count.checked_mul(1 << shift).ok_or_else(|| String::from("that is too much"))
}

/// Reads a header line.
fn parse_header(text: &str) -> Result<(String, String), String> {
    let (name, value) =
        text.split_once(':').ok_or_else(|| String::from("a header is 'NAME: VALUE'"))?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

/// Reads a length of time; without a unit it is seconds.
fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || String::from("a length of time, such as 30s, 500ms or 2m");
    let digits_len = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let (digits, unit) = text.split_at(digits_len);
    let seconds = match unit {
        "" | "s" => 1.0,
        "ms" => 0.001,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(wrong()),
    };
    let count: f64 = digits.parse().map_err(|_| wrong())?;
    Duration::try_from_secs_f64(count * seconds).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn words_of_later_versions_are_told_apart_from_mistakes() {
        let told = |words: &[&str]| {
            let words = std::iter::once("docfile").chain(words.iter().copied());
            not_built(&Arguments::try_parse_from(words).unwrap_err()).map(|f| f.to_string())
        };
        for words in [
            ["host", "."].as_slice(),
            &["ls", "--cache=x", "x.doc"],
            &["--in-process", "ls", "x.doc"],
        ] {
            let told = told(words);
            assert!(
                told.as_ref().is_some_and(|t| t.contains("not built yet: ")),
                "{words:?} {told:?}"
            );
        }
        assert_eq!(told(&["infos", "x.doc"]), None);
        assert_eq!(told(&["ls", "--linked", "x.doc"]), None);
    }

    #[test]
    fn lengths_and_times_are_read_with_their_units() {
        assert_eq!(parse_len("4096"), Ok(4096));
        assert_eq!(parse_len("64k"), Ok(65536));
        assert_eq!(parse_len("1GiB"), Ok(1 << 30));
        assert!(parse_len("-1").is_err() && parse_len("1x").is_err() && parse_len("").is_err());
        assert!(parse_len("99999999999T").is_err());
        assert_eq!(parse_duration("1.5"), Ok(Duration::from_millis(1500)));
        assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_duration("2m"), Ok(Duration::from_secs(120)));
        assert!(parse_duration("x").is_err() && parse_duration("1e400s").is_err());
    }
}
