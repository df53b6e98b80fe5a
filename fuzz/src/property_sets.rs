//! Any bytes, read as a property set stream, written back and changed.
//!
//! Promises that are tried: nothing panics; what was not changed is written back byte for byte; a
//! strict reader that is content sees what a permissive one sees; a change keeps every other
//! property that could be read, and what was written is read back, also on damaged ground.

use docfile_compound::property::well_known::CODE_PAGE;
use docfile_compound::property::{PropertySet, PropertySetStream, PropertyValue, parse};
use docfile_compound::{ErrorKind, Limits, Validation};

/// An id that no well-known set uses.
const ADDED: u32 = 0x00AD_DED0;

/// Runs the target on one input.
pub fn run(data: &[u8]) {
    let limits = Limits::default();
    let (stream, findings) = match parse(data, Validation::Permissive, &limits) {
        Ok(read) => read,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
            return;
        }
    };
    if let Ok((strict, forgiven)) = parse(data, Validation::Strict, &limits) {
        assert!(forgiven.is_empty(), "strict reading forgave something: {forgiven:?}");
        assert_same(&strict, &stream, true);
    }
    look(&stream);
    assert_eq!(stream.emit().ok().as_deref(), Some(data), "what was not changed was rewritten");
    let sound = findings.is_empty();
    change(&stream, "title", sound);
    // No code page but UTF-8 has all of these.
    change(&stream, "漢字 Größe ж", sound);
}

/// Touches everything that only looks.
fn look(stream: &PropertySetStream) {
    for set in stream.sets() {
        let _ = (set.code_page(), set.locale(), set.dictionary());
        for property in set.properties() {
            let name = set.name_of(property.id()).map(str::to_owned);
            let _ = (name.and_then(|name| set.id_of(&name)), set.stored_bytes(property));
            let _ = (property.value().as_text(), property.value().as_integer());
        }
    }
}

/// Adds a property to each set, writes the stream, reads it back and compares.
fn change(before: &PropertySetStream, text: &str, sound: bool) {
    for index in 0..before.sets().len() {
        let mut changed = before.clone();
        let format_id = before.sets()[index].format_id();
        let added = changed
            .set_mut(format_id)
            .is_some_and(|set| set.set(ADDED, PropertyValue::Lpstr(text.to_owned())).is_ok());
        if !added {
            continue;
        }
        let bytes = match changed.emit() {
            Ok(bytes) => bytes,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
                continue;
            }
        };
        let (after, _) = parse(&bytes, Validation::Permissive, &Limits::default())
            .unwrap_or_else(|error| panic!("what was written is not read: {error}"));
        assert_same(&changed, &after, sound);
        let found = after.set(format_id).and_then(|set| set.get(ADDED));
        assert_eq!(found.and_then(PropertyValue::as_text), Some(text));
    }
}

/// Compares what two streams say; the names of properties only where nothing was damaged, for a
/// dictionary that was cut is kept as its bytes and cannot be cut in the same place again.
fn assert_same(a: &PropertySetStream, b: &PropertySetStream, sound: bool) {
    assert_eq!(a.sets().len(), b.sets().len());
    for (a, b) in a.sets().iter().zip(b.sets()) {
        assert_eq!(facts(a), facts(b));
        assert!(!sound || a.dictionary() == b.dictionary());
    }
}

/// A set as text: numbers that are not a number equal nothing, themselves included. Left out are
/// the property that states the code page, which writing adds where it was missing, and values
/// that could not be read: bytes without a meaning may be padded, or dropped when they were cut.
fn facts(set: &PropertySet) -> String {
    let properties: Vec<(u32, &PropertyValue)> = set
        .properties()
        .iter()
        .map(|property| (property.id(), property.value()))
        .filter(|(id, value)| *id != CODE_PAGE && !matches!(value, PropertyValue::Unknown(_)))
        .collect();
    format!("{} {:?} {properties:?}", set.format_id(), set.code_page())
}
