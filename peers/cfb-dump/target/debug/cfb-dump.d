/work/main/peers/cfb-dump/target/debug/cfb-dump: /work/main/peers/cfb-dump/src/main.rs
