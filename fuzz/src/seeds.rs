//! First inputs of the targets, from the project's own generators.

use docfile_compound::property::{
    ClipboardData, CodePage, Elements, PropertySetStream, PropertyValue, format_id,
};
use docfile_compound::{FileTime, Guid, Result};
use docfile_testkit::random::Random;
use docfile_testkit::raw::{self, Fault, Image};

/// Inputs with names.
pub type Seeds = Vec<(String, Vec<u8>)>;

/// Longer inputs only slow the fuzzer down; `scripts/fuzz` makes none either.
const MAX_LEN: usize = 64 * 1024;

/// Valid files in odd layouts, and one for every way to break a rule.
#[must_use]
pub fn files() -> Seeds {
    let valid = (0..60).map(|seed| (format!("valid-{seed}"), raw::valid(seed).0));
    let broken = Fault::all()
        .enumerate()
        .map(|(index, fault)| (format!("{}-{index}", fault.rule.id()), fault.build()));
    // Some faults need a file of gigabytes, most of which is a hole.
    let is_small = |image: &Image| image.len() <= MAX_LEN as u64;
    let files = valid.chain(broken).filter(|(_, image)| is_small(image));
    files.map(|(name, image)| (name, image.to_vec())).collect()
}

/// Bytes that are read as programs; any are.
#[must_use]
pub fn programs() -> Seeds {
    (0..20).map(|seed| (format!("program-{seed}"), Random::seeded(seed).bytes(200))).collect()
}

/// Programs that make layout scripts, and scripts in their text form.
#[must_use]
pub fn layouts() -> Seeds {
    let programs = (0..20).map(|seed| {
        let bytes = Random::seeded(seed).bytes(120);
        (format!("layout-{seed}"), bytes)
    });
    let texts = [
        "stream \"[5]SummaryInformation\"\nlisting\n",
        "repeat {\n    stream A 0 4096\n    repeat 3 {\n        stream \\P\\B 9 end\n    }\n}\n",
        "storage P # the pool\n",
    ];
    let texts = texts.into_iter().enumerate();
    programs.chain(texts.map(|(at, text)| (format!("text-{at}"), text.into()))).collect()
}

/// A stream for every kind of value, in several code pages.
///
/// # Errors
///
/// What setting a property answers.
pub fn property_sets() -> Result<Seeds> {
    let mut seeds = Seeds::new();
    for (index, value) in values().into_iter().enumerate() {
        let mut stream = PropertySetStream::new(format_id::SUMMARY_INFORMATION);
        let set = stream.set_or_insert(format_id::SUMMARY_INFORMATION)?;
        set.set_code_page(if index % 2 == 0 { CodePage::WINDOWS_1252 } else { CodePage::UTF_16 })?;
        set.set(2, value)?;
        set.set(3, "after it")?;
        seeds.push((format!("value-{index}"), stream.emit()?));
    }
    let mut stream = PropertySetStream::new(format_id::USER_DEFINED_PROPERTIES);
    let set = stream.set_or_insert(format_id::USER_DEFINED_PROPERTIES)?;
    set.set_named("Größe", 17)?;
    set.set_named("Zweck", "Probe")?;
    seeds.push(("dictionary".to_owned(), stream.emit()?));
    stream.set_or_insert(format_id::USER_DEFINED_PROPERTIES)?.set_case_sensitive(true)?;
    seeds.push(("version-1".to_owned(), stream.emit()?));
    Ok(seeds)
}

fn values() -> Vec<PropertyValue> {
    let texts = vec!["one".to_owned(), "two".to_owned()];
    vec![
        PropertyValue::Null,
        PropertyValue::I8(-3),
        PropertyValue::R8(0.5),
        PropertyValue::Bool(true),
        PropertyValue::Currency(12_345),
        PropertyValue::Bstr("a\0b".to_owned()),
        PropertyValue::Lpstr("text".to_owned()),
        PropertyValue::Lpwstr("wide".to_owned()),
        PropertyValue::FileTime(FileTime(1 << 56)),
        PropertyValue::ClassId(Guid::from_u128(7)),
        PropertyValue::Blob(vec![1, 2, 3]),
        PropertyValue::Clipboard(Box::new(ClipboardData { tag: -1, data: vec![3, 0, 0, 0, 9, 9] })),
        PropertyValue::Vector(Elements::Lpstr(texts.clone())),
        PropertyValue::Vector(Elements::Lpwstr(texts)),
        PropertyValue::Vector(Elements::I4(vec![1, 2, 3])),
        PropertyValue::Vector(Elements::Variant(vec![
            PropertyValue::I4(1),
            PropertyValue::Lpstr("two".to_owned()),
        ])),
    ]
}
