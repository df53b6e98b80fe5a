//! A Windows Installer package, patch or transform: what it installs, and which tables it has.
//!
//! Invariant: the tables told are those of the database's own list; their contents are read by the
//! columns that the database states for them. Only `Property` is read in full, up to a bound. The
//! layout is as `msi.dll` stores it and others have described it; it is not published.

mod name;
mod strings;
mod table;

use std::collections::BTreeMap;

use docfile_compound::{ElementKind, Result};

use crate::gathering::Gathering;
use crate::info::{Detail, Info};
use crate::kind::Kind;
use crate::parts::Parts;
use crate::told::Told;
use crate::view::{View, clean};
use name::{pack, unpack};
use strings::Strings;
use table::{ColumnKind, Table};

/// What an installer's database says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct MsiDatabase {
    /// The product that it installs.
    pub(crate) product_name: Option<String>,
    /// The id of the product, in registry form.
    pub(crate) product_code: Option<String>,
    /// The version of the product.
    pub(crate) product_version: Option<String>,
    /// Who makes the product.
    pub(crate) manufacturer: Option<String>,
    /// The id that stays with the product through its versions.
    pub(crate) upgrade_code: Option<String>,
    /// All properties, in the order of the table.
    pub(crate) properties: Vec<(String, String)>,
    /// The tables, in the order of the database's list.
    pub(crate) tables: Vec<MsiTable>,
    /// The names of streams beside the tables: cabinets, icons, programs.
    pub(crate) streams: Vec<MsiStream>,
    /// The number of the code page of its strings.
    pub(crate) code_page: u16,
    /// Parts that could not be read, and why.
    pub(crate) damaged: Vec<String>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MsiTable {
    /// Its name.
    pub(crate) name: String,
    /// The names of its columns.
    pub(crate) columns: Vec<String>,
    /// How many rows it has.
    pub(crate) row_count: usize,
}

/// A stream beside the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MsiStream {
    /// Its unpacked name.
    pub(crate) name: String,
    /// Its length in bytes.
    pub(crate) len: u64,
}

/// How many properties are told; packages have some hundreds.
const PROPERTIES_MAX: usize = 10_000;
/// How many bytes of values of properties are told.
const PROPERTIES_LEN_MAX: usize = 4 << 20;
/// How many tables are told; packages have about a hundred.
const TABLES_MAX: usize = 4096;
/// How many columns of all tables are told.
const COLUMNS_MAX: usize = 65_536;
/// How much of the pool and of any list is read, in bytes.
const LIST_LEN_MAX: usize = 16 << 20;

/// A column as the database states it: number, name, type.
type Column = (u16, String, u16);

impl Told for MsiDatabase {
    const KIND: Kind = Kind::Msi;
    const HAS_PROPERTY_SETS: bool = true;

    fn try_read(parts: &Parts) -> Result<Self> {
        let mut gathering = Gathering::of(parts);
        let data = gathering.stream(&[&pack("_StringData", true)]).unwrap_or_default();
        let mut table = |name| {
            let bytes = gathering.prefix(&[&pack(name, true)], LIST_LEN_MAX);
            bytes.unwrap_or_default()
        };
        let pool = table("_StringPool");
        let (tables, columns) = (table("_Tables"), table("_Columns"));
        let properties = table("Property");
        let listing = gathering.take(parts.try_list(&[]));
        gathering.all_here()?;

        let strings = Strings::parse(&pool, &data);
        let mut database = Self { code_page: strings.code_page().0, ..Self::default() };
        let listing = listing.unwrap_or_default();
        let elements = listing.iter().filter(|stat| stat.kind == ElementKind::Stream);
        let mut stored_lens = BTreeMap::new();
        for stat in elements {
            let (name, is_table) = unpack(stat.name.units());
            if is_table {
                stored_lens.insert(name, stat.len);
            } else if !name.starts_with('\u{5}') {
                database.streams.push(MsiStream { name, len: stat.len });
            }
        }
        let columns = parse_columns(&columns, &strings);
        database.read_tables(&tables, &columns, &stored_lens, &strings);
        database.read_properties(&properties, &columns, &strings);
        database.damaged.extend(gathering.finish()?);
        Ok(database)
    }

