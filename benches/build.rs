//! Tells the program which version of the crate `cfb` it was built with, from the lock file.

fn main() {
    println!("cargo::rerun-if-changed=Cargo.lock");
    let lock = std::fs::read_to_string("Cargo.lock").unwrap_or_default();
    let mut lines = lock.lines().skip_while(|line| *line != "name = \"cfb\"").skip(1);
    let version = lines.next().and_then(|line| line.split('"').nth(1)).unwrap_or("unknown");
    println!("cargo::rustc-env=CFB_VERSION={version}");
}
