//! What `check --order` tells: how much of a file must arrive before its parts can be used.

use std::fmt::Write as _;
use std::sync::Arc;

use docfile::objects::{Opening, try_first_view_len};
use docfile::{FileOrder, LockBytes};
use serde::Serialize;

use crate::arrival::Arrival;
use crate::failure::Failure;
use crate::layout::shows_nothing;
use crate::output::visible;
use crate::session::Session;
use crate::stop;

/// What scripts get.
#[derive(Debug, Serialize)]
pub(crate) struct Order {
    /// How many bytes must arrive before everything can be listed.
    bytes_before_listing: u64,
    /// The same for the first view; null when the document does not show itself.
    bytes_before_first_view: Option<u64>,
    /// Why it does not.
    #[serde(skip)]
    no_view: Option<String>,
    order: Vec<OrderLine>,
}

#[derive(Debug, Serialize)]
struct OrderLine {
    path: String,
    /// Null when the stream never opens.
    bytes_before_open: Option<u64>,
}

impl Order {
    /// Finds the order of a file.
    pub(crate) fn of(
        session: &Session,
        (bytes, arrival): (&Arc<dyn LockBytes>, &Arrival),
        place: &str,
    ) -> Result<Self, Failure> {
        let found = arrival.until(|| FileOrder::try_of(bytes, session.settings()));
        let found = found.map_err(|error| Failure::from_engine(&error, place))?;
        let order = found.streams.iter().map(|stream| OrderLine {
            path: stream.path.to_string(),
            bytes_before_open: stream.prefix_len,
        });
        let (bytes_before_first_view, no_view) =
            match first_view_len(session, bytes, arrival, place)? {
                Ok(len) => (Some(len), None),
                Err(why) => (None, Some(why)),
            };
        Ok(Self {
            bytes_before_listing: found.listing_len,
            bytes_before_first_view,
            no_view,
            order: order.collect(),
        })
    }

    /// The same for people: a line each, in the order in which things become available.
    pub(crate) fn text(&self) -> String {
        let mut lines: Vec<(u64, String)> = self
            .order
            .iter()
            .map(|line| (line.bytes_before_open.unwrap_or(u64::MAX), line.path.clone()))
            .chain([(self.bytes_before_listing, String::from("(the listing of everything)"))])
            .chain(self.bytes_before_first_view.map(|len| (len, String::from("(the first view)"))))
            .collect();
        lines.sort();
        let mut text = String::from("bytes before  what\n");
        for (bytes, what) in lines {
            let bytes = if bytes == u64::MAX { String::from("never") } else { bytes.to_string() };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{bytes:>12}  {}", visible(&what));
        }
        text
    }

    /// Fails when the first view needs more than `within` bytes, or the listing does where there
    /// is no view.
    pub(crate) fn verdict(&self, within: Option<u64>, place: &str) -> Option<Failure> {
        let within = within?;
        let (what, needed) = match self.bytes_before_first_view {
            Some(len) => (String::from("the first view"), len),
            None => {
                let why = self.no_view.as_deref().unwrap_or_default();
                (format!("there is no view ({why}), and the listing"), self.bytes_before_listing)
            }
        };
        if needed <= within {
            return None;
        }
        let text = format!("{what} needs {needed} bytes, more than {within}");
        Some(Failure::failed(text).at(place).with_advice("docfile optimize"))
    }
}

/// How much of a file must arrive before its first view, or why it has none.
pub(crate) fn first_view_len(
    session: &Session,
    bytes: &Arc<dyn LockBytes>,
    arrival: &Arrival,
    place: &str,
) -> Result<Result<u64, String>, Failure> {
    let opening = Opening::default();
    match arrival.until(|| try_first_view_len(bytes, session.settings(), &opening)) {
        Ok(len) => Ok(Ok(len)),
        Err(error) if stop::reason().is_none() && shows_nothing(&error) => {
            Ok(Err(error.to_string()))
        }
        Err(error) => Err(Failure::from_engine(&error, place)),
    }
}
