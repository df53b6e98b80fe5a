"""Writes ndr.txt: what impacket's NDR makes of some shapes, as `name hex` lines.

Run in a virtual environment with impacket: python3 ndr.py > ndr.txt
The ids of pointers are whatever impacket draws; the test does not compare them.
"""

import random

from impacket.dcerpc.v5.dtypes import *
from impacket.dcerpc.v5.ndr import *

random.seed(1)


class U16Array(NDRUniConformantArray):
    item = '<H'


class U64Array(NDRUniConformantArray):
    item = ULONGLONG


class U16ArrayPointer(NDRPOINTER):
    referent = (('Data', U16Array),)


class Inner(NDRSTRUCT):
    structure = (('small', UCHAR), ('name', LPWSTR), ('items', U16ArrayPointer), ('last', USHORT))


class InnerArray(NDRUniConformantArray):
    item = Inner


class InnerArrayPointer(NDRPOINTER):
    referent = (('Data', InnerArray),)


class Trailing(NDRSTRUCT):
    structure = (('tag', USHORT), ('count', ULONG), ('items', U64Array))


class TrailingPointer(NDRPOINTER):
    referent = (('Data', Trailing),)


class Choice(NDRUNION):
    commonHdr = (('tag', ULONG),)
    union = {1: ('small', UCHAR), 2: ('text', LPWSTR), 3: ('large', ULONGLONG)}


class Holder(NDRSTRUCT):
    structure = (('before', USHORT), ('choice', Choice), ('after', USHORT))


class Outer(NDRCALL):
    structure = (('first', USHORT), ('inner', Inner), ('array', InnerArrayPointer), ('after', UCHAR))


class Tail(NDRCALL):
    structure = (('first', UCHAR), ('pointer', TrailingPointer), ('value', Trailing))


class Chosen(NDRCALL):
    structure = (('holder', Holder),)


def fill(inner, name, items):
    inner['small'] = 7
    inner['name'] = NULL if name is None else name + '\0'
    for item in items:
        inner['items'].append(item)
    inner['last'] = 9


outer = Outer()
outer['first'] = 1
fill(outer['inner'], 'ab', [1, 2, 3])
for name, items in (('x', [4]), (None, [5, 6])):
    inner = Inner()
    fill(inner, name, items)
    outer['array'].append(inner)
outer['after'] = 3
print('nested', outer.getData().hex())

tail = Tail()
tail['first'] = 1
for part, items in ((tail['pointer'], [1]), (tail['value'], [2, 3])):
    part['tag'] = 5
    part['count'] = len(items)
    for item in items:
        value = ULONGLONG()
        value['Data'] = item
        part['items'].append(value)
print('trailing', tail.getData().hex())

for name, tag, field, value in (('small', 1, 'small', 8), ('text', 2, 'text', 'ab\0'), ('large', 3, 'large', 2**40)):
    chosen = Chosen()
    chosen['holder']['before'] = 1
    chosen['holder']['choice']['tag'] = tag
    chosen['holder']['choice'][field] = value
    chosen['holder']['after'] = 2
    print('union_' + name, chosen.getData().hex())
