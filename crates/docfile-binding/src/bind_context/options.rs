//! How a caller wants a bind to be done (`contract/binding.md` 4; rules 44, 59 and 63 of
//! `contract/observed.md`).
//!
//! What makes sense only on Windows is left out: the size of the structure, the window, the
//! authentication of another server.

use docfile_compound::OpenMode;

/// Whether the user may be asked, and whether anything is bound at all (`BIND_FLAGS`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct BindFlags {
    /// The user may be asked; else a bind that would have to is an error.
    pub may_bother_user: bool,
    /// Only find out whether binding would succeed.
    pub just_test_existence: bool,
}

/// Where an object may be created; the bits of `CLSCTX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClassContext(pub u32);

impl ClassContext {
    /// In this process.
    pub const IN_PROCESS_SERVER: Self = Self(1);
    /// In another process of this machine.
    pub const LOCAL_SERVER: Self = Self(4);
    /// On another machine.
    pub const REMOTE_SERVER: Self = Self(0x10);
    /// Wherever there is a server.
    pub const SERVER: Self = Self(0x15);
}

/// How a caller wants a bind to be done.
///
/// ```
/// use docfile_binding::{BindOptions, BindSpeed};
/// let options = BindOptions { deadline: 2000, ..BindOptions::default() };
/// assert_eq!(options.speed(), BindSpeed::Immediate);
/// assert!(!options.is_exceeded(1999));
/// assert!(options.is_exceeded(2001));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BindOptions {
    /// What the bind may do.
    pub flags: BindFlags,
    /// How storages and streams are opened.
    pub mode: OpenMode,
    /// When the bind must be done, in milliseconds of the caller's tick count, which starts
    /// anew after 2^32; 0 is never.
    pub deadline: u32,
    /// Flags for the tracking of moved files.
    pub track_flags: u32,
    /// Where objects may be created.
    pub class_context: ClassContext,
    /// The language that objects are asked for (an LCID); 0 is none in particular.
    pub locale: u32,
}

impl BindOptions {
    /// What a context for asynchronous binds starts with: the user may be asked, storages are
    /// opened to write and for no others, no deadline.
    #[must_use]
    pub fn asynchronous() -> Self {
        Self {
            flags: BindFlags { may_bother_user: true, just_test_existence: false },
            mode: OpenMode::READWRITE.with(OpenMode::SHARE_EXCLUSIVE),
            ..Self::default()
        }
    }

    /// How fast a container must hand out an item for this deadline.
    #[must_use]
    pub const fn speed(&self) -> BindSpeed {
        BindSpeed::from_deadline(self.deadline)
    }

    /// Whether the deadline has passed at `now`, both in milliseconds of one tick count. A
    /// deadline less than half the range of the count ahead has not.
    #[must_use]
    pub const fn is_exceeded(&self, now: u32) -> bool {
        let late = now.wrapping_sub(self.deadline);
        self.deadline != 0 && late != 0 && late < 1 << 31
    }
}

impl Default for BindOptions {
    /// Reading and writing, no deadline, any server, nobody asked.
    fn default() -> Self {
        Self {
            flags: BindFlags::default(),
            mode: OpenMode::READWRITE,
            deadline: 0,
            track_flags: 0,
            class_context: ClassContext::SERVER,
            locale: 0,
        }
    }
}

/// How fast a container must hand out an item (`BINDSPEED`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u32)]
pub enum BindSpeed {
    /// However long it takes.
    Indefinite = 1,
    /// If it is running, or loaded.
    Moderate = 2,
    /// If it is running already.
    Immediate = 3,
}

impl BindSpeed {
    /// The deadline from which on there is time to load.
    const MODERATE_FROM: u32 = 2500;

    /// The speed that item monikers ask for by a deadline. The number is taken as it is, as if it
    /// were a duration in milliseconds; that is what Windows does.
    #[must_use]
    pub const fn from_deadline(deadline: u32) -> Self {
        match deadline {
            0 => Self::Indefinite,
            1..Self::MODERATE_FROM => Self::Immediate,
            Self::MODERATE_FROM.. => Self::Moderate,
        }
    }
}
