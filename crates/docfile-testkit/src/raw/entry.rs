//! A directory entry as 128 bytes, free to hold nonsense ([MS-CFB] 2.6.1).

/// No entry.
pub const NO_STREAM: u32 = 0xFFFF_FFFF;
/// The length of an entry in bytes.
pub const ENTRY_LEN: u64 = 128;

/// Where the fields of an entry start, in bytes from its own start.
pub mod field {
    /// The name, 32 units.
    pub const NAME: u64 = 0;
    /// Length of the name in bytes, its terminator counted.
    pub const NAME_LEN: u64 = 64;
    /// What the entry is.
    pub const KIND: u64 = 66;
    /// Red (0) or black (1).
    pub const COLOR: u64 = 67;
    /// The sibling that comes before.
    pub const LEFT: u64 = 68;
    /// The sibling that comes after.
    pub const RIGHT: u64 = 72;
    /// The root of the tree of children.
    pub const CHILD: u64 = 76;
    /// The class id.
    pub const CLASS_ID: u64 = 80;
    /// The user flags.
    pub const STATE_BITS: u64 = 96;
    /// Creation time.
    pub const CREATED: u64 = 100;
    /// Modification time.
    pub const MODIFIED: u64 = 108;
    /// First sector.
    pub const START: u64 = 116;
    /// Length of the stream in bytes.
    pub const LEN: u64 = 120;
}

/// What an entry is, as stored.
pub mod kind {
    /// Nothing.
    pub const UNALLOCATED: u8 = 0;
    /// A storage.
    pub const STORAGE: u8 = 1;
    /// A stream.
    pub const STREAM: u8 = 2;
    /// The root storage.
    pub const ROOT: u8 = 5;
}

/// The fields of a directory entry; any value can be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawEntry {
    /// Up to 32 units; the rest is zero.
    pub name: Vec<u16>,
    /// See [`kind`].
    pub kind: u8,
    /// Black, or else red.
    pub black: bool,
    /// The sibling that comes before.
    pub left: u32,
    /// The sibling that comes after.
    pub right: u32,
    /// The root of the tree of children.
    pub child: u32,
    /// The class id as stored.
    pub class_id: [u8; 16],
    /// The user flags.
    pub state_bits: u32,
    /// Creation time.
    pub created: u64,
    /// Modification time.
    pub modified: u64,
    /// First sector, or mini sector.
    pub start: u32,
    /// Length in bytes.
    pub len: u64,
}

impl RawEntry {
    /// An entry that describes nothing ([MS-CFB] 2.6.3).
    #[must_use]
    pub const fn unallocated() -> Self {
        Self {
            name: Vec::new(),
            kind: kind::UNALLOCATED,
            black: false,
            left: NO_STREAM,
            right: NO_STREAM,
            child: NO_STREAM,
            class_id: [0; 16],
            state_bits: 0,
            created: 0,
            modified: 0,
            start: 0,
            len: 0,
        }
    }

    /// The 128 bytes.
    #[must_use]
    pub fn emit(&self) -> Vec<u8> {
        let mut bytes: Vec<u8> = self.name.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        bytes.resize(64, 0);
        let name_len = if self.kind == kind::UNALLOCATED { 0 } else { 2 * self.name.len() + 2 };
        bytes.extend_from_slice(&u16::try_from(name_len).unwrap_or(u16::MAX).to_le_bytes());
        bytes.extend_from_slice(&[self.kind, u8::from(self.black)]);
        for link in [self.left, self.right, self.child] {
            bytes.extend_from_slice(&link.to_le_bytes());
        }
        bytes.extend_from_slice(&self.class_id);
        bytes.extend_from_slice(&self.state_bits.to_le_bytes());
        bytes.extend_from_slice(&self.created.to_le_bytes());
        bytes.extend_from_slice(&self.modified.to_le_bytes());
        bytes.extend_from_slice(&self.start.to_le_bytes());
        bytes.extend_from_slice(&self.len.to_le_bytes());
        assert_eq!(bytes.len() as u64, ENTRY_LEN, "the fields fill the entry");
        bytes
    }
}
