//! What the documents of the corpus tell, where it is known from elsewhere or can be counted.

use docfile_testkit::corpus::Corpus;

use crate::specimen::{all, column, opened, paragraphs, text};

#[test]
fn every_document_gives_its_facts_and_a_first_page() {
    let (mut told, mut others) = (0, Vec::new());
    for (name, bytes) in all() {
        match opened(bytes).and_then(|document| {
            let info = document.try_info()?;
            document.try_first_view().map(|_| info)
        }) {
            Ok(_) => told += 1,
            Err(error) => others.push(format!("{name}: {error}")),
        }
    }
    // Two Visio drawings of version 5, whose text is not read, and files that a fuzzer broke.
    assert!(others.len() <= 4, "{others:#?}");
    assert!(told >= 6);
}

#[test]
fn revit_families_tell_their_version_and_show_their_preview() {
    let Some(corpus) = Corpus::locate() else { return };
    let mut versions = Vec::new();
    for file in corpus.files().filter(|file| file.format == "Revit") {
        let document = opened(file.read()).unwrap();
        let info = document.try_info().unwrap();
        assert!(!text(&info, "build").is_empty(), "{}", file.name);
        assert_eq!(text(&info, "worksharing"), "Not enabled");
        assert_eq!(info.preview.unwrap().media_type, "image/png");
        versions.extend(info.version);
        let read: u64 = document.touches().iter().map(|t| t.range.end - t.range.start).sum();
        assert!(read < 8192, "{}: {read} bytes", file.name);
    }
    versions.sort_unstable();
    assert_eq!(versions, ["2014", "2015", "2017", "2020", "2023", "2024"]);
}

#[test]
fn publisher_and_visio_documents_give_their_text() {
    let Some(corpus) = Corpus::locate() else { return };
    let text_of = |name| paragraphs(&*opened(corpus.file(name).read()).unwrap());
    let publisher = text_of("Sample2000.pub");
    assert!(publisher.starts_with("This is some text on the first page\n"), "{publisher}");
    assert!(publisher.contains("\nP2 table left\n"), "{publisher}");
    let visio = text_of("Test_Visio-Some_Random_Text.vsd");
    assert_eq!(visio, "Test View\nI am a test view\nSome random text, on a page");
}

#[test]
fn aaf_files_name_their_mobs() {
    let Some(corpus) = Corpus::locate() else { return };
    let info = opened(corpus.file("linear01.aaf").read()).unwrap().try_info().unwrap();
    assert_eq!(
        column(&info, "mobs", "kind"),
        ["composition_mob", "master_mob", "source_mob", "source_mob"]
    );
    assert_eq!(column(&info, "mobs", "name")[0], "spline01.Exported.03");
}

#[test]
fn a_database_of_thumbnails_tells_its_pictures() {
    let Some(corpus) = Corpus::locate() else { return };
    let info = opened(corpus.file("Thumbs.db").read()).unwrap().try_info().unwrap();
    assert_eq!(column(&info, "pictures", "stream").len(), 10);
    assert_eq!(info.preview.unwrap().media_type, "image/jpeg");
}
