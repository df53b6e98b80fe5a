//! Documents that are embedded in a document, and where each can be opened.
//!
//! Invariant: they are told from the directory and from what is read for other reasons; no byte of
//! them is read to know of them. A path is written as names of elements are shown, so that it can
//! be put behind `SOURCE!` as it is.

use docfile_compound::{ElementKind, Guid, Name, Result, Stat};

use crate::elements::Elements;
use crate::info::{Detail, Info};
use crate::kind::{Kind, kind_of_class};

/// The embedded documents that are told one by one; all are counted.
const TOLD_MAX: usize = 1_000;

/// The kinds of the programs that most objects are of, by what their names begin with.
const PROGRAMS: [(&str, Kind); 6] = [
    ("Word.Document", Kind::Word),
    ("Excel.", Kind::Excel),
    ("PowerPoint.", Kind::PowerPoint),
    ("Visio.", Kind::Visio),
    ("Publisher.", Kind::Publisher),
    ("MailMsgAtt", Kind::OutlookMessage),
];

/// A document in another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Embedded {
    /// The names of the elements down to what holds it; none where it lies inside a stream that
    /// holds other things too.
    pub(crate) path: Vec<String>,
    /// What it is called in the document.
    pub(crate) name: Option<String>,
    /// The name under which the program that made it is registered, such as `Excel.Sheet.8`.
    pub(crate) program: Option<String>,
    /// What it is, where that is known without reading it.
    pub(crate) kind: Option<Kind>,
    /// The class id of its root; null where it has none or that is not known.
    pub(crate) class_id: Guid,
    /// The number of the object, where the document counts its objects.
    pub(crate) number: Option<u32>,
}

impl Embedded {
    /// The kind of what this program makes.
    pub(crate) fn kind_of_program(program: &str) -> Option<Kind> {
        PROGRAMS.iter().find(|(start, _)| program.starts_with(start)).map(|(_, kind)| *kind)
    }

    fn of_storage(above: &[&str], stat: &Stat) -> Self {
        let mut path: Vec<String> = above.iter().map(ToString::to_string).collect();
        path.push(stat.name.to_string_lossy());
        let class_id = stat.class_id;
        Self { path, kind: kind_of_class(class_id), class_id, ..Self::default() }
    }

    fn detail(&self) -> Detail {
        let mut facts = Vec::new();
        let mut add = |name: &str, value: Option<Detail>| {
            facts.extend(value.map(|value| (name.to_owned(), value)));
        };
        add("path", shown_path(&self.path).map(Detail::Text));
        add("kind", self.kind.map(|kind| kind.word().into()));
        add("name", self.name.as_deref().map(Detail::from));
        add("program", self.program.as_deref().map(Detail::from));
        add("class_id", (!self.class_id.is_null()).then_some(Detail::Id(self.class_id)));
        add("number", self.number.map(Detail::from));
        Detail::Map(facts)
    }
}

/// The documents in the storages directly below the one at `above` whose names begin with one of
/// these.
pub(crate) fn try_in_storages(
    elements: &Elements,
    above: &[&str],
    prefixes: &[&str],
) -> Result<Vec<Embedded>> {
    let listing = elements.try_list(above)?;
    let is_embedded = |stat: &&Stat| {
        let name = stat.name.to_string_lossy();
        stat.kind == ElementKind::Storage && prefixes.iter().any(|prefix| name.starts_with(prefix))
    };
    Ok(listing.iter().filter(is_embedded).map(|stat| Embedded::of_storage(above, stat)).collect())
}

impl Info {
    /// Adds the documents that are embedded, where there are any.
    pub(crate) fn add_embedded(&mut self, embedded: &[Embedded]) {
        self.embedded_count = embedded.len();
        if !embedded.is_empty() {
            let told = embedded.iter().take(TOLD_MAX).map(Embedded::detail);
            self.add("embedded", Detail::List(told.collect()));
        }
    }
}

/// The path as one writes it behind `SOURCE!`; `None` for the path of nothing.
fn shown_path(path: &[String]) -> Option<String> {
    let shown = |name: &String| {
        Name::stored(&name.encode_utf16().collect::<Vec<_>>()).ok().map(|name| name.to_string())
    };
    let steps: Option<Vec<String>> = path.iter().map(shown).collect();
    steps.filter(|steps| !steps.is_empty()).map(|steps| steps.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_as_names_are_shown() {
        let path = ["Pool".to_owned(), "\u{1}a/b".to_owned()];
        assert_eq!(shown_path(&path).as_deref(), Some("Pool/[1]a%2Fb"));
        assert_eq!(shown_path(&[]), None);
    }

    #[test]
    fn programs_are_known_by_the_start_of_their_names() {
        assert_eq!(Embedded::kind_of_program("Excel.Sheet.8"), Some(Kind::Excel));
        assert_eq!(Embedded::kind_of_program("Equation.3"), None);
    }
}
