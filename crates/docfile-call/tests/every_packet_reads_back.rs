//! Every packet is read back as it was written, in both byte orders, with and without a token; and
//! no change of its bytes makes reading it panic or read past its end.

use docfile_call::Guid;
use docfile_call::wire::pdu::{
    AuthLevel, AuthType, Bind, BindAck, BindNak, Body, ByteOrder, ContextElement, ContextResult,
    Fault, FaultStatus, Features, Flags, Header, NakReason, Packet, RejectReason, Request,
    Response, SecTrailer, SyntaxId, WireFault,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// What a packet is made of; it owns the bytes that the packet borrows.
#[derive(Debug, Clone)]
struct Parts {
    kind: u8,
    numbers: (u32, u16, u16, u8, u32),
    object: Option<Guid>,
    stub: Vec<u8>,
    bind: Bind,
    ack: BindAck,
    nak: BindNak,
    flags: u8,
    order: ByteOrder,
    security: Option<(SecTrailer, Vec<u8>)>,
}

impl Parts {
    fn packet(&self) -> Packet<'_> {
        let (alloc_hint, context_id, opnum, cancel_count, status) = self.numbers;
        let stub = &self.stub[..];
        let status = FaultStatus(status);
        let body = match self.kind {
            0 => {
                Body::Request(Request { alloc_hint, context_id, opnum, object: self.object, stub })
            }
            1 => Body::Response(Response { alloc_hint, context_id, cancel_count, stub }),
            2 => Body::Fault(Fault { alloc_hint, context_id, cancel_count, status, stub }),
            3 => Body::Bind(self.bind.clone()),
            4 => Body::AlterContext(self.bind.clone()),
            5 => Body::BindAck(self.ack.clone()),
            6 => Body::AlterContextResponse(self.ack.clone()),
            7 => Body::BindNak(self.nak.clone()),
            8 => Body::Auth3,
            9 => Body::Shutdown,
            10 => Body::CoCancel,
            _ => Body::Orphaned,
        };
        let mut flags = Flags(self.flags & !Flags::OBJECT.0);
        if self.kind == 0 && self.object.is_some() {
            flags = flags.with(Flags::OBJECT);
        }
        let mut packet = Packet::new(flags, alloc_hint, body);
        packet.header.order = self.order;
        packet.security = self.security.as_ref().map(|(trailer, token)| (*trailer, &token[..]));
        packet
    }
}

fn guid() -> impl Strategy<Value = Guid> {
    any::<u128>().prop_map(Guid::from_u128)
}

fn syntax() -> impl Strategy<Value = SyntaxId> {
    (guid(), any::<u16>(), any::<u16>()).prop_map(|(id, major, minor)| SyntaxId {
        id,
        major,
        minor,
    })
}

fn bind() -> impl Strategy<Value = Bind> {
    let context = (any::<u16>(), syntax(), vec(syntax(), 0..4)).prop_map(
        |(context_id, interface, transfer_syntaxes)| ContextElement {
            context_id,
            interface,
            transfer_syntaxes,
        },
    );
    (any::<u16>(), any::<u16>(), any::<u32>(), vec(context, 0..5)).prop_map(
        |(max_xmit_len, max_recv_len, assoc_group_id, contexts)| Bind {
            max_xmit_len,
            max_recv_len,
            assoc_group_id,
            contexts,
        },
    )
}

fn ack() -> impl Strategy<Value = BindAck> {
    let result = prop_oneof![
        syntax().prop_map(ContextResult::Accepted),
        any::<u16>().prop_map(|reason| ContextResult::UserRejected(RejectReason(reason))),
        any::<u16>().prop_map(|reason| ContextResult::ProviderRejected(RejectReason(reason))),
        any::<u16>().prop_map(|mask| ContextResult::Negotiated(Features(mask))),
    ];
    (any::<u16>(), any::<u16>(), any::<u32>(), "[!-~]{0,40}", vec(result, 0..5)).prop_map(
        |(max_xmit_len, max_recv_len, assoc_group_id, address, results)| BindAck {
            max_xmit_len,
            max_recv_len,
            assoc_group_id,
            secondary_address: address.into_bytes(),
            results,
        },
    )
}

