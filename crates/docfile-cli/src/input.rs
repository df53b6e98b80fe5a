//! What comes over a pipe, read where the stop key is still felt.
//!
//! A read from a pipe can wait for ever. It waits on a thread of its own, so that the one who
//! holds a document open for change can look for the stop key meanwhile and leave it unchanged.

use std::io::Read;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use crate::failure::Failure;
use crate::stop;

const PIECE_LEN: usize = 256 << 10;
/// How long the stop key may go unnoticed.
const PATIENCE: Duration = Duration::from_millis(50);

/// Gives the bytes of `input` to `sink`, piece by piece.
pub(crate) fn each_piece(
    mut input: impl Read + Send + 'static,
    mut sink: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (sender, receiver) = sync_channel(2);
    std::thread::spawn(move || {
        loop {
            let mut piece = vec![0; PIECE_LEN];
            let read = input.read(&mut piece).map(|count| {
                piece.truncate(count);
                piece
            });
            match read {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                read => {
                    let is_end = read.as_ref().map_or(true, Vec::is_empty);
                    if sender.send(read).is_err() || is_end {
                        return;
                    }
                }
            }
        }
    });
    loop {
        stop::check()?;
        match receiver.recv_timeout(PATIENCE) {
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Ok(Ok(piece)) if piece.is_empty() => return Ok(()),
            Ok(Ok(piece)) => sink(&piece)?,
            Ok(Err(error)) => {
                return Err(Failure::failed(format!("the input cannot be read: {error}")));
            }
        }
    }
}
