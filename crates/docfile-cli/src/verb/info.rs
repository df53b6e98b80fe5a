//! `info`: what a document is and what it says about itself, with its preview picture.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use docfile::objects::{DocumentObject, try_open};

use crate::bill::Meter;
use crate::cost;
use crate::document::Document;
use crate::facts::Facts;
use crate::facts_text;
use crate::failure::Failure;
use crate::picture_show;
use crate::session::{Report, Session};
use crate::source::Source;

/// Say what a document is: kind, title, author, dates, and what its kind makes interesting
#[derive(Debug, Args)]
pub(crate) struct Info {
    /// The documents; SOURCE!ELEMENT for one that is inside another
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<OsString>,
    /// A folder stands for the files in it, a line each
    #[arg(short = 'r', long = "folders")]
    read_folders: bool,
    /// Save the preview picture there, or in this folder when there are several
    #[arg(long, value_name = "FILE")]
    preview: Option<PathBuf>,
}

impl Info {
    pub(crate) fn run(&self, session: &Session) -> u8 {
        let work =
            |source: &Source, meter: &Arc<Meter>| Report::from(self.tell(session, source, meter));
        session.each_source_as_row(&self.sources, self.read_folders, work)
    }

    fn tell(
        &self,
        session: &Session,
        source: &Source,
        meter: &Arc<Meter>,
    ) -> Result<Report<Facts>, Failure> {
        let place = source.to_string();
        let failed = |error: docfile::Error| Failure::from_engine(&error, &place);
        let (root, arrival) = Document::open_root(session, source, meter)?;
        let object: Box<dyn DocumentObject> =
            arrival.until(|| try_open(root.clone(), session.opening())).map_err(failed)?;
        let for_kind = meter.bill();
        let info = arrival.until(|| object.try_info()).map_err(failed)?;
        meter.note_first_view();
        let in_a_row = session.tells_rows();
        let mut facts = Facts::of(&info);
        let mut failures = Vec::new();
        if let (Some(target), Some(preview)) = (&self.preview, &info.preview) {
            match picture_show::save(preview, target, in_a_row.then_some(source)) {
                Ok(path) => facts.preview_saved(&path),
                Err(failure) => failures.push(failure),
            }
        }
        let mut text =
            if in_a_row { facts_text::row(&facts, &place) } else { facts_text::screen(&facts) };
        if session.common.verbose > 0 && !in_a_row {
            text.push_str(&cost::text(&for_kind, &object.touches()));
        }
        if let Some(preview) = info.preview.as_ref().filter(|_| !in_a_row && !session.common.json) {
            picture_show::show(session, preview);
        }
        Ok(Report { text: text.into_bytes(), body: Some(facts), failures })
    }
}
