//! A file drawn as a strip, coloured by what its sectors hold, with marks where the listing, the
//! first view and each stream become available. One strip a file; SVG, because it needs nothing to
//! be shown.

use std::fmt::Write as _;
use std::path::Path;

use docfile::{CompoundFile, Error, FileOrder, SectorUse};

use crate::arrival::Arrival;
use crate::failure::Failure;
use crate::order::first_view_len;
use crate::output::human_len;
use crate::session::Session;

/// How wide a strip is, in units of the picture.
const WIDTH: u64 = 1000;
/// The height that a strip takes with its marks and its words.
const ROW: usize = 130;
/// More marks than these hide one another.
const MARKS_MAX: usize = 40;

/// The marks with words beside them.
const LISTING: &str = "listing";
const FIRST_VIEW: &str = "first view";

/// Strips, one below the other.
#[derive(Debug, Default)]
pub(crate) struct Picture {
    rows: String,
    count: usize,
}

/// Colours that are told apart also by those who do not see them all.
const STREAMS: [&str; 4] = ["#56b4e9", "#0072b2", "#009e73", "#8fd3b6"];

fn color(holds: &SectorUse, stream_count: usize) -> &'static str {
    match holds {
        SectorUse::Header => "#000000",
        SectorUse::AllocationTable => "#d55e00",
        SectorUse::Directory => "#f0e442",
        SectorUse::MiniTable => "#e69f00",
        SectorUse::ShortStreams => "#cc79a7",
        SectorUse::Stream(_) => STREAMS.get(stream_count % STREAMS.len()).unwrap_or(&"#56b4e9"),
        _ => "#bbbbbb",
    }
}

impl Picture {
    /// Adds a file.
    pub(crate) fn add(
        &mut self,
        session: &Session,
        title: &str,
        (file, arrival): (&CompoundFile, &Arrival),
        place: &str,
    ) -> Result<(), Failure> {
        let failed = |error: Error| Failure::from_engine(&error, place);
        let settings = session.settings();
        let first_view = first_view_len(session, file.bytes(), arrival, place)?;
        let order = arrival.until(|| FileOrder::try_of(file.bytes(), settings)).map_err(failed)?;
        let map = arrival.until(|| file.try_sector_map()).map_err(failed)?;
        let len = order.file_len.max(1);
        let y = ROW * self.count + 30;
        self.count += 1;
        let rows = &mut self.rows;
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(rows, r#"<text x="10" y="{}">{title}: {}</text>"#, y - 8, human_len(len));
        let _ = writeln!(
            rows,
            r##"<rect x="10" y="{y}" width="{WIDTH}" height="40" fill="#eeeeee"/>"##
        );
        let mut streams: Vec<&SectorUse> = Vec::new();
        for used in &map {
            let (start, end) = (scaled(used.range.start, len), scaled(used.range.end, len));
            let stream_count = match streams.iter().position(|known| **known == used.holds) {
                Some(known) => known,
                None => {
                    streams.push(&used.holds);
                    streams.len() - 1
                }
            };
            let _ = writeln!(
                rows,
                r#"<rect x="{:.3}" y="{y}" width="{:.3}" height="40" fill="{}"><title>{}</title></rect>"#,
                10.0 + start,
                (end - start).max(0.2),
                color(&used.holds, stream_count),
                escaped(&words(&used.holds))
            );
        }
        self.mark(y, scaled(order.listing_len, len), LISTING, 14);
        if let Ok(first_view_len) = first_view {
            self.mark(y, scaled(first_view_len, len), FIRST_VIEW, 26);
        }
        let known = order.streams.iter().filter_map(|s| Some((s.prefix_len?, &s.path)));
        for (prefix_len, path) in known.take(MARKS_MAX) {
            self.mark(y, scaled(prefix_len, len), &path.to_string(), 6);
        }
        Ok(())
    }

    fn mark(&mut self, y: usize, at: f64, title: &str, height: usize) {
        let (x, top) = (10.0 + at, y + 42);
        let _ = writeln!(
            self.rows,
            r##"<path d="M{x:.3} {top} v{height}" stroke="#000000"><title>{}</title></path>"##,
            escaped(title)
        );
        if [LISTING, FIRST_VIEW].contains(&title) {
            let text_y = top + height + 12;
            let _ = writeln!(self.rows, r#"<text x="{x:.3}" y="{text_y}">{title}</text>"#);
        }
    }

    /// Writes the picture.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Failure> {
        let height = ROW * self.count + 40;
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {height}\" \
             font-family=\"sans-serif\" font-size=\"12\">\n{}",
            WIDTH + 20,
            self.rows
        );
        let legend = [
            (SectorUse::Header, "header"),
            (SectorUse::AllocationTable, "tables"),
            (SectorUse::Directory, "directory"),
            (SectorUse::MiniTable, "table of short streams"),
            (SectorUse::ShortStreams, "short streams"),
            (SectorUse::Stream(docfile::ElementPath::default()), "streams"),
        ];
        for (at, (holds, words)) in legend.iter().enumerate() {
            let (x, y) = (10 + at * 165, height - 25);
            let _ = writeln!(
                text,
                r#"<rect x="{x}" y="{y}" width="12" height="12" fill="{}"/><text x="{}" y="{}">{words}</text>"#,
                color(holds, 0),
                x + 18,
                y + 11
            );
        }
        text.push_str("</svg>\n");
        std::fs::write(path, text).map_err(|error| Failure::io(&error, path))
    }
}

/// An offset as a place on the strip.
#[expect(clippy::cast_precision_loss, reason = "a picture is not that exact")]
fn scaled(offset: u64, len: u64) -> f64 {
    offset.min(len) as f64 / len as f64 * WIDTH as f64
}

fn words(holds: &SectorUse) -> String {
    match holds {
        SectorUse::Header => String::from("header"),
        SectorUse::AllocationTable => String::from("table of sectors"),
        SectorUse::Directory => String::from("directory"),
        SectorUse::MiniTable => String::from("table of short streams"),
        SectorUse::ShortStreams => String::from("short streams"),
        SectorUse::Stream(path) => path.to_string(),
        _ => String::from("something else"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
