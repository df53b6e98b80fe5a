//! The rich text of the corpus's messages, against what extract-msg 0.57 unpacked of them: length
//! and CRC-32; and the HTML that comes out of it.

use std::sync::Arc;

use docfile_compound::{MemoryBytes, Storage};
use docfile_testkit::corpus::Corpus;
use docfile_testkit::crc32::crc32;

use super::*;
use crate::elements::Elements;

const RICH_TEXTS: [(&str, usize, u32); 8] = [
    ("msgClassPost.msg", 40058, 0xA059_B4BB),
    ("51873.msg", 377, 0x2040_F083),
    ("message_1979.msg", 1288, 0x5C2B_2DCF),
    ("53784_fails.msg", 10024, 0x6997_007A),
    ("message_1980.msg", 1288, 0x5C2B_2DCF),
    ("msgClassStickyNote.msg", 247, 0x66B5_6DC2),
    ("testMSG.msg", 910, 0xB9FD_31A9),
    ("test-outlook.msg", 26028, 0xFC85_41E4),
];

fn body(name: &str) -> Option<MessageBody> {
    let bytes = Corpus::locate()?.file(name).read();
    let root = Storage::try_open(Arc::new(MemoryBytes::new(bytes))).unwrap();
    let parts = Parts::new(Arc::new(Elements::new(root)), usize::MAX);
    let properties = try_open(&parts).unwrap();
    Some(MessageBody::try_read(&parts, &properties).unwrap())
}

#[test]
fn rich_text_is_unpacked_as_extract_msg_unpacks_it() {
    for (name, len, crc) in RICH_TEXTS {
        let Some(body) = body(name) else { return };
        let rtf = body.rtf.unwrap();
        assert_eq!((rtf.len(), crc32(&rtf)), (len, crc), "{name}");
        assert_eq!(body.rtf_damage, None, "{name}");
    }
}

#[test]
fn html_comes_out_of_the_rich_text() {
    for name in ["msgClassPost.msg", "message_1979.msg", "53784_fails.msg", "test-outlook.msg"] {
        let Some(body) = body(name) else { return };
        let html = body.html.clone().unwrap();
        assert!(html.trim_start().starts_with('<'), "{name}: {html}");
        assert!(html.trim_end().to_ascii_lowercase().ends_with("</html>"), "{name}: {html}");
        assert!(!html.contains("\\htmltag") && !html.contains("htmlrtf"), "{name}");
        // The page says what the plain text says, word by word, but for addresses of links.
        let text = crate::html::text_of(&html);
        let plain = body.plain.unwrap();
        let words = |text: &str| {
            text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>()
        };
        let told = words(&text);
        let missing: Vec<String> =
            words(&plain).into_iter().filter(|word| !told.contains(word)).collect();
        let allowed = words(&plain).len() / 10;
        assert!(missing.len() <= allowed, "{name}: {missing:?}");
    }
}

#[test]
fn a_page_in_another_code_page_is_read_in_it() {
    let Some(body) = body("HTMLBodyBinary_CP1251.msg") else { return };
    let word = "\u{430}\u{432}\u{442}\u{43E}\u{43C}\u{430}\u{442}\u{438}\u{447}\u{435}\u{441}\u{43A}\u{438}";
    assert_eq!(body.text(), format!("HTML {word}"));
}
