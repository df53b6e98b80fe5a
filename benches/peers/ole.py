"""olefile at the rows of the table. The talk is described in src/pass.rs, the sums in
src/workload/content.rs; sums are made after the clock has stopped, because Python is slow at
them and olefile is not to blame for that."""

import struct
import sys
import time

import olefile

PAGE_LEN = 4096
MASK = (1 << 64) - 1


def mix(index):
    z = (index + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def first_word(data, at=0):
    return struct.unpack_from("<Q", data, at)[0]


def listing_word(name, length):
    value = 0xCBF29CE484222325
    for byte in name.encode("utf-8"):
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value + length


def list_elements(job):
    start = time.perf_counter()
    ole = olefile.OleFileIO(job["file"])
    elements = [(entry.name, entry.size) for entry in ole.root.kids]
    end = time.perf_counter()
    return end - start, sum(listing_word(name, length) for name, length in elements)


def read_whole(job):
    """A stream is always loaded whole, so opening it is all of the reading."""
    start = time.perf_counter()
    data = olefile.OleFileIO(job["file"]).openstream(job["stream"]).read()
    end = time.perf_counter()
    if job["row"] == "small":
        return end - start, sum(first_word(data, at) for at in range(0, len(data) - 7, 8))
    return end - start, sum(
        first_word(data, at) * (2 * at // PAGE_LEN + 1) for at in range(0, len(data), PAGE_LEN)
    )


def read_random(job):
    """Opening is timed here, unlike with the others: it reads all of the stream."""
    start = time.perf_counter()
    stream = olefile.OleFileIO(job["file"]).openstream(job["stream"])
    pages, count = int(job["len"]) // PAGE_LEN, int(job["count"])
    offsets = [mix(i ^ 0x5EED00000000) % pages * PAGE_LEN for i in range(count)]
    heads = []
    for offset in offsets:
        stream.seek(offset)
        heads.append(stream.read(PAGE_LEN)[:8])
    end = time.perf_counter()
    return end - start, sum(first_word(head) * (2 * i + 1) for i, head in enumerate(heads))


ROWS = {"list": list_elements, "random": read_random}

job = dict(word.split("=", 1) for word in sys.argv[1:])
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(job["passes"])):
    seconds, checksum = ROWS.get(job["row"], read_whole)(job)
    print(f"seconds {seconds:.9f}\nchecksum {checksum & MASK}")
print("done", flush=True)
sys.stdin.read()
