//! PowerPoint presentations of 1997 to 2003.
//!
//! Invariant: the first page needs the current user, the edits with their directories, the
//! document and the first slide, each found by the one before; pictures and other slides wait
//! until they are asked for. A page is a slide.

mod objects;
mod persist;
mod records;
mod slide;

use docfile_compound::{Error, ErrorKind, Result};

use crate::document::{DocumentObject, Opening, Touch};
use crate::embedded::Embedded;
use crate::encryption::binary::BinaryEncryption;
use crate::encryption::rc4::Rc4Key;
use crate::gather::Gather;
use crate::info::{Detail, Info};
use crate::kept::Kept;
use crate::kind::Kind;
use crate::properties;
use crate::source::{Content, Source};
use crate::view::View;

use persist::{CurrentUser, Directory};
use slide::Slide;

const CURRENT_USER_NAME: &str = "Current User";
const MAIN_NAME: &str = "PowerPoint Document";
const CURRENT_USER_LEN: usize = 512;

/// A PowerPoint presentation.
#[derive(Debug)]
pub(crate) struct PowerPointPresentation {
    source: Source,
    opening: Opening,
    user: Kept<CurrentUser>,
    directory: Kept<Directory>,
    encryption: Kept<Option<BinaryEncryption>>,
    key: Kept<Rc4Key>,
    slides: Kept<Slides>,
}

/// What the document's own record says.
#[derive(Debug)]
struct Slides {
    list: Vec<Slide>,
    /// What all slides show at their edges.
    edges: Vec<String>,
    /// The objects of other programs.
    objects: Vec<Embedded>,
}

impl PowerPointPresentation {
    /// The object of this source.
    pub(crate) fn new(source: Source, opening: Opening) -> Self {
        Self {
            source,
            opening,
            user: Kept::default(),
            directory: Kept::default(),
            encryption: Kept::default(),
            key: Kept::default(),
            slides: Kept::default(),
        }
    }

    fn try_content(&self, name: &str) -> Result<impl Content + use<>> {
        match self.source.try_stream(&[name])? {
            Some(stream) => Ok(stream),
            None => {
                let text = "a presentation that lacks a stream, as those before 1997 do";
                Err(Error::new(ErrorKind::Unimplemented, text).with_element(name))
            }
        }
    }

    fn try_user(&self) -> Result<&CurrentUser> {
        self.user.try_get_or(|| {
            let bytes = self.try_content(CURRENT_USER_NAME)?.try_read(0, CURRENT_USER_LEN)?;
            CurrentUser::parse(&bytes)
        })
    }

    fn try_directory(&self) -> Result<&Directory> {
        self.directory.try_get_or(|| {
            let mut gather = Gather::default();
            let user = gather.add(self.try_user())?;
            let content = gather.add(self.try_content(MAIN_NAME))?;
            gather.finish()?;
            let (Some(user), Some(content)) = (user, content) else {
                return Err(persist::damaged());
            };
            let edit_count = self.opening.bounds.record_count;
            Directory::try_new(&content, user.edit_offset, edit_count)
        })
    }

    /// The bytes of an object, decrypted where it is encrypted.
    fn try_object(&self, number: u32) -> Result<Vec<u8>> {
        let directory = self.try_directory()?;
        let offset = directory.offset_of(number).ok_or_else(persist::damaged)?;
        let content = self.try_content(MAIN_NAME)?;
        match self.try_encryption()? {
            None => records::try_record(&content, offset, |_, _| {}),
            Some(encryption) => {
                let key =
                    self.key.try_get_or(|| encryption.rc4_key(self.opening.password.as_deref()))?;
                records::try_record(&content, offset, |skipped, bytes| {
                    key.apply(number, skipped, bytes);
                })
            }
        }
    }

    /// How the objects are encrypted, if they are.
    fn try_encryption(&self) -> Result<Option<&BinaryEncryption>> {
        let encryption = self.encryption.try_get_or(|| {
            let directory = self.try_directory()?;
            let Some(number) = directory.encryption else { return Ok(None) };
            let offset = directory.offset_of(number).ok_or_else(persist::damaged)?;
            let bytes = records::try_record(&self.try_content(MAIN_NAME)?, offset, |_, _| {})?;
            let record = records::records(&bytes).next().ok_or_else(persist::damaged)?;
            BinaryEncryption::parse(record.body).map(Some)
        })?;
        Ok(encryption.as_ref())
    }

    fn try_slides(&self) -> Result<&Slides> {
        self.slides.try_get_or(|| {
            let number = self.try_directory()?.document;
            let document = self.try_object(number)?;
            Ok(Slides {
                list: slide::list(&document),
                edges: slide::edges(&document),
                objects: objects::list(&document),
            })
        })
    }
}

impl DocumentObject for PowerPointPresentation {
    fn kind(&self) -> Kind {
        Kind::PowerPoint
    }

    fn try_info(&self) -> Result<Info> {
        let mut gather = Gather::default();
        let info = gather.add(properties::try_info(&self.source, Kind::PowerPoint))?;
        let user = gather.add(self.try_user());
        let encryption = gather.add(self.try_encryption());
        let slides = gather.add(self.try_slides());
        gather.finish()?;
        let mut info = info.unwrap_or_else(|| Info::new(Kind::PowerPoint));
        info.version = Some("97-2003".to_owned());
        if let Ok(Some(user)) = user {
            info.add("encrypted", user.is_encrypted);
        }
        if let Ok(Some(Some(encryption))) = encryption {
            info.add("encryption", encryption.name());
        }
        if let Ok(Some(slides)) = slides {
            info.add("slide_count", slides.list.len());
            let titles: Vec<_> = slides.list.iter().filter_map(Slide::title).collect();
            info.add("slide_titles", Detail::from(titles));
            info.add_embedded(&slides.objects);
        }
        Ok(info)
    }

    fn try_page(&self, index: usize) -> Result<Option<View>> {
        let slides = self.try_slides()?;
        let Some(slide) = slides.list.get(index) else {
            return Ok(None);
        };
        let object = self.try_object(slide.object)?;
        Ok(Some(slide::view(slide, &object, &slides.edges, &self.opening.bounds)))
    }

    fn try_embedded(&self, index: usize) -> Result<Option<Vec<u8>>> {
        let object = self.try_slides()?.objects.get(index);
        let Some(number) = object.and_then(|object| object.number) else { return Ok(None) };
        let stored = self.try_object(number)?;
        objects::unpacked(&stored, self.opening.bounds.read_len).map(Some)
    }

    fn touches(&self) -> Vec<Touch> {
        self.source.touches()
    }
}
