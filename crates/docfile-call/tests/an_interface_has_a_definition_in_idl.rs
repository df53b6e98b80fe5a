//! contract/calls.md 2: the definition of an interface and the splitting of its methods. Whether
//! a compiler of IDL sees the same, `peers/check-idl` shows.

use docfile_call::proxy::{Methods as _, Pointer};
use docfile_call::{Hresult, interface};

#[interface(
    crate = docfile_call,
    uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7d01",
    async_uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7d02"
)]
trait Example {
    /// The first example of section 2.
    fn read(
        &self,
        #[out]
        #[size_is(count)]
        buffer: &mut Vec<u8>,
        count: u32,
    ) -> Result<u32, Hresult>;
    /// The second.
    #[returns(z)]
    fn swap(&self, x: &mut i32, y: i32) -> Result<i32, Hresult>;
}

#[interface(crate = docfile_call, uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7d03")]
trait Derived: Example {
    fn notify(
        &self,
        who: Pointer<dyn Example>,
        #[idl("FORMATETC")] what: u32,
    ) -> Result<(), Hresult>;
}

#[interface(crate = docfile_call, uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7d04")]
trait NoForm {
    fn name(&self) -> Result<String, Hresult>;
}

#[interface(crate = docfile_call, uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7d05")]
trait NoCount {
    fn put(&self, values: &[u16]) -> Result<(), Hresult>;
}

#[test]
fn begin_takes_what_goes_in_and_finish_gives_what_comes_back_in_order() {
    assert_eq!(
        <dyn Example>::DESCRIPTION.splitting(),
        [
            "AsyncIExample::Begin_Read(count)",
            "AsyncIExample::Finish_Read(buffer, result)",
            "AsyncIExample::Begin_Swap(x, y)",
            "AsyncIExample::Finish_Swap(x, z)",
        ]
    );
}

#[test]
fn the_definition_says_ids_directions_and_sizes() {
    let expected = "\
[
    object,
    uuid(6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7d01),
    async_uuid(6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7d02),
    pointer_default(unique)
]
interface IExample : IUnknown
{
    HRESULT Read(
        [out, size_is(count)] byte *buffer,
        [in] unsigned long count,
        [out] unsigned long *result);
    HRESULT Swap(
        [in, out] long *x,
        [in] long y,
        [out] long *z);
};
";
    assert_eq!(<dyn Example>::DESCRIPTION.idl().unwrap(), expected);
    let derived = <dyn Derived>::DESCRIPTION.idl().unwrap();
    assert!(derived.contains("interface IDerived : IExample\n"));
    assert!(derived.contains("[in] IExample *who,\n        [in] FORMATETC what);"));
    assert!(!derived.contains("async_uuid"));
}

#[test]
fn what_idl_has_no_form_for_is_an_error() {
    let error = <dyn NoForm>::DESCRIPTION.idl().unwrap_err();
    assert_eq!((error.method, error.parameter), ("name", "result"));
    let error = <dyn NoCount>::DESCRIPTION.idl().unwrap_err();
    assert_eq!((error.method, error.parameter), ("put", "values"));
}
