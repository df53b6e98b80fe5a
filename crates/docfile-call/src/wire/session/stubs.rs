//! Buffers for stub data that are used again, so that a steady exchange allocates nothing.

/// The most buffers that wait to be used again.
const MAX_COUNT: usize = 64;
/// The most bytes of buffers that wait to be used again.
const MAX_LEN: usize = 8 << 20;

#[derive(Debug, Default)]
pub(super) struct Stubs {
    spare: Vec<Vec<u8>>,
    /// The capacity of all of `spare`, in bytes.
    spare_len: usize,
}

impl Stubs {
    /// An empty buffer.
    pub(super) fn take(&mut self) -> Vec<u8> {
        let stub = self.spare.pop().unwrap_or_default();
        self.spare_len -= stub.capacity();
        stub
    }

    /// Keeps a buffer for the next [`take`](Self::take).
    pub(super) fn give_back(&mut self, mut stub: Vec<u8>) {
        let len = stub.capacity();
        if len > 0 && self.spare.len() < MAX_COUNT && self.spare_len + len <= MAX_LEN {
            stub.clear();
            self.spare_len += len;
            self.spare.push(stub);
        }
    }
}
