//! The text form of a script: one statement a line (`docs/layout-script.md`).
//!
//! Reading what was printed gives the same script. The text is bounded, as is the count of items
//! and the depth of blocks, so that hostile text costs no more than its length.

use core::fmt;
use core::str::FromStr;

use crate::error::{Error, ErrorKind, Result};
use crate::layout::script::{
    ElementPath, ITEMS_MAX, LayoutItem, LayoutScript, REPEAT_DEPTH_MAX, RangeLen, RepeatCount,
};

/// The longest text that is read, in bytes.
const TEXT_MAX: usize = 16 << 20;

/// A block that is being read: its items, and how often it will be gone through.
type OpenBlock = (RepeatCount, Vec<LayoutItem>);

impl FromStr for LayoutScript {
    type Err = Error;

    /// Reads the text form.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidParameter`] naming the line, [`ErrorKind::LimitReached`] when the text
    /// is longer than 16 MiB, has more than 65536 items, or nests blocks deeper than 16.
    fn from_str(text: &str) -> Result<Self> {
        if text.len() > TEXT_MAX {
            return Err(Error::new(ErrorKind::LimitReached, "the script is longer than 16 MiB"));
        }
        let mut items = Vec::new();
        let mut blocks: Vec<OpenBlock> = Vec::new();
        let mut item_count = 0;
        for (at, line) in text.lines().enumerate() {
            let line = Line { text: line, number: at + 1 };
            let words = line.words()?;
            let Some((verb, arguments)) = words.split_first() else { continue };
            item_count += 1;
            if item_count > ITEMS_MAX {
                return Err(Error::new(ErrorKind::LimitReached, "more than 65536 items"));
            }
            let item = match (verb.as_str(), arguments) {
                ("repeat", _) => {
                    if blocks.len() >= REPEAT_DEPTH_MAX {
                        let text = "blocks nest deeper than 16";
                        return Err(Error::new(ErrorKind::LimitReached, text));
                    }
                    blocks.push((line.repeat_count(arguments)?, Vec::new()));
                    continue;
                }
                ("}", []) => {
                    let block = blocks.pop();
                    let (count, items) = block.ok_or_else(|| line.wrong("no block is open"))?;
                    LayoutItem::Repeat { count, items }
                }
                ("listing", []) => LayoutItem::Listing,
                ("storage", [path]) => LayoutItem::Storage { path: line.path(path)? },
                ("stream", [path, range @ ..]) => line.stream(path, range)?,
                _ => return Err(line.wrong("no statement")),
            };
            blocks.last_mut().map_or(&mut items, |(_, items)| items).push(item);
        }
        if blocks.is_empty() {
            return Ok(Self { items });
        }
        Err(Error::new(ErrorKind::InvalidParameter, "a block is not closed"))
    }
}

struct Line<'t> {
    text: &'t str,
    number: usize,
}

impl Line<'_> {
    fn wrong(&self, what: &str) -> Error {
        let text = format!("line {} of the script: {what}", self.number);
        Error::new(ErrorKind::InvalidParameter, text)
    }

    /// The words of the line; those in double quotes may hold blanks. `#` begins a comment.
    fn words(&self) -> Result<Vec<String>> {
        let mut words = Vec::new();
        let mut rest = self.text.trim_start();
        while !rest.is_empty() && !rest.starts_with('#') {
            let (word, after) = match rest.strip_prefix('"') {
                Some(quoted) => {
                    quoted.split_once('"').ok_or_else(|| self.wrong("a quote is not closed"))?
                }
                None => rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())),
            };
            words.push(word.to_owned());
            rest = after.trim_start();
        }
        Ok(words)
    }

    fn repeat_count(&self, words: &[String]) -> Result<RepeatCount> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["{"] => Ok(RepeatCount::UntilConsumed),
            [count, "{"] => Ok(RepeatCount::Times(self.number(count)?)),
            _ => Err(self.wrong("after repeat stands a count, or nothing, and {")),
        }
    }

    fn stream(&self, path: &str, range: &[String]) -> Result<LayoutItem> {
        let path = self.path(path)?;
        let range: Vec<&str> = range.iter().map(String::as_str).collect();
        match range.as_slice() {
            [] => Ok(LayoutItem::whole(path)),
            [offset, "end"] => {
                Ok(LayoutItem::Stream { path, offset: self.number(offset)?, len: RangeLen::ToEnd })
            }
            [offset, len] => {
                let (offset, len) = (self.number(offset)?, RangeLen::Bytes(self.number(len)?));
                Ok(LayoutItem::Stream { path, offset, len })
            }
            _ => Err(self.wrong("after a stream stand its offset and a length, or end")),
        }
    }

    fn path(&self, text: &str) -> Result<ElementPath> {
        ElementPath::from_display(text).map_err(|error| self.wrong(&error.to_string()))
    }

    fn number(&self, text: &str) -> Result<u64> {
        text.parse().map_err(|_| self.wrong(&format!("{text:?} is no number of bytes or times")))
    }
}

