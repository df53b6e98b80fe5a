//! Structures with pointers, trailing arrays and unions: against bytes that impacket made
//! (`vectors/ndr.py`), in both byte orders, and against bytes that were cut, changed or made up.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test may fail loudly")]

use std::fmt::Debug;

use docfile_call::ndr::*;
use proptest::prelude::*;

/// What a derived implementation says.
macro_rules! structure {
    ($name:ident { $($field:ident : $type:ty),+ ; $last:ident : $last_type:ty }) => {
        #[derive(Clone, Debug, PartialEq)]
        struct $name {
            $($field: $type,)+
            $last: $last_type,
        }

        impl Layout for $name {
            const ALIGN: usize = largest(&[$(<$type>::ALIGN,)+ <$last_type>::ALIGN]);
            const CONFORMANT: bool =
                ends_conformant(&[$(<$type>::CONFORMANT,)+ <$last_type>::CONFORMANT]);
        }

        impl Marshal for $name {
            fn marshal_conformance(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
                self.$last.marshal_conformance(encoder)
            }

            fn marshal(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
                encoder.align(Self::ALIGN);
                $(self.$field.marshal(encoder)?;)+
                self.$last.marshal(encoder)
            }

            fn marshal_deferred(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
                $(self.$field.marshal_deferred(encoder)?;)+
                self.$last.marshal_deferred(encoder)
            }
        }

        impl Unmarshal for $name {
            type Partial = ($(<$type as Unmarshal>::Partial,)+ <$last_type as Unmarshal>::Partial);

            fn unmarshal_conformance(decoder: &mut Decoder<'_>) -> Result<(), NdrError> {
                <$last_type>::unmarshal_conformance(decoder)
            }

            fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Self::Partial, NdrError> {
                decoder.align(Self::ALIGN)?;
                Ok(($(<$type>::unmarshal(decoder)?,)+ <$last_type>::unmarshal(decoder)?))
            }

            fn resolve(partial: Self::Partial, decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
                let ($($field,)+ $last) = partial;
                Ok(Self {
                    $($field: Unmarshal::resolve($field, decoder)?,)+
                    $last: Unmarshal::resolve($last, decoder)?,
                })
            }
        }
    };
}

structure!(Inner { small: u8, name: Option<String>, items: Option<Vec<u16>> ; last: u16 });
structure!(Trailing { tag: u16, count: u32 ; items: Vec<u64> });
structure!(Holder { before: u16, choice: Tagged<Choice> ; after: u16 });
structure!(Node { value: i16, name: Option<WideString>, next: Option<Box<Node>> ; bytes: Vec<u8> });

#[derive(Clone, Debug, PartialEq)]
enum Choice {
    Small(u8),
    Text(Option<String>),
    Large(u64),
}

enum ChoicePartial {
    Small(u8),
    Text(Option<Referent>),
    Large(u64),
}

impl Union for Choice {
    type Tag = u32;
    type Partial = ChoicePartial;
    const ALIGN: usize = 8;

    fn tag(&self) -> u32 {
        match self {
            Self::Small(_) => 1,
            Self::Text(_) => 2,
            Self::Large(_) => 3,
        }
    }

    fn marshal_arm(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        match self {
            Self::Small(value) => value.marshal(encoder),
            Self::Text(value) => value.marshal(encoder),
            Self::Large(value) => value.marshal(encoder),
        }
    }

    fn marshal_arm_deferred(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        if let Self::Text(value) = self { value.marshal_deferred(encoder) } else { Ok(()) }
    }

    fn unmarshal_arm(tag: u32, decoder: &mut Decoder<'_>) -> Result<ChoicePartial, NdrError> {
        match tag {
            1 => u8::unmarshal(decoder).map(ChoicePartial::Small),
            2 => <Option<String>>::unmarshal(decoder).map(ChoicePartial::Text),
            3 => u64::unmarshal(decoder).map(ChoicePartial::Large),
            _ => Err(decoder.error(NdrFault::Case)),
        }
    }

