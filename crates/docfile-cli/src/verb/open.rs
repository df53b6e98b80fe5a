//! `open`: the document itself, its first page as soon as enough of it is here.

use std::ffi::OsString;
use std::sync::{Arc, Mutex, PoisonError};

use clap::{Args, ValueEnum};
use docfile::host::Hosted;
use docfile::objects::{DocumentObject, Info, View, try_open};
use serde::Serialize;

use crate::bill::Meter;
use crate::document::Document;
use crate::failure::Failure;
use crate::hosting::{self, Site};
use crate::live;
use crate::output::{visible, write_out};
use crate::session::{Report, Session};
use crate::source::{Place, Source};

/// Show a document: the first page as soon as enough of it is here, the rest as it comes
#[derive(Debug, Args)]
pub(crate) struct Open {
    /// The document; SOURCE!ELEMENT for one that is inside another
    #[arg(value_name = "SOURCE")]
    source: OsString,
    /// When to end: with the first page, or with everything (the default where standard output is
    /// no terminal; on one it stays open until the stop key, q)
    #[arg(long, value_name = "WHEN")]
    until: Option<Until>,
}

/// When `open` ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Until {
    /// The first page is there.
    First,
    /// Everything is there.
    All,
}

/// What scripts get.
#[derive(Debug, Default, Serialize)]
struct Pages {
    kind: Option<&'static str>,
    title: Option<String>,
    pages: Vec<String>,
}

impl Open {
    pub(crate) fn run(&self, session: &Session) -> u8 {
        let work = |source: &Source, meter: &Arc<Meter>| {
            let opened =
                match source.place() {
                    Place::Stdin => self.show_prefix(session, source, meter),
                    _ if self.is_live(session) => live::show(session, source, meter)
                        .map(|()| Report { text: Vec::new(), body: None, failures: Vec::new() }),
                    _ => self.host(session, source, meter),
                };
            Report::from(opened)
        };
        session.each_source(std::slice::from_ref(&self.source), false, work)
    }

    /// Whether a person looks at it.
    fn is_live(&self, session: &Session) -> bool {
        session.terminal.color
            && session.terminal.stdin
            && !session.common.json
            && self.until.is_none()
    }

    fn host(
        &self,
        session: &Session,
        source: &Source,
        meter: &Arc<Meter>,
    ) -> Result<Report<Pages>, Failure> {
        let told: Arc<Mutex<Told>> = Arc::default();
        let printer = Printer::of(session);
        let site = Site::new(session, source, meter, {
            let told = Arc::clone(&told);
            move |_, page| told.lock().unwrap_or_else(PoisonError::into_inner).page(printer, page)
        });
        site.stop_on_halt();
        let place = source.to_string();
        let failed = |error: docfile::Error| Failure::from_engine(&error, &place);
        let fills = self.until != Some(Until::First);
        let mut opened = hosting::open(session, source, meter, fills, Arc::clone(&site))?;
        let mut failures = Vec::new();
        if session.common.json {
            match opened.document.info() {
                Ok(info) => told.lock().unwrap_or_else(PoisonError::into_inner).facts(info),
                Err(error) => failures.push(failed(error)),
            }
        }
        if fills {
            failures.extend(show_rest(&mut opened.document).err().map(failed));
        }
        site.note();
        drop(opened);
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        failures.extend(told.failure.take());
        Ok(Report { text: Vec::new(), body: Some(std::mem::take(&mut told.pages)), failures })
    }

    /// Shows what can be shown of the bytes on standard input.
    fn show_prefix(
        &self,
        session: &Session,
        source: &Source,
        meter: &Arc<Meter>,
    ) -> Result<Report<Pages>, Failure> {
        let failed = |error: docfile::Error| Failure::from_engine(&error, &source.to_string());
        let (root, _) = Document::open_root(session, source, meter)?;
        let object: Box<dyn DocumentObject> = try_open(root, session.opening()).map_err(failed)?;
        let printer = Printer::of(session);
        let mut told = Told::default();
        let mut failures = Vec::new();
        for page_index in 0.. {
            match object.try_page(page_index) {
                Ok(page) if page_index == 0 => {
                    meter.note_first_view();
                    told.page(printer, &page.unwrap_or_default());
                }
                Ok(Some(page)) => told.page(printer, &page),
                Ok(None) => break,
                Err(error) => {
                    failures.push(failed(error));
                    break;
                }
            }
            if self.until == Some(Until::First) {
                break;
            }
        }
        if let (true, Ok(info)) = (session.common.json, object.try_info()) {
            told.facts(info);
        }
        failures.extend(told.failure);
        Ok(Report { text: Vec::new(), body: Some(told.pages), failures })
    }
}

/// Waits for all further pages, which go to the site.
fn show_rest(document: &mut Hosted) -> docfile::Result<()> {
    while document.refresh()? {}
    Ok(())
}

/// How pages are given out.
#[derive(Debug, Clone, Copy)]
struct Printer {
    is_json: bool,
    is_terminal: bool,
}

impl Printer {
    fn of(session: &Session) -> Self {
        Self { is_json: session.common.json, is_terminal: session.terminal.stdout }
    }
}

/// What was given out so far.
#[derive(Debug, Default)]
struct Told {
    count: usize,
    pages: Pages,
    failure: Option<Failure>,
}

impl Told {
    /// Keeps what the line of JSON tells beside the pages.
    fn facts(&mut self, info: Info) {
        self.pages.kind = Some(info.kind.word());
        self.pages.title = info.title;
    }

    /// Gives out a page at once, or keeps it for the line of JSON.
    fn page(&mut self, printer: Printer, page: &View) {
        self.count = self.count.saturating_add(1);
        if printer.is_json {
            self.pages.pages.push(page.to_string());
            return;
        }
        let mut text = if self.count > 1 { String::from("\n") } else { String::new() };
        if printer.is_terminal {
            for line in page.to_string().lines() {
                text.push_str(&format!("{}\n", visible(line)));
            }
        } else {
            text.push_str(&page.to_string());
        }
        if let Err(failure) = write_out(text.as_bytes()) {
            self.failure.get_or_insert(failure);
        }
    }
}
