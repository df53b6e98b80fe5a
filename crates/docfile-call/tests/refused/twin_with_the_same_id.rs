//! The twin has an id of its own.

use docfile_call::interface;

#[interface(
    crate = docfile_call,
    uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7e08",
    async_uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7e08"
)]
trait Same {
    fn run(&self) -> Result<(), docfile_call::Hresult>;
}

fn main() {}
