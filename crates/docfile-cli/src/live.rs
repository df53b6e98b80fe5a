//! The live view of `open`: the document grows on the screen while it arrives.
//!
//! One thread hosts the document and hands pages over; this one draws and listens to the keys.
//! Invariant: the terminal is given back as it was, however the view ends; the stop key stops at
//! once.

mod frame;
mod readiness;
mod screen;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::bill::Meter;
use crate::failure::Failure;
use crate::hosting::{self, Site};
use crate::live::frame::{Frame, State};
use crate::live::readiness::Readiness;
use crate::live::screen::Screen;
use crate::output::visible;
use crate::session::Session;
use crate::source::Source;
use crate::stop::{self, Halt};

/// How often the screen is drawn while things arrive.
const TICK: Duration = Duration::from_millis(100);
/// How often it is looked which elements are ready.
const READINESS_TICK: Duration = Duration::from_millis(500);

/// What the two threads share.
#[derive(Debug, Default)]
struct Shared {
    /// Those that the screen has not taken yet.
    pages: Vec<Vec<String>>,
    title: Option<String>,
    failure: Option<Failure>,
    is_done: bool,
}

type Handover = Arc<Mutex<Shared>>;

fn locked<T>(handover: &Mutex<Shared>, change: impl FnOnce(&mut Shared) -> T) -> T {
    change(&mut handover.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Shows `source` until the user has enough.
pub(crate) fn show(session: &Session, source: &Source, meter: &Arc<Meter>) -> Result<(), Failure> {
    let handover: Handover = Arc::default();
    let site = Site::new(session, source, meter, {
        let handover = Arc::clone(&handover);
        move |_, page| {
            // A tab stands between cells.
            let shown = |line: &str| visible(&line.replace('\t', "   ")).to_string();
            let lines = page.to_string().lines().map(shown).collect();
            locked(&handover, |shared| shared.pages.push(lines));
        }
    });
    let leaves = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let hosted = host(session, source, meter, &site, &handover, &leaves);
            locked(&handover, |shared| {
                shared.failure = hosted.err();
                shared.is_done = true;
            });
        });
        let watched = watch(source, &site, &handover);
        leaves.store(true, Ordering::Release);
        site.stop();
        watched
    })?;
    site.note();
    let failure = locked(&handover, |shared| shared.failure.take());
    match failure {
        // The user stopped it.
        Some(failure) if stop::reason().is_none() && !failure.is_stop() => Err(failure),
        _ => Ok(()),
    }
}

/// Hosts the document, and keeps it until the user leaves.
fn host(
    session: &Session,
    source: &Source,
    meter: &Arc<Meter>,
    site: &Arc<Site>,
    handover: &Handover,
    leaves: &AtomicBool,
) -> Result<(), Failure> {
    let failed = |error: docfile::Error| Failure::from_engine(&error, &source.to_string());
    let mut opened = hosting::open(session, source, meter, true, Arc::clone(site))?;
    let info = opened.document.info().map_err(failed)?;
    locked(handover, |shared| {
        let title = info.title.unwrap_or_default();
        shared.title = Some(format!("{}  {title}", info.kind));
    });
    while !leaves.load(Ordering::Acquire) && opened.document.refresh().map_err(failed)? {}
    locked(handover, |shared| shared.is_done = true);
    while !leaves.load(Ordering::Acquire) {
        std::thread::sleep(TICK / 4);
    }
    Ok(())
}

/// Draws and listens until the user leaves.
fn watch(source: &Source, site: &Site, handover: &Handover) -> Result<(), Failure> {
    let io = |error: std::io::Error| Failure::failed(format!("the terminal: {error}"));
    let mut screen = Screen::enter().map_err(io)?;
    let mut state = State::new(&source.to_string());
    let mut readiness = Readiness::default();
    let mut looked: Option<Instant> = None;
    loop {
        let fill = site.binding().and_then(|binding| binding.fill());
        if looked.is_none_or(|at| at.elapsed() >= READINESS_TICK) {
            if let Some(fill) = &fill {
                readiness.look(fill);
            }
            looked = Some(Instant::now());
        }
        let frame = locked(handover, |shared| {
            state.take(&mut shared.pages, shared.title.as_deref());
            state.status(shared.failure.as_ref(), shared.is_done);
            Frame::of(&mut state, fill.as_ref(), readiness.counts(), screen.size())
        });
        screen.draw(&frame).map_err(io)?;
        if stop::reason().is_some() {
            return Ok(());
        }
        if !event::poll(TICK).map_err(io)? {
            continue;
        }
        if let Event::Key(key) = event::read().map_err(io)? {
            match meaning(key) {
                Some(Wish::Leave) => return Ok(()),
                Some(Wish::Halt) => {
                    stop::set(Halt::Stopped);
                    return Ok(());
                }
                Some(Wish::Stop) => site.stop(),
                Some(Wish::Scroll(by)) => state.scroll(by),
                None => {}
            }
        }
    }
}

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Leave,
    /// As the stop key of the shell.
    Halt,
    /// Stop the transfer, and keep what is here.
    Stop,
    Scroll(Scroll),
}

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scroll {
    Lines(isize),
    Screens(isize),
    Pages(isize),
    Start,
    End,
}

fn meaning(key: KeyEvent) -> Option<Wish> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    if key.modifiers.contains(KeyModifiers::CONTROL) && key.code == KeyCode::Char('c') {
        return Some(Wish::Halt);
    }
    Some(match key.code {
        KeyCode::Char('q') | KeyCode::Esc => Wish::Leave,
        KeyCode::Char('s') => Wish::Stop,
        KeyCode::Down | KeyCode::Char('j') | KeyCode::Enter => Wish::Scroll(Scroll::Lines(1)),
        KeyCode::Up | KeyCode::Char('k') => Wish::Scroll(Scroll::Lines(-1)),
        KeyCode::PageDown | KeyCode::Char(' ') => Wish::Scroll(Scroll::Screens(1)),
        KeyCode::PageUp | KeyCode::Char('b') => Wish::Scroll(Scroll::Screens(-1)),
        KeyCode::Right | KeyCode::Char('n') => Wish::Scroll(Scroll::Pages(1)),
        KeyCode::Left | KeyCode::Char('p') => Wish::Scroll(Scroll::Pages(-1)),
        KeyCode::Home | KeyCode::Char('g') => Wish::Scroll(Scroll::Start),
        KeyCode::End | KeyCode::Char('G') => Wish::Scroll(Scroll::End),
        _ => return None,
    })
}
