//! First inputs of the targets that read calls.

use docfile_call::automation::{Bstr, Decimal, Elements, SafeArray, Variant};
use docfile_call::ndr::{Encoder, Marshal, NdrError, VariantBool, serialize};
use docfile_call::orpc::{
    ActivatedInterface, ActivationContextInfo, ActivationProperties, Arguments, ComVersion,
    ComplexPing, Direction, DualStringArray, ErrorInfo, Extensions, InstantiationInfo,
    InterfacePointer, InterfaceReferences, Ipid, LocationInfo, ObjectReference, Oid, OrpcThis,
    Oxid, Property, PropsOutInfo, ReferenceForm, RemQueryInterface, RemReferences,
    RemoteActivation, RemoteCreateInstance, ResolveOxid, ResolvedOxid2, ScmReply, ScmReplyInfo,
    ScmRequest, ScmRequestInfo, SecurityBinding, SetId, SpecialProperties, StandardReference,
    Status, StringBinding, empty_context,
};
use docfile_call::{Guid, Hresult};

use crate::seeds::Seeds;

/// A value of every kind, behind the byte that chooses it.
///
/// # Errors
///
/// What writing a value answers.
pub fn values() -> Result<Seeds, NdrError> {
    let mut seeds = Seeds::new();
    for (index, variant) in variants().into_iter().enumerate() {
        seeds.push((format!("variant-{index}"), seed(0, &variant)?));
    }
    seeds.push(("variants".to_owned(), seed(1, &variants())?));
    let array = SafeArray::vector(Elements::Variant(variants()));
    seeds.push(("array".to_owned(), seed(2, &Some(array))?));
    seeds.push(("strings".to_owned(), seed(3, &vec![Bstr::from("text"), Bstr(None)])?));
    seeds.push(("string".to_owned(), seed(4, &Some("text"))?));
    let serialized = [vec![10], serialize(&Variant::I4(7))?].concat();
    seeds.push(("serialized".to_owned(), serialized));
    Ok(seeds)
}

/// A call of every interface, behind the byte that chooses it.
///
/// # Errors
///
/// What writing a call answers.
pub fn calls() -> Result<Seeds, NdrError> {
    let request = request()?;
    let reply = reply()?;
    let create = RemoteCreateInstance {
        this: this()?,
        outer: None,
        properties: Some(request.to_pointer(Direction::In)?),
    };
    let activation = RemoteActivation {
        this: this()?,
        class_id: Guid::from_u128(1),
        object_name: Some("name".to_owned()),
        object_storage: Some(InterfacePointer::new(&standard())?),
        impersonation_level: 2,
        mode: 0,
        iids: vec![Guid::from_u128(2)],
        tower_ids: vec![7],
    };
    let resolved = ResolvedOxid2 {
        bindings: Some(bindings()),
        rem_unknown: Ipid(Guid::from_u128(3)),
        authn_hint: 5,
        version: ComVersion::CURRENT,
        status: Status::OK,
    };
    let ping =
        ComplexPing { set_id: SetId(1), sequence: 1, add: vec![Oid(2)], remove: vec![Oid(3)] };
    let query = RemQueryInterface {
        ipid: Ipid(Guid::from_u128(3)),
        ref_count: 5,
        iids: vec![Guid::from_u128(2)],
    };
    let references =
        vec![InterfaceReferences { ipid: Ipid::default(), public_count: 1, private_count: 0 }];
    let error = ErrorInfo { source: Some("program".to_owned()), ..ErrorInfo::default() };
    let all = [
        ("create", 0, create.to_stub()?),
        ("activation", 2, activation.to_stub()?),
        ("resolve", 4, ResolveOxid { oxid: Oxid(1), tower_ids: vec![7] }.to_stub()?),
        ("resolved", 6, resolved.to_stub()?),
        ("ping", 8, ping.to_stub()?),
        ("query", 10, query.to_stub()?),
        ("references", 12, RemReferences { references }.to_stub()?),
        ("header", 16, seed(0, &this()?)?.split_off(1)),
        ("standard", 17, standard().emit()?),
        ("custom", 17, empty_context(Guid::from_u128(4)).emit()?),
        ("extended", 17, extended().emit()?),
        ("bindings", 18, bindings().emit()?),
        ("error", 19, error.to_extension()?.data),
        ("request", 20, request.emit()?),
        ("reply", 20, reply.emit()?),
    ];
    Ok(all
        .into_iter()
        .map(|(name, choice, bytes)| (name.to_owned(), [vec![choice], bytes].concat()))
        .collect())
}

