//! The bill: what the work cost in bytes, requests and time, counted where it happens.
//!
//! [`MeteredBytes`] stands directly before the source, and its [`Meter`] counts what passes; no
//! number is estimated. It is also where the byte limit and the stop key are felt, because every
//! read comes by. It keeps no bytes.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use docfile::transfer::Counters;
use docfile::{ByteRanges, Error, ErrorKind, LockBytes, LockType, ReadRequest, Result};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::output::{human_len, seconds};
use crate::stop::{self, Halt};

/// The counters of one source.
#[derive(Debug)]
pub(crate) struct Meter {
    started: Instant,
    fetched: AtomicU64,
    written: AtomicU64,
    request_count: AtomicU64,
    /// `u64::MAX` while unknown.
    total: AtomicU64,
    distinct: Mutex<DistinctBytes>,
    /// Bytes that the whole command may still fetch, when there is a limit.
    allowance: Option<Arc<AtomicU64>>,
    /// What a transfer told last; its counters stand for those above.
    transferred: Mutex<Counters>,
    first_view: OnceLock<FirstView>,
}

/// What it cost until something could be shown.
#[derive(Debug, Clone, Copy)]
struct FirstView {
    byte_count: u64,
    after: Duration,
}

impl Meter {
    pub(crate) fn new(allowance: Option<Arc<AtomicU64>>) -> Self {
        Self {
            started: Instant::now(),
            fetched: AtomicU64::new(0),
            written: AtomicU64::new(0),
            request_count: AtomicU64::new(0),
            total: AtomicU64::new(u64::MAX),
            distinct: Mutex::default(),
            allowance,
            transferred: Mutex::default(),
            first_view: OnceLock::new(),
        }
    }

    /// Something can be shown now; only the first time counts.
    pub(crate) fn note_first_view(&self) {
        let bill = self.bill();
        let first = FirstView { byte_count: bill.bytes_fetched, after: bill.elapsed };
        self.first_view.get_or_init(|| first);
    }

    /// How many bytes may still be fetched, when there is a limit.
    pub(crate) fn allowance(&self) -> Option<u64> {
        self.allowance.as_ref().map(|allowance| allowance.load(Ordering::Acquire))
    }

    /// Takes over what a transfer has counted, and the length that it found out.
    pub(crate) fn note_transfer(&self, counters: Counters, total: Option<u64>) {
        self.total.store(total.unwrap_or(u64::MAX), Ordering::Relaxed);
        let mut known = self.transferred.lock().unwrap_or_else(PoisonError::into_inner);
        let more = counters.received_byte_count().saturating_sub(known.received_byte_count());
        *known = counters;
        drop(known);
        if let Some(allowance) = &self.allowance {
            // The transfer keeps to its budget itself; this is for the sources that follow.
            let spend = |rest: u64| Some(rest.saturating_sub(more));
            let _ = allowance.fetch_update(Ordering::AcqRel, Ordering::Acquire, spend);
        }
    }

    /// Counts one request that brought `range`.
    pub(crate) fn count_fetched(&self, range: std::ops::Range<u64>) {
        self.request_count.fetch_add(1, Ordering::Relaxed);
        self.fetched.fetch_add(range.end.saturating_sub(range.start), Ordering::Relaxed);
        self.distinct.lock().unwrap_or_else(PoisonError::into_inner).insert(range);
    }

    /// Takes `len` bytes off the allowance.
    pub(crate) fn spend(&self, len: u64) -> Result<()> {
        let Some(allowance) = &self.allowance else { return Ok(()) };
        let spent = allowance
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |rest| rest.checked_sub(len));
        if spent.is_ok() {
            return Ok(());
        }
        stop::set(Halt::ByteLimit);
        Err(Error::new(ErrorKind::LimitReached, "the limit of bytes was reached"))
    }

    /// The counters as they stand.
    pub(crate) fn bill(&self) -> Bill {
        let total = self.total.load(Ordering::Relaxed);
        let transferred = *self.transferred.lock().unwrap_or_else(PoisonError::into_inner);
        let received = transferred.received_byte_count();
        let mut distinct = self.distinct.lock().unwrap_or_else(PoisonError::into_inner);
        Bill {
            bytes_fetched: self.fetched.load(Ordering::Relaxed) + received,
            bytes_distinct: distinct.byte_count() + received - transferred.wasted_byte_count,
            bytes_total: (total != u64::MAX).then_some(total),
            bytes_written: self.written.load(Ordering::Relaxed),
            request_count: self.request_count.load(Ordering::Relaxed) + transferred.request_count,
            elapsed: self.started.elapsed(),
            first_view: self.first_view.get().copied(),
        }
    }
}

