//! A kind of moniker from outside the crate composes, compares, is shown, saves and loads like the
//! others (`contract/binding.md` 3.1; the door through which object references come).

use std::any::Any;

use docfile_binding::{
    AntiMoniker, BindContext, COMPOSITE_CLASS_ID, ErrorKind, ForeignClasses, ForeignMoniker,
    ItemMoniker, Moniker, OBJECT_REFERENCE_CLASS_ID, Result, SystemId,
};
use docfile_compound::Guid;

/// A stand-in for an object reference: a number.
#[derive(Debug)]
struct Reference(u8);

impl ForeignMoniker for Reference {
    fn class_id(&self) -> Guid {
        OBJECT_REFERENCE_CLASS_ID
    }

    fn is_equal(&self, other: &dyn ForeignMoniker) -> bool {
        let other: &dyn Any = other;
        other.downcast_ref::<Self>().is_some_and(|other| self.0 == other.0)
    }

    fn hash_value(&self) -> u32 {
        self.0.into()
    }

    fn system_id(&self) -> SystemId {
        SystemId::ObjectReference
    }

    fn is_async(&self) -> bool {
        self.0 > 100
    }

    fn display_name(&self, _: Option<&BindContext>, left: Option<&Moniker>) -> Result<String> {
        let behind = left.map(Moniker::display_name).transpose()?.unwrap_or_default();
        Ok(format!("objref:{}[{behind}]:", self.0))
    }

    fn save(&self) -> Result<Vec<u8>> {
        Ok(vec![self.0])
    }
}

struct References;

impl ForeignClasses for References {
    fn load(&self, class_id: Guid, bytes: &[u8]) -> Option<Result<(Moniker, usize)>> {
        let number = *bytes.first()?;
        (class_id == OBJECT_REFERENCE_CLASS_ID).then(|| Ok((reference(number), 1)))
    }
}

/// One that claims more bytes than there are.
struct Greedy;

impl ForeignClasses for Greedy {
    fn load(&self, _: Guid, _: &[u8]) -> Option<Result<(Moniker, usize)>> {
        Some(Ok((reference(1), usize::MAX)))
    }
}

fn reference(number: u8) -> Moniker {
    Moniker::foreign(Reference(number))
}

fn item() -> Moniker {
    ItemMoniker::new("!", "x").into()
}

#[test]
fn it_composes_and_is_taken_back() {
    let both = reference(7).compose_with(&item()).unwrap().unwrap();
    assert_eq!(both.components(), [reference(7), item()]);
    assert_eq!(both.compose_with(&both.inverse().unwrap()).unwrap(), None);
    assert_eq!(reference(7).compose_with(&AntiMoniker::new().into()).unwrap(), None);
    assert_ne!(reference(7), reference(8));
    assert_eq!(both.hash_value(), 7 ^ item().hash_value());
    assert_eq!(reference(7).system_id().number(), 8);
    assert!(reference(101).compose_with(&item()).unwrap().unwrap().is_async());
}

#[test]
fn it_is_shown_behind_what_is_at_its_left() {
    let both = item().compose_with(&reference(7)).unwrap().unwrap();
    assert_eq!(both.display_name().unwrap(), "!xobjref:7[!x]:");
}

#[test]
fn it_saves_and_loads_inside_a_composite() {
    let both = reference(7).compose_with(&item()).unwrap().unwrap();
    let bytes = both.save_with_class().unwrap();
    let (read, used) = Moniker::load_with_class_using(&bytes, &References).unwrap();
    assert_eq!((read, used), (both, bytes.len()));
    let error = Moniker::load_with_class(&bytes).unwrap_err();
    assert_eq!((error.kind(), error.offset()), (ErrorKind::ClassNotRegistered, Some(36)));
    let body = &bytes[16..];
    let error = Moniker::load_using(COMPOSITE_CLASS_ID, body, &Greedy).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Truncated);
}

/// A kind that answers nothing it need not.
#[derive(Debug)]
struct Silent;

impl ForeignMoniker for Silent {
    fn class_id(&self) -> Guid {
        Guid::from_u128(2)
    }

    fn is_equal(&self, _: &dyn ForeignMoniker) -> bool {
        true
    }

    fn hash_value(&self) -> u32 {
        0
    }

    fn inverse(&self) -> Result<Moniker> {
        Err(docfile_binding::Error::new(ErrorKind::NoInverse, "nothing takes this back"))
    }
}

#[test]
fn what_it_does_not_answer_is_not_implemented() {
    let silent = Moniker::foreign(Silent);
    let context = BindContext::default();
    let kinds = [
        silent.display_name().unwrap_err().kind(),
        silent.save().unwrap_err().kind(),
        silent.comparison_data().unwrap_err().kind(),
        silent.is_running(&context, None, None).unwrap_err().kind(),
        silent.relative_path_to(&item()).unwrap_err().kind(),
    ];
    assert_eq!(kinds, [ErrorKind::NotImplemented; 5]);
    assert_eq!(silent.system_id(), SystemId::None);
    // Without an inverse, what would take it back stays beside it.
    let anti = Moniker::from(AntiMoniker::new());
    assert_eq!(silent.compose_with(&anti).unwrap().unwrap().components(), [silent, anti]);
}
