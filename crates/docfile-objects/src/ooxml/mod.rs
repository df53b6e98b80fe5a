//! Encrypted Office Open XML documents: how they are encrypted, and with the password what is
//! inside.
//!
//! Invariant: without the password the description of the encryption is all that is read. With it,
//! of the package only the directory of its parts and the part that is shown are decrypted.

mod cells;
mod markup;
mod package;
mod parts;
mod sheets;
mod workbook;

use std::sync::OnceLock;

use docfile_compound::{Error, ErrorKind, Result};

use crate::document::{DocumentObject, Opening, Touch};
use crate::encryption::agile::AgileEncryption;
use crate::encryption::binary::BinaryEncryption;
use crate::encryption::{damaged, standard};
use crate::fields::u16_at;
use crate::gather::Gather;
use crate::info::{Detail, Info};
use crate::kept::Kept;
use crate::kind::Kind;
use crate::properties;
use crate::source::{Content, Source};
use crate::view::{Block, View};

use package::{Package, PackageCipher};
use parts::Part;
use sheets::SheetPages;

const INFO_NAME: &str = "EncryptionInfo";
const PACKAGE_NAME: &str = "EncryptedPackage";
const AGILE: (Option<u16>, Option<u16>) = (Some(4), Some(4));
const VERSION_LEN: usize = 8;
/// The longest description of an encryption that is read, in bytes.
const INFO_LEN: usize = 64 << 10;
const DOCUMENT: &str = "word/document.xml";
const WORKBOOK: &str = "xl/workbook.xml";
const SLIDES: &str = "ppt/slides/slide";

/// An encrypted document.
#[derive(Debug)]
pub(crate) struct EncryptedOoxml {
    source: Source,
    opening: Opening,
    encryption: Kept<Encryption>,
    /// Why the password does not open it: working that out is costly, and done once.
    refusal: OnceLock<Error>,
    package: Kept<Package>,
    parts: Kept<Vec<Part>>,
    text: Kept<Vec<Block>>,
    sheets: SheetPages,
}

/// How it is encrypted.
#[derive(Debug)]
enum Encryption {
    Standard(BinaryEncryption),
    Agile(AgileEncryption),
}

impl EncryptedOoxml {
    /// The object of this source.
    pub(crate) fn new(source: Source, opening: Opening) -> Self {
        Self {
            source,
            opening,
            encryption: Kept::default(),
            refusal: OnceLock::new(),
            package: Kept::default(),
            parts: Kept::default(),
            text: Kept::default(),
            sheets: SheetPages::default(),
        }
    }

    fn try_content(&self, name: &str) -> Result<Box<dyn Content>> {
        match self.source.try_stream(&[name])? {
            Some(stream) => Ok(Box::new(stream)),
            None => Err(damaged().with_element(name)),
        }
    }

    fn try_encryption(&self) -> Result<&Encryption> {
        self.encryption.try_get_or(|| {
            let bytes = self.try_content(INFO_NAME)?.try_read(0, INFO_LEN)?;
            if (u16_at(&bytes, 0), u16_at(&bytes, 2)) == AGILE {
                let xml = bytes.get(VERSION_LEN..).unwrap_or_default();
                return AgileEncryption::parse(xml).map(Encryption::Agile);
            }
            BinaryEncryption::parse(&bytes).map(Encryption::Standard)
        })
    }

    fn try_package(&self) -> Result<&Package> {
        self.package.try_get_or(|| {
            let mut gather = Gather::default();
            let encryption = gather.add(self.try_encryption())?;
            let content = gather.add(self.try_content(PACKAGE_NAME))?;
            // The length stands in front; asked for here, so that it comes with the rest.
            if let Some(content) = &content {
                gather.add(content.try_read(0, VERSION_LEN))?;
            }
            gather.finish()?;
            let (Some(encryption), Some(content)) = (encryption, content) else {
                return Err(damaged());
            };
            if let Some(refusal) = self.refusal.get() {
                return Err(refusal.clone());
            }
            match self.cipher(encryption) {
                Ok(cipher) => Package::try_new(content, cipher),
                Err(error) => Err(self.refusal.get_or_init(|| error).clone()),
            }
        })
    }

    fn cipher(&self, encryption: &Encryption) -> Result<PackageCipher> {
        let password = self.opening.password.as_deref();
        Ok(match encryption {
            Encryption::Standard(encryption) => {
                PackageCipher::Standard(standard::cipher(encryption, password)?)
            }
            Encryption::Agile(encryption) => {
                let spin_max = self.opening.bounds.spin_count;
                PackageCipher::Agile(encryption.cipher(password, spin_max)?)
            }
        })
    }

    fn try_parts(&self) -> Result<&Vec<Part>> {
        self.parts.try_get_or(|| parts::try_list(self.try_package()?))
    }

    fn try_part(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let part = self.try_parts()?.iter().find(|part| part.name == name);
        let Some(part) = part else { return Ok(None) };
        parts::try_read(self.try_package()?, part, self.opening.bounds.read_len).map(Some)
    }

