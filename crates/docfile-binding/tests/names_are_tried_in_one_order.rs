//! Who reads a name, and what is said when nobody does (`contract/binding.md` 2; rule 61 of
//! `contract/observed.md`; `docs/names.md`).

use std::sync::Arc;

use docfile_binding::{
    BindContext, ClassMoniker, Error, ErrorKind, FileMoniker, ItemMoniker, Moniker, NameSpace,
    Object, Parsed, PointerMoniker, RegistrationFlags, Result, RunningObjectTable, UrlMoniker,
    parse_display_name,
};
use docfile_compound::FileTime;

/// A world with some files, and one class that reads names.
struct World(&'static [&'static str]);

impl NameSpace for World {
    fn file_exists(&self, path: &str) -> bool {
        self.0.contains(&path)
    }

    fn parse_with_class(&self, _: &BindContext, class: &str, text: &str) -> Option<Result<Parsed>> {
        // It gets the name from its start, and eats itself and three more.
        let eaten = text.find(class)? + class.len() + 3;
        (class == "My.Class").then(|| {
            let moniker = ItemMoniker::new("", text).into();
            Ok(Parsed { moniker, eaten_count: eaten.min(text.len()) })
        })
    }

    fn parse_with_object(
        &self,
        _: &BindContext,
        moniker: &Moniker,
        left: Option<&Moniker>,
        text: &str,
    ) -> Option<Result<Parsed>> {
        let Moniker::File(file) = moniker else { return None };
        assert!(left.is_none());
        match file.path() {
            "steps.doc" => Some(Ok(item(text.get(..1)?, 1))),
            "stuck.doc" => Some(Ok(item("", 0))),
            "angry.doc" => Some(Err(Error::new(ErrorKind::NoObject, "there is no such thing"))),
            _ => None,
        }
    }
}

fn item(text: &str, eaten_count: usize) -> Parsed {
    Parsed { moniker: ItemMoniker::new("", text).into(), eaten_count }
}

const FILES: [&str; 8] =
    ["a.doc", "50%.doc", "a!b.doc", r"c:\dir", "steps.doc", "stuck.doc", "angry.doc", "http"];

fn parse(text: &str) -> Result<Moniker> {
    parse_in(&BindContext::default(), text)
}

fn parse_in(context: &BindContext, text: &str) -> Result<Moniker> {
    parse_display_name(context, text, &World(&FILES))
}

#[track_caller]
#[expect(clippy::unwrap_used, reason = "a test may fail loudly")]
fn assert_fails(text: &str, kind: ErrorKind, eaten: Option<usize>) {
    let error = parse(text).unwrap_err();
    assert_eq!((error.kind(), error.eaten_count()), (kind, eaten), "{text}: {error}");
}

#[expect(clippy::unwrap_used, reason = "the table is empty")]
fn running(name: &str) -> (RunningObjectTable, Object) {
    let (table, object) = (RunningObjectTable::default(), Arc::new(1) as Object);
    let moniker = FileMoniker::new(name).into();
    table.register(RegistrationFlags::WEAK, &object, &moniker, FileTime::NONE).unwrap();
    (table, object)
}

#[test]
fn empty_text_is_an_invalid_argument() {
    assert_fails("", ErrorKind::InvalidArgument, None);
}

#[test]
fn what_nobody_reads_is_a_syntax_error_with_nothing_eaten() {
    for text in ["NonExistentProgId:", "StdFont", "clsid:", "missing.doc", "!item", "http://["] {
        assert_fails(text, ErrorKind::Syntax, Some(0));
    }
    assert_eq!(parse("StdFont").unwrap_err().hresult(), 0x8004_01E4);
    assert_fails("gopher://host/x", ErrorKind::UnknownProtocol, Some(0));
}

#[test]
fn a_class_beats_what_is_running() {
    let text = "clsid:20D04FE0-3AEA-1069-A2D8-08002B30309D:";
    let (table, _object) = running(text);
    let parsed = parse_in(&BindContext::new(&table), text).unwrap();
    assert!(matches!(parsed, Moniker::Class(_)));
    let (class, _) = ClassMoniker::parse(text).unwrap();
    assert_eq!(parsed, class.into());
}

