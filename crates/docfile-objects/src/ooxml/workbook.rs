//! What a workbook of Office Open XML says beside its cells: the sheets and where each is, the
//! shared strings, and the formats of styles ([ECMA-376] 18.2, 18.4 and 18.8).
//!
//! Invariant: every list is as long as the part that tells it has elements; what a part lacks is
//! empty, and a number that leads nowhere gives nothing.

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};

use super::markup::{attribute, resolved};

/// The relations of the workbook to its parts.
pub(super) const RELATIONS: &str = "xl/_rels/workbook.xml.rels";
pub(super) const STRINGS: &str = "xl/sharedStrings.xml";
pub(super) const STYLES: &str = "xl/styles.xml";
const FOLDER: &str = "xl/";

/// A sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sheet {
    pub(super) name: String,
    /// The name of its part.
    pub(super) part: String,
}

/// The sheets in the order of the workbook, and whether days are counted from 1904.
pub(super) fn sheets(workbook: &[u8], relations: &[u8]) -> (Vec<Sheet>, bool) {
    let mut targets = BTreeMap::new();
    each_element(relations, |element| {
        if element.local_name().as_ref() == b"Relationship" {
            targets.extend(attribute(element, "Id").zip(attribute(element, "Target")));
        }
    });
    let (mut sheets, mut is_1904) = (Vec::new(), false);
    each_element(workbook, |element| match element.local_name().as_ref() {
        b"sheet" => {
            let target = attribute(element, "id").and_then(|id| targets.get(&id));
            // From the root of the package, or from the workbook.
            let part = target.map(|target| match target.strip_prefix('/') {
                Some(part) => part.to_owned(),
                None => format!("{FOLDER}{target}"),
            });
            sheets.push(Sheet {
                name: attribute(element, "name").unwrap_or_default(),
                part: part.unwrap_or_default(),
            });
        }
        b"workbookPr" => {
            let stated = attribute(element, "date1904");
            is_1904 = stated.is_some_and(|stated| stated == "1" || stated == "true");
        }
        _ => {}
    });
    (sheets, is_1904)
}

/// The shared strings, without the readings of their characters.
pub(super) fn strings(xml: &[u8]) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_reader(xml);
    let mut strings = Vec::new();
    let (mut in_text, mut in_reading) = (false, false);
    // An event is at least a byte of the part.
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(element) => match element.local_name().as_ref() {
                b"si" => strings.push(String::new()),
                b"t" => in_text = !in_reading,
                b"rPh" => in_reading = true,
                _ => {}
            },
            Event::Empty(element) if element.local_name().as_ref() == b"si" => {
                strings.push(String::new());
            }
            Event::End(element) => match element.local_name().as_ref() {
                b"t" => in_text = false,
                b"rPh" => in_reading = false,
                _ => {}
            },
            Event::Text(text) if in_text => {
                if let (Ok(text), Some(last)) = (text.decode(), strings.last_mut()) {
                    last.push_str(&text);
                }
            }
            Event::GeneralRef(reference) if in_text => {
                if let Some(last) = strings.last_mut() {
                    last.extend(resolved(&reference));
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    strings
}

/// The formats of cells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Styles {
    /// The formats that the workbook defines, by their numbers.
    codes: BTreeMap<u16, String>,
    /// The number of the format of each style of cells.
    formats: Vec<u16>,
}

impl Styles {
    /// What the part says.
    pub(super) fn parse(xml: &[u8]) -> Self {
        let mut styles = Self::default();
        let mut in_cells = false;
        let mut reader = quick_xml::Reader::from_reader(xml);
        while let Ok(event) = reader.read_event() {
            match event {
                Event::Start(element) | Event::Empty(element) => {
                    styles.take(&element, &mut in_cells);
                }
                Event::End(element) if element.local_name().as_ref() == b"cellXfs" => {
                    in_cells = false;
                }
                Event::Eof => break,
                _ => {}
            }
        }
        styles
    }

    fn take(&mut self, element: &BytesStart<'_>, in_cells: &mut bool) {
        let number = || attribute(element, "numFmtId")?.parse().ok();
        match element.local_name().as_ref() {
            b"numFmt" => self.codes.extend(number().zip(attribute(element, "formatCode"))),
            b"cellXfs" => *in_cells = true,
            b"xf" if *in_cells => self.formats.push(number().unwrap_or_default()),
            _ => {}
        }
    }

    /// The format of cells in this style: its number, and its code where the workbook has one.
    pub(super) fn format_of(&self, style: usize) -> (u16, Option<&str>) {
        let format = self.formats.get(style).copied().unwrap_or_default();
        (format, self.codes.get(&format).map(String::as_str))
    }
}

fn each_element(xml: &[u8], mut visit: impl FnMut(&BytesStart<'_>)) {
    let mut reader = quick_xml::Reader::from_reader(xml);
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(element) | Event::Empty(element) => visit(&element),
            Event::Eof => break,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_lead_to_their_parts() {
        let workbook = b"<workbook><workbookPr date1904='1'/><sheets><sheet name='A &amp; B' \
            r:id='r2'/><sheet name='C' r:id='r9'/></sheets></workbook>";
        let relations = b"<Relationships><Relationship Id='r2' Target='worksheets/s.xml'/>\
            <Relationship Id='r9' Target='/xl/t.xml'/></Relationships>";
        let (sheets, is_1904) = sheets(workbook, relations);
        let found: Vec<_> = sheets.iter().map(|s| (s.name.as_str(), s.part.as_str())).collect();
        assert_eq!(found, [("A & B", "xl/worksheets/s.xml"), ("C", "xl/t.xml")]);
        assert!(is_1904);
    }

    #[test]
    fn strings_have_their_runs_and_no_readings() {
        let xml = b"<sst><si><t>a&lt;</t></si><si><r><t>b</t></r><r><t>c</t></r><rPh><t>x</t>\
            </rPh></si><si/></sst>";
        assert_eq!(strings(xml), ["a<", "bc", ""]);
    }

    #[test]
    fn styles_tell_the_formats_of_cells_alone() {
        let xml = b"<styleSheet><numFmts><numFmt numFmtId='164' formatCode='0.0'/></numFmts>\
            <cellStyleXfs><xf numFmtId='9'/></cellStyleXfs><cellXfs><xf numFmtId='0'/>\
            <xf numFmtId='164'><a/></xf></cellXfs></styleSheet>";
        let styles = Styles::parse(xml);
        assert_eq!(styles.format_of(1), (164, Some("0.0")));
        assert_eq!(styles.format_of(7), (0, None));
    }
}
