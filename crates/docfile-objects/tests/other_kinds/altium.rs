//! Altium documents, made as others have described them.

use docfile_objects::Kind;

use crate::specimen::{Streams, at_root, column, file_of, opened, text};

fn records(texts: &[&str]) -> Vec<u8> {
    let mut stored = Vec::new();
    for text in texts {
        stored.extend(u32::try_from(text.len() + 1).unwrap().to_le_bytes());
        stored.extend(text.as_bytes());
        stored.push(0);
    }
    stored
}

pub(crate) fn schematic() -> Streams {
    let stored = records(&[
        "|HEADER=Protel for Windows - Schematic Capture Binary File Version 5.0|WEIGHT=5",
        "|RECORD=31|FONTIDCOUNT=1",
        "|RECORD=1|LIBREFERENCE=LM317|COMPONENTDESCRIPTION=Regulator",
        "|RECORD=34|OWNERINDEX=1|TEXT=U1",
        "|RECORD=1|LIBREFERENCE=RES",
        "|RECORD=34|OWNERINDEX=3|TEXT=R1",
        "|RECORD=41|NAME=Title|TEXT=Supply",
    ]);
    vec![at_root("FileHeader", stored), at_root("Storage", records(&["|HEADER=Icon storage"]))]
}

pub(crate) fn board() -> Streams {
    let header = [&[20, 0, 0, 0, 19][..], b"PCB 6.0 Binary File"].concat();
    let mut data = at_root("Components6", records(&["|PATTERN=DIP8|SOURCEDESIGNATOR=U1"]));
    data.0.push("Data".to_owned());
    vec![at_root("FileHeader", header), data]
}

#[test]
fn a_schematic_and_a_board_tell_their_components() {
    let info = opened(file_of(&schematic())).unwrap().try_info().unwrap();
    assert_eq!(info.kind, Kind::Altium);
    assert_eq!(text(&info, "content"), "schematic");
    assert_eq!(info.title.as_deref(), Some("Supply"));
    assert_eq!(column(&info, "components", "name"), ["LM317", "RES"]);
    assert_eq!(column(&info, "components", "designator"), ["U1", "R1"]);
    let info = opened(file_of(&board())).unwrap().try_info().unwrap();
    assert_eq!(text(&info, "content"), "board");
    assert_eq!(column(&info, "components", "name"), ["DIP8"]);
}
