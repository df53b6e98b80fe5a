//! Arbitrary values of every type, in sets of many code pages: what is written reads back as it
//! was, in the strictest reading, and is written the same again.

use docfile_compound::property::{
    Array, ClipboardData, CodePage, Decimal, Dimension, Elements, PropertySet, PropertySetStream,
    PropertyValue, VersionedStream, format_id, parse,
};
use docfile_compound::{FileTime, Guid, Limits, Validation};
use proptest::prelude::*;

/// Text with characters of all sorts that `page` can write.
fn text(page: CodePage) -> impl Strategy<Value = String> {
    let character = prop_oneof![
        3 => prop::char::range(' ', '~'),
        2 => prop::char::range('\u{A0}', '\u{17F}'),
        1 => prop::char::range('\u{390}', '\u{450}'),
        1 => prop::char::range('\u{4E00}', '\u{5000}'),
        1 => any::<char>(),
    ];
    prop::collection::vec(character, 0..12).prop_map(move |characters| {
        let can_write = |character: &char| {
            *character != '\0' && page.encode(character.encode_utf8(&mut [0; 4])).is_some()
        };
        let text: String = characters.iter().filter(|c| can_write(c)).collect();
        // Combining marks may be written alone and not together.
        if page.encode(&text).is_some() { text } else { String::new() }
    })
}

fn decimal() -> impl Strategy<Value = Decimal> {
    (any::<u8>(), any::<bool>(), any::<u32>(), any::<u64>())
        .prop_map(|(scale, negative, high, low)| Decimal { scale, negative, high, low })
}

fn clipboard() -> impl Strategy<Value = ClipboardData> {
    (any::<i32>(), prop::collection::vec(any::<u8>(), 0..12))
        .prop_map(|(tag, data)| ClipboardData { tag, data })
}

fn guid() -> impl Strategy<Value = Guid> {
    any::<[u8; 16]>().prop_map(Guid::from_bytes)
}

fn scalar(page: CodePage) -> BoxedStrategy<PropertyValue> {
    use PropertyValue as V;
    let bytes = || prop::collection::vec(any::<u8>(), 0..12);
    prop_oneof![
        Just(V::Empty),
        Just(V::Null),
        any::<i64>().prop_map(V::I8),
        any::<u64>().prop_map(V::Ui8),
        any::<i32>().prop_map(V::Int),
        any::<u32>().prop_map(V::Uint),
        decimal().prop_map(V::Decimal),
        text(page).prop_map(V::Lpstr),
        any::<String>().prop_map(|text| V::Lpwstr(text.replace('\0', ""))),
        any::<u64>().prop_map(|ticks| V::FileTime(FileTime(ticks))),
        bytes().prop_map(V::Blob),
        bytes().prop_map(V::BlobObject),
        text(page).prop_map(V::Stream),
        text(page).prop_map(V::Storage),
        text(page).prop_map(V::StreamedObject),
        text(page).prop_map(V::StoredObject),
        (guid(), text(page)).prop_map(|(version, name)| {
            V::VersionedStream(Box::new(VersionedStream { version, name }))
        }),
        clipboard().prop_map(|data| V::Clipboard(Box::new(data))),
        guid().prop_map(V::ClassId),
        common(page),
    ]
    .boxed()
}

/// The scalars that vectors and arrays of values have in common.
fn common(page: CodePage) -> BoxedStrategy<PropertyValue> {
    use PropertyValue as V;
    prop_oneof![
        any::<i8>().prop_map(V::I1),
        any::<u8>().prop_map(V::Ui1),
        any::<i16>().prop_map(V::I2),
        any::<u16>().prop_map(V::Ui2),
        any::<i32>().prop_map(V::I4),
        any::<u32>().prop_map(V::Ui4),
        prop::num::f32::NORMAL.prop_map(V::R4),
        prop::num::f64::NORMAL.prop_map(V::R8),
        any::<i64>().prop_map(V::Currency),
        prop::num::f64::NORMAL.prop_map(V::Date),
        any::<u32>().prop_map(V::Error),
        any::<bool>().prop_map(V::Bool),
        text(page).prop_map(V::Bstr),
    ]
    .boxed()
}

fn of_vector(page: CodePage) -> BoxedStrategy<PropertyValue> {
    use PropertyValue as V;
    prop_oneof![
        common(page),
        any::<i64>().prop_map(V::I8),
        text(page).prop_map(V::Lpstr),
        any::<String>().prop_map(|text| V::Lpwstr(text.replace('\0', ""))),
        any::<u64>().prop_map(|ticks| V::FileTime(FileTime(ticks))),
        clipboard().prop_map(|data| V::Clipboard(Box::new(data))),
        guid().prop_map(V::ClassId),
    ]
    .boxed()
}

fn elements(page: CodePage, count: usize) -> BoxedStrategy<Elements> {
    use {Elements as E, prop::collection::vec};
    prop_oneof![
        vec(any::<i8>(), count).prop_map(E::I1),
        vec(any::<i16>(), count).prop_map(E::I2),
        vec(any::<i32>(), count).prop_map(E::I4),
        vec(any::<u8>(), count).prop_map(E::Ui1),
        vec(any::<u16>(), count).prop_map(E::Ui2),
        vec(any::<u32>(), count).prop_map(E::Ui4),
        vec(prop::num::f32::NORMAL, count).prop_map(E::R4),
        vec(prop::num::f64::NORMAL, count).prop_map(E::R8),
        vec(any::<i64>(), count).prop_map(E::Currency),
        vec(prop::num::f64::NORMAL, count).prop_map(E::Date),
        vec(any::<u32>(), count).prop_map(E::Error),
        vec(any::<bool>(), count).prop_map(E::Bool),
        vec(text(page), count).prop_map(E::Bstr),
    ]
    .boxed()
}

