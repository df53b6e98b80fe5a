//! A file of the Advanced Authoring Format: which programs wrote it, its mobs (compositions, clips,
//! sources) by name, and how much essence it holds.
//!
//! Invariant: objects are found by the references that other objects hold, from the root over the
//! header to the content, by the names that those references give; the dictionary, which is most
//! of such a file, is not read. Source: the AAF low-level container specification and its object
//! specification, 1.1 and 1.0.1.

mod index;
mod object;

use docfile_compound::{Guid, Result};

use crate::gathering::Gathering;
use crate::info::{Detail, Info};
use crate::kind::Kind;
use crate::parts::Parts;
use crate::told::Told;
use crate::view::View;
use index::{IndexKind, element_names};
use object::AafObject;

/// What a file of the Advanced Authoring Format says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AafFile {
    /// The version of the object specification.
    pub(crate) version: Option<String>,
    /// When it was last changed, as it says itself.
    pub(crate) modified: Option<String>,
    /// The program that changed it last, with its version and maker.
    pub(crate) application: Option<String>,
    /// Its mobs.
    pub(crate) mobs: Vec<Mob>,
    /// How many mobs there are.
    pub(crate) mob_count: usize,
    /// The lengths of its essence in bytes, an entry for each object of essence.
    pub(crate) essence_lens: Vec<u64>,
    /// How many kinds of references between objects the file names.
    pub(crate) reference_count: Option<u16>,
    /// Parts that could not be read, and why.
    pub(crate) damaged: Vec<String>,
}

/// A mob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mob {
    /// What it is.
    pub(crate) kind: MobKind,
    /// What it is called.
    pub(crate) name: Option<String>,
}

/// What a mob is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum MobKind {
    /// A sequence that somebody edited.
    Composition,
    /// A clip that others refer to.
    Master,
    /// A file, a tape or a film.
    Source,
    /// Of a class that is not known here.
    Other,
}

/// The ids of properties (AAF object specification, annex).
mod id {
    pub(super) const HEADER: u16 = 0x0002;
    pub(super) const MOBS: u16 = 0x1901;
    pub(super) const ESSENCE: u16 = 0x1902;
    pub(super) const ESSENCE_DATA: u16 = 0x2702;
    pub(super) const MODIFIED: u16 = 0x3B02;
    pub(super) const CONTENT: u16 = 0x3B03;
    pub(super) const VERSION: u16 = 0x3B05;
    pub(super) const IDENTIFICATIONS: u16 = 0x3B06;
    pub(super) const COMPANY_NAME: u16 = 0x3C01;
    pub(super) const PRODUCT_NAME: u16 = 0x3C02;
    pub(super) const PRODUCT_VERSION: u16 = 0x3C04;
    pub(super) const MOB_NAME: u16 = 0x4402;
}

/// How many mobs and objects of essence are told by name.
const EACH_MAX: usize = 2048;
/// The class ids of mobs differ in one number.
const MOB_CLASSES: [(u16, MobKind); 3] =
    [(0x3500, MobKind::Composition), (0x3600, MobKind::Master), (0x3700, MobKind::Source)];

impl Told for AafFile {
    const KIND: Kind = Kind::Aaf;

    fn try_read(parts: &Parts) -> Result<Self> {
        let mut gathering = Gathering::of(parts);
        let root = AafObject::read(&mut gathering, &[]);
        let references = gathering.prefix(&["referenced properties"], 4);
        gathering.all_here()?;
        let mut file = Self::default();
        // A byte order and a count stand in front.
        if let Some([_, low, high, ..]) = references.as_deref() {
            file.reference_count = Some(u16::from_le_bytes([*low, *high]));
        }
        let Some(header_name) = root.reference(id::HEADER) else {
            file.damaged = gathering.finish()?;
            return Ok(file);
        };
        let header = AafObject::read(&mut gathering, &[&header_name]);
        gathering.all_here()?;
        file.modified = header.timestamp(id::MODIFIED);
        file.version = header.version(id::VERSION);
        file.read_identification(&mut gathering, &header_name, &header);
        if let Some(content) = header.reference(id::CONTENT) {
            file.try_read_content(&mut gathering, &[&header_name, &content])?;
        }
        file.damaged = gathering.finish()?;
        Ok(file)
    }

