//! What `check --order` tells: how much of a file must arrive before its parts can be used.

use std::fmt::Write as _;
use std::sync::Arc;

use docfile::{FileOrder, LockBytes};
use serde::Serialize;

use crate::arrival::Arrival;
use crate::failure::Failure;
use crate::output::visible;
use crate::session::Session;

/// What scripts get.
#[derive(Debug, Serialize)]
pub(crate) struct Order {
    /// How many bytes must arrive before everything can be listed.
    pub(crate) bytes_before_listing: u64,
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
        Ok(Self { bytes_before_listing: found.listing_len, order: order.collect() })
    }

    /// The same for people: a line each, in the order in which things become available.
    pub(crate) fn text(&self) -> String {
        let mut lines: Vec<(u64, String)> = self
            .order
            .iter()
            .map(|line| (line.bytes_before_open.unwrap_or(u64::MAX), line.path.clone()))
            .chain([(self.bytes_before_listing, String::from("(the listing of everything)"))])
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

    /// Fails when the listing needs more than `within` bytes.
    pub(crate) fn verdict(&self, within: Option<u64>, place: &str) -> Option<Failure> {
        let within = within.filter(|within| self.bytes_before_listing > *within)?;
        let text = format!(
            "the listing needs {} bytes, more than {within} (the first view is not measured yet, \
             so --within is about the listing)",
            self.bytes_before_listing
        );
        Some(Failure::failed(text).at(place).with_advice("docfile optimize"))
    }
}