fn vector(page: CodePage) -> BoxedStrategy<PropertyValue> {
    use {Elements as E, prop::collection::vec};
    (0usize..6)
        .prop_flat_map(move |count| {
            prop_oneof![
                4 => elements(page, count),
                1 => vec(any::<i64>(), count).prop_map(E::I8),
                1 => vec(any::<u64>(), count).prop_map(E::Ui8),
                2 => vec(text(page), count).prop_map(E::Lpstr),
                1 => vec(any::<String>(), count).prop_map(|texts| {
                    E::Lpwstr(texts.iter().map(|text| text.replace('\0', "")).collect())
                }),
                1 => vec(any::<u64>().prop_map(FileTime), count).prop_map(E::FileTime),
                1 => vec(clipboard(), count).prop_map(E::Clipboard),
                1 => vec(guid(), count).prop_map(E::ClassId),
                3 => vec(of_vector(page), count).prop_map(E::Variant),
            ]
        })
        .prop_map(PropertyValue::Vector)
        .boxed()
}

fn array(page: CodePage) -> BoxedStrategy<PropertyValue> {
    use {Elements as E, prop::collection::vec};
    let dimension =
        (0u32..4, any::<i32>()).prop_map(|(count, first_index)| Dimension { count, first_index });
    vec(dimension, 1..4)
        .prop_flat_map(move |dimensions| {
            let count: u32 = dimensions.iter().map(|dimension| dimension.count).product();
            let count = usize::try_from(count).unwrap_or(0);
            let elements = prop_oneof![
                4 => elements(page, count),
                1 => vec(any::<i32>(), count).prop_map(E::Int),
                1 => vec(any::<u32>(), count).prop_map(E::Uint),
                1 => vec(decimal(), count).prop_map(E::Decimal),
                1 => vec(common(page), count).prop_map(E::Variant),
            ];
            (Just(dimensions), elements)
        })
        .prop_map(|(dimensions, elements)| {
            PropertyValue::Array(Box::new(Array { dimensions, elements }))
        })
        .boxed()
}

fn value(page: CodePage) -> BoxedStrategy<PropertyValue> {
    prop_oneof![3 => scalar(page), 2 => vector(page), 1 => array(page)].boxed()
}

/// Values with ids and values with names, in a set of some code page.
#[derive(Debug)]
struct Contents {
    page: CodePage,
    by_id: Vec<(u32, PropertyValue)>,
    by_name: Vec<(String, PropertyValue)>,
}

fn contents() -> impl Strategy<Value = Contents> {
    let pages = vec![437u16, 932, 936, 950, 1200, 1251, 1252, 10000, 65001];
    prop::sample::select(pages).prop_flat_map(|page| {
        let page = CodePage(page);
        // The ids of the two vectors that Office packs are among them.
        let by_id = prop::collection::vec((2u32..30, value(page)), 0..6);
        let by_name = prop::collection::vec((text(page), value(page)), 0..4);
        (by_id, by_name).prop_map(move |(by_id, by_name)| Contents { page, by_id, by_name })
    })
}

fn fill(set: &mut PropertySet, contents: &Contents) -> docfile_compound::Result<()> {
    set.set_code_page(contents.page)?;
    for (id, value) in &contents.by_id {
        set.set(*id, value.clone())?;
    }
    for (name, value) in contents.by_name.iter().filter(|(name, _)| !name.is_empty()) {
        set.set_named(name, value.clone())?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_written_reads_back_as_it_was(first in contents(), second in contents()) {
        let mut stream = PropertySetStream::new(format_id::USER_DEFINED_PROPERTIES);
        fill(stream.set_or_insert(format_id::DOC_SUMMARY_INFORMATION)?, &first)?;
        fill(stream.set_or_insert(format_id::USER_DEFINED_PROPERTIES)?, &second)?;
        for (set, contents) in stream.sets().iter().zip([&first, &second]) {
            prop_assert_eq!(set.code_page(), contents.page, "nothing forced it to move");
        }

        let bytes = stream.emit()?;
        prop_assert_eq!(bytes.len() % 4, 0);
        let (mut read, findings) = parse(&bytes, Validation::Strict, &Limits::default())?;
        prop_assert_eq!(findings, vec![]);
        prop_assert_eq!(&read, &stream);
        prop_assert_eq!(&read.emit()?, &bytes);

        // Put together anew from the bytes of each value, it is the same.
        for format_id in [format_id::DOC_SUMMARY_INFORMATION, format_id::USER_DEFINED_PROPERTIES] {
            let set = read.set_or_insert(format_id)?;
            set.set_locale(Some(1033));
            set.set_locale(None);
        }
        prop_assert!(read.is_changed());
        prop_assert_eq!(&read.emit()?, &bytes);
    }
}
