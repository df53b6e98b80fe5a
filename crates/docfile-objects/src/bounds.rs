//! How much a document may make its object hold or do.
//!
//! Invariant: what an object keeps is bounded by the bytes present and by these figures, the
//! smaller of the two.

/// The bounds of one document object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bounds {
    /// Bytes of one read of a stream (default 32 MiB).
    pub read_len: usize,
    /// Records of one walk through a stream (default 1,000,000).
    pub record_count: usize,
    /// How deep records may nest (default 32).
    pub record_depth: usize,
    /// Characters after which a page ends at the next paragraph (default 3,000).
    pub page_char_count: usize,
    /// Rows of cells on a page (default 50).
    pub page_row_count: u32,
    /// Columns of cells on a page (default 256).
    pub page_column_count: u16,
    /// Rounds of hashing that the password of an encrypted document may cost (default 1,000,000).
    pub spin_count: u32,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            read_len: 32 << 20,
            record_count: 1_000_000,
            record_depth: 32,
            page_char_count: 3_000,
            page_row_count: 50,
            page_column_count: 256,
            spin_count: 1_000_000,
        }
    }
}
