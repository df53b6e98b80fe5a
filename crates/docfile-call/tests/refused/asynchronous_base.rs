//! No synchronous interface derives from an asynchronous one.

use docfile_call::{Hresult, interface};

#[interface(
    crate = docfile_call,
    uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7e0c",
    async_uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7e0d"
)]
trait Base {
    fn run(&self) -> Result<(), Hresult>;
}

#[interface(crate = docfile_call, uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7e0e")]
trait Derived: AsyncBase {
    fn stop(&self) -> Result<(), Hresult>;
}

fn main() {}