    fn resolve_arm(partial: ChoicePartial, decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        Ok(match partial {
            ChoicePartial::Small(value) => Self::Small(value),
            ChoicePartial::Text(value) => Self::Text(Unmarshal::resolve(value, decoder)?),
            ChoicePartial::Large(value) => Self::Large(value),
        })
    }
}

fn unhex(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pairs = digits.chunks(2);
    pairs.map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn vector(name: &str) -> Vec<u8> {
    let mut lines = include_str!("vectors/ndr.txt").lines();
    let line = lines.find_map(|line| line.split_once(' ').filter(|(key, _)| *key == name));
    unhex(line.unwrap_or_else(|| panic!("no vector {name}")).1)
}

#[track_caller]
fn same(ours: &[u8], theirs: &[u8]) {
    const FILLERS: [u8; 5] = [0xAA, 0xAB, 0xBC, 0xBF, 0xEF];
    assert_eq!(ours.len(), theirs.len());
    for (index, (our, their)) in ours.iter().zip(theirs).enumerate() {
        let word = index / 4 * 4;
        let is_pointer = ours.get(word + 1..word + 4) == Some(&[0, 2, 0]);
        let is_padding = *our == 0 && FILLERS.contains(their);
        assert!(our == their || is_pointer || is_padding, "byte {index}: {our:02x} {their:02x}");
    }
}

fn little(bytes: &[u8]) -> Decoder<'_> {
    Decoder::new(bytes, DataRepresentation::LITTLE_ENDIAN, &Limits::default())
}

fn encode(value: &impl Marshal) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.value(value).unwrap();
    encoder.into_bytes()
}

fn inner(name: Option<&str>, items: &[u16]) -> Inner {
    Inner { small: 7, name: name.map(str::to_owned), items: Some(items.to_vec()), last: 9 }
}

#[test]
fn pointers_in_structures_in_arrays() {
    let theirs = vector("nested");
    let one = inner(Some("ab"), &[1, 2, 3]);
    let array = Some(vec![inner(Some("x"), &[4]), inner(None, &[5, 6])]);
    let mut decoder = little(&theirs);
    assert_eq!(decoder.value::<u16>().unwrap(), 1);
    assert_eq!(decoder.value::<Inner>().unwrap(), one);
    assert_eq!(decoder.value::<Option<Vec<Inner>>>().unwrap(), array);
    assert_eq!(decoder.value::<u8>().unwrap(), 3);
    let mut encoder = Encoder::after(vec![0xEE; 3]);
    encoder.value(&1_u16).unwrap();
    encoder.value(&one).unwrap();
    encoder.value(&array).unwrap();
    encoder.value(&3_u8).unwrap();
    same(&encoder.into_bytes()[3..], &theirs);
}

#[test]
fn a_trailing_array_puts_its_count_first() {
    let theirs = vector("trailing");
    let one = Some(Trailing { tag: 5, count: 1, items: vec![1] });
    let two = Trailing { tag: 5, count: 2, items: vec![2, 3] };
    let mut decoder = little(&theirs);
    assert_eq!(decoder.value::<u8>().unwrap(), 1);
    assert_eq!(decoder.value::<Option<Trailing>>().unwrap(), one);
    assert_eq!(decoder.value::<Trailing>().unwrap(), two);
    let mut encoder = Encoder::new();
    encoder.value(&1_u8).unwrap();
    encoder.value(&one).unwrap();
    encoder.value(&two).unwrap();
    same(&encoder.into_bytes(), &theirs);
}

#[test]
fn a_union_is_aligned_to_its_arm() {
    for (name, choice) in [
        ("union_text", Choice::Text(Some("ab".to_owned()))),
        ("union_large", Choice::Large(1 << 40)),
    ] {
        let expected = Holder { before: 1, choice: Tagged(choice), after: 2 };
        let theirs = vector(name);
        // impacket does not count the arms into the alignment of the structure, which at the
        // start of a stub makes no difference.
        assert_eq!(little(&theirs).value::<Holder>().unwrap(), expected, "{name}");
        same(&encode(&expected), &theirs);
    }
    let mut bytes = vector("union_large");
    bytes[4] = 9;
    assert_eq!(little(&bytes).value::<Holder>().unwrap_err().fault, NdrFault::Case);
}

