//! A method says whether it failed.

use docfile_call::interface;

#[interface(crate = docfile_call, uuid = "6b1f0a52-7d3c-4c5e-9a52-0a6f6f0d7e09")]
trait Counter {
    fn next(&self) -> u32;
}

fn main() {}
