//! Calls of resolver, activator and exporter against bytes that impacket made
//! (`vectors/orpc.py`): they are read as what they mean, and what is written for the same meaning is
//! the same but for the ids of pointers and for padding, which impacket fills.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test may fail loudly")]

use std::fmt::Debug;

use docfile_call::ndr::{DataRepresentation, Decoder, Encoder, Limits};
use docfile_call::orpc::*;
use docfile_call::{Guid, Hresult};

const LITTLE: DataRepresentation = DataRepresentation::LITTLE_ENDIAN;

fn vector(name: &str) -> Vec<u8> {
    let line = include_str!("vectors/orpc.txt")
        .lines()
        .find_map(|line| line.split_once(' ').filter(|(key, _)| *key == name))
        .unwrap_or_else(|| panic!("no vector {name}"));
    let digits = line.1.as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// A guid of sixteen bytes that count upwards.
fn counting(first: u8) -> Guid {
    Guid::from_le_bytes(std::array::from_fn(|index| first + u8::try_from(index).unwrap()))
}

fn one() -> Guid {
    counting(0)
}

fn two() -> Guid {
    counting(16)
}

fn class_id() -> Guid {
    counting(32)
}

fn this(flags: u32) -> OrpcThis {
    OrpcThis { flags, ..OrpcThis::new(counting(48)) }
}

fn bindings() -> DualStringArray {
    DualStringArray {
        strings: vec![StringBinding::tcp("host[49152]")],
        securities: vec![SecurityBinding { service: 10, principal: String::new() }],
    }
}

fn standard() -> ObjectReference {
    ObjectReference {
        iid: one(),
        form: ReferenceForm::Standard {
            standard: StandardReference {
                flags: StandardReference::NO_PING,
                public_ref_count: 5,
                oxid: Oxid(0x1122_3344_5566_7788),
                oid: Oid(0x99AA_BBCC_DDEE_FF00),
                ipid: Ipid(two()),
            },
            resolver: bindings(),
        },
    }
}

#[track_caller]
fn agrees<T: Arguments + PartialEq + Debug>(name: &str, expected: &T) {
    let theirs = vector(name);
    assert_eq!(&T::from_stub(&theirs, LITTLE, &Limits::default()).unwrap(), expected);
    same(&expected.to_stub().unwrap(), &theirs);
}

/// As [`agrees`], for the call of an object.
#[track_caller]
fn object_call_agrees<T: Arguments + PartialEq + Debug>(name: &str, expected: &T) {
    let theirs = vector(name);
    let mut decoder = Decoder::new(&theirs, LITTLE, &Limits::default());
    assert_eq!(decoder.value::<OrpcThis>().unwrap(), this(0));
    assert_eq!(&T::unmarshal_all(&mut decoder).unwrap(), expected);
    let mut encoder = Encoder::new();
    encoder.value(&this(0)).unwrap();
    expected.marshal_all(&mut encoder).unwrap();
    same(&encoder.into_bytes(), &theirs);
}

#[track_caller]
fn same(ours: &[u8], theirs: &[u8]) {
    const FILLERS: [u8; 5] = [0xAA, 0xAB, 0xBF, 0xCE, 0xCD];
    assert_eq!(ours.len(), theirs.len(), "{ours:02x?}\n{theirs:02x?}");
    for (index, (our, their)) in ours.iter().zip(theirs).enumerate() {
        let word = index / 4 * 4;
        let is_pointer = ours.get(word + 1..word + 4) == Some(&[0, 2, 0]);
        let is_padding = *our == 0 && FILLERS.contains(their);
        assert!(our == their || is_pointer || is_padding, "byte {index}: {our:02x} {their:02x}");
    }
}

#[test]
fn object_references() {
    for (name, expected) in [
        ("objref_standard", standard()),
        (
            "objref_handler",
            ObjectReference {
                iid: one(),
                form: ReferenceForm::Handler {
                    standard: StandardReference {
                        flags: 0,
                        public_ref_count: 1,
                        oxid: Oxid(1),
                        oid: Oid(2),
                        ipid: Ipid(two()),
                    },
                    class_id: class_id(),
                    resolver: bindings(),
                },
            },
        ),
    ] {
        let bytes = vector(name);
        assert_eq!(ObjectReference::parse(&bytes, &Limits::default()).unwrap(), expected);
        assert_eq!(expected.emit().unwrap(), bytes);
    }
}

#[test]
fn calls_of_the_resolver() {
    let oxid = Oxid(0x1122_3344_5566_7788);
    agrees("resolve_oxid2", &ResolveOxid { oxid, tower_ids: vec![7, 15] });
    agrees(
        "resolve_oxid2_reply",
        &ResolvedOxid2 {
            bindings: Some(bindings()),
            rem_unknown: Ipid(two()),
            authn_hint: 5,
            version: ComVersion::CURRENT,
            status: Status::OK,
        },
    );
    let add = vec![Oid(5), Oid(6)];
    let ping = ComplexPing { set_id: SetId(3), sequence: 1, add, remove: Vec::new() };
    agrees("complex_ping", &ping);
    agrees(
        "complex_ping_reply",
        &ComplexPingReply { set_id: SetId(3), backoff_factor: 1, status: Status::OK },
    );
}

#[test]
fn calls_of_the_exporter() {
    object_call_agrees(
        "rem_query_interface",
        &RemQueryInterface { ipid: Ipid(two()), ref_count: 5, iids: vec![one(), two()] },
    );
    let reference = InterfaceReferences { ipid: Ipid(two()), public_count: 1, private_count: 0 };
    object_call_agrees("rem_add_ref", &RemReferences { references: vec![reference] });
}

#[test]
fn the_old_activation() {
    agrees(
        "remote_activation",
        &RemoteActivation {
            this: this(OrpcThis::LOCAL),
            class_id: class_id(),
            object_name: Some("name".to_owned()),
            object_storage: None,
            impersonation_level: 2,
            mode: 0,
            iids: vec![one(), two()],
            tower_ids: vec![7],
        },
    );
}

#[test]
fn the_properties_of_an_activation() {
    let limits = Limits::default();
    let call = RemoteCreateInstance::from_stub(&vector("remote_create_instance"), LITTLE, &limits)
        .unwrap();
    assert_eq!(call.this, this(OrpcThis::LOCAL));
    assert_eq!(call.outer, None);
    let properties =
        ActivationProperties::from_pointer(&call.properties.unwrap(), Direction::In, &limits)
            .unwrap();
    assert_eq!(properties.properties.len(), 4);
    let instantiation = properties.instantiation().unwrap();
    assert_eq!((instantiation.class_id, &instantiation.iids), (class_id(), &vec![one()]));
    assert_eq!(instantiation.client_version, ComVersion::CURRENT);
    let request = properties.scm_request().unwrap().remote_request.as_ref().unwrap();
    assert_eq!(request.tower_ids, [7]);
    assert_eq!(properties.activation_context(), Some(&ActivationContextInfo::default()));
    assert_eq!(properties.location(), Some(&LocationInfo::default()));
    let again = properties.to_pointer(Direction::In).unwrap();
    assert_eq!(
        ActivationProperties::from_pointer(&again, Direction::In, &limits).unwrap(),
        properties
    );
    ActivationProperties::from_pointer(&again, Direction::Out, &limits).unwrap_err();
}

#[test]
fn the_properties_of_a_reply() {
    let limits = Limits::default();
    let stub = vector("remote_create_instance_reply");
    let reply = ActivatorReply::from_stub(&stub, LITTLE, &limits).unwrap();
    assert_eq!(reply.result, Hresult::S_OK);
    let properties =
        ActivationProperties::from_pointer(&reply.properties.unwrap(), Direction::Out, &limits)
            .unwrap();
    let interface = ActivatedInterface {
        iid: one(),
        result: Hresult::S_OK,
        pointer: Some(InterfacePointer::new(&standard()).unwrap()),
    };
    let exporter = ScmReply {
        oxid: Oxid(0x1122_3344_5566_7788),
        bindings: Some(bindings()),
        rem_unknown: Ipid(two()),
        authn_hint: 6,
        version: ComVersion::CURRENT,
    };
    let expected = ActivationProperties::reply(
        PropsOutInfo { interfaces: vec![interface] },
        ScmReplyInfo { reserved: None, remote_reply: Some(exporter) },
    );
    assert_eq!(properties, expected);
    let again = expected.to_pointer(Direction::Out).unwrap();
    assert_eq!(
        ActivationProperties::from_pointer(&again, Direction::Out, &limits).unwrap(),
        expected
    );
}

#[test]
fn every_cut_of_every_call_is_refused() {
    let limits = Limits::default();
    let create = vector("remote_create_instance");
    for len in 0..create.len() {
        RemoteCreateInstance::from_stub(&create[..len], LITTLE, &limits).unwrap_err();
    }
    let activation = vector("remote_activation");
    for len in 0..activation.len() {
        RemoteActivation::from_stub(&activation[..len], LITTLE, &limits).unwrap_err();
    }
    let resolved = vector("resolve_oxid2_reply");
    for len in 0..resolved.len() {
        ResolvedOxid2::from_stub(&resolved[..len], LITTLE, &limits).unwrap_err();
    }
    let reference = vector("objref_standard");
    for len in 0..reference.len() {
        ObjectReference::parse(&reference[..len], &limits).unwrap_err();
    }
}
