"""Calls the example server echo_server of docfile-call with impacket's DCE/RPC client.

Usage: impacket_echo.py PORT. Prints one line for each case, and fails if any is not as expected.
"""

import sys

from impacket import uuid
from impacket.dcerpc.v5 import rpcrt, transport

OPEN = ("0ec40000-0000-4000-8000-000000000001", "0.0")
SIGNED = ("0ec40000-0000-4000-8000-000000000002", "0.0")
LEVELS = {
    "none": rpcrt.RPC_C_AUTHN_LEVEL_NONE,
    "connect": rpcrt.RPC_C_AUTHN_LEVEL_CONNECT,
    "integrity": rpcrt.RPC_C_AUTHN_LEVEL_PKT_INTEGRITY,
    "privacy": rpcrt.RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
}
LENGTHS = [0, 1, 64, 5000, 65536, 1000000]


def connection(port, interface, level, password):
    client = transport.DCERPCTransportFactory(f"ncacn_ip_tcp:127.0.0.1[{port}]")
    client.set_connect_timeout(20)
    if level != "none":
        client.set_credentials("Ada", password, "")
    dce = client.get_dce_rpc()
    if level != "none":
        dce.set_credentials("Ada", password, "")
        dce.set_auth_type(rpcrt.RPC_C_AUTHN_WINNT)
        dce.set_auth_level(LEVELS[level])
    dce.connect()
    dce.bind(uuid.uuidtup_to_bin(interface))
    return dce


def echo(dce, length):
    data = bytes(index % 251 for index in range(length))
    dce.call(0, data, uuid=uuid.string_to_bin("00112233-4455-6677-8899-aabbccddeeff"))
    return dce.recv() == data


def outcome(port, interface, level, password):
    try:
        dce = connection(port, interface, level, password)
        if not all(echo(dce, length) for length in LENGTHS):
            return "altered data"
        try:
            dce.call(9, b"")
            dce.recv()
            return "no fault for a method that is not there"
        except rpcrt.DCERPCException as fault:
            if "nca_s_op_rng_error" not in str(fault):
                return f"another fault: {fault}"
        # A second interface on the same connection.
        if interface == OPEN:
            other = dce.alter_ctx(uuid.uuidtup_to_bin(SIGNED if level != "none" else OPEN))
            wanted = level in ("none", "integrity", "privacy")
            try:
                if echo(other, 100) != wanted:
                    return "altered context did not answer as expected"
            except rpcrt.DCERPCException as fault:
                if wanted or "access_denied" not in str(fault):
                    return f"altered context: {fault}"
        dce.disconnect()
        return "served"
    except rpcrt.DCERPCException as fault:
        return f"refused: {fault}"


def main():
    port = int(sys.argv[1])
    cases = [
        (OPEN, level, "secret", "served") for level in LEVELS
    ] + [
        (SIGNED, "none", "secret", "access_denied"),
        (SIGNED, "connect", "secret", "access_denied"),
        (SIGNED, "integrity", "secret", "served"),
        (SIGNED, "privacy", "secret", "served"),
    ] + [
        (OPEN, level, "wrong", "access_denied") for level in LEVELS if level != "none"
    ]
    failed = 0
    for interface, level, password, expected in cases:
        got = outcome(port, interface, level, password)
        good = expected in got
        failed += not good
        name = "open" if interface == OPEN else "signed"
        print(f"{'ok' if good else 'NOT'}  {name} {level} {password}: {got}")
    sys.exit(1 if failed else 0)


main()