impl fmt::Display for LayoutScript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.items.iter().try_for_each(|item| write_item(item, 0, f))
    }
}

/// Recursion as deep as blocks nest in the value.
fn write_item(item: &LayoutItem, depth: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let indent = 4 * depth;
    write!(f, "{:indent$}", "")?;
    match item {
        LayoutItem::Listing => writeln!(f, "listing"),
        LayoutItem::Storage { path } => writeln!(f, "storage {}", Quoted(path)),
        LayoutItem::Stream { path, offset: 0, len: RangeLen::ToEnd } => {
            writeln!(f, "stream {}", Quoted(path))
        }
        LayoutItem::Stream { path, offset, len: RangeLen::ToEnd } => {
            writeln!(f, "stream {} {offset} end", Quoted(path))
        }
        LayoutItem::Stream { path, offset, len: RangeLen::Bytes(len) } => {
            writeln!(f, "stream {} {offset} {len}", Quoted(path))
        }
        LayoutItem::Repeat { count, items } => {
            match count {
                RepeatCount::Times(count) => writeln!(f, "repeat {count} {{")?,
                RepeatCount::UntilConsumed => writeln!(f, "repeat {{")?,
            }
            items.iter().try_for_each(|item| write_item(item, depth + 1, f))?;
            writeln!(f, "{:indent$}}}", "")
        }
    }
}

/// A path in quotes; a quote within it is written with a percent sign.
struct Quoted<'p>(&'p ElementPath);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.to_string().replace('"', "%22"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::Name;
    use proptest::prelude::*;

    fn paths() -> impl Strategy<Value = ElementPath> {
        let name = prop::collection::vec(any::<u16>(), 1..6)
            .prop_map(|units| Name::stored(&units).unwrap())
            .prop_filter("a name that is not empty", |name| !name.units().is_empty());
        prop::collection::vec(name, 0..3).prop_map(ElementPath::new)
    }

    fn items() -> impl Strategy<Value = LayoutItem> {
        let len = prop_oneof![Just(RangeLen::ToEnd), any::<u64>().prop_map(RangeLen::Bytes)];
        let leaf = prop_oneof![
            Just(LayoutItem::Listing),
            paths().prop_map(|path| LayoutItem::Storage { path }),
            (paths(), any::<u64>(), len).prop_map(|(path, offset, len)| LayoutItem::Stream {
                path,
                offset,
                len
            }),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            let count = prop_oneof![
                Just(RepeatCount::UntilConsumed),
                any::<u64>().prop_map(RepeatCount::Times)
            ];
            (count, prop::collection::vec(inner, 0..4))
                .prop_map(|(count, items)| LayoutItem::Repeat { count, items })
        })
    }

    proptest! {
        #[test]
        fn what_was_printed_reads_back(items in prop::collection::vec(items(), 0..6)) {
            let script = LayoutScript { items };
            prop_assert_eq!(script.to_string().parse::<LayoutScript>().unwrap(), script);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "(repeat|stream|\\}|\\{|\"|#|a|9| |\n){0,40}") {
            let _ = text.parse::<LayoutScript>();
        }
    }

    #[test]
    fn both_separators_lead_to_the_same_element() {
        let slash: LayoutScript = "stream \"ObjectPool/88112233\" 0 10".parse().unwrap();
        let backslash: LayoutScript = "stream \\ObjectPool\\88112233 0 10".parse().unwrap();
        assert_eq!(slash, backslash);
    }

    #[test]
    fn a_mistake_is_told_with_its_line() {
        for text in ["\nfirst x", "\nstream x 1", "\nstream x 1 2 3", "\n}", "\nstream \"x"] {
            let error = text.parse::<LayoutScript>().unwrap_err();
            assert!(error.to_string().contains("line 2"), "{text:?}: {error}");
        }
        assert!("repeat {".parse::<LayoutScript>().is_err());
        assert!("repeat {\n".repeat(17).parse::<LayoutScript>().is_err());
    }
}