    fn tell(&self, info: &mut Info) {
        info.application = self.application.clone().or(info.application.take());
        info.version.clone_from(&self.version);
        info.add_some("last_modified", self.modified.as_deref());
        info.add("mob_count", self.mob_count);
        for (_, kind) in MOB_CLASSES {
            let count = self.mobs.iter().filter(|mob| mob.kind == kind).count();
            info.add(&format!("{}_count", kind.word()), count);
        }
        let mobs = self.mobs.iter().map(|mob| {
            let mut facts = vec![("kind".to_owned(), mob.kind.word().into())];
            facts.extend(mob.name.as_deref().map(|name| ("name".to_owned(), name.into())));
            Detail::Map(facts)
        });
        info.add("mobs", Detail::List(mobs.collect()));
        let len = |len: &u64| Detail::Integer(i64::try_from(*len).unwrap_or(i64::MAX));
        info.add("essence_lens", Detail::List(self.essence_lens.iter().map(len).collect()));
        info.add_some("reference_count", self.reference_count.map(u32::from));
        info.add_damage(&self.damaged);
    }

    fn try_view(&self, _parts: &Parts) -> Result<View> {
        let mut view = View::default();
        for mob in &self.mobs {
            let name = mob.name.clone().unwrap_or_default();
            view.row([mob.kind.word().to_owned(), name]);
        }
        for len in &self.essence_lens {
            view.row(["essence".to_owned(), format!("{len} bytes")]);
        }
        Ok(view)
    }
}

impl AafFile {
    /// Programs add themselves to the end of a list when they change the file.
    fn read_identification(
        &mut self,
        gathering: &mut Gathering<'_>,
        header_name: &str,
        header: &AafObject,
    ) {
        let Some(list) = header.reference(id::IDENTIFICATIONS) else { return };
        let last = element_names(gathering, &[header_name], &list, IndexKind::Vector).pop();
        let Some(last) = last else { return };
        let program = AafObject::read(gathering, &[header_name, &last]);
        let parts = [id::COMPANY_NAME, id::PRODUCT_NAME, id::PRODUCT_VERSION];
        let parts: Vec<String> = parts.iter().filter_map(|id| program.text(*id)).collect();
        self.application = (!parts.is_empty()).then(|| parts.join(" "));
    }

    fn try_read_content(&mut self, gathering: &mut Gathering<'_>, path: &[&str]) -> Result<()> {
        let content = AafObject::read(gathering, path);
        gathering.all_here()?;
        let parts = gathering.parts();
        let mut elements = |id| match content.reference(id) {
            Some(set) => element_names(gathering, path, &set, IndexKind::Set),
            None => Vec::new(),
        };
        let (mobs, essences) = (elements(id::MOBS), elements(id::ESSENCE));
        self.mob_count = mobs.len();
        for name in mobs.iter().take(EACH_MAX) {
            let path = [path, &[name]].concat();
            let class_id = gathering.take(parts.try_stat(&path)).flatten();
            let mob = AafObject::read(gathering, &path);
            let kind = MobKind::of(class_id.map_or(Guid::NULL, |stat| stat.class_id));
            self.mobs.push(Mob { kind, name: mob.text(id::MOB_NAME) });
        }
        for name in essences.iter().take(EACH_MAX) {
            let path = [path, &[name]].concat();
            let stream = AafObject::read(gathering, &path).stream(id::ESSENCE_DATA);
            let stat = stream.and_then(|stream| {
                gathering.take(parts.try_stat(&[&path[..], &[&stream]].concat())).flatten()
            });
            self.essence_lens.push(stat.map_or(0, |stat| stat.len));
        }
        Ok(())
    }
}

impl MobKind {
    fn of(class_id: Guid) -> Self {
        let is = |number: u16| {
            let class = 0x0D01_0101_0101_0000_060E_2B34_0206_0101 | u128::from(number) << 64;
            class_id == Guid::from_u128(class)
        };
        MOB_CLASSES.iter().find(|(number, _)| is(*number)).map_or(Self::Other, |(_, kind)| *kind)
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Composition => "composition_mob",
            Self::Master => "master_mob",
            Self::Source => "source_mob",
            Self::Other => "mob",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_tell_what_a_mob_is() {
        let class = "{0D010101-0101-3600-060E-2B3402060101}".parse().unwrap();
        assert_eq!(MobKind::of(class), MobKind::Master);
        assert_eq!(MobKind::of(Guid::NULL), MobKind::Other);
    }
}
