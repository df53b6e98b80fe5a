//! The contract of `LockBytes`, clause by clause, as it is written at the trait.
//!
//! Every function makes arrays of its own and holds one clause against them; [`LockBytesSuite::run`]
//! runs all of them. The suite waits by letting arrive exactly what a pending answer requires, so
//! an answer that names too little fails it. Source: `docfile_compound::LockBytes`, "Contract".

use std::sync::Arc;

use docfile_compound::{ErrorKind, LockBytes, LockType, Missing, ReadRequest, Result};

use super::holds;
use crate::random::Random;

const ALL_OR_PENDING: &str = "1. try_read_many fills every request, or answers pending naming \
    every missing part of every request, in offsets of the outermost array";
const ALWAYS_READABLE: &str = "2. a range that was read can be read again, and gives the same \
    bytes unless somebody wrote there in between";
const SHORT_ONLY_AT_END: &str = "3. a request is filled short only where the array is known to \
    end; at or past the end it is filled with zero bytes, which is success";
const LENGTH: &str = "4. len is None until the length is known; then it changes only by writing";
const WRITES: &str = "5. write_at writes all or fails; past the end it extends the array, and \
    bytes in a gap read as zero; what was written is read back at once";
const SHARED: &str = "6. all methods may be called from many threads at once";
const LOCKS: &str = "7. locks are advisory and optional; an array without them says so by \
    InvalidFunction";

/// Longer than two sectors of version 4, and no whole number of anything.
const SAMPLE_LEN: usize = 10_007;
/// More pending answers in a row than any array may need when it gets what it requires.
const ROUND_LIMIT: usize = 8;

/// Lets arrive what a pending answer requires.
type Arrive<B> = dyn Fn(&B, &Missing);

/// The suite for one kind of byte array.
pub struct LockBytesSuite<B> {
    make: Box<dyn Fn(Vec<u8>) -> B>,
    arrive: Box<Arrive<B>>,
    writable: bool,
}

impl<B> core::fmt::Debug for LockBytesSuite<B> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("LockBytesSuite").field("writable", &self.writable).finish_non_exhaustive()
    }
}

