//! Contracts in executable form: one public function per clause, each panicking with the clause.
//!
//! An implementation outside this workspace can run them too. A suite knows nothing about the
//! implementation but how to make one and, where bytes arrive late, how to let them arrive.

pub mod lock_bytes;
pub mod storage;

/// Panics with the clause that does not hold, and what was seen instead.
macro_rules! holds {
    ($condition:expr, $clause:expr, $($seen:tt)+) => {
        assert!($condition, "broken contract: {}\nseen: {}", $clause, format_args!($($seen)+))
    };
}
use holds;
