//! What one exporter has given references to ([MS-DCOM] 3.1.1.1): its objects, their interfaces, and
//! how many references to each are out there.
//!
//! An object leaves the table when the last reference is released, or when nobody has said for three
//! ping periods that it is in use. Whoever leaves is handed back, once.

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

use crate::limits::ExportLimits;
use crate::{Guid, Hresult};

use super::{
    InterfaceReferences, Ipid, Oid, Oxid, PING_EXPIRY, QueryResult, RemQueryInterfaceReply,
    StandardReference,
};

/// An interface to be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Export {
    /// The object. The caller gives one object one id.
    pub oid: Oid,
    /// The interface.
    pub iid: Guid,
    /// An id for the interface, should it not have one yet. Drawn at random: who can guess it can
    /// call the interface.
    pub fresh: Ipid,
    /// How many references the receiver gets.
    pub ref_count: u32,
    /// Whether the object lives without pings.
    pub is_unpinged: bool,
}

/// The objects of one exporter. Times count from whatever origin the caller likes.
#[derive(Debug)]
pub struct ExportTable<T> {
    oxid: Oxid,
    objects: BTreeMap<Oid, ExportedObject<T>>,
    interfaces: BTreeMap<Ipid, ExportedInterface>,
    deadlines: BTreeSet<(Duration, Oid)>,
    limits: ExportLimits,
}

#[derive(Debug)]
struct ExportedObject<T> {
    object: T,
    ipids: Vec<Ipid>,
    /// Nothing for an object that lives without pings.
    expires: Option<Duration>,
}

#[derive(Clone, Copy, Debug)]
struct ExportedInterface {
    oid: Oid,
    iid: Guid,
    public_count: u32,
    private_count: u32,
}

impl<T> ExportTable<T> {
    /// An exporter without objects.
    #[must_use]
    pub fn new(oxid: Oxid, limits: ExportLimits) -> Self {
        Self {
            oxid,
            objects: BTreeMap::new(),
            interfaces: BTreeMap::new(),
            deadlines: BTreeSet::new(),
            limits,
        }
    }

    /// The exporter's id.
    #[must_use]
    pub fn oxid(&self) -> Oxid {
        self.oxid
    }

    /// Gives references to an interface of an object. `object` is kept if the table does not have
    /// it yet.
    ///
    /// # Errors
    ///
    /// `RPC_E_OUT_OF_RESOURCES` when a limit is reached or a count would overflow; `E_UNEXPECTED`
    /// when the fresh id is not fresh.
    pub fn export(
        &mut self,
        now: Duration,
        export: Export,
        object: T,
    ) -> Result<StandardReference, Hresult> {
        let is_new = !self.objects.contains_key(&export.oid);
        if is_new && self.objects.len() >= self.limits.object_count {
            return Err(Hresult::RPC_E_OUT_OF_RESOURCES);
        }
        // The interface first: its failure leaves no object without interfaces.
        let ipid = self.add_interface(export)?;
        let entry = self.objects.entry(export.oid).or_insert_with(|| ExportedObject {
            object,
            ipids: Vec::new(),
            expires: (!export.is_unpinged).then_some(now),
        });
        if !entry.ipids.contains(&ipid) {
            entry.ipids.push(ipid);
        }
        let flags = if entry.expires.is_none() { StandardReference::NO_PING } else { 0 };
        self.keep(now, &[export.oid]);
        Ok(StandardReference {
            flags,
            public_ref_count: export.ref_count,
            oxid: self.oxid,
            oid: export.oid,
            ipid,
        })
    }

    /// The object and the interface that a call is addressed to.
    #[must_use]
    pub fn resolve(&self, ipid: Ipid) -> Option<(&T, Oid, Guid)> {
        let interface = self.interfaces.get(&ipid)?;
        let object = self.objects.get(&interface.oid)?;
        Some((&object.object, interface.oid, interface.iid))
    }

    /// Answers `RemQueryInterface`. `has` tells whether an object has an interface, and `fresh`
    /// draws an id for it.
    ///
    /// # Errors
    ///
    /// `RPC_E_INVALID_OBJECT` when no interface has the id that is asked about.
    pub fn query(
        &mut self,
        now: Duration,
        ipid: Ipid,
        ref_count: u32,
        iids: &[Guid],
        has: impl Fn(&T, Guid) -> bool,
        mut fresh: impl FnMut() -> Ipid,
    ) -> Result<RemQueryInterfaceReply, Hresult>
    where
        T: Clone,
    {
        let (object, oid, _) = self.resolve(ipid).ok_or(Hresult::RPC_E_INVALID_OBJECT)?;
        let object = object.clone();
        let none = StandardReference {
            flags: 0,
            public_ref_count: 0,
            oxid: Oxid(0),
            oid: Oid(0),
            ipid: Ipid::default(),
        };
        let mut results = Vec::new();
        for iid in iids {
            let answer = if has(&object, *iid) {
                let fresh = fresh();
                let export = Export { oid, iid: *iid, fresh, ref_count, is_unpinged: false };
                self.export(now, export, object.clone())
            } else {
                Err(Hresult::E_NOINTERFACE)
            };
            results.push(match answer {
                Ok(standard) => QueryResult { result: Hresult::S_OK, standard },
                Err(result) => QueryResult { result, standard: none },
            });
        }
        let failed = results.iter().filter(|one| one.result.is_failure()).count();
        let result = match failed {
            0 => Hresult::S_OK,
            _ if failed == results.len() => Hresult::E_NOINTERFACE,
            _ => Hresult::S_FALSE,
        };
        Ok(RemQueryInterfaceReply { results: Some(results), result })
    }

