//! An interface of objects has no version.

use docfile_call::interface;

#[interface(crate = docfile_call, uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7e07", version = "1.0")]
trait Versioned {
    fn run(&self) -> Result<(), docfile_call::Hresult>;
}

fn main() {}
