//! An Altium document: what it is, and the components on its sheet or in its library.
//!
//! Invariant: everything comes from records of text, lists of `|KEY=value`, each behind its
//! length; records that hold anything else are passed over. The layout is not published; it is
//! read as others have described it. No more than the first 4 MiB of a stream are read, and that
//! more is there is told.

mod record;

use docfile_compound::Result;

use crate::field_cursor::FieldCursor;
use crate::gathering::Gathering;
use crate::info::{Detail, Info};
use crate::kind::Kind;
use crate::parts::Parts;
use crate::told::Told;
use crate::view::View;
use record::{Records, short_text};

/// What an Altium document says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AltiumDocument {
    /// What it is.
    pub(crate) content: AltiumContent,
    /// The words by which it says so.
    pub(crate) header: Option<String>,
    /// The title in its frame.
    pub(crate) title: Option<String>,
    /// The sheets below it, by name and file.
    pub(crate) sheets: Vec<String>,
    /// Its components.
    pub(crate) components: Vec<AltiumComponent>,
    /// Whether it holds more than was read.
    pub(crate) is_partial: bool,
    /// Parts that could not be read, and why.
    pub(crate) damaged: Vec<String>,
}

/// What an Altium document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum AltiumContent {
    /// A sheet of a schematic.
    Schematic,
    /// A library of symbols.
    SchematicLibrary,
    /// A board.
    Board,
    /// A library of footprints.
    FootprintLibrary,
    /// Something else.
    #[default]
    Unknown,
}

/// A component.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AltiumComponent {
    /// What its library calls it.
    pub(crate) name: String,
    /// What it is called here, such as `U1`.
    pub(crate) designator: Option<String>,
    /// What it is.
    pub(crate) description: Option<String>,
}

const STREAM_LEN_MAX: usize = 4 << 20;
/// How many components and sheets are told.
const EACH_MAX: usize = 20_000;

/// What the records of a schematic are.
const COMPONENT: u32 = 1;
const SHEET_NAME: u32 = 32;
const DESIGNATOR: u32 = 34;
const PARAMETER: u32 = 41;

impl Told for AltiumDocument {
    const KIND: Kind = Kind::Altium;

    fn try_read(parts: &Parts) -> Result<Self> {
        let mut gathering = Gathering::of(parts);
        let stored = gathering.prefix(&["FileHeader"], STREAM_LEN_MAX).unwrap_or_default();
        gathering.all_here()?;
        let mut document = Self { is_partial: stored.len() == STREAM_LEN_MAX, ..Self::default() };
        document.header = header_of(&stored);
        document.content = document.header.as_deref().map(AltiumContent::of).unwrap_or_default();
        match document.content {
            AltiumContent::Schematic => document.read_schematic(&stored),
            AltiumContent::SchematicLibrary => document.read_symbols(&stored),
            AltiumContent::Board => {
                let path = ["Components6", "Data"];
                let stored = gathering.prefix(&path, STREAM_LEN_MAX).unwrap_or_default();
                document.read_board(&stored);
            }
            AltiumContent::FootprintLibrary => {
                let path = ["Library", "Data"];
                let stored = gathering.prefix(&path, STREAM_LEN_MAX).unwrap_or_default();
                document.read_footprints(&stored);
            }
            AltiumContent::Unknown => {}
        }
        document.damaged = gathering.finish()?;
        Ok(document)
    }

    fn tell(&self, info: &mut Info) {
        info.title = self.title.clone().or(info.title.take());
        info.add("content", self.content.word());
        info.add_some("header", self.header.as_deref());
        info.add("component_count", self.components.len());
        info.add("components", Detail::List(self.components.iter().map(detail_of).collect()));
        if !self.sheets.is_empty() {
            info.add("sheets", self.sheets.clone());
        }
        info.add("partial", self.is_partial);
        info.add_damage(&self.damaged);
    }

    fn try_view(&self, _parts: &Parts) -> Result<View> {
        let mut view = View::default();
        view.heading(1, self.title.as_deref().unwrap_or(self.content.word()));
        for sheet in &self.sheets {
            view.row(["sheet".to_owned(), sheet.clone()]);
        }
        for component in &self.components {
            view.row([
                component.designator.clone().unwrap_or_default(),
                component.name.clone(),
                component.description.clone().unwrap_or_default(),
            ]);
        }
        Ok(view)
    }
}

impl AltiumDocument {
    /// Records refer to their owner by its place, counted from the first one behind the header.
    fn read_schematic(&mut self, stored: &[u8]) {
        let mut places = std::collections::BTreeMap::new();
        let mut designators = Vec::new();
        for (place, record) in Records::new(stored).skip(1).enumerate() {
            match record.number("RECORD") {
                Some(COMPONENT) if self.components.len() < EACH_MAX => {
                    places.insert(place, self.components.len());
                    self.components.push(AltiumComponent {
                        name: record.text("LIBREFERENCE").unwrap_or_default(),
                        designator: None,
                        description: record.text("COMPONENTDESCRIPTION"),
                    });
                }
                Some(SHEET_NAME) if self.sheets.len() < EACH_MAX => {
                    self.sheets.extend(record.text("TEXT"));
                }
                Some(DESIGNATOR) if designators.len() < EACH_MAX => {
                    let owner = record.number("OWNERINDEX").unwrap_or(0);
                    designators.extend(usize::try_from(owner).ok().zip(record.text("TEXT")));
                }
                Some(PARAMETER) if record.text("NAME").as_deref() == Some("Title") => {
                    self.title = record.text("TEXT").filter(|text| text != "*");
                }
                _ => {}
            }
        }
        for (owner, designator) in designators {
            let component = places.get(&owner).and_then(|index| self.components.get_mut(*index));
            if let Some(component) = component {
                component.designator = Some(designator);
            }
        }
    }

