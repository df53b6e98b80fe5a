/work/main/peers/cfb-dump/target/debug/deps/web_time-32c3722c0003d0db.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/web-time-1.1.0/src/lib.rs

/work/main/peers/cfb-dump/target/debug/deps/libweb_time-32c3722c0003d0db.rlib: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/web-time-1.1.0/src/lib.rs

/work/main/peers/cfb-dump/target/debug/deps/libweb_time-32c3722c0003d0db.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/web-time-1.1.0/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/web-time-1.1.0/src/lib.rs:
