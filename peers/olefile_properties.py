"""Reads the property sets of the sample "properties" with olefile and checks what it finds.

What is meant stands in `crates/docfile-compound/examples/make_samples.rs`. olefile reads the first
set of a stream, knows code page 1252, and leaves UTF-8 text as bytes.
"""

import datetime
import sys

import olefile

SUMMARY = {
    1: 1252,
    2: "Größe".encode("cp1252"),
    4: b"A. N. Author",
    12: datetime.datetime(2001, 9, 9, 1, 46, 40),
}
DOCUMENT = {15: "Häuser & Söhne 漢字".encode(), 23: 0x000C0000}


def main():
    wrong = 0
    for path in sys.argv[1:]:
        with olefile.OleFileIO(path) as ole:
            summary = ole.getproperties("\x05SummaryInformation", convert_time=True)
            document = ole.getproperties("\x05DocumentSummaryInformation")
            metadata = ole.get_metadata()
        for expected, found in ((SUMMARY, summary), (DOCUMENT, document)):
            for number, value in expected.items():
                if found.get(number) != value:
                    print(f"{path}: property {number} is {found.get(number)!r}, not {value!r}")
                    wrong += 1
        if metadata.author != b"A. N. Author":
            print(f"{path}: the author is {metadata.author!r}")
            wrong += 1
    print(f"olefile: {len(sys.argv) - 1} files of property sets, {wrong} differences")
    sys.exit(1 if wrong else 0)


main()