#[test]
fn a_url_beats_a_file() {
    let parsed = parse("HTTP://host/x").unwrap();
    assert_eq!(parsed, UrlMoniker::new("http://host/x").unwrap().into());
}

#[test]
fn a_class_of_the_name_space_gets_all_of_the_text() {
    let class = |text: &str| parse(text).unwrap();
    assert_eq!(class("My.Class:ab"), ItemMoniker::new("", "My.Class:ab").into());
    assert_eq!(class("@My.Class:ab"), ItemMoniker::new("", "@My.Class:ab").into());
    // It ate less than all, and items do not begin so.
    assert_fails("My.Class:ab?", ErrorKind::Syntax, Some(11));
}

#[test]
fn a_running_path_beats_an_existing_one_and_a_longer_one_a_shorter() {
    let (table, _object) = running(r"c:\DIR\sub");
    let context = BindContext::new(&table);
    let parsed = parse_in(&context, r"c:\dir\sub!x").unwrap();
    assert_eq!(parsed.components()[0], FileMoniker::new(r"c:\dir\sub").into());
    // With nothing running, the front that exists is taken, and the rest is no item.
    assert_fails(r"c:\dir\sub", ErrorKind::Syntax, Some(6));
}

#[test]
fn steps_behind_a_file_are_items() {
    let parsed = parse("a.doc!Pool/[1]Ole!x%21y").unwrap();
    let [Moniker::File(_), Moniker::Item(pool), Moniker::Item(ole), Moniker::Item(x)] =
        parsed.components()
    else {
        panic!("{parsed:?}")
    };
    assert_eq!((pool.delimiter(), pool.item().as_str()), (Some("!"), "Pool"));
    assert_eq!((ole.delimiter(), ole.item().as_str()), (Some("/"), "\u{1}Ole"));
    assert_eq!((x.delimiter(), x.item().as_str()), (Some("!"), "x!y"));
    assert_eq!(parse("a.doc!").unwrap().components()[1], ItemMoniker::new("!", "").into());
}

#[test]
fn a_mark_inside_a_path_is_written_with_a_percent_sign() {
    assert_eq!(parse("a%21b.doc").unwrap(), FileMoniker::new("a!b.doc").into());
    assert_eq!(parse("50%.doc!s").unwrap().components()[0], FileMoniker::new("50%.doc").into());
}

#[test]
fn an_object_that_reads_names_is_asked_first() {
    let parsed = parse("steps.doc!!ab").unwrap();
    let items = parsed.components().iter().skip(1).map(|m| m.display_name().unwrap());
    // The file reads one unit; the item behind it has no reader, so that it is read as steps.
    assert_eq!(items.collect::<Vec<_>>(), ["%21", "!ab"]);
}

#[test]
fn a_reader_that_reads_nothing_ends_it() {
    assert_fails("stuck.doc!x", ErrorKind::Syntax, Some(9));
    assert_fails("angry.doc!x", ErrorKind::NoObject, Some(9));
}

#[test]
fn monikers_read_names_only_where_they_can_stand() {
    let context = BindContext::default();
    let world = World(&[]);
    let left = Moniker::from(FileMoniker::new("x"));
    let kind = |moniker: Moniker, left: Option<&Moniker>| {
        moniker.parse_display_name(&context, left, "!a", &world).unwrap_err().kind()
    };
    assert_eq!(kind(FileMoniker::new("y").into(), Some(&left)), ErrorKind::Syntax);
    assert_eq!(kind(PointerMoniker::null().into(), Some(&left)), ErrorKind::Syntax);
    assert_eq!(kind(ItemMoniker::new("!", "i").into(), None), ErrorKind::Syntax);
    let anti = docfile_binding::AntiMoniker::new().into();
    assert_eq!(kind(anti, None), ErrorKind::NotImplemented);
    let page = Moniker::from(UrlMoniker::new("http://h/a/b").unwrap());
    let other = page.parse_display_name(&context, None, "../c", &world).unwrap();
    assert_eq!(other.moniker, UrlMoniker::new("http://h/c").unwrap().into());
}
