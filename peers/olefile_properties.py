#!/usr/bin/env python3
"""Writes down what olefile reads in the property sets of compound files, one line a file.

    python peers/olefile_properties.py CORPUS > crates/docfile-compound/tests/properties_by_olefile.tsv

A line is the name of the file and, for each of its streams whose name begins with character 5, in
ascending order, how many properties of its first set olefile reads and the CRC-32 of their text:
a line "id=value" each, by id. The test that reads the table makes the same text of what docfile
reads; types that olefile leaves out are left out there.
"""

import pathlib
import sys
import zlib

import olefile
from olefile.olefile import VT_BLOB, VT_CF, VT_FILETIME

CODE_PAGE = 1
ENCODINGS = {0: "cp1252", 1200: "utf-16-le", 10000: "mac_roman", 65001: "utf-8"}


def text(value, encoding):
    """The value as text, or None where olefile says nothing about it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value & 0xFFFFFFFF)
    if isinstance(value, bytes):
        return value.decode(encoding, "replace")
    if isinstance(value, list):
        parts = [text(part, encoding) for part in value]
        return None if None in parts else "[" + "\x1f".join(parts) + "]"
    # olefile takes the count of 16-bit units from the wrong place and reads on behind the null.
    return value.split("\0")[0] if value is not None else None


def stream_line(ole, path):
    properties = ole.getproperties(path)
    code_page = properties.get(CODE_PAGE, 1252) & 0xFFFF
    encoding = ENCODINGS.get(code_page, f"cp{code_page}")
    lines = []
    for property_id, value in sorted(properties.items()):
        # olefile takes the dictionary for a property like any other.
        if property_id == 0:
            continue
        line = text(value, encoding)
        if line is not None:
            lines.append(f"{property_id}={line}\n")
    checksum = zlib.crc32("".join(lines).encode("utf-8", "replace"))
    return f"{len(lines)}:{checksum:08x}"


class Kept(olefile.OleFileIO):
    """olefile, but for what its conversions would hide: bytes of pictures as a checksum, and
    times as whole seconds whatever their meaning."""

    def _parse_property_basic(self, s, offset, property_id, property_type, *rest):
        value, size = super()._parse_property_basic(s, offset, property_id, property_type, *rest)
        if property_type in (VT_BLOB, VT_CF):
            value = f"{zlib.crc32(value):08x}"
        elif property_type == VT_FILETIME:
            value = str(value)
        return value, size


def file_line(path):
    try:
        with Kept(path) as ole:
            streams = [path for path in ole.listdir() if path[-1].startswith("\x05")]
            return ",".join(sorted(stream_line(ole, stream) for stream in streams))
    except Exception:  # what olefile refuses, or falls over
        return ""


def main():
    corpus = pathlib.Path(sys.argv[1])
    print("# What olefile", olefile.__version__, "reads; made by peers/olefile_properties.py.")
    for path in sorted((corpus / "files").iterdir()):
        line = file_line(str(path))
        if line:
            print(f"files/{path.name}", line, sep="\t")


main()