#[test]
fn what_is_received_may_be_big_endian() {
    let hex = "07 000000 00000001 00000002 0009 0000 \
               00000003 00000000 00000003 0061 0062 0000 0000 \
               00000002 0102 0304";
    let bytes = unhex(hex);
    let mut decoder = Decoder::new(&bytes, DataRepresentation::BIG_ENDIAN, &Limits::default());
    assert_eq!(decoder.value::<Inner>().unwrap(), inner(Some("ab"), &[0x102, 0x304]));
    assert_eq!(decoder.rest(), []);
    let numbers = unhex("01 00 0203 04050607 0000000000000001 3F800000 00000000 4000000000000000");
    let mut decoder = Decoder::new(&numbers, DataRepresentation::BIG_ENDIAN, &Limits::default());
    assert_eq!(decoder.value::<u8>().unwrap(), 1);
    assert_eq!(decoder.value::<i16>().unwrap(), 0x203);
    assert_eq!(decoder.value::<u32>().unwrap(), 0x0405_0607);
    assert_eq!(decoder.value::<i64>().unwrap(), 1);
    assert!((decoder.value::<f32>().unwrap() - 1.0).abs() < f32::EPSILON);
    assert!((decoder.value::<f64>().unwrap() - 2.0).abs() < f64::EPSILON);
    let id = unhex("00112233 4455 6677 8899AABBCCDDEEFF");
    let mut decoder = Decoder::new(&id, DataRepresentation::BIG_ENDIAN, &Limits::default());
    let expected = docfile_call::Guid::from_u128(0x00112233_4455_6677_8899_AABBCCDDEEFF);
    assert_eq!(decoder.value::<docfile_call::Guid>().unwrap(), expected);
    let time = unhex("00000002 00000001");
    let mut decoder = Decoder::new(&time, DataRepresentation::BIG_ENDIAN, &Limits::default());
    assert_eq!(decoder.value::<FileTime>().unwrap(), FileTime((1 << 32) + 2), "low half first");
}

#[test]
fn counts_are_not_believed() {
    let fault = |hex: &str| little(&unhex(hex)).value::<Vec<u64>>().unwrap_err().fault;
    assert_eq!(fault("FFFFFFFF 00000000"), NdrFault::Count);
    assert_eq!(fault("04000000 00000000 0000000000000000"), NdrFault::Truncated);
    let fault = |hex: &str| little(&unhex(hex)).value::<String>().unwrap_err().fault;
    assert_eq!(fault("FFFFFFFF 00000000 FFFFFFFF 61000000"), NdrFault::Count);
    assert_eq!(fault("01000000 00000000 02000000 61000000"), NdrFault::Conformance);
    assert_eq!(fault("02000000 01000000 01000000 00000000"), NdrFault::Conformance);
    assert_eq!(fault("02000000 00000000 02000000 61006200"), NdrFault::Unterminated);
    assert_eq!(fault("02000000 00000000 02000000 00D80000"), NdrFault::Surrogate);
    let fault = |hex: &str| little(&unhex(hex)).value::<Varying<u8, 4>>().unwrap_err().fault;
    assert_eq!(fault("03000000 02000000 0102"), NdrFault::Conformance);
    assert_eq!(fault("FFFFFFFF 02000000 0102"), NdrFault::Conformance);
    let fault = |hex: &str| little(&unhex(hex)).value::<ConformantVarying<u8>>().unwrap_err().fault;
    assert_eq!(fault("01000000 00000000 02000000 0102"), NdrFault::Conformance);
    assert_eq!(little(&[0; 4]).value::<Ref<u8>>().unwrap_err().fault, NdrFault::NullReference);
    assert_eq!(Encoder::new().value("a\0b").unwrap_err().fault, NdrFault::EarlyTerminator);
}

