//! Preview pictures: saved as they are, or shown by the terminal.
//!
//! Invariant: a picture of an untrusted document is decoded within limits of size and memory; one
//! that cannot be decoded is told, never an error.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use docfile::objects::Preview;
use image::{ImageReader, Limits};

use crate::failure::Failure;
use crate::session::Session;
use crate::source::Source;

/// The most pixels of a side.
const MAX_SIDE: u32 = 8192;
/// The most memory that decoding may take, in bytes.
const MAX_MEMORY: u64 = 64 << 20;
/// The room that a picture gets, in columns and rows.
const ROOM: (u32, u32) = (48, 16);

/// Writes the picture to `target`, or for one of several sources into the folder `target`.
pub(crate) fn save(
    preview: &Preview,
    target: &Path,
    one_of_many: Option<&Source>,
) -> Result<PathBuf, Failure> {
    let path = match one_of_many {
        None => target.to_owned(),
        Some(source) => {
            std::fs::create_dir_all(target).map_err(|error| Failure::io(&error, target))?;
            target.join(format!("{}.{}", file_stem(source), extension(preview.media_type)))
        }
    };
    std::fs::write(&path, &preview.bytes).map_err(|error| Failure::io(&error, &path))?;
    Ok(path)
}

/// A name for a file out of the whole name of a source, so that no two of them meet.
fn file_stem(source: &Source) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    source.to_string().chars().map(|c| if is_plain(c) { c } else { '_' }).collect()
}

fn extension(media_type: &str) -> &str {
    match media_type.rsplit('/').next() {
        Some("jpeg") => "jpg",
        Some(end) => end,
        None => "bin",
    }
}

/// Shows the picture, where standard output is a terminal that welcomes colours.
pub(crate) fn show(session: &Session, preview: &Preview) {
    if !session.terminal.color || session.common.quiet {
        return;
    }
    let Some(picture) = decode(&preview.bytes) else { return };
    let (columns, rows) = ROOM;
    let is_wide = picture.width() / columns >= picture.height() / (2 * rows);
    let config = viuer::Config {
        absolute_offset: false,
        width: is_wide.then_some(columns),
        height: (!is_wide).then_some(rows),
        ..viuer::Config::default()
    };
    // A picture that cannot be shown takes nothing from the facts.
    let _ = viuer::print(&picture, &config);
}

fn decode(bytes: &[u8]) -> Option<image::DynamicImage> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    reader.decode().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_of_absurd_size_is_not_decoded() {
        // A bitmap whose header claims four thousand million pixels and brings none.
        let mut bytes = b"BM".to_vec();
        bytes.extend([0; 8]);
        bytes.extend(54_u32.to_le_bytes());
        bytes.extend(40_u32.to_le_bytes());
        bytes.extend(65_535_i32.to_le_bytes());
        bytes.extend(65_535_i32.to_le_bytes());
        bytes.extend([1, 0, 24, 0]);
        bytes.extend([0; 24]);
        assert!(decode(&bytes).is_none());
        assert!(decode(b"no picture").is_none());
    }

    #[test]
    fn files_of_several_sources_do_not_meet() {
        let stem = |text: &str| file_stem(&Source::parse(text.as_ref()).unwrap());
        assert_eq!(stem("a/b.doc"), "a_b.doc");
        assert_ne!(stem("a/b.doc"), stem("a/c.doc"));
    }
}
