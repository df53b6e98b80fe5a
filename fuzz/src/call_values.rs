//! Any bytes, read as values of NDR and of automation, in either byte order.
//!
//! The first byte chooses the type and the byte order. Promises that are tried: nothing panics;
//! what was read can be written; and what was written is read as what is written the same way.

use docfile_call::automation::{Bstr, SafeArray, Variant};
use docfile_call::ndr::{
    ByteString, ConformantVarying, DataRepresentation, Decoder, Encoder, Full, Limits, Marshal,
    Ref, Unmarshal, Varying, WideString, deserialize,
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
        0 => value::<Variant>(bytes, representation),
        1 => value::<Vec<Variant>>(bytes, representation),
        2 => value::<Option<SafeArray>>(bytes, representation),
        3 => value::<Vec<Bstr>>(bytes, representation),
        4 => value::<Option<String>>(bytes, representation),
        5 => value::<Vec<Option<WideString>>>(bytes, representation),
        6 => value::<[Ref<ByteString>; 2]>(bytes, representation),
        7 => value::<Varying<u32, 9>>(bytes, representation),
        8 => value::<ConformantVarying<Option<u64>>>(bytes, representation),
        9 => value::<Vec<Full<Option<u16>>>>(bytes, representation),
        _ => {
            let _ = deserialize::<Variant>(bytes, &LIMITS);
        }
    }
}

fn value<T: Marshal + Unmarshal>(bytes: &[u8], representation: DataRepresentation) {
    let Ok(read) = Decoder::new(bytes, representation, &LIMITS).value::<T>() else { return };
    let written = write(&read);
    let again = Decoder::new(&written, DataRepresentation::LITTLE_ENDIAN, &LIMITS)
        .value::<T>()
        .unwrap_or_else(|error| panic!("what was written is not read: {error}"));
    assert_eq!(write(&again), written, "what was written is written differently");
}

fn write(value: &impl Marshal) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.value(value).unwrap_or_else(|error| panic!("what was read is not written: {error}"));
    encoder.into_bytes()
}
