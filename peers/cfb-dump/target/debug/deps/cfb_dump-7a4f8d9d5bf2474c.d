/work/main/peers/cfb-dump/target/debug/deps/cfb_dump-7a4f8d9d5bf2474c.d: src/main.rs

/work/main/peers/cfb-dump/target/debug/deps/cfb_dump-7a4f8d9d5bf2474c: src/main.rs

src/main.rs:
