//! An id is written whole.

use docfile_call::{Hresult, interface};

#[interface(crate = docfile_call, uuid = "6b1f0a52-7d3c")]
trait Short {
    fn run(&self) -> Result<(), Hresult>;
}

fn main() {}
