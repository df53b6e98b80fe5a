//! A Hangul document, made as its published format lays it out.

use docfile_compound::property::{PropertySetStream, format_id, well_known};
use docfile_objects::Kind;

use crate::specimen::{Streams, at_root, file_of, opened, paragraphs, text, wide};

pub(crate) fn streams() -> Streams {
    let mut header = b"HWP Document File".to_vec();
    header.resize(32, 0);
    header.extend([0, 3, 1, 5, 0b11, 0, 0, 0]);
    header.resize(256, 0);
    let mut summary = PropertySetStream::new(format_id::HWP_SUMMARY_INFORMATION);
    let set = summary.set_or_insert(format_id::HWP_SUMMARY_INFORMATION).unwrap();
    set.set(well_known::TITLE, "\u{ACC4}\u{D68D}").unwrap();
    set.set(well_known::AUTHOR, "Kim").unwrap();
    let mut body = at_root("BodyText", vec![0; 64]);
    body.0.push("Section0".to_owned());
    vec![
        at_root("FileHeader", header),
        at_root("DocInfo", vec![0; 64]),
        body,
        at_root("\u{5}HwpSummaryInformation", summary.emit().unwrap()),
        at_root("PrvText", wide("\u{ACC4}\u{D68D}\r\none <two>\r\n")),
        at_root("PrvImage", b"GIF89a picture".to_vec()),
    ]
}

#[test]
fn a_hangul_document_tells_its_preview() {
    let document = opened(file_of(&streams())).unwrap();
    let info = document.try_info().unwrap();
    assert_eq!(info.kind, Kind::Hwp);
    assert_eq!(info.version.as_deref(), Some("5.1.3.0"));
    assert_eq!(info.title.as_deref(), Some("\u{ACC4}\u{D68D}"));
    assert_eq!(info.author.as_deref(), Some("Kim"));
    assert_eq!(text(&info, "preview_text"), "\u{ACC4}\u{D68D}\none <two>\n");
    assert_eq!(info.preview.unwrap().media_type, "image/gif");
    assert_eq!(paragraphs(&*document), "\u{ACC4}\u{D68D}\none <two>");
}
