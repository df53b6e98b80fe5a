//! A database of thumbnails (`Thumbs.db`): which pictures a folder held, and their thumbnails.
//!
//! Invariant: a picture is told with the stream that holds it, and read only when asked for. Where
//! there is a catalog the directory is not read, which stands all over a file that grew. Until
//! Windows XP a catalog gives each picture's name and time, and the stream bears its number with
//! the digits reversed; since Windows Vista there is no catalog, and the stream's name is the
//! width and the number by which the cache knows the picture (`256_1760d1cd89bd24d7`).

use docfile_compound::{ElementKind, FileTime, Name, Result, Stat};

use crate::field_cursor::FieldCursor;
use crate::gathering::Gathering;
use crate::info::{Detail, Info, Preview};
use crate::kind::Kind;
use crate::parts::Parts;
use crate::picture;
use crate::text::utf_16;
use crate::told::Told;
use crate::view::View;

/// The pictures of a database of thumbnails.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ThumbnailDatabase {
    /// The pictures, in the order of the catalog, or else of the directory.
    pub(crate) thumbnails: Vec<Thumbnail>,
    /// Parts that could not be read, and why.
    pub(crate) damaged: Vec<String>,
}

/// One picture of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Thumbnail {
    /// The name of the file that it is of, where there is a catalog.
    pub(crate) file_name: Option<String>,
    /// When that file was last changed, where there is a catalog.
    pub(crate) modified: Option<FileTime>,
    /// The stream that holds it.
    pub(crate) stream: Name,
    /// The length of that stream in bytes, where the directory was read.
    pub(crate) len: Option<u64>,
}

const CATALOG: &str = "Catalog";
/// How much of the catalog is read, in bytes: some ten thousand pictures.
const CATALOG_LEN_MAX: usize = 2 << 20;
/// Length, number, time, and at least a terminator.
const ENTRY_LEN_MIN: usize = 18;

impl Told for ThumbnailDatabase {
    const KIND: Kind = Kind::Thumbs;

    fn try_read(parts: &Parts) -> Result<Self> {
        let mut gathering = Gathering::of(parts);
        let catalog = gathering.prefix(&[CATALOG], CATALOG_LEN_MAX);
        gathering.all_here()?;
        let thumbnails = match catalog {
            Some(catalog) => parse_catalog(&catalog),
            None => gathering.take(parts.try_list(&[])).map_or_else(Vec::new, |listing| {
                let is_picture =
                    |stat: &&Stat| stat.kind == ElementKind::Stream && is_of_vista(&stat.name);
                listing.iter().filter(is_picture).map(Thumbnail::of_stream).collect()
            }),
        };
        Ok(Self { thumbnails, damaged: gathering.finish()? })
    }

    fn tell(&self, info: &mut Info) {
        info.add("picture_count", self.thumbnails.len());
        let pictures = self.thumbnails.iter().map(|thumbnail| {
            let mut picture = vec![("stream".to_owned(), thumbnail.stream.to_string().into())];
            if let Some(name) = &thumbnail.file_name {
                picture.push(("file_name".to_owned(), name.as_str().into()));
            }
            if let Some(time) = thumbnail.modified {
                picture.push(("modified".to_owned(), Detail::Time(time)));
            }
            if let Some(len) = thumbnail.len {
                let len = i64::try_from(len).unwrap_or(i64::MAX);
                picture.push(("len".to_owned(), Detail::Integer(len)));
            }
            Detail::Map(picture)
        });
        info.add("pictures", Detail::List(pictures.collect()));
        info.add_damage(&self.damaged);
    }

    fn try_view(&self, _parts: &Parts) -> Result<View> {
        let mut view = View::default();
        for thumbnail in &self.thumbnails {
            let stream = thumbnail.stream.to_string();
            view.picture(thumbnail.file_name.as_deref().unwrap_or(&stream));
        }
        Ok(view)
    }

    /// The first picture that is a file by itself.
    fn try_picture(parts: &Parts) -> Result<Option<Preview>> {
        let database = Self::try_read(parts)?;
        let Some(first) = database.thumbnails.first() else { return Ok(None) };
        let mut gathering = Gathering::of(parts);
        let bytes = gathering.stream(&[&first.stream.to_string_lossy()]);
        gathering.finish()?;
        Ok(bytes.and_then(|bytes| picture::within(&bytes)))
    }
}

impl Thumbnail {
    fn of_stream(stat: &Stat) -> Self {
        Self { file_name: None, modified: None, stream: stat.name, len: Some(stat.len) }
    }
}

/// Whether a stream bears such a name as Windows Vista gives them: `256_` and a hexadecimal number.
pub(crate) fn is_of_vista(name: &Name) -> bool {
    let name = name.to_string_lossy();
    let Some((width, id)) = name.split_once('_') else { return false };
    let is_width = !width.is_empty() && width.bytes().all(|byte| byte.is_ascii_digit());
    is_width && !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn parse_catalog(catalog: &[u8]) -> Vec<Thumbnail> {
    let mut thumbnails = Vec::new();
    let mut cursor = FieldCursor::new(catalog);
    let header_len = cursor.u16().map_or(0, usize::from);
    cursor.skip(header_len.saturating_sub(2));
    while let Some(entry) = take_entry(&mut cursor) {
        let mut cursor = FieldCursor::new(entry);
        let (Some(id), Some(time)) = (cursor.u32(), cursor.u64()) else { break };
        let digits: String = id.to_string().chars().rev().collect();
        let Ok(stream) = Name::new(&digits) else { continue };
        thumbnails.push(Thumbnail {
            file_name: Some(utf_16(cursor.rest())),
            modified: Some(FileTime(time)).filter(|time| time.is_some()),
            stream,
            len: None,
        });
    }
    thumbnails
}

/// The next entry of the catalog behind its length, which counts itself.
fn take_entry<'a>(cursor: &mut FieldCursor<'a>) -> Option<&'a [u8]> {
    let len = cursor.len32()?;
    if len < ENTRY_LEN_MIN {
        return None;
    }
    Some(cursor.take_up_to(len - 4)).filter(|entry| !entry.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_catalog_names_the_streams_with_reversed_digits() {
        let mut catalog = vec![16, 0, 7, 0];
        catalog.extend(1_u32.to_le_bytes());
        catalog.extend([96, 0, 0, 0, 96, 0, 0, 0]);
        let name: Vec<u8> = "a.jpg\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
        catalog.extend(u32::try_from(16 + name.len() + 4).unwrap().to_le_bytes());
        catalog.extend(12_u32.to_le_bytes());
        catalog.extend(5_u64.to_le_bytes());
        catalog.extend(name);
        catalog.extend([0; 4]);
        let thumbnails = parse_catalog(&catalog);
        assert_eq!(thumbnails.len(), 1);
        assert_eq!(thumbnails[0].file_name.as_deref(), Some("a.jpg"));
        assert_eq!(thumbnails[0].modified, Some(FileTime(5)));
        assert_eq!(thumbnails[0].stream, Name::new("21").unwrap());
    }

    #[test]
    fn names_of_vista_are_a_width_and_a_number() {
        let is = |name| is_of_vista(&Name::new(name).unwrap());
        assert!(is("256_1760d1cd89bd24d7") && is("96_0"));
        assert!(!is("256") && !is("_a") && !is("a_1") && !is("256_xyz"));
    }
}