fn security() -> impl Strategy<Value = Option<(SecTrailer, Vec<u8>)>> {
    let levels = [
        AuthLevel::None,
        AuthLevel::Connect,
        AuthLevel::Call,
        AuthLevel::Packet,
        AuthLevel::Integrity,
        AuthLevel::Privacy,
    ];
    let trailer = (any::<u8>(), prop::sample::select(levels.to_vec()), any::<u32>()).prop_map(
        |(auth_type, level, context_id)| SecTrailer {
            auth_type: AuthType(auth_type),
            level,
            pad_len: 0,
            context_id,
        },
    );
    prop::option::of((trailer, vec(any::<u8>(), 1..40)))
}

fn parts() -> impl Strategy<Value = Parts> {
    let nak = (any::<u16>(), vec(any::<(u8, u8)>(), 0..4))
        .prop_map(|(reason, versions)| BindNak { reason: NakReason(reason), versions });
    (
        (0u8..12, any::<(u32, u16, u16, u8, u32)>(), prop::option::of(guid())),
        vec(any::<u8>(), 0..80),
        (bind(), ack(), nak),
        (any::<u8>(), prop::bool::ANY, security()),
    )
        .prop_map(
            |((kind, numbers, object), stub, (bind, ack, nak), (flags, big, security))| {
                let order = if big { ByteOrder::Big } else { ByteOrder::Little };
                Parts { kind, numbers, object, stub, bind, ack, nak, flags, order, security }
            },
        )
}

proptest! {
    #[test]
    fn a_packet_is_read_as_it_was_written(parts in parts()) {
        let packet = parts.packet();
        let mut bytes = vec![0xEE; 3];
        packet.emit(&mut bytes);
        let bytes = &bytes[3..];
        let mut read = Packet::parse(bytes).unwrap();
        prop_assert_eq!(usize::from(read.header.frag_len), bytes.len());
        // What emitting sets by itself.
        read.header.frag_len = 0;
        read.header.auth_len = 0;
        if let Some((trailer, _)) = &mut read.security {
            prop_assert!(trailer.pad_len < 4);
            trailer.pad_len = 0;
        }
        prop_assert_eq!(read, packet);
    }

    #[test]
    fn a_packet_cut_short_anywhere_is_refused(parts in parts()) {
        let mut bytes = Vec::new();
        parts.packet().emit(&mut bytes);
        for len in 0..bytes.len() {
            let error = Packet::parse(&bytes[..len]).unwrap_err();
            prop_assert!(error.offset <= len.max(16));
            // With the length set right, the rest must be found wrong, or be a shorter packet.
            let mut cut = bytes[..len].to_vec();
            if let (Ok(header), Ok(frag_len)) = (Header::parse(&cut), u16::try_from(len)) {
                let frag_len = match header.order {
                    ByteOrder::Little => frag_len.to_le_bytes(),
                    ByteOrder::Big => frag_len.to_be_bytes(),
                };
                cut[8..10].copy_from_slice(&frag_len);
                if let Err(error) = Packet::parse(&cut) {
                    prop_assert!(error.offset <= len + 8, "{}", error);
                }
            }
        }
    }

    #[test]
    fn a_changed_byte_is_read_or_refused_and_never_more(parts in parts(), value in any::<u8>()) {
        let mut bytes = Vec::new();
        parts.packet().emit(&mut bytes);
        for offset in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[offset] ^= value.max(1);
            if let Ok(packet) = Packet::parse(&changed) {
                let mut again = Vec::new();
                packet.emit(&mut again);
                prop_assert!(again.len() <= changed.len() + 4);
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..200)) {
        let _ = Packet::parse(&bytes);
    }
}

#[test]
fn more_contexts_than_the_packet_holds_are_refused_where_they_lack() {
    let bind =
        Bind { max_xmit_len: 5840, max_recv_len: 5840, assoc_group_id: 0, contexts: Vec::new() };
    let mut bytes = Vec::new();
    Packet::new(Flags::WHOLE, 1, Body::Bind(bind)).emit(&mut bytes);
    bytes[24] = 255;
    let error = Packet::parse(&bytes).unwrap_err();
    assert_eq!((error.fault, error.offset), (WireFault::Truncated, bytes.len()));
}
