//! An object of one's own for documents of one's own class, hosted beside those of the crate.
//!
//! `cargo run -p docfile --example a_class_of_your_own` makes a stock list, serves it to itself over
//! a slow link, and shows it. The object knows nothing of asynchrony: it loads from a storage whose
//! reads wait, and the host does the rest.

#![expect(clippy::print_stdout, reason = "an example prints")]

use std::sync::{Arc, Mutex, PoisonError};

use docfile::bind::{Class, Instance, PersistStorage};
use docfile::host::{DocumentSite, DocumentView, Host, HostStep, Hostable, HostedObject};
use docfile::monikers::bind::bind_error;
use docfile::objects::{Block, Info, Kind, View};
use docfile::serve::{ServeOptions, Server};
use docfile::storage::Storage;
use docfile::{
    CommitFlags, CompoundFile, Error, ErrorKind, FileBytes, FormatVersion, Guid, Name, OpenMode,
    Result, Settings,
};

/// The class id that the program writes into the root of its files.
const STOCK_LIST: Guid = Guid::from_u128(0x1F6E_90B2_8C11_4D0A_A1C7_5B44_92D3_0E6F);

/// A list of what is in stock: a line of text for each.
#[derive(Default)]
struct StockList(Mutex<Vec<String>>);

impl PersistStorage for StockList {
    /// Reads as if everything were here; where it is not, the read waits.
    fn load(&self, storage: &Storage) -> docfile::monikers::Result<()> {
        let read = || {
            let stream = storage.open_stream(&Name::new("Items")?)?;
            let mut bytes = vec![0; usize::try_from(stream.len()?).unwrap_or_default()];
            let count = stream.read_at(0, &mut bytes)?;
            bytes.truncate(count);
            Ok(String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect())
        };
        let items: Vec<String> = read().map_err(|error: Error| bind_error(error))?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = items;
        Ok(())
    }
}

impl HostedObject for StockList {
    fn set_site(&self, _: Option<Arc<dyn DocumentSite>>) {}

    fn create_view(&self) -> Result<Arc<dyn DocumentView>> {
        let items = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(Arc::new(StockView(items)))
    }
}

struct StockView(Vec<String>);

impl DocumentView for StockView {
    fn show(&self, _: bool) {}

    fn try_info(&self) -> Result<Info> {
        Ok(Info::new(Kind::Compound))
    }

    /// Ten items a page.
    fn try_page(&self, page_index: usize) -> Result<Option<View>> {
        let blocks = self.0.chunks(10).nth(page_index);
        let view = |items: &[String]| View {
            blocks: items.iter().map(|item| Block::Paragraph(item.clone())).collect(),
        };
        Ok(blocks.map(view))
    }
}

/// Prints what it is told.
struct Printer;

impl DocumentSite for Printer {
    fn on_step(&self, step: &HostStep) {
        println!("-- {}", step.name());
    }

    fn on_page(&self, _: usize, page: &View) {
        print!("{page}");
    }
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("stock.bin");
    write_stock_list(&path)?;

    let class = Class::new(STOCK_LIST, || {
        let list = Arc::new(StockList::default());
        Ok(Instance::new(Arc::new(Hostable(list.clone()))).with_storage(list))
    });
    let link = "1mbit,80ms".parse().map_err(|_| Error::new(ErrorKind::InvalidParameter, "link"))?;
    let server =
        Server::start_private(&path, ServeOptions { link: Some(link), ..Default::default() })?;
    let host = Host::default().with_class(class);
    let mut document = host.open(&server.url(), Arc::new(Printer))?;
    while document.refresh()? {}
    Ok(())
}

fn write_stock_list(path: &std::path::Path) -> Result<()> {
    let bytes = Arc::new(FileBytes::create(path)?);
    let file = CompoundFile::create(bytes, FormatVersion::V3, Settings::default())?;
    let root = file.root(OpenMode::edit())?;
    root.try_set_class_id(STOCK_LIST)?;
    let items: String = (1..=25).map(|number| format!("{} crates of tea\n", number * 3)).collect();
    let stream = root.try_create_stream(&Name::new("Items")?, OpenMode::child_edit())?;
    stream.try_write_at(0, items.as_bytes())?;
    drop(stream);
    root.try_commit(CommitFlags::default())?;
    Ok(())
}