    /// The header of a library of symbols lists them under numbered keys.
    fn read_symbols(&mut self, stored: &[u8]) {
        let Some(header) = Records::new(stored).next() else { return };
        let count = header.number("COMPCOUNT").and_then(|count| usize::try_from(count).ok());
        for index in 0..count.unwrap_or(0).min(EACH_MAX) {
            let Some(name) = header.text(&format!("LIBREF{index}")) else { break };
            let description = header.text(&format!("COMPDESCR{index}"));
            self.components.push(AltiumComponent { name, designator: None, description });
        }
    }

    fn read_board(&mut self, stored: &[u8]) {
        for record in Records::new(stored).take(EACH_MAX) {
            self.components.push(AltiumComponent {
                name: record.text("PATTERN").unwrap_or_default(),
                designator: record.text("SOURCEDESIGNATOR"),
                description: record.text("SOURCEDESCRIPTION"),
            });
        }
    }

    /// Behind a record of settings, a count and the names, each in a block of its own.
    fn read_footprints(&mut self, stored: &[u8]) {
        let mut cursor = FieldCursor::new(stored);
        let Some(()) = cursor.len32().and_then(|len| cursor.skip(len)) else { return };
        let count = cursor.len32().unwrap_or(0);
        for _ in 0..count.min(EACH_MAX) {
            let Some(block) = cursor.len32().and_then(|len| cursor.take(len)) else { break };
            let Some(name) = short_text(block) else { break };
            self.components.push(AltiumComponent { name, ..AltiumComponent::default() });
        }
    }
}

impl AltiumContent {
    fn of(header: &str) -> Self {
        const HEADERS: [(&str, AltiumContent); 4] = [
            ("Schematic Library", AltiumContent::SchematicLibrary),
            ("Schematic", AltiumContent::Schematic),
            ("Binary Library", AltiumContent::FootprintLibrary),
            ("PCB", AltiumContent::Board),
        ];
        HEADERS
            .iter()
            .find(|(words, _)| header.contains(words))
            .map_or(Self::Unknown, |(_, is)| *is)
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Schematic => "schematic",
            Self::SchematicLibrary => "schematic-library",
            Self::Board => "board",
            Self::FootprintLibrary => "footprint-library",
            Self::Unknown => "unknown",
        }
    }
}

/// The words by which a document says what it is: the first key of a schematic's first record, or
/// a text behind its length.
fn header_of(stored: &[u8]) -> Option<String> {
    let of_record = Records::new(stored).next().and_then(|record| record.text("HEADER"));
    of_record.or_else(|| short_text(stored.get(4..)?))
}

fn detail_of(component: &AltiumComponent) -> Detail {
    let mut facts = vec![("name".to_owned(), component.name.as_str().into())];
    let more = [("designator", &component.designator), ("description", &component.description)];
    for (name, value) in more {
        facts.extend(value.as_deref().map(|value| (name.to_owned(), value.into())));
    }
    Detail::Map(facts)
}

#[cfg(test)]
mod tests {
    use super::record::tests::stored;
    use super::*;

    #[test]
    fn a_schematic_names_its_components_and_sheets() {
        let bytes = stored(&[
            "|HEADER=Protel for Windows - Schematic Capture Binary File Version 5.0|WEIGHT=4",
            "|RECORD=31|SHEETSTYLE=1",
            "|RECORD=1|LIBREFERENCE=LM317|COMPONENTDESCRIPTION=Regulator",
            "|RECORD=34|OWNERINDEX=1|NAME=Designator|TEXT=U7",
            "|RECORD=32|OWNERINDEX=0|TEXT=Power",
            "|RECORD=41|NAME=Title|TEXT=Supply",
        ]);
        let header = header_of(&bytes).unwrap();
        assert_eq!(AltiumContent::of(&header), AltiumContent::Schematic);
        let mut document = AltiumDocument::default();
        document.read_schematic(&bytes);
        let [component] = &document.components[..] else { panic!("{document:?}") };
        assert_eq!(component.name, "LM317");
        assert_eq!(component.designator.as_deref(), Some("U7"));
        assert_eq!(component.description.as_deref(), Some("Regulator"));
        assert_eq!(document.sheets, ["Power"]);
        assert_eq!(document.title.as_deref(), Some("Supply"));
    }

    #[test]
    fn a_library_of_symbols_lists_them_in_its_header() {
        let bytes = stored(&["|HEADER=Protel for Windows - Schematic Library Editor Binary File \
                              Version 5.0|COMPCOUNT=9|LIBREF0=R|COMPDESCR0=Resistor|LIBREF1=C"]);
        let mut document = AltiumDocument::default();
        document.read_symbols(&bytes);
        let names: Vec<&str> = document.components.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["R", "C"]);
    }

    #[test]
    fn a_library_of_footprints_lists_them_behind_its_settings() {
        let mut bytes = stored(&["|FILENAME=x"]);
        bytes.extend(2_u32.to_le_bytes());
        for name in [b"DIP8", b"SOT3"] {
            bytes.extend(5_u32.to_le_bytes());
            bytes.push(4);
            bytes.extend(name);
        }
        let mut document = AltiumDocument::default();
        document.read_footprints(&bytes);
        let names: Vec<&str> = document.components.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["DIP8", "SOT3"]);
        let header = [&[20, 0, 0, 0, 19][..], b"PCB 6.0 Binary File"].concat();
        assert_eq!(header_of(&header).as_deref(), Some("PCB 6.0 Binary File"));
        assert_eq!(AltiumContent::of("PCB 6.0 Binary File"), AltiumContent::Board);
        assert_eq!(
            AltiumContent::of("PCB 6.0 Binary Library File"),
            AltiumContent::FootprintLibrary
        );
    }
}
