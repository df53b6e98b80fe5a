//! Packed streams: flags of eight bits, and for each either a byte or a reference of two bytes
//! into a window of 4096.
//!
//! Invariant: a reference gives at most 18 bytes for two, and no more comes out than was allowed.

use crate::field_cursor::FieldCursor;

const WINDOW_LEN: usize = 4096;
/// Where in the window a reference of 0 begins.
const FIRST: usize = 18;
const LEN_MIN: usize = 3;

/// What was packed, up to `max_len` bytes of it.
pub(super) fn unpack(packed: &[u8], max_len: usize) -> Vec<u8> {
    let mut window = [0_u8; WINDOW_LEN];
    let mut unpacked = Vec::new();
    let mut cursor = FieldCursor::new(packed);
    let put = |unpacked: &mut Vec<u8>, window: &mut [u8; WINDOW_LEN], byte: u8| {
        if let Some(slot) = window.get_mut(unpacked.len() % WINDOW_LEN) {
            *slot = byte;
        }
        unpacked.push(byte);
    };
    while let Some(flags) = cursor.u8() {
        for bit in 0..8 {
            if unpacked.len() >= max_len {
                return unpacked;
            }
            if flags >> bit & 1 == 1 {
                let Some(byte) = cursor.u8() else { return unpacked };
                put(&mut unpacked, &mut window, byte);
                continue;
            }
            let (Some(low), Some(high)) = (cursor.u8(), cursor.u8()) else { return unpacked };
            let start = usize::from(high & 0xF0) << 4 | usize::from(low);
            for index in 0..usize::from(high & 0xF) + LEN_MIN {
                let byte = window.get((start + FIRST + index) % WINDOW_LEN).copied();
                put(&mut unpacked, &mut window, byte.unwrap_or(0));
            }
        }
    }
    unpacked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_repeat_what_came_before() {
        // Two bytes, then five from the window's start on.
        let start = WINDOW_LEN - FIRST;
        let low = u8::try_from(start & 0xFF).unwrap();
        let high = u8::try_from(start >> 8 << 4).unwrap() | 2;
        let packed = [0b1011, b'a', b'b', low, high, b'.'];
        assert_eq!(unpack(&packed, 100), b"abababa.");
        assert_eq!(unpack(&packed, 2), b"ab");
        assert_eq!(unpack(&packed[..4], 100), b"ab");
    }
}
