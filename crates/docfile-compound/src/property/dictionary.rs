//! The dictionary of a property set: names for its property ids ([MS-OLEPS] 2.16 and 2.17).
//!
//! Its entries stand in the order of the file. In a set of 16-bit units every name is padded to
//! four bytes, in any other none is; writers confuse the two, so both are tried.

use super::code_page::CodePage;
use super::cursor::Cursor;
use super::emitter::Emitter;
use super::reading::Reading;
use super::text::emit_dictionary_name;
use crate::error::Result;
use crate::rule::Rule;

/// Names of properties.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dictionary {
    entries: Vec<(u32, String)>,
}

impl Dictionary {
    /// Ids and names, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &str)> {
        self.entries.iter().map(|(id, name)| (*id, name.as_str()))
    }

    /// How many names there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The name of a property.
    #[must_use]
    pub fn name(&self, id: u32) -> Option<&str> {
        self.iter().find(|(entry_id, _)| *entry_id == id).map(|(_, name)| name)
    }

    /// The property of a name. Case counts only where the set says so
    /// ([MS-OLEPS] 2.18.1, 2.18.4).
    #[must_use]
    pub fn id(&self, name: &str, case_sensitive: bool) -> Option<u32> {
        self.iter().find(|(_, entry)| is_same_name(entry, name, case_sensitive)).map(|(id, _)| id)
    }

    /// Whether two entries bear one name when case does not count.
    pub(super) fn has_names_that_differ_in_case_only(&self) -> bool {
        has_equal_pair(&self.entries, |a, b| folded(&a.1).cmp(folded(&b.1)))
    }

    pub(super) fn insert(&mut self, id: u32, name: &str) {
        self.entries.push((id, name.to_owned()));
    }

    /// Drops the names of a property; tells whether it had any.
    pub(super) fn remove(&mut self, id: u32) -> bool {
        let len = self.entries.len();
        self.entries.retain(|(entry_id, _)| *entry_id != id);
        self.entries.len() != len
    }

    /// Reads the dictionary at the cursor, as far as it can be read.
    pub(super) fn parse(
        cursor: &mut Cursor<'_>,
        reading: &mut Reading,
        code_page: CodePage,
    ) -> Result<Self> {
        let offset = cursor.offset();
        let expected = code_page.is_utf_16();
        for padded in [expected, !expected] {
            let mut end = *cursor;
            let entries = parse_entries(&mut end, &mut reading.attempt(), code_page, padded);
            if entries.is_err() || end.overran() {
                continue;
            }
            if padded != expected {
                reading.forgive(
                    Rule::PropertyDictionary,
                    offset,
                    format_args!("names padded as in a set of another code page"),
                )?;
            }
            let entries = parse_entries(cursor, reading, code_page, padded)?;
            return Self { entries }.checked(reading, offset);
        }
        let entries = parse_entries(cursor, reading, code_page, expected)?;
        Self { entries }.checked(reading, offset)
    }

    fn checked(self, reading: &mut Reading, offset: usize) -> Result<Self> {
        if has_equal_pair(&self.entries, |a, b| a.0.cmp(&b.0)) {
            reading.forgive(
                Rule::PropertyDictionary,
                offset,
                format_args!("two names for one property"),
            )?;
        }
        // Whether case counts is told by a property that may be read later; names that are the
        // same letter for letter are wrong in any case.
        if has_equal_pair(&self.entries, |a, b| a.1.cmp(&b.1)) {
            reading.forgive(
                Rule::PropertyDictionary,
                offset,
                format_args!("one name for two properties"),
            )?;
        }
        Ok(self)
    }

    pub(super) fn emit(&self, emitter: &mut Emitter) {
        let start = emitter.len();
        emitter.put_len(self.entries.len());
        for (id, name) in &self.entries {
            emitter.put_u32(*id);
            emit_dictionary_name(emitter, name);
        }
        emitter.align_from(start);
    }
}

fn parse_entries(
    cursor: &mut Cursor<'_>,
    reading: &mut Reading,
    code_page: CodePage,
    padded: bool,
) -> Result<Vec<(u32, String)>> {
    let offset = cursor.offset();
    let mut entries = Vec::new();
    let Some(count) = cursor.len() else {
        reading.forgive(
            Rule::PropertyBounds,
            offset,
            format_args!("a dictionary without its count"),
        )?;
        return Ok(entries);
    };
    for index in 0..count {
        let start = cursor.offset();
        let Some((id, bytes)) = take_entry(cursor, code_page) else {
            reading.forgive(
                Rule::PropertyDictionary,
                start,
                format_args!("a count of {count}, and {index} names"),
            )?;
            break;
        };
        if !(2..=0x7FFF_FFFF).contains(&id) {
            reading.forgive(
                Rule::PropertyDictionary,
                start,
                format_args!("a name for property {id:#X}, which cannot have one"),
            )?;
        }
        let name = parse_name(bytes, start, reading, code_page)?;
        if padded {
            cursor.align_from(start);
        }
        reading.charge(size_of::<(u32, String)>().saturating_add(name.len()))?;
        entries.push((id, name));
    }
    Ok(entries)
}

