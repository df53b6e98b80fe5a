"""Writes orpc.txt: what impacket puts on the wire, as `name hex` lines.

Run in a virtual environment with impacket: python3 orpc.py > orpc.txt
The ids of pointers are whatever impacket draws; the test does not compare them.
"""

import random
import struct

from impacket.dcerpc.v5.dcomrt import *
from impacket.dcerpc.v5.dtypes import NULL

random.seed(1)
IID_ONE = bytes(range(16))
IID_TWO = bytes(range(16, 32))
CLASS = bytes(range(32, 48))
CID = bytes(range(48, 64))


def show(name, data):
    print(name, data.hex())


def stub(call):
    """The bytes of a call, as NDRCALL writes arguments one after the other."""
    return call.getData()


def this(flags):
    header = ORPCTHIS()
    header['cid'] = CID
    header['extensions'] = NULL
    header['flags'] = flags
    return header


def guid(kind, value):
    item = kind()
    item['Data'] = value
    return item


def bindings(kind=DUALSTRINGARRAY):
    text = 'host[49152]'.encode('utf-16le')
    units = struct.pack('<H', 7) + text + b'\0\0' + b'\0\0'
    offset = len(units) // 2
    units += struct.pack('<HH', 10, 0xFFFF) + b'\0\0' + b'\0\0'
    array = kind()
    array['wNumEntries'] = len(units) // 2
    array['wSecurityOffset'] = offset
    array['aStringArray'] = list(struct.unpack('<%dH' % (len(units) // 2), units))
    return array


def packed_bindings():
    array = bindings()
    units = array['aStringArray']
    return struct.pack('<HH', array['wNumEntries'], array['wSecurityOffset']) + \
        struct.pack('<%dH' % len(units), *units)


def standard():
    reference = OBJREF_STANDARD()
    reference['iid'] = IID_ONE
    reference['std']['flags'] = 0x1000
    reference['std']['cPublicRefs'] = 5
    reference['std']['oxid'] = 0x1122334455667788
    reference['std']['oid'] = 0x99AABBCCDDEEFF00
    reference['std']['ipid'] = IID_TWO
    reference['saResAddr'] = packed_bindings()
    return reference.getData()


def blob(properties):
    """An activation blob of properties, each with its id, as impacket's client makes one."""
    activation = ACTIVATION_BLOB()
    activation['CustomHeader']['destCtx'] = 2
    activation['CustomHeader']['pdwReserved'] = NULL
    body = b''
    for clsid, value in properties:
        activation['CustomHeader']['pclsid'].append(guid(CLSID_ITEM, clsid))
        data = value.getData() + value.getDataReferents()
        data += b'\xFA' * (-len(data) % 8)
        size = DWORD()
        size['Data'] = len(data)
        activation['CustomHeader']['pSizes'].append(size)
        body += data
    activation['Property'] = body
    return activation.getData()


CLSID_ITEM = CLSID


def custom(iid, clsid, data):
    reference = OBJREF_CUSTOM()
    reference['iid'] = iid[:-4]
    reference['clsid'] = clsid
    reference['cbExtension'] = 0
    reference['pObjectData'] = data
    reference['ObjectReferenceSize'] = len(data) + 8
    return reference.getData()


def pointer(target, data):
    target['ulCntData'] = len(data)
    target['abData'] = list(data)


def request_properties():
    instantiation = InstantiationInfoData()
    instantiation['classId'] = CLASS
    instantiation['cIID'] = 1
    instantiation['pIID'].append(guid(IID, IID_ONE))
    instantiation['thisSize'] = 88
    context = ActivationContextInfoData()
    context['pIFDClientCtx'] = NULL
    context['pIFDPrototypeCtx'] = NULL
    location = LocationInfoData()
    location['machineName'] = NULL
    scm = ScmRequestInfoData()
    scm['pdwReserved'] = NULL
    scm['remoteRequest']['cRequestedProtseqs'] = 1
    scm['remoteRequest']['pRequestedProtseqs'].append(7)
    return [(CLSID_InstantiationInfo, instantiation), (CLSID_ActivationContextInfo, context),
            (CLSID_ServerLocationInfo, location), (CLSID_ScmRequestInfo, scm)]


def reply_properties():
    out = PropsOutInfo()
    out['cIfs'] = 1
    out['piid'].append(guid(IID, IID_ONE))
    result = HRESULT()
    result['Data'] = 0
    out['phresults'].append(result)
    interface = PMInterfacePointer()
    pointer(interface, standard())
    out['ppIntfData'].append(interface)
    scm = ScmReplyInfoData()
    scm['pdwReserved'] = 0
    scm['remoteReply']['Oxid'] = 0x1122334455667788
    array = bindings()
    scm['remoteReply']['pdsaOxidBindings']['wNumEntries'] = array['wNumEntries']
    scm['remoteReply']['pdsaOxidBindings']['wSecurityOffset'] = array['wSecurityOffset']
    scm['remoteReply']['pdsaOxidBindings']['aStringArray'] = array['aStringArray']
    scm['remoteReply']['ipidRemUnknown'] = IID_TWO
    scm['remoteReply']['authnHint'] = 6
    return [(CLSID_PropsOutInfo, out), (CLSID_ScmReplyInfo, scm)]


create = RemoteCreateInstance()
create['ORPCthis'] = this(1)
create['pUnkOuter'] = NULL
pointer(create['pActProperties'],
        custom(IID_IActivationPropertiesIn, CLSID_ActivationPropertiesIn, blob(request_properties())))
show('remote_create_instance', stub(create))

reply = RemoteCreateInstanceResponse()
reply['ORPCthat']['flags'] = 0
reply['ORPCthat']['extensions'] = NULL
pointer(reply['ppActProperties'],
        custom(IID_IActivationPropertiesOut, CLSID_ActivationPropertiesOut, blob(reply_properties())))
reply['ErrorCode'] = 0
show('remote_create_instance_reply', stub(reply))

show('objref_standard', standard())

handler = OBJREF_HANDLER()
handler['iid'] = IID_ONE
handler['std']['flags'] = 0
handler['std']['cPublicRefs'] = 1
handler['std']['oxid'] = 1
handler['std']['oid'] = 2
handler['std']['ipid'] = IID_TWO
handler['clsid'] = CLASS
handler['saResAddr'] = packed_bindings()
show('objref_handler', handler.getData())

activation = RemoteActivation()
activation['ORPCthis'] = this(1)
activation['Clsid'] = CLASS
activation['pwszObjectName'] = 'name\0'
activation['pObjectStorage'] = NULL
activation['ClientImpLevel'] = 2
activation['Mode'] = 0
activation['Interfaces'] = 2
activation['pIIDs'].append(guid(IID, IID_ONE))
activation['pIIDs'].append(guid(IID, IID_TWO))
activation['cRequestedProtseqs'] = 1
activation['aRequestedProtseqs'].append(7)
show('remote_activation', stub(activation))

resolve = ResolveOxid2()
resolve['pOxid'] = 0x1122334455667788
resolve['cRequestedProtseqs'] = 2
resolve['arRequestedProtseqs'].append(7)
resolve['arRequestedProtseqs'].append(15)
show('resolve_oxid2', stub(resolve))

resolved = ResolveOxid2Response()
resolved['ppdsaOxidBindings']['wNumEntries'] = bindings()['wNumEntries']
resolved['ppdsaOxidBindings']['wSecurityOffset'] = bindings()['wSecurityOffset']
resolved['ppdsaOxidBindings']['aStringArray'] = bindings()['aStringArray']
resolved['pipidRemUnknown'] = IID_TWO
resolved['pAuthnHint'] = 5
resolved['ErrorCode'] = 0
show('resolve_oxid2_reply', stub(resolved))

ping = ComplexPing()
ping['pSetId'] = 3
ping['SequenceNum'] = 1
ping['cAddToSet'] = 2
ping['cDelFromSet'] = 0
for oid in (5, 6):
    item = OID()
    item['Data'] = oid
    ping['AddToSet'].append(item)
ping['DelFromSet'] = NULL
show('complex_ping', stub(ping))

pong = ComplexPingResponse()
pong['pSetId'] = 3
pong['pPingBackoffFactor'] = 1
pong['ErrorCode'] = 0
show('complex_ping_reply', stub(pong))

query = RemQueryInterface()
query['ORPCthis'] = this(0)
query['ripid'] = IID_TWO
query['cRefs'] = 5
query['cIids'] = 2
query['iids'].append(guid(IID, IID_ONE))
query['iids'].append(guid(IID, IID_TWO))
show('rem_query_interface', stub(query))

release = RemAddRef()
release['ORPCthis'] = this(0)
release['cInterfaceRefs'] = 1
element = REMINTERFACEREF()
element['ipid'] = IID_TWO
element['cPublicRefs'] = 1
element['cPrivateRefs'] = 0
release['InterfaceRefs'].append(element)
show('rem_add_ref', stub(release))
