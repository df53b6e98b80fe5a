//! A parameter has a form on the wire.

use docfile_call::{Hresult, interface};

#[derive(Clone)]
struct Handle(usize);

#[interface(crate = docfile_call, uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7e06")]
trait Files {
    fn close(&self, handle: Handle) -> Result<(), Hresult>;
}

fn main() {}
