//! A workbook of a few hundred kilobytes in which thousands of cells show the same long string
//! gives a page of bounded length.

use std::sync::Arc;

use docfile_compound::{
    CompoundFile, FormatVersion, MemoryBytes, Name, OpenMode, Result, Settings,
};
use docfile_objects::{Opening, View, try_open};

fn record(number: u16, body: &[u8]) -> Vec<u8> {
    let len = u16::try_from(body.len()).unwrap_or(u16::MAX);
    [&number.to_le_bytes()[..], &len.to_le_bytes(), body].concat()
}

/// One sheet of rows and columns that all show one string of this length.
fn workbook(row_count: u16, column_count: u16, string_len: u16) -> Vec<u8> {
    let bof = record(0x0809, &[0, 6, 5, 0, 0, 0, 0, 0]);
    let string = vec![b'x'; string_len.into()];
    let counts = [1, 0, 0, 0, 1, 0, 0, 0];
    let table = [&counts[..], &string_len.to_le_bytes(), &[0], &string].concat();
    let strings = record(0x00FC, &table);
    let end = record(0x000A, &[]);
    let sheet_len = record(0x0085, &[0; 9]).len();
    let offset = u32::try_from(bof.len() + sheet_len + strings.len() + end.len()).unwrap_or(0);
    let sheet = record(0x0085, &[&offset.to_le_bytes()[..], &[0, 0, 1, 0, b'S']].concat());
    let mut stream = [&bof[..], &sheet, &strings, &end, &bof].concat();
    for row in 0..row_count {
        for column in 0..column_count {
            let place = [row.to_le_bytes(), column.to_le_bytes(), [0; 2], [0; 2], [0; 2]];
            stream.extend(record(0x00FD, place.as_flattened()));
        }
    }
    stream.extend(end);
    stream
}

fn first_view(workbook: &[u8]) -> Result<View> {
    let bytes = Arc::new(MemoryBytes::default());
    let file = CompoundFile::create(bytes, FormatVersion::V3, Settings::default())?;
    let root = file.root(OpenMode::edit())?;
    let stream = root.try_create_stream(&Name::new("Workbook")?, OpenMode::child_edit())?;
    stream.try_write_at(0, workbook)?;
    drop(stream);
    try_open(root, Opening::default())?.try_first_view()
}

#[test]
fn a_long_string_in_every_cell_is_shown_up_to_a_bound() {
    let text = first_view(&workbook(2, 3, 4)).unwrap().to_string();
    assert_eq!(text, "S\nxxxx\txxxx\txxxx\nxxxx\txxxx\txxxx\n");

    let bounds = Opening::default().bounds;
    let text = first_view(&workbook(50, 250, 8_000)).unwrap().to_string();
    assert!(text.len() > bounds.page_text_len, "{}", text.len());
    assert!(text.len() < bounds.page_text_len + 100_000, "{}", text.len());
}
