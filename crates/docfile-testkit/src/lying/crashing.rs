//! An array whose power fails at a chosen write or flush, and what may then be left of it.
//!
//! Invariant: `durable` is the array as of the last flush that returned; `log` holds every change
//! since, in order; the array inside holds both. After the power failed nothing can be read or
//! written, and [`survivor`](Crashing::survivor) builds what a medium may hold: `durable` with any
//! part of the log applied. A medium is trusted to write 512 aligned bytes whole or not at all
//! and nothing else: writes land in any order, in part, or never.

use core::ops::Range;
use std::sync::Mutex;

use docfile_compound::{Error, ErrorKind, LockBytes, LockType, ReadRequest, Result};

use super::lock;
use crate::random::Random;

/// What a medium writes whole or not at all.
const ATOMIC_LEN: u64 = 512;

/// An array that loses power.
#[derive(Debug)]
pub struct Crashing<B> {
    inner: B,
    crash_at: Option<CrashPoint>,
    state: Mutex<State>,
}

/// When the power fails. Changes are counted from zero since the array was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrashPoint {
    /// At the flush of that number: it does not return, and nothing since the last one is safe.
    Flush(u64),
    /// At the write or resize of that number, which may or may not have reached the medium.
    Write(u64),
}

/// Which of the changes since the last flush the medium kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Survival {
    /// None of them.
    Nothing,
    /// All of them.
    Everything,
    /// A choice that follows from the seed: a first part of them, any of them, or any 512-byte
    /// parts of them.
    Seeded(u64),
}

#[derive(Debug, Default)]
struct State {
    durable: Vec<u8>,
    log: Vec<Change>,
    write_count: u64,
    flush_count: u64,
    power_failed: bool,
}

#[derive(Debug, Clone)]
enum Change {
    Write { offset: u64, data: Vec<u8> },
    SetSize { len: u64 },
}

impl<B: LockBytes> Crashing<B> {
    /// An array whose power never fails: for counting the flushes and writes of a first run.
    ///
    /// What `inner` holds now counts as flushed.
    ///
    /// # Panics
    ///
    /// When `inner` is not all here.
    pub fn new(inner: B) -> Self {
        let len = inner.len().expect("a crashing array starts from bytes that are here");
        let mut durable = vec![0; index(len)];
        let filled = inner.try_read_at(0, &mut durable);
        assert_eq!(filled.ok(), Some(durable.len()), "the array inside is not all here");
        let state = State { durable, ..State::default() };
        Self { inner, crash_at: None, state: Mutex::new(state) }
    }

    /// The power fails at `point`.
    #[must_use]
    pub fn crash_at(mut self, point: CrashPoint) -> Self {
        self.crash_at = Some(point);
        self
    }

    /// How many flushes were asked for so far.
    pub fn flush_count(&self) -> u64 {
        lock(&self.state).flush_count
    }

    /// How many writes and resizes were asked for so far.
    pub fn write_count(&self) -> u64 {
        lock(&self.state).write_count
    }

    /// Whether the power has failed.
    pub fn power_failed(&self) -> bool {
        lock(&self.state).power_failed
    }

    /// Cuts the power now, between two calls.
    pub fn cut_power(&self) {
        lock(&self.state).power_failed = true;
    }

    /// One array that a power failure at this moment may leave.
    pub fn survivor(&self, survival: Survival) -> Vec<u8> {
        let state = lock(&self.state);
        let mut bytes = state.durable.clone();
        match survival {
            Survival::Nothing => {}
            Survival::Everything => state.log.iter().for_each(|change| change.apply(&mut bytes)),
            Survival::Seeded(seed) => {
                let random = &mut Random::seeded(seed);
                match random.below(3) {
                    0 => {
                        let kept = random.index(state.log.len() + 1);
                        state.log[..kept].iter().for_each(|change| change.apply(&mut bytes));
                    }
                    1 => {
                        let kept = state.log.iter().filter(|_| random.chance(1, 2));
                        kept.for_each(|change| change.apply(&mut bytes));
                    }
                    _ => state.log.iter().for_each(|change| change.apply_torn(&mut bytes, random)),
                }
            }
        }
        bytes
    }

    /// Arrays that a power failure at this moment may leave: with nothing and with everything
    /// since the last flush, and `count` between, chosen by `seed`.
    pub fn survivors(&self, seed: u64, count: u64) -> impl Iterator<Item = Vec<u8>> {
        let mut random = Random::seeded(seed);
        let seeded = (0..count).map(move |_| Survival::Seeded(random.next_u64()));
        [Survival::Nothing, Survival::Everything]
            .into_iter()
            .chain(seeded)
            .map(|survival| self.survivor(survival))
    }

