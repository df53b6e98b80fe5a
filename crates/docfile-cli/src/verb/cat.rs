//! `cat`: the bytes of streams to standard output, each piece as soon as it is here.
//!
//! Standard output carries nothing but those bytes, so that with `--json` the objects go to
//! standard error. On a terminal, bytes that could be control sequences are shown, not sent.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write as _};
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use crate::bill::Meter;
use crate::document::{Document, Target};
use crate::failure::Failure;
use crate::session::{Report, Session};
use crate::source::Source;
use crate::stop;
use crate::stream_copy::copy_out;

/// Write the bytes of streams to standard output
#[derive(Debug, Args)]
pub(crate) struct Cat {
    /// The streams, in the order wanted
    #[arg(required = true, value_name = "SOURCE!STREAM")]
    sources: Vec<OsString>,
}

/// What scripts get.
#[derive(Debug, Serialize)]
struct Written {
    path: String,
    len: u64,
    /// Bytes that were written to standard output.
    written: u64,
}

impl Cat {
    pub(crate) fn run(&self, session: &Session) -> u8 {
        let mut out = match Output::open(session) {
            Ok(out) => out,
            Err(failure) => {
                crate::output::write_error(&failure);
                return failure.exit_code();
            }
        };
        let mut code = 0;
        for text in &self.sources {
            if stop::reason().is_some() {
                break;
            }
            let meter = session.meter();
            let (place, report) = match Source::parse(text) {
                Ok(source) => {
                    let report = write_stream(session, &source, &meter, &mut out);
                    (source.to_string(), Report::from(report))
                }
                Err(failure) => (text.to_string_lossy().into_owned(), Report::from(failure)),
            };
            let bill = meter.bill();
            code = code.max(if session.common.json {
                session.print_json(&place, &report, bill, true)
            } else {
                session.note(&report, bill)
            });
        }
        code.max(session.finish())
    }
}

fn write_stream(
    session: &Session,
    source: &Source,
    meter: &Arc<Meter>,
    out: &mut Output,
) -> Result<Report<Written>, Failure> {
    let place = source.to_string();
    let document = Document::open(session, source, meter)?;
    let Target::Stream(stream, stat) = &document.target else {
        let advice = format!("docfile ls '{place}', then SOURCE!STREAM");
        return Err(Failure::misuse("this is a storage; only streams have bytes")
            .at(place)
            .with_advice(advice));
    };
    let (written, result) =
        copy_out(stream, &document.arrival, 0, &place, |piece| out.write(piece));
    let path = crate::document::path_text(&document.path);
    Ok(Report {
        text: Vec::new(),
        body: Some(Written { path, len: stat.len, written }),
        failures: result.err().into_iter().collect(),
    })
}

/// Standard output, past the buffer that the library puts before it.
struct Output {
    file: File,
    /// Whether what is not text must be shown instead of sent.
    shows: bool,
}

impl Output {
    fn open(session: &Session) -> Result<Self, Failure> {
        let file = stdout_file().map_err(|error| {
            Failure::failed(format!("standard output cannot be written: {error}"))
        })?;
        Ok(Self { file, shows: session.terminal.stdout })
    }

    fn write(&mut self, piece: &[u8]) -> Result<(), Failure> {
        let result = if self.shows {
            self.file.write_all(shown(piece).as_bytes())
        } else {
            self.file.write_all(piece)
        };
        match result {
            // A reader who has seen enough ends the command silently and well.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
            result => result.map_err(|error| {
                Failure::failed(format!("standard output cannot be written: {error}"))
            }),
        }
    }
}

#[cfg(unix)]
fn stdout_file() -> io::Result<File> {
    use std::os::fd::AsFd as _;
    Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?))
}

#[cfg(windows)]
fn stdout_file() -> io::Result<File> {
    use std::os::windows::io::AsHandle as _;
    Ok(File::from(io::stdout().as_handle().try_clone_to_owned()?))
}

/// Bytes as a terminal may see them: printable ASCII, tabs and line ends as they are.
fn shown(piece: &[u8]) -> String {
    let mut text = String::with_capacity(piece.len());
    for byte in piece {
        match byte {
            b' '..=b'~' | b'\n' | b'\t' => text.push(char::from(*byte)),
            other => text.push_str(&format!("\\x{other:02x}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_sees_no_control_sequence() {
        assert_eq!(shown(b"a\tb\n\x1b[2J\x9b\xff"), "a\tb\n\\x1b[2J\\x9b\\xff");
    }
}
