//! What a client holds of the objects behind one resolver ([MS-DCOM] 3.2.1): exporters, objects,
//! interfaces, and how many references to each.
//!
//! Ids are unique per resolver only, so there is one table for each. Held references are of two
//! kinds: those that the server has counted for us, and those that parts of our own program hold.
//! When the last of the latter goes, all of the former are given back at once.

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

use crate::{Guid, Hresult};

use super::{
    ComVersion, DualStringArray, InterfaceReferences, Ipid, Oid, Oxid, Pinger, StandardReference,
};

/// How many references a client asks for at once, to have some to pass on.
pub const REFERENCES_AT_ONCE: u32 = 5;

/// Where an exporter is, as the resolver or an activation told.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Exporter {
    /// Its addresses.
    pub bindings: DualStringArray,
    /// Its `IRemUnknown`.
    pub rem_unknown: Ipid,
    /// The least authentication level that it takes.
    pub authn_hint: u32,
    /// Its version.
    pub version: ComVersion,
}

/// What is to be done after a reference was imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The exporter has to be resolved before a call can be made.
    pub must_resolve: bool,
    /// The server has counted no reference for us: `RemAddRef` has to be called, and
    /// [`ImportTable::added`] with what it brought.
    pub must_add: bool,
}

/// What is to be given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenBack {
    /// The exporter whose `RemRelease` is to be called.
    pub oxid: Oxid,
    /// With these references. There may be none to release, when the server counted none.
    pub references: InterfaceReferences,
    /// Nothing of this exporter is held any more; its connection can be closed.
    pub is_last: bool,
}

/// The references to objects behind one resolver.
#[derive(Debug, Default)]
pub struct ImportTable {
    exporters: BTreeMap<Oxid, Exporter>,
    objects: BTreeMap<Oid, ImportedObject>,
    interfaces: BTreeMap<Ipid, ImportedInterface>,
    /// How many of the objects each exporter has.
    object_counts: BTreeMap<Oxid, usize>,
    pinger: Pinger,
}

#[derive(Debug)]
struct ImportedObject {
    oxid: Oxid,
    ipids: BTreeSet<Ipid>,
}

#[derive(Debug)]
struct ImportedInterface {
    oid: Oid,
    iid: Guid,
    counted: u32,
    held: u32,
}

impl ImportTable {
    /// Nothing is held.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a reference that was received, and holds it once.
    ///
    /// # Errors
    ///
    /// `RPC_E_INVALID_DATA` when it contradicts what is held: another exporter for the object,
    /// another object or interface for the id; or when a count overflows.
    pub fn import(
        &mut self,
        now: Duration,
        reference: &StandardReference,
        iid: Guid,
    ) -> Result<Imported, Hresult> {
        let contradicts_object =
            self.objects.get(&reference.oid).is_some_and(|known| known.oxid != reference.oxid);
        let known = self.interfaces.get(&reference.ipid);
        let contradicts_interface =
            known.is_some_and(|known| known.oid != reference.oid || known.iid != iid);
        if contradicts_object || contradicts_interface {
            return Err(Hresult::RPC_E_INVALID_DATA);
        }
        let (counted, held) = known.map_or((0, 0), |known| (known.counted, known.held));
        let counted = counted.checked_add(reference.public_ref_count);
        let (Some(counted), Some(held)) = (counted, held.checked_add(1)) else {
            return Err(Hresult::RPC_E_INVALID_DATA);
        };
        let interface = ImportedInterface { oid: reference.oid, iid, counted, held };
        self.interfaces.insert(reference.ipid, interface);
        let object = self.objects.entry(reference.oid).or_insert_with(|| {
            *self.object_counts.entry(reference.oxid).or_default() += 1;
            ImportedObject { oxid: reference.oxid, ipids: BTreeSet::new() }
        });
        object.ipids.insert(reference.ipid);
        if reference.flags & StandardReference::NO_PING == 0 {
            self.pinger.keep(now, reference.oid);
        }
        let must_resolve = !self.exporters.contains_key(&reference.oxid);
        Ok(Imported { must_resolve, must_add: counted == 0 })
    }