/// What work cost.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Bill {
    bytes_fetched: u64,
    bytes_distinct: u64,
    bytes_total: Option<u64>,
    bytes_written: u64,
    request_count: u64,
    elapsed: Duration,
    first_view: Option<FirstView>,
}

impl Bill {
    /// The bill of all of `bills`, which together took `elapsed`.
    pub(crate) fn sum(bills: &[Self], elapsed: Duration) -> Self {
        bills.iter().fold(Self { bytes_total: Some(0), elapsed, ..Self::default() }, |sum, bill| {
            Self {
                bytes_fetched: sum.bytes_fetched + bill.bytes_fetched,
                bytes_distinct: sum.bytes_distinct + bill.bytes_distinct,
                bytes_total: sum.bytes_total.zip(bill.bytes_total).map(|(a, b)| a + b),
                bytes_written: sum.bytes_written + bill.bytes_written,
                request_count: sum.request_count + bill.request_count,
                elapsed,
                first_view: None,
            }
        })
    }

    /// What was fetched, for a line of its own.
    pub(crate) fn fetched_text(&self) -> String {
        format!("{} in {}", human_len(self.bytes_fetched), self.requests_text())
    }

    fn requests_text(&self) -> String {
        let noun = if self.request_count == 1 { "request" } else { "requests" };
        format!("{} {noun}", self.request_count)
    }

    /// The second line of `-v`.
    pub(crate) fn detail(&self) -> String {
        format!("of what was fetched, {} were distinct", human_len(self.bytes_distinct))
    }
}

impl fmt::Display for Bill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fetched {}", human_len(self.bytes_fetched))?;
        if let Some(total) = self.bytes_total.filter(|total| *total > 0) {
            let share =
                (u128::from(self.bytes_fetched) * 1000 + u128::from(total / 2)) / u128::from(total);
            write!(f, " of {} ({}.{} %)", human_len(total), share / 10, share % 10)?;
        }
        write!(f, " in {}", self.requests_text())?;
        if self.bytes_written > 0 {
            write!(f, ", wrote {}", human_len(self.bytes_written))?;
        }
        write!(f, ", {:.2} s", self.elapsed.as_secs_f64())
    }
}

impl Serialize for Bill {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("bytes_fetched", &self.bytes_fetched)?;
        map.serialize_entry("bytes_distinct", &self.bytes_distinct)?;
        map.serialize_entry("bytes_total", &self.bytes_total)?;
        map.serialize_entry("bytes_written", &self.bytes_written)?;
        map.serialize_entry("requests", &self.request_count)?;
        map.serialize_entry("seconds", &seconds(self.elapsed))?;
        if let Some(first) = self.first_view {
            map.serialize_entry("first_view_seconds", &seconds(first.after))?;
            map.serialize_entry("first_view_bytes", &first.byte_count)?;
        }
        map.end()
    }
}

/// A byte array that counts what is read from and written to the one behind it.
#[derive(Debug)]
pub(crate) struct MeteredBytes<B> {
    inner: B,
    meter: Arc<Meter>,
}

impl<B: LockBytes> MeteredBytes<B> {
    pub(crate) fn new(inner: B, meter: Arc<Meter>) -> Self {
        meter.total.store(inner.len().unwrap_or(u64::MAX), Ordering::Relaxed);
        Self { inner, meter }
    }
}

fn check_halt() -> Result<()> {
    match stop::reason() {
        None => Ok(()),
        Some(_) => Err(Error::new(ErrorKind::Terminated, "stopped")),
    }
}

