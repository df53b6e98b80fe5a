"""Writes oaut.txt: what impacket puts on the wire for variants, as `name hex` lines.

Run in a virtual environment with impacket: python3 oaut.py > oaut.txt
The ids of pointers are whatever impacket draws; the test does not compare them.
"""

import random

from impacket.dcerpc.v5.dcom.oaut import *
from impacket.dcerpc.v5.dtypes import NULL
from impacket.dcerpc.v5.ndr import NDRCALL

random.seed(1)


class Call(NDRCALL):
    structure = (('value', VARIANT),)


class Text(NDRCALL):
    structure = (('value', BSTR),)


def variant(name, vt, field, value, size):
    call = Call()
    call['value']['clSize'] = size
    call['value']['vt'] = vt
    call['value']['_varUnion']['tag'] = vt
    if field is not None:
        call['value']['_varUnion'][field] = value
    print(name, call.getData().hex())


text = Text()
text['value']['asData'] = 'abc'
print('bstr', text.getData().hex())

E = VARENUM.enumItems
variant('empty', E.VT_EMPTY.value, None, None, 3)
variant('i4', E.VT_I4.value, 'lVal', -5, 3)
variant('i2', E.VT_I2.value, 'iVal', 7, 3)
variant('r8', E.VT_R8.value, 'dblVal', 1.5, 4)
variant('i8', E.VT_I8.value, 'llVal', -2, 4)
variant('date', E.VT_DATE.value, 'date', 2.25, 4)
call = Call()
call['value']['clSize'] = 6
call['value']['vt'] = E.VT_BSTR.value
call['value']['_varUnion']['tag'] = E.VT_BSTR.value
call['value']['_varUnion']['bstrVal']['asData'] = 'abc'
print('bstr_variant', call.getData().hex())
