//! Which evidence decides.

use docfile_compound::{CommitFlags, FormatVersion, MemoryBytes};

use super::*;

const A: Guid = Guid::from_u128(0xA);
const B: Guid = Guid::from_u128(0xB);

fn memory(bytes: &[u8]) -> Arc<dyn LockBytes> {
    Arc::new(MemoryBytes::new(bytes.to_vec()))
}

fn compound(class_id: Guid) -> Arc<dyn LockBytes> {
    let bytes = Arc::new(MemoryBytes::default());
    let file = CompoundFile::create(bytes.clone(), FormatVersion::V3, Settings::default()).unwrap();
    let root = file.root(OpenMode::edit()).unwrap();
    root.try_set_class_id(class_id).unwrap();
    root.try_commit(CommitFlags::default()).unwrap();
    bytes
}

fn table() -> ClassTable<()> {
    let mut table = ClassTable::new();
    let pattern = |offset, mask: &[u8], value: &[u8]| FilePattern {
        offset,
        mask: mask.to_vec(),
        value: value.to_vec(),
    };
    table
        .media_type("application/x-a", A)
        .extension(".bbb", B)
        .pattern(pattern(2, &[0xF0], b"a"), A)
        .pattern(pattern(-2, &[], b"zz"), B);
    table
}

#[test]
fn an_ole_object_names_its_class_itself() {
    let evidence =
        ClassEvidence { media_type: Some("Application/X-OleObject; x=1"), ..Default::default() };
    let class_id = table().try_choose(&evidence, memory(&[9; 40])).unwrap();
    assert_eq!(class_id, Some(Guid::from_bytes([9; 16])));
}

#[test]
fn evidence_is_asked_in_one_order() {
    let all = |media_type, path| ClassEvidence { media_type, path, storage_class: None };
    let choose = |evidence, bytes| table().try_choose(&evidence, bytes).unwrap();
    assert_eq!(choose(all(Some("application/x-a"), None), compound(B)), Some(A));
    assert_eq!(choose(all(Some("x/y"), Some("n.bbb")), compound(A)), Some(A));
    assert_eq!(choose(all(None, Some("n.bbb")), compound(Guid::NULL)), Some(B));
    assert_eq!(choose(all(None, Some("n.bbb")), memory(b"__o__")), Some(A));
    assert_eq!(choose(all(None, None), memory(b"0123zz")), Some(B));
    assert_eq!(choose(all(None, Some("dir.bbb/n")), memory(b"")), None);
}

#[test]
fn missing_bytes_make_the_choice_pending() {
    #[derive(Debug)]
    struct Nothing;
    impl LockBytes for Nothing {
        fn try_read_many(&self, _: &mut [engine::ReadRequest<'_>]) -> engine::Result<()> {
            Err(engine::Error::pending(engine::Missing::required(0..1)))
        }
        fn len(&self) -> Option<u64> {
            None
        }
        fn write_at(&self, _: u64, _: &[u8]) -> engine::Result<()> {
            Ok(())
        }
        fn flush(&self) -> engine::Result<()> {
            Ok(())
        }
        fn set_size(&self, _: u64) -> engine::Result<()> {
            Ok(())
        }
    }
    let error = table().try_choose(&ClassEvidence::default(), Arc::new(Nothing)).unwrap_err();
    assert!(error.is_pending());
}

#[test]
fn what_nothing_fits_is_of_the_class_for_the_rest() {
    let mut table = ClassTable::new();
    table.register(A, ());
    let chosen =
        |table: &ClassTable<()>, bytes| table.try_choose(&ClassEvidence::default(), bytes).unwrap();
    assert_eq!(chosen(&table, compound(B)), Some(B), "as it says, though it is not registered");
    table.register(Guid::from_u128(0xC), ());
    table.otherwise(Guid::from_u128(0xC));
    assert_eq!(chosen(&table, compound(A)), Some(A));
    for bytes in [compound(B), compound(Guid::NULL), memory(b"text")] {
        assert_eq!(chosen(&table, bytes), Some(Guid::from_u128(0xC)));
    }
}
