//! Strings, numbers, variants and arrays of automation against bytes that impacket made
//! (`vectors/oaut.py`), and, for what impacket cannot make, bytes written out by hand from
//! [MS-OAUT] 2.2.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test may fail loudly")]

use std::fmt::Debug;

use docfile_call::Guid;
use docfile_call::automation::*;
use docfile_call::ndr::{
    DataRepresentation, Decoder, Encoder, Limits, Marshal, NdrError, NdrFault, Unmarshal,
    VariantBool,
};
use docfile_call::orpc::InterfacePointer;
use proptest::prelude::*;

fn encode(value: &impl Marshal) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.value(value).unwrap();
    encoder.into_bytes()
}

fn decode<T: Unmarshal>(bytes: &[u8]) -> Result<T, NdrError> {
    decode_within(bytes, DataRepresentation::LITTLE_ENDIAN, &Limits::default())
}

fn decode_within<T: Unmarshal>(
    bytes: &[u8],
    representation: DataRepresentation,
    limits: &Limits,
) -> Result<T, NdrError> {
    Decoder::new(bytes, representation, limits).value()
}

fn unhex(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pairs = digits.chunks(2);
    pairs.map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn vector(name: &str) -> Vec<u8> {
    let mut lines = include_str!("vectors/oaut.txt").lines();
    let line = lines.find_map(|line| line.split_once(' ').filter(|(key, _)| *key == name));
    unhex(line.unwrap_or_else(|| panic!("no vector {name}")).1)
}

#[track_caller]
fn agrees<T: Marshal + Unmarshal + PartialEq + Debug>(name: &str, value: &T) {
    const FILLERS: [u8; 3] = [0xAB, 0xBF, 0xCF];
    let theirs = vector(name);
    assert_eq!(&decode::<T>(&theirs).unwrap(), value);
    let ours = encode(value);
    assert_eq!(ours.len(), theirs.len());
    for (index, (our, their)) in ours.iter().zip(&theirs).enumerate() {
        let word = index / 4 * 4;
        let is_pointer = ours.get(word + 1..word + 4) == Some(&[0, 2, 0]);
        let is_padding = *our == 0 && FILLERS.contains(their);
        assert!(our == their || is_pointer || is_padding, "byte {index}: {our:02x} {their:02x}");
    }
}

#[track_caller]
fn both_ways<T: Marshal + Unmarshal + PartialEq + Debug>(value: &T, hex: &str) {
    assert_eq!(encode(value), unhex(hex));
    assert_eq!(&decode::<T>(&unhex(hex)).unwrap(), value);
}

#[test]
fn what_impacket_sends() {
    agrees("bstr", &Bstr::from("abc"));
    agrees("empty", &Variant::Empty);
    agrees("i4", &Variant::I4(-5));
    agrees("i2", &Variant::I2(7));
    agrees("r8", &Variant::R8(1.5));
    agrees("i8", &Variant::I8(-2));
    agrees("date", &Variant::Date(Date(2.25)));
    agrees("bstr_variant", &Variant::Bstr(Bstr::from("abc")));
}

/// 2.2.23: null, empty and odd strings.
#[test]
fn strings_keep_their_bytes() {
    both_ways(&Bstr(None), "00000200 00000000 FFFFFFFF 00000000");
    both_ways(&Bstr(Some(Vec::new())), "00000200 00000000 00000000 00000000");
    both_ways(&Bstr(Some(b"abc".to_vec())), "00000200 02000000 03000000 02000000 6162 6300");
    // The length contradicts the count.
    let error = decode::<Bstr>(&unhex("00000200 01000000 05000000 01000000 6162")).unwrap_err();
    assert_eq!(error.fault, NdrFault::Conformance);
}

/// 2.2.26 and 2.2.29.1.
#[test]
fn a_decimal_is_aligned_to_eight() {
    let decimal = Decimal::new(true, (7 << 64) + 9, 2).unwrap();
    both_ways(
        &Variant::Decimal(decimal),
        "00000200 00000000 05000000 00000000 0E00 0000 0000 0000 0E000000 00000000 \
         0000 02 80 07000000 0900000000000000",
    );
    let mut bytes = encode(&Variant::Decimal(decimal));
    bytes[34] = 29;
    assert!(matches!(decode::<Variant>(&bytes).unwrap_err().fault, NdrFault::Value(_)));
}

/// 2.2.30.10: the discriminant of an array is its flags, and the array is behind two pointers.
#[test]
fn an_array_in_a_variant() {
    let array = SafeArray {
        features: 0,
        dimensions: vec![Dimension { count: 2, lower_bound: 5 }],
        elements: Elements::I2(vec![1, 2]),
    };
    both_ways(
        &Variant::Array(Box::new(array)),
        "00000200 00000000 09000000 00000000 0220 0000 0000 0000 00200000 04000200 08000200 \
         01000000 0100 8000 02000000 0000 0200 02000000 02000000 0C000200 02000000 05000000 \
         02000000 0100 0200",
    );
}

#[test]
fn arrays_of_strings_and_of_interfaces() {
    let strings = SafeArray::vector(Elements::Bstr(vec![Bstr::from("a"), Bstr(None)]));
    both_ways(
        &Some(strings),
        "00000200 01000000 0100 8001 04000000 0000 0800 08000000 02000000 04000200 \
         02000000 00000000 02000000 08000200 0C000200 \
         01000000 02000000 01000000 6100 0000 00000000 FFFFFFFF 00000000",
    );
    let iid = Guid::from_u128(1);
    let pointers = vec![None, Some(InterfacePointer { data: vec![1, 2] })];
    let interfaces = SafeArray::vector(Elements::Interfaces { iid, pointers });
    both_ways(
        &Some(interfaces),
        "00000200 01000000 0100 4002 04000000 0000 0000 0D800000 02000000 04000200 \
         00000000 0000 0000 00000000 00000001 02000000 00000000 \
         02000000 00000000 08000200 02000000 02000000 0102",
    );
}

#[test]
fn a_kind_without_a_type_is_the_type_that_names_it() {
    let hex = "00000200 01000000 0100 0000 02000000 0000 0000 02000000 01000000 04000200 \
               01000000 00000000 01000000 0700";
    let array = decode::<Option<SafeArray>>(&unhex(hex)).unwrap().unwrap();
    assert_eq!(array.elements, Elements::I2(vec![7]));
}

#[test]
fn counts_that_contradict_each_other_are_refused() {
    let mut array = SafeArray::vector(Elements::UI1(vec![0; 6]));
    let bytes = encode(&Some(array.clone()));
    // The elements of the dimension; the elements of the arm.
    for offset in [32, 24] {
        let mut bytes = bytes.clone();
        bytes[offset] = 7;
        let error = decode::<Option<SafeArray>>(&bytes).unwrap_err();
        assert_eq!(error.fault, NdrFault::Conformance, "offset {offset}");
    }
    array.dimensions[0].count = 7;
    assert_eq!(Encoder::new().value(&Some(array)).unwrap_err().fault, NdrFault::Conformance);
}

#[test]
fn variants_in_variants_end_somewhere() {
    let mut deep = Variant::I4(1);
    for _ in 0..200 {
        deep = Variant::VariantReference(Box::new(deep));
    }
    assert_eq!(decode::<Variant>(&encode(&deep)).unwrap_err().fault, NdrFault::Depth);
    let wide = Variant::Reference(Box::new(Variant::Reference(Box::new(Variant::I4(1)))));
    assert_eq!(Encoder::new().value(&wide).unwrap_err().fault, NdrFault::Case);
}

#[test]
fn a_record_is_refused() {
    let mut bytes = encode(&Variant::I4(0));
    for offset in [16, 24] {
        bytes[offset] = 36;
    }
    assert_eq!(decode::<Variant>(&bytes).unwrap_err().fault, NdrFault::Case);
}

/// 2.2.23.1: a string is little-endian in a big-endian call.
#[test]
fn a_big_endian_variant_is_read() {
    let limits = Limits::default();
    let big = |hex: &str| {
        decode_within::<Variant>(&unhex(hex), DataRepresentation::BIG_ENDIAN, &limits).unwrap()
    };
    assert_eq!(
        big("00000001 00000000 00000003 00000000 0003 0000 0000 0000 00000003 00000102"),
        Variant::I4(0x102)
    );
    assert_eq!(
        big("00000001 00000000 00000003 00000000 0008 0000 0000 0000 00000008 00000001 \
             01000000 02000000 01000000 6100"),
        Variant::Bstr(Bstr::from("a"))
    );
}

fn pointer() -> impl Strategy<Value = Option<InterfacePointer>> {
    proptest::option::of(
        proptest::collection::vec(any::<u8>(), 0..20).prop_map(|data| InterfacePointer { data }),
    )
}

fn bstr() -> impl Strategy<Value = Bstr> {
    proptest::option::of(proptest::collection::vec(any::<u8>(), 0..9)).prop_map(Bstr)
}

fn scalar() -> impl Strategy<Value = Variant> {
    prop_oneof![
        any::<i8>().prop_map(Variant::I1),
        any::<u16>().prop_map(Variant::UI2),
        any::<u32>().prop_map(Variant::UInt),
        any::<i64>().prop_map(Variant::I8),
        (-1e9_f32..1e9).prop_map(Variant::R4),
        any::<bool>().prop_map(|value| Variant::Bool(VariantBool(value))),
        any::<i64>().prop_map(|value| Variant::Currency(Currency(value))),
        bstr().prop_map(Variant::Bstr),
        pointer().prop_map(Variant::Unknown),
        pointer().prop_map(Variant::Dispatch),
        (any::<bool>(), 0_u128..1 << 96, 0_u8..=28)
            .prop_map(|(sign, magnitude, scale)| Decimal::new(sign, magnitude, scale).unwrap())
            .prop_map(Variant::Decimal),
    ]
}

fn elements(variant: impl Strategy<Value = Variant> + 'static) -> impl Strategy<Value = Elements> {
    use proptest::collection::vec;
    prop_oneof![
        vec(any::<u8>(), 0..9).prop_map(Elements::UI1),
        vec(any::<i16>(), 0..9).prop_map(Elements::I2),
        vec(any::<u64>(), 0..9).prop_map(Elements::UI8),
        vec(-1e9_f64..1e9, 0..9).prop_map(Elements::R8),
        vec(bstr(), 0..5).prop_map(Elements::Bstr),
        vec(pointer(), 0..5).prop_map(Elements::Dispatch),
        vec(variant, 0..4).prop_map(Elements::Variant),
    ]
}

fn variant() -> impl Strategy<Value = Variant> {
    let leaf = prop_oneof![Just(Variant::Empty), Just(Variant::Null), scalar()];
    leaf.prop_recursive(4, 30, 4, |inner| {
        prop_oneof![
            elements(inner.clone())
                .prop_map(|elements| Variant::Array(Box::new(SafeArray::vector(elements)))),
            inner.prop_map(|value| Variant::VariantReference(Box::new(value))),
            scalar().prop_map(|value| Variant::Reference(Box::new(value))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_variant_comes_back_and_none_of_it_can_be_missing(value in variant(), cut in 0.0..1.0_f64) {
        let bytes = encode(&value);
        prop_assert_eq!(decode::<Variant>(&bytes).unwrap(), value);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss,
            clippy::cast_precision_loss, reason = "a part of a small length")]
        let len = (bytes.len() as f64 * cut) as usize;
        decode::<Variant>(&bytes[..len]).unwrap_err();
    }

    #[test]
    fn a_changed_variant_is_read_or_refused(
        value in variant(),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6),
        big in any::<bool>(),
    ) {
        let mut bytes = encode(&value);
        for (index, byte) in changes {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        let representation =
            if big { DataRepresentation::BIG_ENDIAN } else { DataRepresentation::LITTLE_ENDIAN };
        let _ = decode_within::<Variant>(&bytes, representation, &Limits::default());
    }
}
