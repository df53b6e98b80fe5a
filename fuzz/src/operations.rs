//! stub
pub fn run(data: &[u8]) {
    let _ = docfile_compound::Name::from_display(&String::from_utf8_lossy(data));
}
