//! Subject, sender, recipients, date and plain body of the corpus's messages, against what
//! extract-msg 0.57 read of them.
//!
//! The table holds those that it opens. A body is told by the length and the CRC-32 of its text
//! in UTF-8, with line feeds, blanks for tabs, and no white space at the end.

use docfile_objects::Detail;
use docfile_testkit::corpus::Corpus;
use docfile_testkit::crc32::crc32;

use crate::specimen::{column, opened, paragraphs, text};

const TABLE: &str = include_str!("messages_by_extract_msg.tsv");
/// Read by extract-msg as Western European; the message states code page 1251.
const IN_ANOTHER_CODE_PAGE: &str = "591eb7aab7_ASCII_CP1251_LCID1049.msg";

#[test]
fn messages_tell_what_extract_msg_tells() {
    let Some(corpus) = Corpus::locate() else { return };
    let mut count = 0;
    for row in TABLE.lines().skip(1) {
        let [name, subject, sender, address, date, recipients, body, attachments] =
            row.split('\t').collect::<Vec<_>>()[..]
        else {
            panic!("{row}")
        };
        if name == IN_ANOTHER_CODE_PAGE {
            continue;
        }
        let some = |text: &str| if text == "-" { String::new() } else { text.to_owned() };
        let document = opened(corpus.file(name).read()).unwrap();
        let info = document.try_info().unwrap();
        assert_eq!(text(&info, "subject"), some(subject), "{name}");
        let from = match (some(sender), some(address)) {
            (sender, address) if address.is_empty() => sender,
            // A name in the directory of a server is no address.
            (sender, address) if address.to_ascii_lowercase().starts_with("/o=") => sender,
            (sender, address) => format!("{sender} <{address}>"),
        };
        assert_eq!(text(&info, "from"), from, "{name}");
        let sent = match info.detail("sent") {
            Some(Detail::Time(time)) => time.to_string().get(..19).unwrap().to_owned(),
            _ => String::new(),
        };
        assert_eq!(sent, some(date), "{name}");
        let people = column(&info, "recipients", "name");
        let addresses = column(&info, "recipients", "address");
        let told: Vec<String> = people
            .iter()
            .zip(&addresses)
            .map(|(name, address)| format!("{name}={address}"))
            .collect();
        assert_eq!(told.join(";"), some(recipients), "{name}");
        assert_eq!(column(&info, "attachments", "name").len().to_string(), attachments, "{name}");
        if body != "-" {
            let text = paragraphs(&*document);
            let text = text.trim_end();
            let told = format!("{}:{:08x}", text.len(), crc32(text.as_bytes()));
            assert_eq!(told, body, "{name}: {text}");
        }
        count += 1;
    }
    assert_eq!(count, 13);
}

#[test]
fn narrow_text_is_read_in_the_code_page_that_the_message_states() {
    let Some(corpus) = Corpus::locate() else { return };
    let info = opened(corpus.file(IN_ANOTHER_CODE_PAGE).read()).unwrap().try_info().unwrap();
    let word = "\u{430}\u{432}\u{442}\u{43E}\u{43C}\u{430}\u{442}\u{438}\u{447}\u{435}\u{441}\u{43A}\u{438}";
    assert_eq!(text(&info, "subject"), format!("Subject {word} Subject"));
}