impl<B: LockBytes> LockBytes for MeteredBytes<B> {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        check_halt()?;
        let end = self.inner.len().unwrap_or(u64::MAX);
        let wanted = |request: &ReadRequest<'_>| {
            end.saturating_sub(request.offset).min(request.buffer.len() as u64)
        };
        self.meter.spend(requests.iter().map(wanted).sum())?;
        self.inner.try_read_many(requests)?;
        for request in requests {
            let range = request.offset..request.offset.saturating_add(request.filled as u64);
            self.meter.count_fetched(range);
        }
        Ok(())
    }

    fn len(&self) -> Option<u64> {
        self.inner.len()
    }

    fn write_at(&self, offset: u64, data: &[u8]) -> Result<()> {
        self.inner.write_at(offset, data)?;
        self.meter.written.fetch_add(data.len() as u64, Ordering::Relaxed);
        Ok(())
    }

    fn flush(&self) -> Result<()> {
        self.inner.flush()
    }

    fn set_size(&self, len: u64) -> Result<()> {
        self.inner.set_size(len)
    }

    fn lock_region(&self, range: std::ops::Range<u64>, kind: LockType) -> Result<()> {
        self.inner.lock_region(range, kind)
    }

    fn unlock_region(&self, range: std::ops::Range<u64>, kind: LockType) -> Result<()> {
        self.inner.unlock_region(range, kind)
    }
}

/// The set of bytes that were fetched at least once.
///
/// Ranges are first noted and now and then sorted in together, because putting each into its
/// place would cost time that grows with the square of their number in a scattered file.
#[derive(Debug, Default)]
struct DistinctBytes {
    sorted: ByteRanges,
    noted: Vec<std::ops::Range<u64>>,
}

impl DistinctBytes {
    /// Notes are sorted in when they are as many as the ranges known, but not before this many.
    const NOTED_COUNT: usize = 4096;

    fn insert(&mut self, range: std::ops::Range<u64>) {
        match self.noted.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.noted.push(range),
        }
        if self.noted.len() >= self.sorted.range_count().max(Self::NOTED_COUNT) {
            self.sort_in();
        }
    }

    fn sort_in(&mut self) {
        self.noted.extend(self.sorted.iter());
        self.noted.sort_unstable_by_key(|range| range.start);
        // In ascending order each range is added at the end, which moves nothing.
        self.sorted = self.noted.drain(..).collect();
    }

    fn byte_count(&mut self) -> u64 {
        self.sort_in();
        self.sorted.byte_count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use docfile::MemoryBytes;

    fn metered(len: usize, allowance: Option<u64>) -> (MeteredBytes<MemoryBytes>, Arc<Meter>) {
        let allowance = allowance.map(|bytes| Arc::new(AtomicU64::new(bytes)));
        let meter = Arc::new(Meter::new(allowance));
        (MeteredBytes::new(MemoryBytes::new(vec![7; len]), Arc::clone(&meter)), meter)
    }

    #[test]
    fn every_piece_and_every_byte_is_counted_once_where_it_was_read() {
        let (bytes, meter) = metered(1000, None);
        let (mut one, mut two) = ([0; 100], [0; 100]);
        let mut pieces = [ReadRequest::new(50, &mut one), ReadRequest::new(950, &mut two)];
        bytes.try_read_many(&mut pieces).unwrap();
        bytes.try_read_at(100, &mut [0; 100]).unwrap();
        let json = serde_json::to_value(meter.bill()).unwrap();
        assert_eq!(json["bytes_fetched"], 250);
        assert_eq!(json["bytes_distinct"], 200);
        assert_eq!(json["bytes_total"], 1000);
        assert_eq!(json["requests"], 3);
    }

    #[test]
    fn counting_changes_nothing_else() {
        let counted =
            |bytes| MeteredBytes::new(MemoryBytes::new(bytes), Arc::new(Meter::new(None)));
        docfile_testkit::suite::lock_bytes::LockBytesSuite::new(counted).run();
    }

    #[test]
    fn the_line_reads_as_the_contract_has_it() {
        let bill = Bill {
            bytes_fetched: 32768,
            bytes_distinct: 32768,
            bytes_total: Some(3_235_840),
            request_count: 3,
            elapsed: Duration::from_millis(210),
            ..Bill::default()
        };
        assert_eq!(bill.to_string(), "fetched 32 KiB of 3.1 MiB (1.0 %) in 3 requests, 0.21 s");
    }

    #[test]
    fn scattered_reads_are_summed_exactly() {
        let mut distinct = DistinctBytes::default();
        for index in 0..20_000_u64 {
            let start = index * 7919 % 20_000 * 10;
            distinct.insert(start..start + 6);
        }
        assert_eq!(distinct.byte_count(), 120_000);
        distinct.insert(0..200_000);
        assert_eq!(distinct.byte_count(), 200_000);
    }
}
