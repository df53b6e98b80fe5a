//! What comes back is written somewhere.

use docfile_call::interface;

#[interface(crate = docfile_call, uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7e0a")]
trait Reader {
    fn read(&self, #[out] count: u32) -> Result<(), docfile_call::Hresult>;
}

fn main() {}
