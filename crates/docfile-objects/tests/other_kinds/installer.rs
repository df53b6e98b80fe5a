//! Installers' databases: one made here as `msi.dll` stores it, and one made by msitools where
//! they are installed.

use std::process::Command;

use docfile_objects::{Detail, Info, Kind};

use crate::specimen::{Streams, at_root, column, file_of, opened, text};

/// The stored name of a table.
fn table_name(name: &str) -> String {
    const LETTERS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";
    let code = |letter: char| u32::try_from(LETTERS.find(letter).unwrap()).unwrap();
    let letters: Vec<char> = name.chars().collect();
    let mut stored = String::from('\u{4840}');
    for pair in letters.chunks(2) {
        let unit = match pair {
            [first, second] => 0x3800 + code(*first) + (code(*second) << 6),
            [only] => 0x4800 + code(*only),
            _ => unreachable!("chunks of two"),
        };
        stored.push(char::from_u32(unit).unwrap());
    }
    stored
}

/// The strings of a database, numbered from 1.
#[derive(Default)]
struct Strings(Vec<String>);

impl Strings {
    fn number(&mut self, text: &str) -> u16 {
        let known = self.0.iter().position(|known| known == text);
        let index = known.unwrap_or_else(|| {
            self.0.push(text.to_owned());
            self.0.len() - 1
        });
        u16::try_from(index + 1).unwrap()
    }
}

const PROPERTIES: [(&str, &str); 5] = [
    ("ProductName", "Plan Viewer"),
    ("ProductCode", "{7E0F1C2A-0B0C-4D0E-8F00-112233445566}"),
    ("ProductVersion", "1.2.3"),
    ("Manufacturer", "Caf\u{e9} Example"),
    ("UpgradeCode", "{7E0F1C2A-0B0C-4D0E-8F00-665544332211}"),
];

/// The columns of the tables, with their stored types.
const COLUMNS: [(&str, &str, u16); 5] = [
    ("Property", "Property", 0x2D48),
    ("Property", "Value", 0x0F00),
    ("Media", "DiskId", 0x2502),
    ("Media", "LastSequence", 0x0104),
    ("Media", "Cabinet", 0x1DFF),
];

/// A whole database.
pub(crate) fn streams() -> Streams {
    let mut strings = Strings::default();
    let columns = |stored: &mut Vec<u8>, column: Vec<u16>| {
        stored.extend(column.iter().flat_map(|cell| cell.to_le_bytes()));
    };
    let mut tables = Vec::new();
    columns(&mut tables, ["Media", "Property"].map(|name| strings.number(name)).to_vec());
    let mut list = Vec::new();
    columns(&mut list, COLUMNS.iter().map(|(table, ..)| strings.number(table)).collect());
    columns(&mut list, [1, 2, 1, 2, 3].map(|number| number ^ 0x8000).to_vec());
    columns(&mut list, COLUMNS.iter().map(|(_, name, _)| strings.number(name)).collect());
    columns(&mut list, COLUMNS.iter().map(|(.., kind)| kind ^ 0x8000).collect());
    let mut properties = Vec::new();
    columns(&mut properties, PROPERTIES.iter().map(|(name, _)| strings.number(name)).collect());
    columns(&mut properties, PROPERTIES.iter().map(|(_, value)| strings.number(value)).collect());
    let media = vec![0; 3 * (2 + 4 + 2)];
    let (mut pool, mut data) = (1252_u32.to_le_bytes().to_vec(), Vec::new());
    for text in &strings.0 {
        let text: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        pool.extend(u16::try_from(text.len()).unwrap().to_le_bytes());
        pool.extend(1_u16.to_le_bytes());
        data.extend(text);
    }
    vec![
        at_root(&table_name("_StringPool"), pool),
        at_root(&table_name("_StringData"), data),
        at_root(&table_name("_Tables"), tables),
        at_root(&table_name("_Columns"), list),
        at_root(&table_name("Property"), properties),
        at_root(&table_name("Media"), media),
        at_root("disk1.cab", vec![7; 300]),
    ]
}

fn facts(info: &Info) -> [&str; 5] {
    ["product_name", "product_code", "product_version", "manufacturer", "upgrade_code"]
        .map(|name| text(info, name))
}

#[test]
fn an_installer_tells_its_product_and_tables() {
    let document = opened(file_of(&streams())).unwrap();
    let info = document.try_info().unwrap();
    assert_eq!(info.kind, Kind::Msi);
    assert_eq!(facts(&info), PROPERTIES.map(|(_, value)| value));
    assert_eq!(column(&info, "tables", "name"), ["Media", "Property"]);
    assert_eq!(column(&info, "tables", "row_count"), ["3", "5"]);
    let expected = Detail::Map(vec![("disk1.cab".to_owned(), Detail::Integer(300))]);
    assert_eq!(info.detail("streams"), Some(&expected));
}

#[test]
fn an_installer_by_msitools_tells_what_was_put_in() {
    let folder = std::env::temp_dir().join(format!("docfile-msi-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("made.msi");
    let mut queries = vec![
        "CREATE TABLE `Property` (`Property` CHAR(72) NOT NULL, `Value` CHAR(0) NOT NULL \
         LOCALIZABLE PRIMARY KEY `Property`)"
            .to_owned(),
    ];
    // A string of more than 64 KiB, in front of the others.
    let long = "x".repeat(70_000);
    let properties = [("Long", long.as_str())].into_iter().chain(PROPERTIES);
    queries.extend(properties.map(|(name, value)| {
        format!("INSERT INTO `Property` (`Property`, `Value`) VALUES ('{name}', '{value}')")
    }));
    let id = "{7E0F1C2A-0B0C-4D0E-8F00-112233445566}";
    let summary = ["-s", "Plan", "Example", "x64;1033", id].map(str::to_owned).to_vec();
    let steps = queries.into_iter().map(|query| vec!["-q".to_owned(), query]);
    for step in std::iter::once(summary).chain(steps) {
        let Ok(output) = Command::new("msibuild").arg(&path).args(step).output() else {
            eprintln!("skipped: an installer by msitools (msibuild is not installed)");
            std::fs::remove_dir_all(&folder).unwrap();
            return;
        };
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let info = opened(std::fs::read(&path).unwrap()).unwrap().try_info().unwrap();
    assert_eq!(info.kind, Kind::Msi);
    assert_eq!(facts(&info), PROPERTIES.map(|(_, value)| value));
    assert_eq!(column(&info, "tables", "name"), ["Property"]);
    assert_eq!(column(&info, "tables", "row_count"), ["6"]);
    std::fs::remove_dir_all(&folder).unwrap();
}