/// An id and the bytes of its name; `None` when they are not all there.
fn take_entry<'a>(cursor: &mut Cursor<'a>, code_page: CodePage) -> Option<(u32, &'a [u8])> {
    let id = cursor.u32()?;
    let unit = if code_page.is_utf_16() { 2 } else { 1 };
    let len = cursor.len()?.checked_mul(unit)?;
    Some((id, cursor.take(len)?))
}

fn parse_name(
    bytes: &[u8],
    offset: usize,
    reading: &mut Reading,
    code_page: CodePage,
) -> Result<String> {
    let unit = if code_page.is_utf_16() { 2 } else { 1 };
    let is_null = |unit: &[u8]| unit.iter().all(|byte| *byte == 0);
    if !bytes.chunks(unit).next_back().is_some_and(is_null) {
        reading.forgive(
            Rule::PropertyString,
            offset,
            format_args!("a name without its terminator"),
        )?;
    }
    let units = bytes.chunks(unit).position(is_null);
    let bytes = units.and_then(|units| bytes.get(..units * unit)).unwrap_or(bytes);
    let (name, understood) = code_page.decode(bytes);
    if !understood && code_page.is_known() {
        reading.forgive_content(
            Rule::PropertyString,
            offset,
            format_args!("a name that is not of code page {code_page}"),
        )?;
    }
    Ok(name)
}

/// The characters of a name as they count where case does not.
fn folded(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars().flat_map(char::to_lowercase)
}

fn is_same_name(a: &str, b: &str, case_sensitive: bool) -> bool {
    if case_sensitive { a == b } else { folded(a).eq(folded(b)) }
}

/// Whether two entries are the same by `order`.
fn has_equal_pair(
    entries: &[(u32, String)],
    order: impl Fn(&(u32, String), &(u32, String)) -> core::cmp::Ordering,
) -> bool {
    let mut sorted: Vec<&(u32, String)> = entries.iter().collect();
    sorted.sort_unstable_by(|a, b| order(a, b));
    sorted.windows(2).any(|pair| matches!(pair, [a, b] if order(a, b).is_eq()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Validation;

    fn parse(bytes: &[u8], page: CodePage) -> (Vec<(u32, String)>, Vec<Rule>) {
        let mut reading = Reading::new(Validation::Permissive, bytes.len());
        let mut cursor = Cursor::new(bytes, 0, bytes.len());
        let dictionary = Dictionary::parse(&mut cursor, &mut reading, page).unwrap();
        (dictionary.entries, reading.into_findings().iter().map(|f| f.rule).collect())
    }

    fn sample() -> Dictionary {
        let mut dictionary = Dictionary::default();
        dictionary.insert(2, "Größe");
        dictionary.insert(7, "Ort");
        dictionary
    }

    #[test]
    fn both_forms_read_back() {
        for page in [CodePage::WINDOWS_1252, CodePage::UTF_8, CodePage::UTF_16] {
            let mut emitter = Emitter::new(page);
            sample().emit(&mut emitter);
            let bytes = emitter.into_bytes();
            assert_eq!(bytes.len() % 4, 0);
            assert_eq!(parse(&bytes, page), (sample().entries, vec![]), "{page}");
        }
    }

    #[test]
    fn names_padded_the_wrong_way_are_read() {
        let bytes = b"\x02\0\0\0\x02\0\0\0\x02\0\0\0a\0\0\0\x03\0\0\0\x02\0\0\0b\0\0\0";
        let names = vec![(2, "a".to_owned()), (3, "b".to_owned())];
        assert_eq!(
            parse(bytes, CodePage::WINDOWS_1252),
            (names.clone(), vec![Rule::PropertyDictionary])
        );
        let bytes = b"\x02\0\0\0\x02\0\0\0\x03\0\0\0a\0a\0\0\0\x03\0\0\0\x02\0\0\0b\0\0\0\0\0";
        let names = vec![(2, "aa".to_owned()), (3, "b".to_owned())];
        assert_eq!(parse(bytes, CodePage::UTF_16), (names, vec![Rule::PropertyDictionary]));
    }

    #[test]
    fn a_count_that_cannot_be_ends_where_the_bytes_end() {
        let bytes = b"\xFF\xFF\xFF\xFF\x02\0\0\0\x02\0\0\0a\0\x03\0\0\0\xFF\xFF\xFF\xFFb\0";
        let (entries, rules) = parse(bytes, CodePage::WINDOWS_1252);
        assert_eq!(entries, vec![(2, "a".to_owned())]);
        assert_eq!(rules, vec![Rule::PropertyDictionary]);
        assert_eq!(parse(b"\x01", CodePage::UTF_16), (vec![], vec![Rule::PropertyBounds]));
    }

    #[test]
    fn case_counts_only_when_it_is_said_to() {
        let dictionary = sample();
        assert_eq!(dictionary.id("GRÖßE", false), Some(2));
        assert_eq!(dictionary.id("GRÖßE", true), None);
        assert!(!dictionary.has_names_that_differ_in_case_only());
        let mut dictionary = sample();
        dictionary.insert(8, "ORT");
        assert!(dictionary.has_names_that_differ_in_case_only());
    }
}
