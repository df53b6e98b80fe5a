//! Reading, writing, sizing and positioning streams (`contract/storage.md` 9;
//! `contract/observed.md` 4.2, rules 18 to 20).

use std::io::{Read as _, Seek as _, SeekFrom, Write as _};

use docfile_compound::{ErrorKind, LockBytes as _, LockType, OpenMode as Mode};

use super::super::holds;
use super::{StorageSuite, commit, done, new_stream, open_stream, read, refused, root, write};
use crate::random::Random;

/// Lengths on both sides of the mini sector, both sectors and the mini cutoff.
const LENS: [usize; 15] =
    [0, 1, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 8191, 8192, 8193, 70_000];

impl StorageSuite {
    /// Every clause about streams.
    pub fn streams(&self) {
        self.reading_past_the_end_is_success_with_no_bytes();
        self.a_stream_of_any_length_reads_back();
        self.a_stream_crosses_the_cutoff_in_both_directions();
        self.a_gap_is_filled_and_nothing_else_changes();
        self.writing_nothing_is_success();
        self.a_position_moves_by_what_was_read_and_not_by_resizing();
        self.two_positions_on_one_stream_see_one_content();
        self.a_stream_has_no_region_locks();
    }

    /// 9; rule 18.
    pub fn reading_past_the_end_is_success_with_no_bytes(&self) {
        const CLAUSE: &str = "9 and rule 18. reading at or past the end is success with 0 bytes; a \
            read across the end is short";
        let file = self.sample_file();
        let root = root(&file, Mode::read());
        let stream = open_stream(&root, "stream", Mode::child_read());
        for (offset, expected) in [(0, 5), (3, 2), (5, 0), (6, 0), (10_000, 0), (u64::MAX, 0)] {
            let count = done(stream.try_read_at(offset, &mut [0; 64]), CLAUSE);
            holds!(count == expected, CLAUSE, "{count} bytes at {offset}");
        }
    }

    /// 9, before and after a commit.
    pub fn a_stream_of_any_length_reads_back(&self) {
        const CLAUSE: &str = "9. what was written is read back, before and after a commit";
        let file = self.empty_file();
        let root = root(&file, Mode::edit());
        let content = |len: usize| Random::seeded(len as u64).bytes(len);
        for len in LENS {
            write(&new_stream(&root, &format!("s{len}")), &content(len));
        }
        for round in ["before", "after"] {
            for len in LENS {
                let stream = open_stream(&root, &format!("s{len}"), Mode::child_read());
                let found = read(&stream);
                holds!(found == content(len), CLAUSE, "{len} bytes differ {round} the commit");
                let stat = done(stream.try_len(), CLAUSE);
                holds!(stat == len as u64, CLAUSE, "length {stat} instead of {len}");
            }
            commit(&root);
        }
    }

    /// 9: SetSize, over 4096 bytes.
    pub fn a_stream_crosses_the_cutoff_in_both_directions(&self) {
        const CLAUSE: &str = "9. SetSize cuts or extends; what stays keeps its bytes";
        let file = self.empty_file();
        let root = root(&file, Mode::edit());
        let stream = new_stream(&root, "stream");
        let mut expected = Vec::new();
        for (step, len) in [100, 5000, 4096, 4095, 9000, 64, 63, 0, 4096].into_iter().enumerate() {
            done(stream.try_set_len(len as u64), CLAUSE);
            expected.resize(len, 0);
            if let Some(last) = expected.last_mut() {
                *last = 7;
                done(stream.try_write_at(len as u64 - 1, &[7]), CLAUSE);
            }
            holds!(read(&stream) == expected, CLAUSE, "step {step}, {len} bytes");
            if step % 2 == 0 {
                commit(&root);
                holds!(read(&stream) == expected, CLAUSE, "step {step}, after a commit");
            }
        }
    }

    /// 9: Write past the end; the contract leaves the gap undefined, this engine fills it with zeros.
    pub fn a_gap_is_filled_and_nothing_else_changes(&self) {
        const CLAUSE: &str = "9. writing past the end extends the stream; here the gap is zeros";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        let stream = open_stream(&root, "stream", Mode::child_edit());
        for (offset, len) in [(10, 15), (600, 605), (5_000, 5_005)] {
            done(stream.try_write_at(offset, b"isle!"), CLAUSE);
            holds!(done(stream.try_len(), CLAUSE) == len, CLAUSE, "not {len} bytes long");
        }
        let found = read(&stream);
        let text: Vec<u8> = found.iter().copied().filter(|byte| *byte != 0).collect();
        holds!(text == b"bytesisle!isle!isle!", CLAUSE, "{text:?} where bytes were written");
        let places = [&found[..5], &found[10..15], &found[600..605], &found[5_000..]];
        holds!(places[1..].iter().all(|place| *place == b"isle!"), CLAUSE, "at other places");
    }

