//! The examples of [MS-OLEPS] 3, value by value.
#![expect(clippy::expect_used, reason = "helpers of tests may fail loudly, as tests may")]

mod worked_example;

use docfile_compound::property::{
    Array, CodePage, Dimension, Elements, PropertySetStream, PropertyValue, VersionedStream,
    format_id, parse, well_known,
};
use docfile_compound::{FileTime, Guid, Limits, Validation};

fn strictly(bytes: &[u8]) -> PropertySetStream {
    let (stream, findings) = parse(bytes, Validation::Strict, &Limits::default())
        .expect("the documents obey themselves");
    assert_eq!(findings, []);
    stream
}

#[test]
fn the_summary_of_a_word_document() {
    let stream = strictly(&worked_example::summary_information());
    assert_eq!((stream.version(), stream.system_id()), (0, 0x0002_0006));
    assert_eq!(stream.class_id(), Guid::NULL);
    let [set] = stream.sets() else { panic!("one set, not {}", stream.sets().len()) };
    assert_eq!(set.format_id(), format_id::SUMMARY_INFORMATION);
    assert_eq!(set.code_page(), CodePage::WINDOWS_1252);
    assert!(set.dictionary().is_none());

    let named: Vec<(&str, String)> = set
        .properties()
        .iter()
        .filter_map(|property| Some((set.name_of(property.id())?, property.value().to_string())))
        .collect();
    let expected = [
        ("code_page", "1252"),
        ("title", "Joe's document"),
        ("subject", "Job"),
        ("author", "Joe"),
        ("keywords", ""),
        ("comments", ""),
        ("template", "Normal.dotm"),
        ("last_author", "Cornelius"),
        ("revision_number", "66"),
        ("application", "Microsoft Office Word"),
        ("edit_time", "1601-01-01T07:57:00Z"),
        ("last_printed", "2006-06-12T18:33:00Z"),
        ("created", "2006-09-02T00:58:00Z"),
        ("last_saved", "2008-03-08T05:30:00Z"),
        ("page_count", "14"),
        ("word_count", "3557"),
        ("char_count", "20280"),
        ("security", "0"),
    ];
    assert_eq!(named.len(), expected.len());
    for (named, expected) in named.iter().zip(expected) {
        assert_eq!((named.0, named.1.as_str()), expected);
    }
    // The editing time is no moment but seven hours and 57 minutes.
    assert!(well_known::is_duration(set.format_id(), well_known::EDIT_TIME));
    let edited = set.get(well_known::EDIT_TIME);
    assert_eq!(edited, Some(&PropertyValue::FileTime(FileTime(286_200_000_000))));
}

#[test]
fn the_state_of_an_object() {
    use {Elements as E, PropertyValue as V};
    let stream = strictly(&worked_example::property_bag());
    assert_eq!(stream.version(), 1);
    assert_eq!(stream.class_id().to_string(), "{994BFF53-DDF9-42AD-A56A-FFEA3617AC16}");
    let [set] = stream.sets() else { panic!("one set, not {}", stream.sets().len()) };
    assert_eq!(set.format_id(), format_id::PROPERTY_BAG);
    assert_eq!(set.code_page(), CodePage::UTF_16);
    assert_eq!(set.locale(), Some(0x0809_0000));

    let names: Vec<(u32, &str)> = set.dictionary().expect("it has one").iter().collect();
    assert_eq!(
        names,
        [
            (4, "DisplayColour"),
            (6, "MyStream"),
            (7, "Price(GBP)"),
            (12, "MyStorage"),
            (0x27, "CaseSensitive"),
            (0x92, "CASESENSITIVE"),
        ]
    );
    let value = |name| set.get_named(name).expect("a named property");
    assert_eq!(value("displaycolour"), &V::Bstr("Grey".into()));
    let version: Guid = "{F99584CA-CA23-470B-8394-220177907AAD}".parse().expect("an id");
    assert_eq!(
        value("MyStream"),
        &V::VersionedStream(Box::new(VersionedStream { version, name: "prop6".into() }))
    );
    assert_eq!(value("Price(GBP)").to_string(), "133.1200");
    assert_eq!(value("MyStorage"), &V::StoredObject("prop12".into()));
    let dimensions =
        vec![Dimension { count: 3, first_index: -1 }, Dimension { count: 5, first_index: 0 }];
    let numbers = vec![3, -8, 20, 23, 18, -121, 69, 41, 37, 17, 51, 86, 121, -94, -100];
    assert_eq!(
        set.get(0x27),
        Some(&V::Array(Box::new(Array { dimensions, elements: E::I1(numbers) })))
    );
    assert_eq!(
        set.get(0x92),
        Some(&V::Vector(E::Variant(vec![V::Ui1(169), V::I8(-7_201_218_164_792_360_791)])))
    );
}
