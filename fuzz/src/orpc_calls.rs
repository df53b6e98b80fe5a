//! Any bytes, read as arguments and results of resolver, activator and exporter, as object
//! references and as what they carry.
//!
//! The first byte chooses the call and the byte order. Promises that are tried: nothing panics; what
//! was read can be written; and what was written is read as the same.

use std::fmt::Debug;

use docfile_call::ndr::{DataRepresentation, Decoder, Limits};
use docfile_call::orpc::{
    ActivationProperties, ActivatorReply, Arguments, ComplexPing, ComplexPingReply, Direction,
    DualStringArray, ErrorInfo, ObjectReference, OrpcThat, OrpcThis, RemAddRefReply,
    RemQueryInterface, RemQueryInterface2, RemQueryInterface2Reply, RemQueryInterfaceReply,
    RemReferences, RemoteActivation, RemoteActivationReply, RemoteCreateInstance, ResolveOxid,
    ResolvedOxid, ResolvedOxid2, ServerAlive2Reply,
};

/// Less than the default, so that the fuzzer's own limit finds what goes past it.
const LIMITS: Limits = Limits { depth: 64, memory: 16 << 20 };

/// Runs the target on one input.
pub fn run(data: &[u8]) {
    let Some((choice, bytes)) = data.split_first() else { return };
    let representation = if choice & 0x80 == 0 {
        DataRepresentation::LITTLE_ENDIAN
    } else {
        DataRepresentation::BIG_ENDIAN
    };
    match choice & 0x7F {
        0 => call::<RemoteCreateInstance>(bytes, representation),
        1 => call::<ActivatorReply>(bytes, representation),
        2 => call::<RemoteActivation>(bytes, representation),
        3 => call::<RemoteActivationReply>(bytes, representation),
        4 => call::<ResolveOxid>(bytes, representation),
        5 => call::<ResolvedOxid>(bytes, representation),
        6 => call::<ResolvedOxid2>(bytes, representation),
        7 => call::<ServerAlive2Reply>(bytes, representation),
        8 => call::<ComplexPing>(bytes, representation),
        9 => call::<ComplexPingReply>(bytes, representation),
        10 => call::<RemQueryInterface>(bytes, representation),
        11 => call::<RemQueryInterfaceReply>(bytes, representation),
        12 => call::<RemReferences>(bytes, representation),
        13 => call::<RemAddRefReply>(bytes, representation),
        14 => call::<RemQueryInterface2>(bytes, representation),
        15 => call::<RemQueryInterface2Reply>(bytes, representation),
        16 => headers(bytes, representation),
        17 => object_reference(bytes),
        18 => bindings(bytes),
        19 => error_info(bytes),
        _ => properties(bytes),
    }
}

fn call<T: Arguments + PartialEq + Debug>(bytes: &[u8], representation: DataRepresentation) {
    let Ok(read) = T::from_stub(bytes, representation, &LIMITS) else { return };
    let written = read.to_stub().unwrap();
    let again = T::from_stub(&written, DataRepresentation::LITTLE_ENDIAN, &LIMITS);
    assert_eq!(again.as_ref(), Ok(&read));
}

fn headers(bytes: &[u8], representation: DataRepresentation) {
    let mut decoder = Decoder::new(bytes, representation, &LIMITS);
    let Ok(this) = decoder.value::<OrpcThis>() else { return };
    if let Some(data) =
        this.extensions.as_ref().and_then(|all| all.find(docfile_call::orpc::ERROR_EXTENSION))
    {
        error_info(data);
    }
    let _ = decoder.value::<OrpcThat>();
}

fn object_reference(bytes: &[u8]) {
    let Ok(read) = ObjectReference::parse(bytes, &LIMITS) else { return };
    let written = read.emit().unwrap();
    assert_eq!(ObjectReference::parse(&written, &LIMITS), Ok(read));
}

fn bindings(bytes: &[u8]) {
    let Ok((read, len)) = DualStringArray::parse(bytes, &LIMITS) else { return };
    assert!(len <= bytes.len());
    // Lists that lacked their ends are given them, which may be too much for the count.
    let Ok(written) = read.emit() else { return };
    assert_eq!(DualStringArray::parse(&written, &LIMITS), Ok((read, written.len())));
}

fn error_info(bytes: &[u8]) {
    let Ok(read) = ErrorInfo::parse(bytes, &LIMITS) else { return };
    let written = read.to_extension().unwrap();
    assert_eq!(ErrorInfo::parse(&written.data, &LIMITS), Ok(read));
}

fn properties(bytes: &[u8]) {
    let Ok(read) = ActivationProperties::parse(bytes, &LIMITS) else { return };
    let written = read.emit().unwrap();
    assert_eq!(ActivationProperties::parse(&written, &LIMITS).as_ref(), Ok(&read));
    let pointer = read.to_pointer(Direction::In).unwrap();
    assert_eq!(ActivationProperties::from_pointer(&pointer, Direction::In, &LIMITS), Ok(read));
}
