"""Lists a compound file with olefile, one line an element (the form is told in dump_line.h).

Walks olefile's own directory tree and opens each entry by its own start and size, so that two
names that differ only in case, or an empty name, cannot stand for one another.
"""

import json
import sys
import zlib

import olefile


def walk(ole, storage, path):
    for entry in storage.kids:
        here = path + [entry.name]
        if entry.entry_type == olefile.STGTY_STREAM:
            data = ole._open(entry.isectStart, entry.size).read()
            print(json.dumps(here), "stream", len(data), f"{zlib.crc32(data):08x}", sep="\t")
        else:
            print(json.dumps(here), "storage", "", "", sep="\t")
            walk(ole, entry, here)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: olefile_dump.py FILE")
    sys.setrecursionlimit(100_000)
    with olefile.OleFileIO(sys.argv[1]) as ole:
        walk(ole, ole.root, [])


main()