impl<B: LockBytes + 'static> LockBytesSuite<B> {
    /// A suite for what `make` makes: an array of the given bytes that can be written.
    pub fn new(make: impl Fn(Vec<u8>) -> B + 'static) -> Self {
        Self { make: Box::new(make), arrive: Box::new(|_, _| {}), writable: true }
    }

    /// For an array whose bytes arrive late: how to let arrive what a pending answer requires.
    #[must_use]
    pub fn arriving_by(mut self, arrive: impl Fn(&B, &Missing) + 'static) -> Self {
        self.arrive = Box::new(arrive);
        self
    }

    /// For an array that cannot be written.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.writable = false;
        self
    }

    /// Holds every clause against the array.
    ///
    /// # Panics
    ///
    /// With the clause that does not hold.
    pub fn run(&self) {
        self.many_requests_are_filled_in_one_step();
        self.a_pending_answer_names_all_that_is_missing();
        self.what_was_read_can_be_read_again();
        self.only_the_end_is_short();
        self.an_unknown_end_is_missing_rather_than_absent();
        self.the_length_once_known_stays();
        if self.writable {
            self.a_write_is_read_back_at_once();
            self.a_write_past_the_end_leaves_zeros_in_the_gap();
            self.a_resize_cuts_or_adds_zeros();
            self.many_writes_equal_the_same_writes_in_memory();
        } else {
            self.a_read_only_array_refuses_every_change();
        }
        self.many_threads_read_at_once();
        self.locks_are_there_or_said_to_be_absent();
    }

    /// Clause 1, first half: overlapping, empty and unordered requests are all filled.
    pub fn many_requests_are_filled_in_one_step(&self) {
        let (bytes, content) = self.sample();
        let ranges = [(9_000, 1_007), (0, 512), (100, 5_000), (4_096, 0), (0, 1), (10_006, 1)];
        let mut buffers: Vec<Vec<u8>> = ranges.iter().map(|(_, len)| vec![0xEE; *len]).collect();
        let filled = self.read_many(&bytes, ranges.map(|(offset, _)| offset), &mut buffers);
        for (((offset, len), buffer), filled) in ranges.into_iter().zip(&buffers).zip(filled) {
            let expected = &content[offset..offset + len];
            holds!(filled == len, ALL_OR_PENDING, "{filled} of {len} bytes at {offset}");
            holds!(buffer == expected, ALL_OR_PENDING, "other bytes at {offset}");
        }
        holds!(bytes.try_read_many(&mut []).is_ok(), ALL_OR_PENDING, "no request is not filled");
    }

    /// Clause 1, second half: when exactly what was required has come, the step succeeds.
    pub fn a_pending_answer_names_all_that_is_missing(&self) {
        let (bytes, content) = self.sample();
        let mut random = Random::seeded(1);
        for _ in 0..50 {
            let offset = random.index(SAMPLE_LEN);
            let len = random.index(3_000);
            let mut buffers = vec![vec![0; len], vec![0; 64]];
            let filled = self.read_many(&bytes, [offset, 3], &mut buffers);
            let end = (offset + len).min(SAMPLE_LEN);
            holds!(
                buffers[0][..filled[0]] == content[offset..end] && buffers[1] == content[3..67],
                ALL_OR_PENDING,
                "{} bytes at {offset} differ",
                filled[0]
            );
        }
    }

    /// Clause 2: nothing that was read becomes pending, or something else.
    pub fn what_was_read_can_be_read_again(&self) {
        let (bytes, content) = self.sample();
        self.read(&bytes, 0, SAMPLE_LEN);
        let mut random = Random::seeded(2);
        for _ in 0..200 {
            let offset = random.index(SAMPLE_LEN);
            let mut buffer = vec![0; random.index(SAMPLE_LEN - offset) + 1];
            let result = bytes.try_read_at(offset as u64, &mut buffer);
            holds!(
                matches!(result, Ok(filled) if filled == buffer.len()),
                ALWAYS_READABLE,
                "{result:?} at {offset}"
            );
            holds!(
                buffer == content[offset..offset + buffer.len()],
                ALWAYS_READABLE,
                "other bytes at {offset}"
            );
        }
    }

    /// Clause 3: across, at and past the end.
    pub fn only_the_end_is_short(&self) {
        let (bytes, content) = self.sample();
        self.read(&bytes, 0, SAMPLE_LEN + 1);
        let len = SAMPLE_LEN as u64;
        for (offset, expected) in
            [(len - 7, 7), (len - 1, 1), (len, 0), (len + 1, 0), (len * 100, 0), (u64::MAX, 0)]
        {
            let mut buffer = [0; 512];
            let result = bytes.try_read_at(offset, &mut buffer);
            holds!(
                matches!(result, Ok(filled) if filled == expected),
                SHORT_ONLY_AT_END,
                "{result:?} at {offset}"
            );
            holds!(
                content.ends_with(&buffer[..expected]),
                SHORT_ONLY_AT_END,
                "other bytes at {offset}"
            );
        }
        let empty = (self.make)(Vec::new());
        holds!(self.read(&empty, 0, 1).is_empty(), SHORT_ONLY_AT_END, "bytes in an empty array");
    }

    /// Clause 3, last sentence; holds nothing against arrays that know their length at once.
    pub fn an_unknown_end_is_missing_rather_than_absent(&self) {
        let (bytes, _) = self.sample();
        if bytes.len().is_some() {
            return;
        }
        let result = bytes.try_read_at(SAMPLE_LEN as u64, &mut [0; 16]);
        let pending = result.as_ref().is_err_and(docfile_compound::Error::is_pending);
        holds!(
            pending || bytes.len().is_some(),
            SHORT_ONLY_AT_END,
            "{result:?} past the bytes of an array of unknown length"
        );
    }

    /// Clause 4.
    pub fn the_length_once_known_stays(&self) {
        let (bytes, _) = self.sample();
        let mut known = bytes.len();
        for offset in (0..SAMPLE_LEN).step_by(997) {
            self.read(&bytes, offset, 997);
            let now = bytes.len();
            holds!(known.is_none() || known == now, LENGTH, "{known:?} became {now:?} by reading");
            known = now;
        }
        self.read(&bytes, SAMPLE_LEN, 1);
        let len = bytes.len();
        holds!(len == Some(SAMPLE_LEN as u64), LENGTH, "{len:?} when all has been read");
        holds!(!bytes.is_empty(), LENGTH, "a full array says that it is empty");
        let empty = (self.make)(Vec::new());
        self.read(&empty, 0, 1);
        holds!(empty.is_empty(), LENGTH, "an empty array does not say so");
    }

    /// Clause 5: by the writer and by another holder of the same array.
    pub fn a_write_is_read_back_at_once(&self) {
        let (bytes, mut content) = self.sample();
        let bytes = Arc::new(bytes);
        for (offset, len) in [(0, 1), (511, 2), (4_000, 3_000), (10_006, 1), (10_000, 500)] {
            let data = Random::seeded(offset as u64).bytes(len);
            self.change(bytes.write_at(offset as u64, &data));
            content.resize(content.len().max(offset + len), 0);
            content[offset..offset + len].copy_from_slice(&data);
            let other = Arc::clone(&bytes);
            let read = std::thread::scope(|scope| {
                let reader = scope.spawn(move || {
                    let mut buffer = vec![0; len];
                    other.try_read_at(offset as u64, &mut buffer).map(|_| buffer)
                });
                reader.join().expect("the reader does not panic")
            });
            holds!(
                read.as_ref().is_ok_and(|read| *read == data),
                WRITES,
                "another reader got {read:?} for {len} bytes written at {offset}"
            );
        }
        self.change(bytes.flush());
        self.equals(&bytes, &content);
    }

    /// Clause 5: gaps.
    pub fn a_write_past_the_end_leaves_zeros_in_the_gap(&self) {
        let (bytes, mut content) = self.sample();
        self.change(bytes.write_at(20_000, b"island"));
        content.resize(20_000, 0);
        content.extend_from_slice(b"island");
        let len = bytes.len();
        holds!(len.is_none_or(|len| len == 20_006), WRITES, "length {len:?}, not 20006");
        self.equals(&bytes, &content);
    }

    /// Clause 5: what was cut off does not come back.
    pub fn a_resize_cuts_or_adds_zeros(&self) {
        let (bytes, mut content) = self.sample();
        for len in [9_000, 12_000, 0, 700] {
            self.change(bytes.set_size(len as u64));
            content.resize(len, 0);
            holds!(bytes.len() == Some(len as u64), WRITES, "length {:?}, not {len}", bytes.len());
            self.equals(&bytes, &content);
        }
    }

    /// Clause 5: a long sequence of changes against a vector.
    pub fn many_writes_equal_the_same_writes_in_memory(&self) {
        let (bytes, mut content) = self.sample();
        let mut random = Random::seeded(5);
        for _ in 0..200 {
            if random.chance(1, 8) {
                let len = random.index(15_000);
                self.change(bytes.set_size(len as u64));
                content.resize(len, 0);
            } else {
                let offset = random.index(12_000);
                let len = random.index(1_500) + 1;
                let data = random.bytes(len);
                self.change(bytes.write_at(offset as u64, &data));
                content.resize(content.len().max(offset + data.len()), 0);
                content[offset..offset + data.len()].copy_from_slice(&data);
            }
            if random.chance(1, 4) {
                self.change(bytes.flush());
            }
        }
        self.equals(&bytes, &content);
    }

    /// Clause 5, for arrays that cannot be written: `AccessDenied`, and nothing changes.
    pub fn a_read_only_array_refuses_every_change(&self) {
        let (bytes, content) = self.sample();
        for result in [bytes.write_at(3, b"x"), bytes.set_size(3), bytes.write_at(20_000, b"x")] {
            let denied = result.as_ref().is_err_and(|e| e.kind() == ErrorKind::AccessDenied);
            holds!(denied, WRITES, "{result:?} on a read-only array");
        }
        self.equals(&bytes, &content);
    }

    /// Clause 6.
    pub fn many_threads_read_at_once(&self) {
        let (bytes, content) = self.sample();
        self.read(&bytes, 0, SAMPLE_LEN);
        std::thread::scope(|scope| {
            for seed in 0..4 {
                let (bytes, content) = (&bytes, &content);
                scope.spawn(move || {
                    let mut random = Random::seeded(seed);
                    for _ in 0..100 {
                        let offset = random.index(SAMPLE_LEN - 600);
                        let mut buffer = [0; 600];
                        let result = bytes.try_read_at(offset as u64, &mut buffer);
                        holds!(
                            result.is_ok() && buffer == content[offset..offset + 600],
                            SHARED,
                            "{result:?} at {offset} while others read"
                        );
                    }
                });
            }
        });
    }

    /// Clause 7.
    pub fn locks_are_there_or_said_to_be_absent(&self) {
        let (bytes, _) = self.sample();
        for kind in [LockType::Write, LockType::Exclusive, LockType::OnlyOnce] {
            let range = 0x7FFF_FF93..0x7FFF_FF94;
            match bytes.lock_region(range.clone(), kind) {
                Ok(()) => {
                    let other = bytes.unlock_region(range.start..range.end + 1, kind);
                    holds!(other.is_err(), LOCKS, "another range than the locked one was released");
                    let released = bytes.unlock_region(range, kind);
                    holds!(released.is_ok(), LOCKS, "{released:?} releasing a lock that was taken");
                }
                Err(error) => holds!(
                    error.kind() == ErrorKind::InvalidFunction,
                    LOCKS,
                    "{error:?} from an array without locks of type {kind:?}"
                ),
            }
        }
    }

    fn sample(&self) -> (B, Vec<u8>) {
        let content = Random::seeded(SAMPLE_LEN as u64).bytes(SAMPLE_LEN);
        ((self.make)(content.clone()), content)
    }

    /// Reads until it is no longer pending; answers how much of each buffer was filled.
    fn read_many<const N: usize>(
        &self,
        bytes: &B,
        offsets: [usize; N],
        buffers: &mut [Vec<u8>],
    ) -> Vec<usize> {
        for _ in 0..ROUND_LIMIT {
            let mut requests: Vec<ReadRequest<'_>> = offsets
                .iter()
                .zip(buffers.iter_mut())
                .map(|(offset, buffer)| ReadRequest::new(*offset as u64, buffer))
                .collect();
            let asked: Vec<_> = requests.iter().map(ReadRequest::range).collect();
            let error = match bytes.try_read_many(&mut requests) {
                Ok(()) => return requests.iter().map(|request| request.filled).collect(),
                Err(error) => error,
            };
            holds!(error.is_pending(), ALL_OR_PENDING, "{error:?} for {asked:?}");
            let Ok(missing) = error.into_missing() else {
                panic!("broken contract: {ALL_OR_PENDING}\nseen: pending on nothing, {asked:?}");
            };
            let in_asked = |part: &core::ops::Range<u64>| {
                asked.iter().any(|range| range.start < part.end && part.start < range.end)
            };
            holds!(
                !missing.required.is_empty() && missing.required.iter().all(|r| in_asked(&r)),
                ALL_OR_PENDING,
                "{:?} required for {asked:?}",
                missing.required
            );
            (self.arrive)(bytes, &missing);
        }
        panic!("broken contract: {ALL_OR_PENDING}\nseen: pending although all required has come");
    }

    fn read(&self, bytes: &B, offset: usize, len: usize) -> Vec<u8> {
        let mut buffers = [vec![0; len]];
        let filled = self.read_many(bytes, [offset], &mut buffers);
        let [mut buffer] = buffers;
        buffer.truncate(filled[0]);
        buffer
    }

    fn equals(&self, bytes: &B, content: &[u8]) {
        let read = self.read(bytes, 0, content.len() + 1);
        let differs = read.iter().zip(content).position(|(ours, theirs)| ours != theirs);
        holds!(
            read == content,
            WRITES,
            "{} bytes instead of {}, the first difference at {differs:?}",
            read.len(),
            content.len()
        );
    }

    fn change(&self, result: Result<()>) {
        holds!(result.is_ok(), WRITES, "{result:?} from an array that can be written");
    }
}