    /// Notes a change that is about to be made; fails when the power goes with it.
    fn log(&self, change: Change) -> Result<()> {
        let mut state = lock(&self.state);
        if state.power_failed {
            return Err(power_is_off(ErrorKind::WriteFault));
        }
        state.log.push(change);
        state.write_count += 1;
        if self.crash_at == Some(CrashPoint::Write(state.write_count - 1)) {
            state.power_failed = true;
            return Err(power_is_off(ErrorKind::WriteFault));
        }
        Ok(())
    }
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write { offset, data } => put(bytes, *offset, data),
            Self::SetSize { len } => bytes.resize(index(*len), 0),
        }
    }

    /// Applies some of the atomic parts of the change.
    fn apply_torn(&self, bytes: &mut Vec<u8>, random: &mut Random) {
        let Self::Write { offset, data } = self else {
            if random.chance(1, 2) {
                self.apply(bytes);
            }
            return;
        };
        let end = offset + data.len() as u64;
        let mut start = *offset;
        while start < end {
            let part_end = (start / ATOMIC_LEN * ATOMIC_LEN + ATOMIC_LEN).min(end);
            if random.chance(1, 2) {
                put(bytes, start, &data[index(start - offset)..index(part_end - offset)]);
            }
            start = part_end;
        }
    }
}

fn put(bytes: &mut Vec<u8>, offset: u64, data: &[u8]) {
    let range = index(offset)..index(offset) + data.len();
    if bytes.len() < range.end {
        bytes.resize(range.end, 0);
    }
    bytes[range].copy_from_slice(data);
}

fn index(offset: u64) -> usize {
    usize::try_from(offset).expect("a crashing array fits into memory")
}

fn power_is_off(kind: ErrorKind) -> Error {
    Error::new(kind, "the power has failed")
}

impl<B: LockBytes> LockBytes for Crashing<B> {
    fn try_read_many(&self, requests: &mut [ReadRequest<'_>]) -> Result<()> {
        if self.power_failed() {
            return Err(power_is_off(ErrorKind::ReadFault));
        }
        self.inner.try_read_many(requests)
    }

    fn len(&self) -> Option<u64> {
        self.inner.len()
    }

    fn write_at(&self, offset: u64, data: &[u8]) -> Result<()> {
        self.log(Change::Write { offset, data: data.to_vec() })?;
        self.inner.write_at(offset, data)
    }

    fn flush(&self) -> Result<()> {
        let mut state = lock(&self.state);
        if state.power_failed {
            return Err(power_is_off(ErrorKind::WriteFault));
        }
        state.flush_count += 1;
        if self.crash_at == Some(CrashPoint::Flush(state.flush_count - 1)) {
            state.power_failed = true;
            return Err(power_is_off(ErrorKind::WriteFault));
        }
        self.inner.flush()?;
        let State { durable, log, .. } = &mut *state;
        log.drain(..).for_each(|change| change.apply(durable));
        Ok(())
    }

    fn set_size(&self, len: u64) -> Result<()> {
        self.log(Change::SetSize { len })?;
        self.inner.set_size(len)
    }

    fn lock_region(&self, range: Range<u64>, kind: LockType) -> Result<()> {
        self.inner.lock_region(range, kind)
    }

    fn unlock_region(&self, range: Range<u64>, kind: LockType) -> Result<()> {
        self.inner.unlock_region(range, kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use docfile_compound::MemoryBytes;
    use std::collections::BTreeSet;

    #[test]
    fn a_flush_that_returned_is_safe() {
        let bytes = Crashing::new(MemoryBytes::default()).crash_at(CrashPoint::Flush(1));
        bytes.write_at(0, b"safe").unwrap();
        bytes.flush().unwrap();
        bytes.write_at(0, b"lost").unwrap();
        bytes.flush().unwrap_err();
        assert!(bytes.power_failed());
        assert_eq!(bytes.try_read_at(0, &mut [0; 4]).unwrap_err().kind(), ErrorKind::ReadFault);
        assert_eq!(bytes.write_at(0, b"x").unwrap_err().kind(), ErrorKind::WriteFault);
        assert_eq!(bytes.survivor(Survival::Nothing), b"safe");
        assert_eq!(bytes.survivor(Survival::Everything), b"lost");
    }

    #[test]
    fn a_write_that_meets_the_crash_may_have_landed() {
        let bytes = Crashing::new(MemoryBytes::default()).crash_at(CrashPoint::Write(1));
        bytes.write_at(0, b"ab").unwrap();
        bytes.write_at(2, b"cd").unwrap_err();
        assert_eq!(bytes.survivor(Survival::Everything), b"abcd");
        let left: BTreeSet<Vec<u8>> = bytes.survivors(1, 100).collect();
        let all: [&[u8]; 4] = [b"", b"\0\0cd", b"ab", b"abcd"];
        assert_eq!(left, all.map(<[u8]>::to_vec).into());
    }

    #[test]
    fn a_write_tears_at_512_bytes_and_nowhere_else() {
        let bytes = Crashing::new(MemoryBytes::new(vec![0; 2048]));
        bytes.write_at(256, &[1; 1024]).unwrap();
        bytes.cut_power();
        let mut torn = BTreeSet::new();
        for left in bytes.survivors(2, 200) {
            let parts = [&left[256..512], &left[512..1024], &left[1024..1280]];
            assert!(parts.iter().all(|part| part.iter().all(|byte| byte == &part[0])));
            torn.insert(parts.map(|part| part[0]));
        }
        assert_eq!(torn.len(), 8, "every way of tearing is met");
    }
}
