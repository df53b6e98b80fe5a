//! A jump list, made as others have described it; its links as [MS-SHLLINK] lays them out.

use docfile_objects::Kind;

use crate::specimen::{Streams, at_root, column, file_of, opened, wide};

const PATHS: [&str; 2] = ["D:\\plans\\house.doc", "D:\\plans\\wall \u{3B1}.doc"];

fn link(path: &str) -> Vec<u8> {
    let mut link = vec![0x4C, 0, 0, 0, 1, 0x14, 2, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46];
    // A relative path, wide.
    link.extend(0x88_u32.to_le_bytes());
    link.resize(52, 0);
    link.extend(4711_u32.to_le_bytes());
    link.resize(76, 0);
    link.extend(u16::try_from(path.encode_utf16().count()).unwrap().to_le_bytes());
    link.extend(wide(path));
    link
}

pub(crate) fn streams() -> Streams {
    let mut list = 4_u32.to_le_bytes().to_vec();
    list.extend(2_u32.to_le_bytes());
    list.resize(32, 0);
    let mut streams = Vec::new();
    for (index, path) in PATHS.iter().enumerate() {
        list.resize(list.len() + 72, 0);
        list.extend(b"desk\0\0\0\0\0\0\0\0\0\0\0\0");
        list.extend(u32::try_from(index + 0x1B).unwrap().to_le_bytes());
        list.extend([0; 8]);
        list.extend(133_444_736_000_000_000_u64.to_le_bytes());
        list.extend(u32::MAX.to_le_bytes());
        list.extend([0; 4]);
        list.extend(7_u32.to_le_bytes());
        list.extend([0; 8]);
        list.extend(u16::try_from(path.encode_utf16().count()).unwrap().to_le_bytes());
        list.extend(wide(path));
        list.extend([0; 4]);
        streams.push(at_root(&format!("{:x}", index + 0x1B), link("..\\x.doc")));
    }
    streams.push(at_root("DestList", list));
    streams
}

#[test]
fn a_jump_list_tells_its_entries() {
    let document = opened(file_of(&streams())).unwrap();
    let info = document.try_info().unwrap();
    assert_eq!(info.kind, Kind::JumpList);
    assert_eq!(column(&info, "entries", "target"), PATHS);
    assert_eq!(column(&info, "entries", "stream"), ["1b", "1c"]);
    assert_eq!(column(&info, "entries", "open_count"), ["7", "7"]);
    assert_eq!(column(&info, "entries", "relative_path"), ["..\\x.doc"; 2]);
    assert_eq!(column(&info, "entries", "target_len"), ["4711"; 2]);
    let page = document.try_first_view().unwrap().to_string();
    assert!(page.contains(PATHS[1]), "{page}");
}
