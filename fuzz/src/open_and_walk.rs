//! Any bytes, opened as a compound file and read whole.
//!
//! Promises that are tried: nothing panics or fails to end; reading twice sees the same; a strict
//! reader that is content sees what a permissive one sees; bytes that arrive one demand at a time
//! end in the same picture, errors included; a change that is committed is there afterwards.

use std::sync::Arc;

use docfile_compound::{
    CommitFlags, CompoundFile, ErrorKind, LockBytes, MemoryBytes, Name, OpenMode, Result, Settings,
    Validation,
};
use docfile_testkit::lying::{Arriving, arrive_until_ready};

use crate::reading::{AllHere, Patience, picture};

/// What the engine promises to stay within, beside four times the bytes present (`SECURITY.md`).
const MAX_GROWTH: u64 = 1 << 20;

/// Runs the target on one input.
pub fn run(data: &[u8]) {
    let bytes: Arc<dyn LockBytes> = Arc::new(MemoryBytes::new(data.to_vec()));
    let permissive = Settings::default();
    let strict = Settings { validation: Validation::Strict, ..permissive };

    let seen = picture(&bytes, permissive, &AllHere);
    let again = picture(&bytes, permissive, &AllHere);
    assert_eq!(comparable(&seen), comparable(&again), "reading twice differs");
    if let Ok(strictly) = picture(&bytes, strict, &AllHere)
        && strictly.elements.iter().all(|element| element.content.is_ok())
    {
        assert_eq!(Ok(&strictly), comparable(&seen), "strict reading sees something else");
    }

    let arriving = Arc::new(Arriving::new(MemoryBytes::new(data.to_vec())));
    let shared: Arc<dyn LockBytes> = arriving.clone();
    let arrived = picture(&shared, permissive, &Demanding(&arriving));
    assert_eq!(comparable(&seen), comparable(&arrived), "arriving bytes end differently");

    if seen.is_ok() {
        change(data);
    }
}

/// Lets arrive exactly what each step demands.
struct Demanding<'b>(&'b Arriving<MemoryBytes>);

impl Patience for Demanding<'_> {
    fn ready<T>(&self, step: impl FnMut() -> Result<T>) -> Result<T> {
        arrive_until_ready(self.0, step).0
    }
}

fn comparable<T>(outcome: &Result<T>) -> core::result::Result<&T, ErrorKind> {
    outcome.as_ref().map_err(docfile_compound::Error::kind)
}

/// Adds a stream to a file, which may be damaged anywhere. That may be refused, but the array
/// stays in proportion; and when the commit says it is done, the stream is there.
fn change(data: &[u8]) {
    let bytes: Arc<dyn LockBytes> = Arc::new(MemoryBytes::new(data.to_vec()));
    let name = Name::stored(&[0xFFFD; 31]).expect("31 units are a name");
    let content = [0x5A; 5_000];
    let added = add_stream(&bytes, &name, &content);
    let len = bytes.len().unwrap_or_default();
    let reasonable = 4 * data.len() as u64 + MAX_GROWTH;
    assert!(len <= reasonable, "{len} bytes after a small change: {:?}", added.err());
    if added.is_err() {
        return;
    }
    let found = read_stream(&bytes, &name);
    assert_eq!(found.as_deref().ok(), Some(&content[..]), "{:?}", found.as_ref().err());
}

fn add_stream(bytes: &Arc<dyn LockBytes>, name: &Name, content: &[u8]) -> Result<()> {
    let root = CompoundFile::try_open(bytes.clone(), Settings::default())?.root(OpenMode::edit())?;
    let stream = root.try_create_stream(name, OpenMode::child_edit())?;
    stream.try_write_at(0, content)?;
    root.try_commit(CommitFlags::DEFAULT).map(drop)
}

fn read_stream(bytes: &Arc<dyn LockBytes>, name: &Name) -> Result<Vec<u8>> {
    let root = CompoundFile::try_open(bytes.clone(), Settings::default())?.root(OpenMode::read())?;
    let stream = root.try_open_stream(name, OpenMode::child_read())?;
    let mut content = vec![0; 6_000];
    let read = stream.try_read_at(0, &mut content)?;
    content.truncate(read);
    Ok(content)
}
