//! A bar on standard error while long work goes on: on terminals only, and only when it is long.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::session::Session;

/// How far work has come, in bytes.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    started: Instant,
    is_drawn: bool,
    is_wanted: bool,
}

/// Work that is done sooner shows no bar.
const PATIENCE: Duration = Duration::from_millis(500);

impl Progress {
    /// A bar for `total` bytes, not drawn yet.
    pub(crate) fn new(session: &Session, total: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(
            "{wide_bar} {binary_bytes} of {binary_total_bytes}, {binary_bytes_per_sec}",
        ) {
            bar.set_style(style);
        }
        Self {
            bar,
            started: Instant::now(),
            is_drawn: false,
            is_wanted: session.terminal.stderr && !session.common.quiet,
        }
    }

    /// `len` more bytes are done.
    pub(crate) fn add(&mut self, len: u64) {
        self.bar.inc(len);
        if self.is_wanted && !self.is_drawn && self.started.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.is_drawn = true;
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