#[test]
fn a_chain_of_pointers_ends_at_the_limit() {
    let node = |next| Node { value: 1, name: None, next, bytes: Vec::new() };
    let mut list = node(None);
    for _ in 0..64 {
        list = node(Some(Box::new(list)));
    }
    let bytes = encode(&list);
    assert_eq!(little(&bytes).value::<Node>().unwrap(), list);
    let bytes = encode(&node(Some(Box::new(list))));
    assert_eq!(little(&bytes).value::<Node>().unwrap_err().fault, NdrFault::Depth);
}

#[test]
fn memory_is_charged() {
    let bytes = encode(&vec![0_u8; 1000]);
    let value = |memory| {
        let limits = Limits { memory, ..Limits::default() };
        Decoder::new(&bytes, DataRepresentation::LITTLE_ENDIAN, &limits).value::<Vec<u8>>()
    };
    assert_eq!(value(999).unwrap_err().fault, NdrFault::Memory);
    assert_eq!(value(1000).unwrap().len(), 1000);
}

#[test]
fn full_pointers_that_disagree_are_refused() {
    // The same id for a number and for a string; and one that points into itself.
    let bytes = unhex("01000000 07000000");
    let mut decoder = little(&bytes);
    decoder.value::<Full<u32>>().unwrap();
    let mut both = bytes.clone();
    both.extend(unhex("01000000"));
    let mut decoder = little(&both);
    decoder.value::<Full<u32>>().unwrap();
    assert_eq!(decoder.value::<Full<u64>>().unwrap_err().fault, NdrFault::AliasType);
    let bytes = unhex("01000000 01000000");
    let fault = little(&bytes).value::<Full<Full<u8>>>().unwrap_err().fault;
    assert!(matches!(fault, NdrFault::AliasType | NdrFault::Cycle));
}

fn node() -> impl Strategy<Value = Node> {
    let name = proptest::option::of(proptest::collection::vec(1_u16.., 0..6).prop_map(WideString));
    let bytes = proptest::collection::vec(any::<u8>(), 0..6);
    let leaf = (any::<i16>(), name, bytes);
    let leaf = leaf.prop_map(|(value, name, bytes)| Node { value, name, next: None, bytes });
    leaf.clone().prop_recursive(8, 8, 1, move |inner| {
        (leaf.clone(), inner).prop_map(|(node, next)| Node { next: Some(Box::new(next)), ..node })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nodes_come_back_and_none_of_them_can_be_missing(nodes in proptest::collection::vec(node(), 1..4)) {
        let value: Vec<_> = nodes.into_iter().map(Some).collect();
        let bytes = encode(&value);
        let mut decoder = little(&bytes);
        prop_assert_eq!(&decoder.value::<Vec<Option<Node>>>().unwrap(), &value);
        prop_assert_eq!(decoder.rest(), []);
        for len in 0..bytes.len() {
            little(&bytes[..len]).value::<Vec<Option<Node>>>().unwrap_err();
        }
    }

    #[test]
    fn made_up_bytes_are_read_or_refused(
        words in proptest::collection::vec(prop_oneof![0_u32..5, any::<u32>()], 0..40),
        big in any::<bool>(),
    ) {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        let representation =
            if big { DataRepresentation::BIG_ENDIAN } else { DataRepresentation::LITTLE_ENDIAN };
        fn read<T: Unmarshal>(bytes: &[u8], representation: DataRepresentation) {
            let limits = Limits { memory: 1 << 16, ..Limits::default() };
            let _ = Decoder::new(bytes, representation, &limits).value::<T>();
        }
        read::<Node>(&bytes, representation);
        read::<Vec<Option<Node>>>(&bytes, representation);
        read::<Vec<Inner>>(&bytes, representation);
        read::<Holder>(&bytes, representation);
        read::<Option<Trailing>>(&bytes, representation);
        read::<Vec<Full<u16>>>(&bytes, representation);
        read::<ConformantVarying<[Option<u8>; 3]>>(&bytes, representation);
    }
}