    fn tell(&self, info: &mut Info) {
        for (name, value) in self.facts() {
            info.add_some(name, value.as_deref());
        }
        info.version.clone_from(&self.product_version);
        info.add("code_page", u32::from(self.code_page));
        let tables = self.tables.iter().map(|table| {
            Detail::Map(vec![
                ("name".to_owned(), table.name.as_str().into()),
                ("row_count".to_owned(), table.row_count.into()),
                ("columns".to_owned(), table.columns.clone().into()),
            ])
        });
        info.add("tables", Detail::List(tables.collect()));
        let pair = |(name, value): &(String, String)| (clean(name), value.as_str().into());
        info.add("properties", Detail::Map(self.properties.iter().map(pair).collect()));
        let streams = self.streams.iter().map(|stream| {
            let len = i64::try_from(stream.len).unwrap_or(i64::MAX);
            (clean(&stream.name), Detail::Integer(len))
        });
        info.add("streams", Detail::Map(streams.collect()));
        info.add_damage(&self.damaged);
    }

    fn try_view(&self, _parts: &Parts) -> Result<View> {
        let mut view = View::default();
        if let Some(name) = &self.product_name {
            view.heading(1, name);
        }
        for (name, value) in self.facts() {
            view.fact(name, value.as_deref());
        }
        for table in &self.tables {
            view.row([table.name.clone(), table.row_count.to_string(), table.columns.join(", ")]);
        }
        Ok(view)
    }
}

impl MsiDatabase {
    fn facts(&self) -> [(&'static str, &Option<String>); 5] {
        [
            ("product_name", &self.product_name),
            ("product_code", &self.product_code),
            ("product_version", &self.product_version),
            ("manufacturer", &self.manufacturer),
            ("upgrade_code", &self.upgrade_code),
        ]
    }

    fn read_tables(
        &mut self,
        tables: &[u8],
        columns: &BTreeMap<String, Vec<Column>>,
        stored_lens: &BTreeMap<String, u64>,
        strings: &Strings<'_>,
    ) {
        let list = Table::new(&[ColumnKind::Text], tables, strings);
        for row in 0..list.row_count().min(TABLES_MAX) {
            let Some(name) = list.name(row, 0, strings) else { continue };
            let columns = columns.get(&name).map(Vec::as_slice).unwrap_or_default();
            let row_len = Table::row_len(&kinds(columns), strings);
            let len = stored_lens.get(&name).copied().unwrap_or(0);
            let row_count = usize::try_from(len).unwrap_or(usize::MAX).checked_div(row_len);
            self.tables.push(MsiTable {
                columns: columns.iter().map(|(_, name, _)| name.clone()).collect(),
                row_count: row_count.unwrap_or(0),
                name,
            });
        }
    }

    fn read_properties(
        &mut self,
        properties: &[u8],
        columns: &BTreeMap<String, Vec<Column>>,
        strings: &Strings<'_>,
    ) {
        let stated = columns.get("Property").map(|columns| kinds(columns)).unwrap_or_default();
        let usual = [ColumnKind::Text; 2];
        let table =
            Table::new(if stated.len() < 2 { &usual } else { &stated }, properties, strings);
        let mut told_len = 0_usize;
        for row in 0..table.row_count().min(PROPERTIES_MAX) {
            let (Some(name), Some(value)) =
                (table.name(row, 0, strings), table.text(row, 1, strings))
            else {
                continue;
            };
            told_len = told_len.saturating_add(name.len().saturating_add(value.len()));
            if told_len > PROPERTIES_LEN_MAX {
                self.damaged.push("more text in properties than is told".to_owned());
                break;
            }
            let field = match name.as_str() {
                "ProductName" => Some(&mut self.product_name),
                "ProductCode" => Some(&mut self.product_code),
                "ProductVersion" => Some(&mut self.product_version),
                "Manufacturer" => Some(&mut self.manufacturer),
                "UpgradeCode" => Some(&mut self.upgrade_code),
                _ => None,
            };
            if let Some(field) = field {
                *field = Some(value.clone());
            }
            self.properties.push((name, value));
        }
    }
}

/// The columns of each table, in their order.
fn parse_columns(bytes: &[u8], strings: &Strings<'_>) -> BTreeMap<String, Vec<Column>> {
    use ColumnKind::{Short, Text};
    let list = Table::new(&[Text, Short, Text, Short], bytes, strings);
    let mut columns = BTreeMap::<String, Vec<Column>>::new();
    for row in 0..list.row_count().min(COLUMNS_MAX) {
        let (Some(table), Some(number), Some(name), Some(stored)) = (
            list.name(row, 0, strings),
            list.short(row, 1),
            list.name(row, 2, strings),
            list.short(row, 3),
        ) else {
            continue;
        };
        columns.entry(table).or_default().push((number, name, stored));
    }
    columns.values_mut().for_each(|columns| columns.sort_by_key(|(number, ..)| *number));
    columns
}

fn kinds(columns: &[Column]) -> Vec<ColumnKind> {
    columns.iter().map(|(.., stored)| ColumnKind::of(*stored)).collect()
}
