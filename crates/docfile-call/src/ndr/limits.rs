//! How much a received value may ask for.

/// Bounds of one [`Decoder`](super::Decoder). Beside these, no count is believed that exceeds the
/// bytes left, so that memory stays in proportion to what was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many pointers, variants and arrays may lie inside one another. Bounds the stack.
    pub depth: u32,
    /// How many bytes of memory the values of one decoder may take together.
    pub memory: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 64, memory: 256 << 20 }
    }
}