fn seed(choice: u8, value: &impl Marshal) -> Result<Vec<u8>, NdrError> {
    let mut encoder = Encoder::after(vec![choice]);
    encoder.value(value)?;
    Ok(encoder.into_bytes())
}

fn variants() -> Vec<Variant> {
    vec![
        Variant::Empty,
        Variant::Null,
        Variant::I4(-1),
        Variant::R8(0.5),
        Variant::Bool(VariantBool(true)),
        Variant::Error(Hresult::E_FAIL),
        Variant::Bstr(Bstr::from("text")),
        Variant::Decimal(Decimal::new(true, 1999, 2).unwrap_or_default()),
        Variant::Unknown(Some(InterfacePointer { data: vec![1, 2, 3] })),
        Variant::Reference(Box::new(Variant::I2(7))),
        Variant::VariantReference(Box::new(Variant::UI1(7))),
        Variant::Array(Box::new(SafeArray::vector(Elements::I2(vec![1, 2, 3])))),
        Variant::Array(Box::new(SafeArray::vector(Elements::Bstr(vec![Bstr::from("a")])))),
    ]
}

fn this() -> Result<OrpcThis, NdrError> {
    let error = ErrorInfo { description: Some("why".to_owned()), ..ErrorInfo::default() };
    let extensions = Some(Extensions(vec![error.to_extension()?]));
    Ok(OrpcThis { extensions, ..OrpcThis::new(Guid::from_u128(9)) })
}

fn bindings() -> DualStringArray {
    DualStringArray {
        strings: vec![StringBinding::tcp("host[49152]")],
        securities: vec![SecurityBinding { service: 10, principal: String::new() }],
    }
}

fn reference() -> StandardReference {
    StandardReference {
        flags: 0,
        public_ref_count: 5,
        oxid: Oxid(1),
        oid: Oid(2),
        ipid: Ipid(Guid::from_u128(3)),
    }
}

fn standard() -> ObjectReference {
    let form = ReferenceForm::Standard { standard: reference(), resolver: bindings() };
    ObjectReference { iid: Guid::from_u128(2), form }
}

fn extended() -> ObjectReference {
    let form = ReferenceForm::Extended {
        standard: reference(),
        resolver: bindings(),
        context_id: Guid::from_u128(5),
        context: vec![1, 2, 3],
    };
    ObjectReference { iid: Guid::from_u128(2), form }
}

fn request() -> Result<ActivationProperties, NdrError> {
    let context = InterfacePointer::new(&empty_context(Guid::from_u128(4)))?;
    let scm = ScmRequest { impersonation_level: 2, tower_ids: vec![7] };
    Ok(ActivationProperties {
        properties: vec![
            Property::Instantiation(InstantiationInfo {
                iids: vec![Guid::from_u128(2)],
                ..InstantiationInfo::default()
            }),
            Property::ActivationContext(ActivationContextInfo {
                client_context: Some(context),
                ..ActivationContextInfo::default()
            }),
            Property::Location(LocationInfo::default()),
            Property::Special(SpecialProperties::default()),
            Property::ScmRequest(ScmRequestInfo { reserved: None, remote_request: Some(scm) }),
        ],
        destination: ActivationProperties::OTHER_MACHINE,
    })
}

fn reply() -> Result<ActivationProperties, NdrError> {
    let interface = ActivatedInterface {
        iid: Guid::from_u128(2),
        result: Hresult::S_OK,
        pointer: Some(InterfacePointer::new(&standard())?),
    };
    let exporter = ScmReply { bindings: Some(bindings()), ..ScmReply::default() };
    Ok(ActivationProperties::reply(
        PropsOutInfo { interfaces: vec![interface] },
        ScmReplyInfo { reserved: None, remote_reply: Some(exporter) },
    ))
}
