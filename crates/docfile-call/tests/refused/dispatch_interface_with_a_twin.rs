//! A dispatch interface has no asynchronous form.

use docfile_call::interface;

#[interface(
    crate = docfile_call,
    dispatch,
    uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7e01",
    async_uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7e02"
)]
trait Script {
    fn run(&self) -> Result<(), docfile_call::Hresult>;
}

fn main() {}
