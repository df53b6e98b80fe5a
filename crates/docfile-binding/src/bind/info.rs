//! How a party wants a bind to be done: what `GetBindInfo` answers (`contract/binding.md` 0.3,
//! `BINDF`).
//!
//! Only flags that change something here are fields. Caches, dialogues, forms and the data-pull
//! model of the table are not: there is no data that is pushed past its reader, since every reader
//! of a filling array pulls.

/// What the callback wants of the bind.
///
/// ```
/// use docfile_binding::bind::BindInfo;
/// let info = BindInfo::from_bits(0x3);
/// assert_eq!(info, BindInfo { asynchronous: true, async_storage: true, ..BindInfo::default() });
/// assert_eq!(info.bits(), 0x3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct BindInfo {
    /// The call returns at once and the result comes by the callback (`BINDF_ASYNCHRONOUS`).
    pub asynchronous: bool,
    /// What is handed out never waits: a read of missing bytes is pending (`BINDF_ASYNCSTORAGE`).
    pub async_storage: bool,
    /// The class is wanted, not an object of it (`BINDF_GETCLASSOBJECT`).
    pub class_object: bool,
    /// Callbacks may come on any thread (`BINDF_FREE_THREADED`).
    pub free_threaded: bool,
}

const ASYNCHRONOUS: u32 = 0x1;
const ASYNC_STORAGE: u32 = 0x2;
const CLASS_OBJECT: u32 = 0x4000;
const FREE_THREADED: u32 = 0x1_0000;

impl BindInfo {
    /// The contract's flags; those that mean nothing here are dropped.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self {
            asynchronous: bits & ASYNCHRONOUS != 0,
            async_storage: bits & ASYNC_STORAGE != 0,
            class_object: bits & CLASS_OBJECT != 0,
            free_threaded: bits & FREE_THREADED != 0,
        }
    }

    /// As the contract's flags.
    #[must_use]
    pub const fn bits(self) -> u32 {
        let mut bits = 0;
        if self.asynchronous {
            bits |= ASYNCHRONOUS;
        }
        if self.async_storage {
            bits |= ASYNC_STORAGE;
        }
        if self.class_object {
            bits |= CLASS_OBJECT;
        }
        if self.free_threaded {
            bits |= FREE_THREADED;
        }
        bits
    }
}
