//! The checksum that the corpus states for every stream: CRC-32 as in ISO 3309 and zip files.

/// One entry per value of a byte: the polynomial 0xEDB88320 applied eight times.
const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0_u32;
    while byte < 256 {
        let mut value = byte;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { value >> 1 ^ 0xEDB8_8320 } else { value >> 1 };
            bit += 1;
        }
        table[byte as usize] = value;
        byte += 1;
    }
    table
};

/// A checksum under way, for streams that are read in parts.
#[derive(Debug, Clone)]
pub struct Crc32 {
    state: u32,
}

impl Default for Crc32 {
    fn default() -> Self {
        Self { state: u32::MAX }
    }
}

impl Crc32 {
    /// Takes in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let low = self.state.to_le_bytes()[0];
            self.state = TABLE[usize::from(low ^ byte)] ^ self.state >> 8;
        }
    }

    /// The checksum of what was taken in.
    #[must_use]
    pub const fn value(&self) -> u32 {
        !self.state
    }
}

/// The checksum of `bytes`.
#[must_use]
pub fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = Crc32::default();
    crc.update(bytes);
    crc.value()
}

#[cfg(test)]
mod tests {
    use super::{Crc32, crc32};

    #[test]
    fn the_check_value_of_the_polynomial() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn parts_make_the_same_whole() {
        let mut crc = Crc32::default();
        crc.update(b"1234");
        crc.update(b"56789");
        assert_eq!(crc.value(), crc32(b"123456789"));
    }
}
