//! Every file of the corpus gives its facts and its pages or an error that says why not; those of
//! Office show something on their first page.

use std::sync::Arc;

use docfile_compound::{ErrorKind, MemoryBytes, Result, Storage};
use docfile_objects::{Block, Kind, Opening, View, try_open};
use docfile_testkit::corpus::Corpus;

fn is_office(kind: Kind) -> bool {
    matches!(kind, Kind::Word | Kind::Excel | Kind::PowerPoint | Kind::EncryptedOoxml)
}

fn show(bytes: Vec<u8>) -> (Option<Kind>, Result<View>) {
    let opened = Storage::try_open(Arc::new(MemoryBytes::new(bytes)))
        .and_then(|root| try_open(root, Opening::default()));
    let document = match opened {
        Ok(document) => document,
        Err(error) => return (None, Err(error)),
    };
    if let Ok(info) = document.try_info() {
        assert_eq!(info.kind, document.kind());
    }
    let first = document.try_first_view();
    let mut count = 0;
    while let Ok(Some(_)) = document.try_page(count) {
        count += 1;
        assert!(count < 10_000, "a document of so many pages");
    }
    (Some(document.kind()), first)
}

#[test]
fn first_pages_show_something_or_say_why_not() {
    let Some(corpus) = Corpus::locate() else { return };
    let (mut shown, mut empty, mut refused, mut failed) = (0, Vec::new(), 0, Vec::new());
    for file in corpus.files() {
        let (kind, first) = show(file.read());
        let Some(kind) = kind.filter(|kind| is_office(*kind)) else { continue };
        match first {
            Ok(view) if view.is_empty() => empty.push(format!("{} {kind}", file.name)),
            Ok(_) => shown += 1,
            Err(error) if error.kind() == ErrorKind::AccessDenied => refused += 1,
            Err(error) => failed.push(format!("{} {kind}: {error}", file.name)),
        }
    }
    eprintln!("{shown} shown, {refused} encrypted, empty {empty:#?}, failed {failed:#?}");
    assert!(shown >= 290, "{shown}");
    assert!(empty.len() <= 20, "{empty:#?}");
    assert!(failed.len() <= 12, "{failed:#?}");
}

#[test]
fn no_page_has_a_control_character() {
    let Some(corpus) = Corpus::locate() else { return };
    let is_clean = |text: &str| text.chars().all(|c| c == '\n' || !c.is_control());
    for file in corpus.files() {
        let (_, first) = show(file.read());
        for block in first.unwrap_or_default().blocks {
            let clean = match &block {
                Block::Heading { text, .. } | Block::Paragraph(text) => is_clean(text),
                Block::Row(cells) => cells.iter().all(|cell| is_clean(cell)),
                Block::Picture { name } => is_clean(name),
                _ => true,
            };
            assert!(clean, "{}: {block:?}", file.name);
        }
    }
}