    /// 9; rule 19.
    pub fn writing_nothing_is_success(&self) {
        const CLAUSE: &str = "9 and rule 19. a write of 0 bytes is success and changes nothing";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        let stream = open_stream(&root, "stream", Mode::child_edit());
        for offset in [0, 3, 5] {
            let count = done(stream.try_write_at(offset, &[]), CLAUSE);
            holds!(count == 0 && read(&stream) == b"bytes", CLAUSE, "{count} at {offset}");
        }
        refused(
            stream.try_set_len(1 << 62),
            ErrorKind::TooLarge,
            "9. no stream is longer than its version can address",
        );
        holds!(read(&stream) == b"bytes", CLAUSE, "a refused resize changed the stream");
    }

    /// 9: Read, Write, Seek, SetSize; rule 19.
    pub fn a_position_moves_by_what_was_read_and_not_by_resizing(&self) {
        const CLAUSE: &str = "9. Read and Write advance the position by what they did, Seek may go \
            past the end and never before the start, SetSize does not move it";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        let stream = open_stream(&root, "stream", Mode::child_edit());
        let mut cursor = stream.cursor();
        let mut buffer = [0; 3];
        let read = |cursor: &mut docfile_compound::StreamCursor, buffer: &mut [u8]| {
            cursor.read(buffer).expect("9. Read reads")
        };
        holds!(read(&mut cursor, &mut buffer) == 3 && &buffer == b"byt", CLAUSE, "{buffer:?}");
        holds!(read(&mut cursor, &mut buffer) == 2, CLAUSE, "a read across the end");
        holds!(cursor.stream_position().ok() == Some(5), CLAUSE, "not at the end");
        holds!(cursor.seek(SeekFrom::Start(10_000)).ok() == Some(10_000), CLAUSE, "no seek past");
        holds!(read(&mut cursor, &mut buffer) == 0, CLAUSE, "bytes past the end");
        holds!(cursor.seek(SeekFrom::Current(-10_001)).is_err(), CLAUSE, "before the start");
        holds!(cursor.stream_position().ok() == Some(10_000), CLAUSE, "a refused seek moved");
        holds!(cursor.seek(SeekFrom::End(-1)).ok() == Some(4), CLAUSE, "from the end");
        done(stream.try_set_len(2), CLAUSE);
        holds!(cursor.stream_position().ok() == Some(4), CLAUSE, "SetSize moved the position");
        holds!(cursor.write(b"xy").ok() == Some(2), CLAUSE, "the cursor does not write");
        holds!(cursor.stream_position().ok() == Some(6), CLAUSE, "Write did not move");
        holds!(super::read(&stream) == b"by\0\0xy", CLAUSE, "{:?}", super::read(&stream));
    }

    /// 9: Clone; rule 20.
    pub fn two_positions_on_one_stream_see_one_content(&self) {
        const CLAUSE: &str = "9 and rule 20. a clone has its own position, initially equal, and \
            sees the same bytes";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        let stream = open_stream(&root, "stream", Mode::child_edit());
        let mut first = stream.cursor();
        let moved = first.seek(SeekFrom::Start(2)).is_ok();
        let mut second = first.clone();
        holds!(moved && second.stream_position().ok() == Some(2), CLAUSE, "not equal at first");
        holds!(first.write(b"XX").ok() == Some(2), CLAUSE, "the first does not write");
        let mut buffer = [0; 3];
        holds!(second.read(&mut buffer).ok() == Some(3), CLAUSE, "the second does not read");
        holds!(&buffer == b"XXs", CLAUSE, "{buffer:?}");
    }

    /// 9: LockRegion.
    pub fn a_stream_has_no_region_locks(&self) {
        const CLAUSE: &str = "9. LockRegion and UnlockRegion are InvalidFunction";
        let file = self.sample_file();
        let root = root(&file, Mode::edit());
        let stream = open_stream(&root, "stream", Mode::child_edit());
        let function = ErrorKind::InvalidFunction;
        refused(stream.lock_region(0..4, LockType::Exclusive), function, CLAUSE);
        refused(stream.unlock_region(0..4, LockType::Exclusive), function, CLAUSE);
    }
}
