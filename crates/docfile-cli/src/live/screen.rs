//! The terminal, taken over for a while.
//!
//! Invariant: it is given back as it was when this is dropped.

use std::io::{self, Write as _};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::style::Print;
use crossterm::terminal::{
    self, Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{execute, queue};

use super::frame::Frame;
use crate::stop::{self, Guard};

/// The size that is taken where the terminal does not tell.
const USUAL_SIZE: (u16, u16) = (80, 24);

/// A terminal that shows frames.
#[derive(Debug)]
pub(super) struct Screen {
    shown: Option<Frame>,
    /// Nobody ends the command from outside before the terminal is given back.
    _guard: Guard,
}

impl Screen {
    /// Takes the terminal over.
    pub(super) fn enter() -> io::Result<Self> {
        enable_raw_mode()?;
        // From here on dropping gives it back.
        let screen = Self { shown: None, _guard: stop::guard() };
        execute!(io::stdout(), EnterAlternateScreen, Hide)?;
        Ok(screen)
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> (usize, usize) {
        let (columns, rows) = terminal::size().unwrap_or(USUAL_SIZE);
        (usize::from(columns.max(20)), usize::from(rows.max(5)))
    }

    /// Draws the lines that differ from those shown.
    pub(super) fn draw(&mut self, frame: &Frame) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let shown = self.shown.take().filter(|shown| shown.lines.len() == frame.lines.len());
        for (index, line) in frame.lines.iter().enumerate() {
            if shown.as_ref().is_some_and(|shown| shown.lines.get(index) == Some(line)) {
                continue;
            }
            let row = u16::try_from(index).unwrap_or(u16::MAX);
            queue!(out, MoveTo(0, row), Clear(ClearType::CurrentLine), Print(line))?;
        }
        out.flush()?;
        self.shown = Some(frame.clone());
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // A terminal that is gone cannot be given back.
        let _ = execute!(io::stdout(), Show, LeaveAlternateScreen);
        let _ = disable_raw_mode();
    }
}
