//! Alignment, conformance and the place of referents, each against bytes written out by hand from
//! [C706] chapter 14.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail loudly")]

use docfile_call::ndr::{
    ConformantVarying, DataRepresentation, Decoder, Encoder, FileTime, Full, Limits, Marshal, Ref,
    Unmarshal, VariantBool, Varying,
};
use docfile_call::{Guid, Hresult};

fn encode(value: &(impl Marshal + ?Sized)) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.value(value).unwrap();
    encoder.into_bytes()
}

fn decode<T: Unmarshal>(bytes: &[u8]) -> T {
    let mut decoder = Decoder::new(bytes, DataRepresentation::LITTLE_ENDIAN, &Limits::default());
    let value = decoder.value().unwrap();
    assert_eq!(decoder.rest(), [], "all bytes are used");
    value
}

#[track_caller]
fn both_ways<T: Marshal + Unmarshal + PartialEq + std::fmt::Debug>(value: &T, hex: &str) {
    let bytes = unhex(hex);
    assert_eq!(encode(value), bytes);
    assert_eq!(&decode::<T>(&bytes), value);
}

fn unhex(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

#[test]
fn scalars_are_aligned_to_their_size() {
    let mut encoder = Encoder::new();
    encoder.value(&1_u8).unwrap();
    encoder.value(&2_u16).unwrap();
    encoder.value(&3_u8).unwrap();
    encoder.value(&4_u32).unwrap();
    encoder.value(&5_u8).unwrap();
    encoder.value(&6_u64).unwrap();
    assert_eq!(
        encoder.into_bytes(),
        unhex("01 00 0200 | 03 000000 | 04000000 | 05 000000 | 0600000000000000")
    );
}

#[test]
fn ids_and_times_are_structures() {
    both_ways(
        &Guid::from_u128(0x00112233_4455_6677_8899_AABBCCDDEEFF),
        "33221100 5544 7766 8899AABBCCDDEEFF",
    );
    both_ways(&[1_u32, 2], "01000000 02000000");
    both_ways(&FileTime(0x0102_0304_0506_0708), "08070605 04030201");
    both_ways(&Hresult::E_FAIL, "05400080");
    both_ways(&VariantBool(true), "FFFF");
    both_ways(&true, "01");
}

#[test]
fn a_conformant_array_is_preceded_by_its_count() {
    both_ways(&vec![1_u16, 2, 3], "03000000 0100 0200 0300");
    both_ways(&vec![1_u64], "01000000 00000000 0100000000000000");
    both_ways(&Vec::<u64>::new(), "00000000");
}

#[test]
fn a_varying_array_says_where_it_begins() {
    both_ways(&Varying::<u16, 8> { offset: 2, items: vec![7, 8] }, "02000000 02000000 0700 0800");
    both_ways(
        &ConformantVarying { max_count: 9, offset: 1, items: vec![7_u8] },
        "09000000 01000000 01000000 07",
    );
}

#[test]
fn strings_bring_their_terminator() {
    both_ways(&"ab".to_owned(), "03000000 00000000 03000000 6100 6200 0000");
    both_ways(&docfile_call::ndr::ByteString::from("ab"), "03000000 00000000 03000000 61 62 00");
}

#[test]
fn referents_follow_the_whole_construct_in_order() {
    both_ways(&[Some(1_u16), None, Some(2)], "00000200 00000000 04000200 0100 0200");
    both_ways(&Some(Some(3_u8)), "00000200 04000200 03");
    both_ways(&[Ref(1_u8)], "00000200 01");
    both_ways(
        &vec![Some("a".to_owned())],
        "01000000 00000200 02000000 00000000 02000000 6100 0000",
    );
}

#[test]
fn a_shared_referent_travels_once() {
    let shared = std::sync::Arc::new(5_u32);
    both_ways(
        &[Full(Some(shared.clone())), Full(None), Full(Some(shared))],
        "00000200 00000000 00000200 05000000",
    );
}
