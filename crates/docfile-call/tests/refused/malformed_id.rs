//! An id is written whole.

use docfile_call::interface;

#[interface(crate = docfile_call, uuid = "6b1f0a52-7d3c")]
trait Short {
    fn run(&self) -> Result<(), docfile_call::Hresult>;
}

fn main() {}