    /// The slides, by their numbers.
    fn try_slides(&self) -> Result<Vec<&Part>> {
        let number =
            |part: &Part| part.name.strip_prefix(SLIDES)?.strip_suffix(".xml")?.parse::<u32>().ok();
        let parts = self.try_parts()?;
        let mut slides: Vec<_> = parts.iter().filter(|part| number(part).is_some()).collect();
        slides.sort_by_key(|part| number(part));
        Ok(slides)
    }

    /// What is inside, by the parts.
    fn try_inside(&self) -> Result<&'static str> {
        let parts = self.try_parts()?;
        let has = |prefix: &str| parts.iter().any(|part| part.name.starts_with(prefix));
        Ok(match (has("word/"), has("xl/"), has("ppt/")) {
            (true, _, _) => "word",
            (_, true, _) => "excel",
            (_, _, true) => "powerpoint",
            _ => "package",
        })
    }

    /// Page `index` of a text document: blocks until there are enough characters.
    fn try_text_page(&self, index: usize) -> Result<Option<View>> {
        let blocks = self
            .text
            .try_get_or(|| Ok(markup::blocks(&self.try_part(DOCUMENT)?.unwrap_or_default())))?;
        let mut pages = vec![View::default()];
        let mut char_count = 0_usize;
        for block in blocks {
            if char_count >= self.opening.bounds.page_char_count {
                if pages.len() > index {
                    break;
                }
                pages.push(View::default());
                char_count = 0;
            }
            char_count = char_count.saturating_add(match block {
                Block::Heading { text, .. } | Block::Paragraph(text) => text.len(),
                Block::Row(cells) => cells.iter().map(String::len).sum(),
                Block::Picture { .. } => 0,
            });
            if let Some(page) = pages.last_mut() {
                page.blocks.push(block.clone());
            }
        }
        Ok(pages.into_iter().nth(index))
    }

    /// What the facts of an unencrypted document of its kind would name.
    fn try_tell_inside(&self, inside: &str, info: &mut Info) -> Result<()> {
        match inside {
            "excel" => {
                if let Some(workbook) = self.try_part(WORKBOOK)? {
                    info.add("sheets", markup::attributes(&workbook, "sheet", "name"));
                }
            }
            "powerpoint" => info.add("slide_count", self.try_slides()?.len()),
            _ => {}
        }
        Ok(())
    }

    fn list_page(&self) -> Result<View> {
        let mut view = View::default();
        for part in self.try_parts()? {
            view.row([part.name.clone(), part.len.to_string()]);
        }
        Ok(view)
    }
}

impl DocumentObject for EncryptedOoxml {
    fn kind(&self) -> Kind {
        Kind::EncryptedOoxml
    }

    fn try_info(&self) -> Result<Info> {
        let mut gather = Gather::default();
        let info = gather.add(properties::try_info(&self.source, Kind::EncryptedOoxml))?;
        let encryption = gather.add(self.try_encryption())?;
        let inside = gather.add(self.try_inside());
        gather.finish()?;
        let mut info = info.unwrap_or_else(|| Info::new(Kind::EncryptedOoxml));
        info.add("encrypted", true);
        info.add("encryption", encryption.map_or_else(String::new, Encryption::name));
        match inside {
            Ok(Some(inside)) => {
                info.add("opened", true);
                info.add("inside", inside);
                self.try_tell_inside(inside, &mut info)?;
                let names = self.try_parts()?.iter().map(|part| Detail::from(part.name.as_str()));
                info.add("parts", Detail::List(names.collect()));
            }
            Err(error) if error.kind() == ErrorKind::AccessDenied => info.add("opened", false),
            Err(error) => return Err(error),
            Ok(None) => return Err(damaged()),
        }
        Ok(info)
    }

    fn try_page(&self, index: usize) -> Result<Option<View>> {
        match self.try_inside()? {
            "word" => self.try_text_page(index),
            "powerpoint" => {
                let Some(slide) = self.try_slides()?.get(index).map(|part| part.name.clone())
                else {
                    return Ok(None);
                };
                let blocks = markup::blocks(&self.try_part(&slide)?.unwrap_or_default());
                Ok(Some(View { blocks }))
            }
            // Workbooks of binary parts have no such part.
            "excel" if self.try_parts()?.iter().any(|part| part.name == WORKBOOK) => {
                let bounds = &self.opening.bounds;
                let part = |name: &str| Ok(self.try_part(name)?.unwrap_or_default());
                self.sheets.try_page(index, bounds, part)
            }
            _ if index == 0 => self.list_page().map(Some),
            _ => Ok(None),
        }
    }

    fn touches(&self) -> Vec<Touch> {
        self.source.touches()
    }
}

impl Encryption {
    fn name(&self) -> String {
        match self {
            Self::Standard(encryption) => encryption.name(),
            Self::Agile(encryption) => encryption.name(),
        }
    }
}
