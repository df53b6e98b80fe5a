//! An interface with a twin derives from one that has a twin.

use docfile_call::{Hresult, interface};

#[interface(crate = docfile_call, uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7e03")]
trait Base {
    fn run(&self) -> Result<(), Hresult>;
}

#[interface(
    crate = docfile_call,
    uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7e04",
    async_uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7e05"
)]
trait Derived: Base {
    fn stop(&self) -> Result<(), Hresult>;
}

fn main() {}
