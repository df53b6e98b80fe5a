//! Real encrypted documents of every way that is known: named without the password, refused with
//! another one, and shown with theirs.

use std::sync::Arc;

use docfile_compound::{ErrorKind, MemoryBytes, Result, Storage};
use docfile_objects::{Detail, DocumentObject, Opening, try_open};
use docfile_testkit::corpus::Corpus;

/// A file, its password where it has one, the name of the way, and a line of its first page.
const DOCUMENTS: [(&str, Option<&str>, &str, &str); 16] = [
    ("8de0f4be15_password_2002_40_xor.xls", Some("password"), "XOR", "2\t10"),
    ("xor-encryption-abc.xls", Some("abc"), "XOR", "2"),
    ("password_2002_40_972000.xls", Some("password"), "RC4, 40 bits", "2\t10"),
    ("password_2002_128_strong.xls", Some("password"), "RC4 CryptoAPI, 128 bits", "2\t10"),
    ("password_2002_40_dss.xls", Some("password"), "RC4 CryptoAPI, 40 bits", "2\t10"),
    (
        "testEXCEL_protected_passtika.xls",
        Some("tika"),
        "RC4",
        "This is an Encrypted Excel spreadsheet.",
    ),
    (
        "password_tika_binaryrc4.doc",
        Some("tika"),
        "RC4, 40 bits",
        "This is an encrypted Word 2007 File.",
    ),
    (
        "Password_Protected-hello.ppt",
        Some("hello"),
        "RC4 CryptoAPI",
        "This is a protected document",
    ),
    (
        "Password_Protected-56-hello.ppt",
        Some("hello"),
        "RC4 CryptoAPI, 56 bits",
        "It does have notes",
    ),
    (
        "Password_Protected-np-hello.ppt",
        Some("hello"),
        "RC4 CryptoAPI, 40 bits",
        "It does have notes",
    ),
    (
        "testPPT_protected_passtika.ppt",
        Some("tika"),
        "RC4 CryptoAPI",
        "This is an encrypted PowerPoint 2007 slide.",
    ),
    ("protected_agile.docx", None, "SHA1, agile", "Agile protected document"),
    (
        "protected_normal_case.docx",
        Some("password"),
        "SHA512, agile",
        "This is a sample Word document",
    ),
    (
        "protected_passtika.xlsx",
        Some("tika"),
        "standard",
        "This is an Encrypted Excel spreadsheet.",
    ),
    (
        "testEXCEL_protected_passtika_2.xlsx",
        Some("tika"),
        "agile",
        "\t\tThis is an Encrypted Excel spreadsheet with a ChunkedCipherInputStream.",
    ),
    ("protected_passtika.xlsb", Some("tika"), "agile", "xl/workbook.bin\t285"),
];

fn opened(bytes: &[u8], password: Option<&str>) -> Result<Box<dyn DocumentObject>> {
    let root = Storage::try_open(Arc::new(MemoryBytes::new(bytes.to_vec())))?;
    let password = password.map(str::to_owned);
    try_open(root, Opening { password, ..Opening::default() })
}

#[test]
fn each_way_is_named_and_undone() {
    let Some(corpus) = Corpus::locate() else { return };
    for (name, password, way, line) in DOCUMENTS {
        let bytes = corpus.file(name).read();
        let info = opened(&bytes, None).unwrap().try_info().unwrap();
        assert_eq!(info.detail("encrypted"), Some(&Detail::Flag(true)), "{name}");
        let Some(Detail::Text(told)) = info.detail("encryption") else { panic!("{name}") };
        assert!(told.contains(way), "{name}: {told}");

        let view = opened(&bytes, password).unwrap().try_first_view();
        let text = view.unwrap_or_else(|error| panic!("{name}: {error}")).to_string();
        assert!(text.lines().any(|known| known == line), "{name}: {text}");

        let error = opened(&bytes, Some("another")).unwrap().try_first_view().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AccessDenied, "{name}");
    }
}
