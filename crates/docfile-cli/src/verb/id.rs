//! `id`: what kind of document it is, from as few bytes as possible.

use std::ffi::OsString;
use std::sync::Arc;

use clap::Args;
use docfile::LockBytes as _;
use docfile::objects::try_identify;
use serde::Serialize;

use crate::bill::Meter;
use crate::document::{Document, open_bytes};
use crate::failure::{Failure, FailureKind};
use crate::session::{Report, Session};
use crate::source::Source;

/// Say what kind of document it is, from as few bytes as possible
#[derive(Debug, Args)]
pub(crate) struct Id {
    /// The documents; with -, whatever prefix comes over standard input
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<OsString>,
    /// A folder stands for the files in it
    #[arg(short = 'r', long = "folders")]
    read_folders: bool,
}

/// What scripts get.
#[derive(Debug, Serialize)]
struct Identity {
    kind: &'static str,
    clsid: Option<String>,
    /// False when more bytes could change the answer.
    complete: bool,
    /// Which bytes could.
    need: Vec<[u64; 2]>,
}

impl Id {
    pub(crate) fn run(&self, session: &Session) -> u8 {
        session.each_source(&self.sources, self.read_folders, |source, meter| {
            identify(session, source, meter)
        })
    }
}

/// The bytes that every compound file begins with ([MS-CFB] 2.2).
const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Whether what is here of the outermost file is the beginning of a compound file.
fn may_be_compound(session: &Session, source: &Source, meter: &Arc<Meter>) -> bool {
    let Ok((bytes, _)) = open_bytes(session, source, meter) else { return true };
    SIGNATURE.iter().zip(0..).all(|(expected, offset)| {
        let mut byte = [0];
        match bytes.try_read_at(offset, &mut byte) {
            Ok(count) => count == 1 && byte == [*expected],
            Err(_) => true,
        }
    })
}

fn identify(session: &Session, source: &Source, meter: &Arc<Meter>) -> Report<Identity> {
    let found = Document::open_root(session, source, meter).and_then(|(root, arrival)| {
        arrival
            .until(|| try_identify(&root))
            .map_err(|error| Failure::from_engine(&error, &source.to_string()))
    });
    match found {
        Ok(identified) => {
            let clsid = crate::element::class_id_text(identified.class_id);
            let kind = identified.kind.word();
            let body = Identity { kind, clsid, complete: true, need: Vec::new() };
            Report::done(format!("{kind}\n").into_bytes(), body)
        }
        Err(failure) if failure.kind() == FailureKind::Pending => {
            if !may_be_compound(session, source, meter) {
                let text = "this is no compound file: it begins with other bytes than one";
                return Report::from(Failure::not_compound(text).at(source.to_string()));
            }
            let need = failure.need().to_vec();
            let body = Identity { kind: "compound", clsid: None, complete: false, need };
            let text = b"compound, perhaps more\n".to_vec();
            Report { text, body: Some(body), failures: vec![failure] }
        }
        Err(failure) => Report::from(failure),
    }
}
