//! Prints interfaces as IDL, or (`--splitting`) how their methods split into those that begin and
//! those that finish. The script `peers/check-idl` holds both against `widl`.
//!
//! The interfaces show each way that a parameter can go, and the well-known asynchronous ones whose
//! splitting is documented (pipes, contract/calls.md 2).

use std::io::Write as _;

use docfile_call::interface::InterfaceDescription;
use docfile_call::proxy::{Methods as _, Pointer};
use docfile_call::{Guid, Hresult, interface};

/// IPipeByte.
#[interface(
    crate = docfile_call,
    uuid = "db2f3aca-2f86-11d1-8e04-00c04fb9989a",
    async_uuid = "db2f3acb-2f86-11d1-8e04-00c04fb9989a"
)]
trait PipeByte {
    fn pull(
        &self,
        #[out]
        #[size_is(request)]
        buffer: &mut Vec<u8>,
        request: u32,
        #[out] got: &mut u32,
    ) -> Result<(), Hresult>;
    fn push(&self, #[size_is(sent)] buffer: &[u8], sent: u32) -> Result<(), Hresult>;
}

#[interface(
    crate = docfile_call,
    uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7c01",
    async_uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7c02"
)]
trait Observer {
    fn progress(&self, done: u64, total: u64) -> Result<(), Hresult>;
}

#[interface(
    crate = docfile_call,
    uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7c03",
    async_uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7c04"
)]
trait Catalog {
    fn swap(&self, x: &mut i32, y: i16) -> Result<f64, Hresult>;
    fn find(&self, name: &str, within: Option<u32>) -> Result<Option<String>, Hresult>;
    #[returns(class, id)]
    fn identify(&self, key: [u8; 16]) -> Result<(Guid, i64), Hresult>;
    fn observe(
        &self,
        observer: Pointer<dyn Observer>,
        last: &mut Pointer<dyn Observer>,
    ) -> Result<Pointer<dyn Observer>, Hresult>;
    #[returns(count)]
    fn list(
        &self,
        #[out]
        #[size_is(count)]
        ids: &mut Option<Vec<u32>>,
    ) -> Result<u32, Hresult>;
    fn refresh(&self) -> Result<(), Hresult>;
}

#[interface(
    crate = docfile_call,
    uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7c05",
    async_uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7c06"
)]
trait SortedCatalog: Catalog {
    fn sort(&self, is_descending: bool) -> Result<(), Hresult>;
}

/// What the definitions refer to. A compiler that has its own headers imports `unknwn.idl` instead.
const BEFORE: &str = "\
typedef long HRESULT;
typedef struct _GUID
{
    unsigned long Data1;
    unsigned short Data2;
    unsigned short Data3;
    byte Data4[8];
} GUID;

[
    object,
    local,
    uuid(00000000-0000-0000-c000-000000000046),
    pointer_default(unique)
]
interface IUnknown
{
    HRESULT QueryInterface([in] const GUID *riid, [out, iid_is(riid)] void **object);
    unsigned long AddRef();
    unsigned long Release();
};
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let interfaces: [InterfaceDescription; 4] = [
        <dyn PipeByte>::DESCRIPTION,
        <dyn Observer>::DESCRIPTION,
        <dyn Catalog>::DESCRIPTION,
        <dyn SortedCatalog>::DESCRIPTION,
    ];
    let is_splitting = std::env::args().any(|argument| argument == "--splitting");
    let mut output = std::io::stdout().lock();
    if !is_splitting {
        writeln!(output, "{BEFORE}")?;
    }
    for interface in interfaces {
        if is_splitting {
            for line in interface.splitting() {
                writeln!(output, "{line}")?;
            }
        } else {
            writeln!(output, "{}", interface.idl()?)?;
        }
    }
    Ok(())
}
