//! Copying a stream out, piece by piece, as far as it can be read.
//!
//! Where a piece fails, for want of bytes or for damage, ever smaller ones are tried, so that
//! every byte before the first unreadable one comes out; then the failure of the large piece is
//! told, because it names everything that was wanted. Of a stream that is arriving, what is here is
//! given on without waiting for a whole piece. The stop key is looked for between pieces.

use docfile::{Error, ErrorKind, Stream};

use crate::arrival::{Arrival, ReadAhead};
use crate::failure::Failure;
use crate::stop;

/// Large enough that the cost of a call vanishes, small enough to stay in a processor's cache.
const PIECE_LEN: usize = 256 << 10;
/// Of bytes that are on their way: an eighth of a second on a link of 1 Mbit/s.
const ARRIVING_LEN: usize = 16 << 10;

/// Gives the bytes of `stream` from `offset` on to `sink`. Answers where it ended: the length of
/// the stream, or with a failure, how far it came.
pub(crate) fn copy_out(
    stream: &Stream,
    arrival: &Arrival,
    mut offset: u64,
    place: &str,
    mut sink: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> (u64, Result<(), Failure>) {
    let rest_len = stream.try_len().map_or(u64::MAX, |len| len.saturating_sub(offset));
    let mut piece_len = usize::try_from(rest_len).unwrap_or(PIECE_LEN).clamp(1, PIECE_LEN);
    let mut buffer = vec![0; piece_len];
    let mut first_error: Option<Error> = None;
    let mut ahead = ReadAhead::new(arrival, stream);
    loop {
        if let Err(failure) = stop::check() {
            return (offset, Err(failure));
        }
        let piece = buffer.get_mut(..piece_len).unwrap_or_default();
        let read = arrival.until(|| {
            // Asked anew each time: tables that arrived tell where more of the stream is.
            let is_coming = ahead.reach(offset);
            match stream.try_read_at(offset, piece) {
                Err(error) if error.is_pending() && is_coming => {
                    let less = piece_len.min(ARRIVING_LEN);
                    stream.try_read_at(offset, piece.get_mut(..less).unwrap_or_default())
                }
                read => read,
            }
        });
        match read {
            Ok(0) => break,
            Ok(count) => {
                if let Err(failure) = sink(piece.get(..count).unwrap_or_default()) {
                    return (offset, Err(failure));
                }
                offset += count as u64;
            }
            Err(error) => {
                let can_shrink = stop::reason().is_none()
                    && (matches!(error.kind(), ErrorKind::Pending | ErrorKind::Corrupt)
                        || arrival.has_failed());
                first_error.get_or_insert(error);
                if !can_shrink || piece_len == 1 {
                    break;
                }
                piece_len /= 2;
            }
        }
    }
    let failure = first_error.map(|error| Failure::from_engine(&error, place));
    (offset, failure.map_or(Ok(()), Err))
}