    /// Takes note of where an exporter is.
    pub fn learn(&mut self, oxid: Oxid, exporter: Exporter) {
        self.exporters.insert(oxid, exporter);
    }

    /// The exporter of an interface, if it has been resolved.
    #[must_use]
    pub fn exporter(&self, ipid: Ipid) -> Option<(Oxid, &Exporter)> {
        let oxid = self.objects.get(&self.interfaces.get(&ipid)?.oid)?.oxid;
        self.exporters.get(&oxid).map(|exporter| (oxid, exporter))
    }

    /// The interface that an id stands for.
    #[must_use]
    pub fn iid(&self, ipid: Ipid) -> Option<Guid> {
        self.interfaces.get(&ipid).map(|interface| interface.iid)
    }

    /// Takes note of references that the server has counted for us. When the interface is no longer
    /// held, they are to be given back.
    pub fn added(&mut self, oxid: Oxid, ipid: Ipid, count: u32) -> Option<GivenBack> {
        if let Some(interface) = self.interfaces.get_mut(&ipid) {
            interface.counted = interface.counted.saturating_add(count);
            return None;
        }
        let references = InterfaceReferences { ipid, public_count: count, private_count: 0 };
        Some(GivenBack { oxid, references, is_last: !self.uses(oxid) })
    }

    /// Holds an interface once more. Tells whether it was held at all.
    pub fn hold(&mut self, ipid: Ipid) -> bool {
        let Some(interface) = self.interfaces.get_mut(&ipid) else { return false };
        let Some(held) = interface.held.checked_add(1) else { return false };
        interface.held = held;
        true
    }

    /// Lets go of an interface once. With the last hold the references are to be given back.
    pub fn release(&mut self, ipid: Ipid) -> Option<GivenBack> {
        let interface = self.interfaces.get_mut(&ipid)?;
        interface.held = interface.held.saturating_sub(1);
        if interface.held > 0 {
            return None;
        }
        let interface = self.interfaces.remove(&ipid)?;
        let object = self.objects.get_mut(&interface.oid)?;
        let oxid = object.oxid;
        object.ipids.remove(&ipid);
        if object.ipids.is_empty() {
            self.objects.remove(&interface.oid);
            self.pinger.forget(interface.oid);
            if let Some(count) = self.object_counts.get_mut(&oxid) {
                *count -= 1;
            }
        }
        let is_last = !self.uses(oxid);
        if is_last {
            self.exporters.remove(&oxid);
            self.object_counts.remove(&oxid);
        }
        let references =
            InterfaceReferences { ipid, public_count: interface.counted, private_count: 0 };
        Some(GivenBack { oxid, references, is_last })
    }

    /// An exporter is gone. Tells which interfaces are with it; nothing of them can be given back.
    pub fn disconnect(&mut self, oxid: Oxid) -> Vec<Ipid> {
        self.exporters.remove(&oxid);
        self.object_counts.remove(&oxid);
        let mut gone = Vec::new();
        let pinger = &mut self.pinger;
        self.objects.retain(|oid, object| {
            let stays = object.oxid != oxid;
            if !stays {
                gone.extend(&object.ipids);
                pinger.forget(*oid);
            }
            stays
        });
        for ipid in &gone {
            self.interfaces.remove(ipid);
        }
        gone
    }

    /// The pings that keep what is held.
    pub fn pinger(&mut self) -> &mut Pinger {
        &mut self.pinger
    }

    /// Whether nothing is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.interfaces.is_empty()
            && self.objects.is_empty()
            && self.object_counts.is_empty()
            && self.exporters.is_empty()
    }

    fn uses(&self, oxid: Oxid) -> bool {
        self.object_counts.get(&oxid).is_some_and(|count| *count > 0)
    }
}
