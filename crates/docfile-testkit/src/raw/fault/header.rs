//! Faults of the header ([MS-CFB] 2.2).

use docfile_compound::Rule;

use super::super::image::{Image, header};
use super::{Fault, forgivable, v3, v4};

pub(super) const FAULTS: &[Fault] = &[
    forgivable(Rule::HeaderSignature, "another first byte", || {
        let mut image = v3();
        image.put(0, &[0xD1]);
        image
    })
    .fatal(),
    forgivable(Rule::HeaderShort, "cut one byte before the header ends", || {
        let mut image = v3();
        image.set_len(511);
        image
    })
    .fatal(),
    forgivable(Rule::HeaderClassId, "a class id", || {
        let mut image = v3();
        image.put(header::CLASS_ID, &[0x11; 16]);
        image
    }),
    forgivable(Rule::HeaderMinorVersion, "minor version 0x3B", || {
        v3_with_u16(header::MINOR_VERSION, 0x3B)
    }),
    forgivable(Rule::HeaderVersion, "major version 5", || v3_with_u16(header::MAJOR_VERSION, 5)),
    forgivable(Rule::HeaderByteOrder, "the byte order mark turned round", || {
        v3_with_u16(header::BYTE_ORDER, 0xFEFF)
    }),
    forgivable(Rule::HeaderSectorShift, "version 3 with sectors of 4096 bytes", || {
        let mut image = v4();
        image.put_u16(header::MAJOR_VERSION, 3);
        image.put_u32(header::DIRECTORY_COUNT, 0);
        image
    }),
    forgivable(Rule::HeaderSectorShift, "sectors of 2 GiB", || {
        v3_with_u16(header::SECTOR_SHIFT, 31)
    })
    .fatal(),
    forgivable(Rule::HeaderMiniSectorShift, "mini sectors of 128 bytes", || {
        v3_with_u16(header::MINI_SECTOR_SHIFT, 7)
    }),
    forgivable(Rule::HeaderReserved, "a reserved byte set", || {
        v3_with_u16(header::RESERVED + 4, 1)
    }),
    forgivable(Rule::HeaderDirectoryCount, "directory sectors counted in version 3", || {
        let mut image = v3();
        let count = u32::try_from(image.directory_sectors().len()).unwrap_or(0);
        image.put_u32(header::DIRECTORY_COUNT, count);
        image
    }),
    forgivable(Rule::HeaderDirectoryCount, "one directory sector too many in version 4", || {
        with_one_more(v4(), header::DIRECTORY_COUNT)
    }),
    forgivable(Rule::HeaderFatCount, "one FAT sector too many", || {
        with_one_more(v3(), header::FAT_COUNT)
    }),
    forgivable(Rule::HeaderMiniCutoff, "a cutoff of 4097", || {
        let mut image = v3();
        image.put_u32(header::MINI_CUTOFF, 4097);
        image
    }),
    forgivable(Rule::HeaderMiniFatCount, "one mini FAT sector too many", || {
        with_one_more(v3(), header::MINI_FAT_COUNT)
    }),
    forgivable(Rule::HeaderDifatCount, "one DIFAT sector where there is none", || {
        with_one_more(v3(), header::DIFAT_COUNT)
    }),
    forgivable(Rule::HeaderPadding, "a byte behind the header of version 4", || {
        let mut image = v4();
        image.put(600, &[1]);
        image
    }),
];

fn v3_with_u16(offset: u64, value: u16) -> Image {
    let mut image = v3();
    image.put_u16(offset, value);
    image
}

fn with_one_more(mut image: Image, offset: u64) -> Image {
    let value = image.u32_at(offset);
    image.put_u32(offset, value + 1);
    image
}
