//! First inputs of the targets of documents: the project's own sample, and small documents of the
//! kinds that fit into a few lines.

use std::sync::Arc;

use docfile_compound::{MemoryBytes, Name, OpenMode, Result, Storage};

use crate::documents::joined;
use crate::seeds::Seeds;

const LETTER: &[u8] = include_bytes!("../../samples/letter.doc");

/// Files: the sample, and for its parts the plain compound files that [`crate::seeds::files`] has.
#[must_use]
pub fn documents() -> Seeds {
    let letter = ("letter".to_owned(), LETTER.to_vec());
    core::iter::once(letter).chain(crate::seeds::files()).collect()
}

/// Streams of documents, each input in the form that the target takes apart.
///
/// # Errors
///
/// What reading the sample answers.
pub fn document_streams() -> Result<Seeds> {
    let root = Storage::try_open(Arc::new(MemoryBytes::new(LETTER.to_vec())))?;
    let (main, tables) = (stream(&root, "WordDocument")?, stream(&root, "1Table")?);
    let rich = br"{\rtf1\ansi\pard One {\b word}\par \'e9\u233?\par}";
    let mapi = [0; 32];
    let seeds: [(&str, u8, Vec<Vec<u8>>); 12] = [
        ("word-1table", 1, vec![main.clone(), tables.clone()]),
        ("word-0table", 0, vec![main, tables]),
        ("workbook", 2, vec![workbook(6)]),
        ("book", 3, vec![workbook(5)]),
        ("slides", 4, presentation()),
        ("rich", 5, vec![mapi.to_vec(), unpacked(rich)]),
        ("rich-cut", 5, vec![mapi.to_vec(), packed(b"{\\rtf1 ab\\par}")]),
        ("html", 6, vec![mapi.to_vec(), b"<p>a<b>b</b>&eacute;<table><tr><td>c".to_vec()]),
        ("text", 7, vec![mapi.to_vec(), b"plain\r\n\xE9".to_vec()]),
        ("installer", 8, vec![vec![0xE4, 4, 0, 0, 8, 0, 1, 0], b"Property".to_vec(), vec![1, 0]]),
        ("encrypted", 9, vec![vec![4, 0, 2, 0, 0x24, 0, 0, 0, 0x20, 0, 0, 0], vec![9; 64]]),
        ("model", 10, vec![wide("Worksharing: Central\r\nFormat: 2023\r\n"), b"\x89PNG".to_vec()]),
    ];
    let join = |(name, choice, streams): (&str, u8, Vec<Vec<u8>>)| {
        let streams: Vec<&[u8]> = streams.iter().map(Vec::as_slice).collect();
        (name.to_owned(), joined(choice, &streams))
    };
    Ok(seeds.into_iter().map(join).collect())
}

fn stream(root: &Storage, name: &str) -> Result<Vec<u8>> {
    let stream = root.try_open_stream(&Name::new(name)?, OpenMode::child_read())?;
    let mut bytes = vec![0; usize::try_from(stream.try_len()?).unwrap_or_default()];
    let read = stream.try_read_at(0, &mut bytes)?;
    bytes.truncate(read);
    Ok(bytes)
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Rich text behind the header of what is not compressed ([MS-OXRTFCP] 2.1.3.1).
fn unpacked(rich: &[u8]) -> Vec<u8> {
    let len = u32::try_from(rich.len()).unwrap_or_default();
    [&(len + 12).to_le_bytes()[..], &len.to_le_bytes(), b"MELA", &[0; 4], rich].concat()
}

/// The same said to be compressed: eight literal bytes to a flag.
fn packed(rich: &[u8]) -> Vec<u8> {
    let body: Vec<u8> = rich.chunks(8).flat_map(|run| [&[0][..], run].concat()).collect();
    let len = u32::try_from(rich.len()).unwrap_or_default();
    let all = u32::try_from(body.len()).unwrap_or_default() + 12;
    [&all.to_le_bytes()[..], &len.to_le_bytes(), b"LZFu", &[0; 4], &body].concat()
}

/// A workbook of one sheet with a number, a text and a truth value, of this version.
fn workbook(version: u8) -> Vec<u8> {
    let record = |number: u16, body: &[u8]| {
        let len = u16::try_from(body.len()).unwrap_or_default();
        [&number.to_le_bytes()[..], &len.to_le_bytes(), body].concat()
    };
    let start = record(0x0809, &[0, version, 5, 0, 0, 0, 0, 0]);
    let format = record(0x041E, &[164, 0, 3, 0, 0, b'0', b'.', b'0']);
    let style = record(0x00E0, &[0, 0, 164, 0, 0, 0, 0, 0]);
    let strings = record(0x00FC, &[1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, b'h', b'i']);
    let end = record(0x000A, &[]);
    let sheet_len = record(0x0085, &[0; 9]).len();
    let parts = [&start, &format, &style, &strings, &end];
    let offset = parts.iter().map(|part| part.len()).sum::<usize>() + sheet_len;
    let offset = u32::try_from(offset).unwrap_or_default().to_le_bytes();
    let sheet = record(0x0085, &[&offset[..], &[0, 0, 1, 0, b'S']].concat());
    let number = record(0x0203, &[&[0, 0, 0, 0, 0, 0][..], &1.5_f64.to_le_bytes()].concat());
    let text = record(0x00FD, &[0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    let truth = record(0x0205, &[1, 0, 0, 0, 0, 0, 1, 0]);
    [&start, &format, &style, &sheet, &strings, &end, &start, &number, &text, &truth, &end]
        .map(Vec::as_slice)
        .concat()
}

/// A presentation of one slide with a title, and its current user.
fn presentation() -> Vec<Vec<u8>> {
    let record = |kind: u16, number: u16, body: &[u8]| {
        let len = u32::try_from(body.len()).unwrap_or_default();
        [&kind.to_le_bytes()[..], &number.to_le_bytes(), &len.to_le_bytes(), body].concat()
    };
    let words =
        |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>();
    let entry = record(0, 0x03F3, &words(&[2, 0, 0, 256, 0]));
    let title = record(0, 0x0F9F, &words(&[0]));
    let text = record(0, 0x0FA8, b"Plan");
    let list = record(0xF, 0x0FF0, &[entry, title, text].concat());
    let document = record(0xF, 0x03E8, &list);
    let slide = record(0xF, 0x03EE, &record(0, 0x0F9E, &words(&[0])));
    let at = |parts: &[&Vec<u8>]| {
        u32::try_from(parts.iter().map(|part| part.len()).sum::<usize>()).unwrap_or_default()
    };
    let (slide_at, table_at) = (at(&[&document]), at(&[&document, &slide]));
    let table = record(0, 0x1772, &words(&[2 << 20 | 1, 0, slide_at]));
    let edit_at = at(&[&document, &slide, &table]);
    let edit = record(0, 0x0FF5, &words(&[0, 0, 0, table_at, 1, 2, 0]));
    let user = record(0, 0x0FF6, &words(&[20, 0xE391_C05F, edit_at, 0, 0]));
    vec![[document, slide, table, edit].concat(), user]
}
