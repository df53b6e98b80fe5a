//! The list of kinds that are told by one reading; any other is a compound file and no more.

use crate::aaf::AafFile;
use crate::altium::AltiumDocument;
use crate::bounds::Bounds;
use crate::compound::CompoundDocument;
use crate::document::DocumentObject;
use crate::hwp::HwpDocument;
use crate::jump_list::JumpList;
use crate::kind::Kind;
use crate::msi::MsiDatabase;
use crate::outlook::Message;
use crate::publisher::PublisherDocument;
use crate::revit::RevitDocument;
use crate::source::Source;
use crate::thumbs::ThumbnailDatabase;
use crate::told::ToldDocument;
use crate::visio::VisioDocument;

/// The object of a document of this kind.
pub(crate) fn object_of(kind: Kind, source: Source, bounds: Bounds) -> Box<dyn DocumentObject> {
    match kind {
        Kind::Aaf => Box::new(ToldDocument::<AafFile>::new(source, bounds)),
        Kind::Altium => Box::new(ToldDocument::<AltiumDocument>::new(source, bounds)),
        Kind::Hwp => Box::new(ToldDocument::<HwpDocument>::new(source, bounds)),
        Kind::JumpList => Box::new(ToldDocument::<JumpList>::new(source, bounds)),
        Kind::Msi => Box::new(ToldDocument::<MsiDatabase>::new(source, bounds)),
        Kind::OutlookMessage => Box::new(ToldDocument::<Message>::new(source, bounds)),
        Kind::Publisher => Box::new(ToldDocument::<PublisherDocument>::new(source, bounds)),
        Kind::Revit => Box::new(ToldDocument::<RevitDocument>::new(source, bounds)),
        Kind::Thumbs => Box::new(ToldDocument::<ThumbnailDatabase>::new(source, bounds)),
        Kind::Visio => Box::new(ToldDocument::<VisioDocument>::new(source, bounds)),
        kind => Box::new(CompoundDocument::new(source, kind)),
    }
}