    /// Answers `RemAddRef`: what became of each.
    pub fn add_references(
        &mut self,
        now: Duration,
        references: &[InterfaceReferences],
    ) -> Vec<Hresult> {
        references
            .iter()
            .map(|added| {
                let Some(interface) = self.interfaces.get_mut(&added.ipid) else {
                    return Hresult::RPC_E_INVALID_OBJECT;
                };
                let public = interface.public_count.checked_add(added.public_count);
                let private = interface.private_count.checked_add(added.private_count);
                let (Some(public), Some(private)) = (public, private) else {
                    return Hresult::RPC_E_OUT_OF_RESOURCES;
                };
                interface.public_count = public;
                interface.private_count = private;
                let oid = interface.oid;
                self.keep(now, &[oid]);
                Hresult::S_OK
            })
            .collect()
    }

    /// Answers `RemRelease`, and hands back the objects that nobody refers to any more. More
    /// references than there are is all there are, and `E_INVALIDARG`; an interface that is not
    /// there is `RPC_E_INVALID_OBJECT`. The others are released all the same.
    pub fn release(&mut self, references: &[InterfaceReferences]) -> (Hresult, Vec<(Oid, T)>) {
        let mut result = Hresult::S_OK;
        let mut gone = Vec::new();
        for released in references {
            let Some(interface) = self.interfaces.get_mut(&released.ipid) else {
                result = Hresult::RPC_E_INVALID_OBJECT;
                continue;
            };
            if released.public_count > interface.public_count
                || released.private_count > interface.private_count
            {
                result = Hresult::E_INVALIDARG;
            }
            interface.public_count = interface.public_count.saturating_sub(released.public_count);
            interface.private_count =
                interface.private_count.saturating_sub(released.private_count);
            if interface.public_count == 0 && interface.private_count == 0 {
                gone.extend(self.remove_interface(released.ipid));
            }
        }
        (result, gone)
    }

    /// Lets objects live for another three ping periods: they were pinged, or referred to anew.
    pub fn keep(&mut self, now: Duration, oids: &[Oid]) {
        for oid in oids {
            let Some(object) = self.objects.get_mut(oid) else { continue };
            let Some(expires) = &mut object.expires else { continue };
            self.deadlines.remove(&(*expires, *oid));
            *expires = now.saturating_add(PING_EXPIRY);
            self.deadlines.insert((*expires, *oid));
        }
    }

    /// Whether an object is exported.
    #[must_use]
    pub fn is_exported(&self, oid: Oid) -> bool {
        self.objects.contains_key(&oid)
    }

    /// Takes an object back, whoever refers to it.
    pub fn disconnect(&mut self, oid: Oid) -> Option<T> {
        let object = self.objects.remove(&oid)?;
        for ipid in &object.ipids {
            self.interfaces.remove(ipid);
        }
        if let Some(expires) = object.expires {
            self.deadlines.remove(&(expires, oid));
        }
        Some(object.object)
    }

    /// Hands back the objects that were not pinged in time.
    pub fn expire(&mut self, now: Duration) -> Vec<(Oid, T)> {
        let mut gone = Vec::new();
        while let Some((expires, oid)) = self.deadlines.first().copied() {
            if expires > now {
                break;
            }
            self.deadlines.pop_first();
            gone.extend(self.disconnect(oid).map(|object| (oid, object)));
        }
        gone
    }

    /// When [`expire`](Self::expire) has something to do next.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        self.deadlines.first().map(|(expires, _)| *expires)
    }

    /// How many objects are exported.
    #[must_use]
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// How many references to an interface are out there, public and private.
    #[must_use]
    pub fn reference_count(&self, ipid: Ipid) -> u64 {
        self.interfaces.get(&ipid).map_or(0, |interface| {
            u64::from(interface.public_count) + u64::from(interface.private_count)
        })
    }

    /// Adds references to an interface that is there, or makes it.
    fn add_interface(&mut self, export: Export) -> Result<Ipid, Hresult> {
        let known = self.objects.get(&export.oid).into_iter().flat_map(|object| &object.ipids);
        let known = known.copied().find(|ipid| {
            self.interfaces.get(ipid).is_some_and(|interface| interface.iid == export.iid)
        });
        if let Some(ipid) = known {
            if let Some(interface) = self.interfaces.get_mut(&ipid) {
                interface.public_count = interface
                    .public_count
                    .checked_add(export.ref_count)
                    .ok_or(Hresult::RPC_E_OUT_OF_RESOURCES)?;
            }
            return Ok(ipid);
        }
        if self.interfaces.len() >= self.limits.interface_count {
            return Err(Hresult::RPC_E_OUT_OF_RESOURCES);
        }
        if self.interfaces.contains_key(&export.fresh) {
            return Err(Hresult::E_UNEXPECTED);
        }
        let interface = ExportedInterface {
            oid: export.oid,
            iid: export.iid,
            public_count: export.ref_count,
            private_count: 0,
        };
        self.interfaces.insert(export.fresh, interface);
        Ok(export.fresh)
    }

    /// Removes an interface, and its object with the last.
    fn remove_interface(&mut self, ipid: Ipid) -> Option<(Oid, T)> {
        let oid = self.interfaces.remove(&ipid)?.oid;
        let object = self.objects.get_mut(&oid)?;
        object.ipids.retain(|other| *other != ipid);
        if object.ipids.is_empty() {
            self.disconnect(oid).map(|object| (oid, object))
        } else {
            None
        }
    }
}
