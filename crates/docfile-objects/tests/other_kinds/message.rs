//! A message with two attached files and an attached message, made as [MS-OXMSG] lays it out.

use docfile_compound::{Name, OpenMode};
use docfile_objects::{Kind, Opening, try_open};

use crate::specimen::{Streams, column, file_of, opened, paragraphs, text, wide};

/// The streams of one object: its short properties behind a header, and its texts.
struct Object {
    path: Vec<String>,
    header: Vec<u8>,
    short: Vec<(u32, u64)>,
    long: Vec<(String, Vec<u8>)>,
}

impl Object {
    fn new(path: &[&str], header_len: usize) -> Self {
        let path = path.iter().map(ToString::to_string).collect();
        Self { path, header: vec![0; header_len], short: Vec::new(), long: Vec::new() }
    }

    fn short(mut self, tag: u32, value: u64) -> Self {
        self.short.push((tag, value));
        self
    }

    fn long(mut self, tag: u32, data: Vec<u8>) -> Self {
        // A text's length counts its terminator, which is not stored.
        let len = data.len() as u64 + if tag & 0xFFFF == 0x1F { 2 } else { 0 };
        self.short.push((tag, len));
        self.long.push((format!("__substg1.0_{tag:08X}"), data));
        self
    }

    fn into_streams(self) -> Streams {
        let Self { path, header: mut stored, short, long } = self;
        for (tag, value) in short {
            stored.extend(tag.to_le_bytes());
            stored.extend(6_u32.to_le_bytes());
            stored.extend(value.to_le_bytes());
        }
        let at = |name: &str| [path.as_slice(), &[name.to_owned()]].concat();
        let mut streams = vec![(at("__properties_version1.0"), stored)];
        streams.extend(long.into_iter().map(|(name, data)| (at(&name), data)));
        streams
    }
}

/// The header of a message: numbers of the next recipient and attachment, and their counts.
fn message_header(len: usize, recipient_count: u32, attachment_count: u32) -> Vec<u8> {
    let mut header = vec![0; 8];
    for number in [recipient_count, attachment_count, recipient_count, attachment_count] {
        header.extend(number.to_le_bytes());
    }
    header.resize(len, 0);
    header
}

/// The whole message.
pub(crate) fn streams() -> Streams {
    let mut outer = Object::new(&[], 0)
        .short(0x340D_0003, 0x4_0000)
        .short(0x0039_0040, 133_444_736_000_000_000)
        .long(0x001A_001F, wide("IPM.Note"))
        .long(0x0037_001F, wide("Plans \u{2013} \u{3B1}"))
        .long(0x0C1A_001F, wide("Ada Example"))
        .long(0x0C1F_001F, wide("ada@example.org"))
        .long(0x0E04_001F, wide("Ben Example; Cleo Example"))
        .long(0x1000_001F, wide("Dear all,\r\n\r\nsee the plans.\r\n"));
    outer.header = message_header(32, 2, 3);
    let mut streams = outer.into_streams();
    let people = [("Ben Example", "ben@example.org", 1), ("Cleo Example", "cleo@example.org", 2)];
    for (index, (name, address, kind)) in people.iter().enumerate() {
        let path = format!("__recip_version1.0_#{index:08X}");
        let recipient = Object::new(&[&path], 8)
            .short(0x0C15_0003, *kind)
            .long(0x3001_001F, wide(name))
            .long(0x3003_001F, wide(address))
            .long(0x39FE_001F, wide(address));
        streams.extend(recipient.into_streams());
    }
    let files = [("plan of the house.txt", 1000), ("\u{3B2}.bin", 5000)];
    for (index, (name, len)) in files.iter().enumerate() {
        let path = format!("__attach_version1.0_#{index:08X}");
        let attachment = Object::new(&[&path], 8)
            .short(0x3705_0003, 1)
            .long(0x3704_001F, wide("PLAN~1.TXT"))
            .long(0x3707_001F, wide(name))
            .long(0x370E_001F, wide("text/plain"))
            .long(0x3701_0102, vec![b'x'; *len]);
        streams.extend(attachment.into_streams());
    }
    let path = "__attach_version1.0_#00000002";
    let attachment = Object::new(&[path], 8)
        .short(0x3705_0003, 5)
        .short(0x3701_000D, 0xFFFF_FFFF)
        .long(0x3001_001F, wide("The first plan"));
    streams.extend(attachment.into_streams());
    let mut inner = Object::new(&[path, "__substg1.0_3701000D"], 0)
        .short(0x340D_0003, 0x4_0000)
        .long(0x001A_001F, wide("IPM.Note"))
        .long(0x0037_001F, wide("The first plan"))
        .long(0x1000_001F, wide("It was smaller."));
    inner.header = message_header(24, 0, 0);
    streams.extend(inner.into_streams());
    let names = |name: &str| vec!["__nameid_version1.0".to_owned(), name.to_owned()];
    for name in ["__substg1.0_00020102", "__substg1.0_00030102", "__substg1.0_00040102"] {
        streams.push((names(name), Vec::new()));
    }
    streams
}

#[test]
fn a_message_tells_people_and_attachments() {
    let document = opened(file_of(&streams())).unwrap();
    let info = document.try_info().unwrap();
    assert_eq!(info.kind, Kind::OutlookMessage);
    assert_eq!(text(&info, "subject"), "Plans \u{2013} \u{3B1}");
    assert_eq!(text(&info, "from"), "Ada Example <ada@example.org>");
    assert_eq!(column(&info, "recipients", "address"), ["ben@example.org", "cleo@example.org"]);
    assert_eq!(column(&info, "recipients", "kind"), ["to", "cc"]);
    let names = ["plan of the house.txt", "\u{3B2}.bin", "The first plan"];
    assert_eq!(column(&info, "attachments", "name"), names);
    assert_eq!(column(&info, "attachments", "len"), ["1000", "5000", ""]);
    assert_eq!(column(&info, "attachments", "kind"), ["file", "file", "message"]);
    assert_eq!(info.embedded_count, 1);
    assert_eq!(paragraphs(&*document), "Dear all,\n\nsee the plans.");
}

#[test]
fn no_byte_of_an_attachment_is_read_for_the_facts() {
    let document = opened(file_of(&streams())).unwrap();
    document.try_info().unwrap();
    document.try_first_view().unwrap();
    let touches = document.touches();
    assert!(touches.len() > 10);
    assert!(!touches.iter().any(|touch| touch.path.iter().any(|name| name.contains("37010102"))));
}

#[test]
fn an_attached_message_is_a_document_in_turn() {
    let bytes = std::sync::Arc::new(docfile_compound::MemoryBytes::new(file_of(&streams())));
    let mut storage = docfile_compound::Storage::try_open(bytes).unwrap();
    for name in ["__attach_version1.0_#00000002", "__substg1.0_3701000D"] {
        let name = Name::new(name).unwrap();
        storage = storage.try_open_storage(&name, OpenMode::child_read()).unwrap();
    }
    let document = try_open(storage, Opening::default()).unwrap();
    let info = document.try_info().unwrap();
    assert_eq!(info.kind, Kind::OutlookMessage);
    assert_eq!(text(&info, "subject"), "The first plan");
    assert_eq!(paragraphs(&*document), "It was smaller.");
}
