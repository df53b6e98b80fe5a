//! Names of a quarter of a megabyte are read or refused at once (`docs/names.md`): each of these
//! would run for minutes, or fill the memory, if reading took the square of their length.

use docfile_binding::{
    AnyFile, BindContext, ErrorKind, FileMoniker, ItemMoniker, MAX_COMPONENT_COUNT,
    MAX_DISPLAY_LEN, Moniker, NameSpace, Object, Parsed, RegistrationFlags, Result,
    RunningObjectTable, UrlMoniker, compose, parse_display_name,
};
use docfile_compound::FileTime;

/// No files; objects that read one unit at a time.
struct Slow;

impl NameSpace for Slow {
    fn file_exists(&self, path: &str) -> bool {
        path == "a"
    }

    fn parse_with_object(
        &self,
        _: &BindContext,
        _: &Moniker,
        _: Option<&Moniker>,
        _: &str,
    ) -> Option<Result<Parsed>> {
        let moniker = FileMoniker::new("").into();
        Some(Ok(Parsed { moniker, eaten_count: 1 }))
    }
}

fn long(pattern: &str) -> String {
    pattern.repeat((1 << 18) / pattern.len())
}

#[test]
fn awkward_steps() {
    let context = BindContext::default();
    for pattern in ["[", "%", "[1", "%E2"] {
        let name = format!("a!{}", long(pattern));
        let read = parse_display_name(&context, &name, &AnyFile).unwrap();
        assert_eq!(read.components().len(), 2);
        let shown = read.display_name().unwrap();
        let again = parse_display_name(&context, &shown, &AnyFile).unwrap();
        assert_eq!(again.display_name().unwrap(), shown);
    }
}

#[test]
fn more_steps_than_a_composite_has() {
    let kind = |name: &str| {
        parse_display_name(&BindContext::default(), name, &AnyFile).map_err(|e| e.kind())
    };
    assert_eq!(kind(&format!("a{}", long("!"))), Err(ErrorKind::TooLong));
    assert!(kind(&format!("a{}", "!".repeat(MAX_COMPONENT_COUNT - 1))).is_ok());
    assert_eq!(kind(&format!("a{}", "!".repeat(MAX_COMPONENT_COUNT))), Err(ErrorKind::TooLong));
    assert_eq!(kind(&"x".repeat(MAX_DISPLAY_LEN + 1)), Err(ErrorKind::TooLong));
}

#[test]
fn awkward_paths() {
    let table = RunningObjectTable::default();
    let object: Object = std::sync::Arc::new(1);
    let running = FileMoniker::new("x").into();
    table.register(RegistrationFlags::WEAK, &object, &running, FileTime::NONE).unwrap();
    let context = BindContext::new(&table);
    for pattern in ["/", "%25", "@", "a:"] {
        let error = parse_display_name(&context, &long(pattern), &Slow).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Syntax);
    }
}

#[test]
fn an_object_that_reads_one_unit_at_a_time() {
    let name = format!("a!{}", "é".repeat(100_000));
    let read = parse_display_name(&BindContext::default(), &name, &Slow).unwrap();
    assert_eq!(read, FileMoniker::new("a").into());
}

#[test]
fn a_composite_has_a_limit_and_what_is_below_it_saves_and_loads() {
    let item = || Moniker::from(ItemMoniker::new("!", "a"));
    let full = compose((0..MAX_COMPONENT_COUNT).map(|_| item())).unwrap().unwrap();
    let bytes = full.save_with_class().unwrap();
    assert_eq!(Moniker::load_with_class(&bytes).unwrap().0, full);
    assert_eq!(full.compose_with(&item()).unwrap_err().kind(), ErrorKind::TooLong);
}

#[test]
fn a_row_of_relative_urls() {
    let url = Moniker::from(UrlMoniker::verbatim("x/".repeat(500)));
    let row = compose((0..MAX_COMPONENT_COUNT).map(|_| url.clone())).unwrap().unwrap();
    assert_eq!(row.display_name().unwrap().len(), 1000 * MAX_COMPONENT_COUNT);
}
