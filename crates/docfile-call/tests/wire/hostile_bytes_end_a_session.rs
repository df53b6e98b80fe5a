//! A peer that breaks the protocol costs its own connection and nothing else: no panic, bounded
//! memory, and an end that says why.

use std::time::Duration;

use docfile_call::limits::CallLimits;
use docfile_call::wire::pdu::{
    AuthLevel, Body, Flags, Packet, PacketType, Request, Response, WireFault,
};
use docfile_call::wire::session::{
    ClientEvent, ClientSettings, EndReason, LimitKind, ProtocolFault, ServerEvent, ServerSettings,
};

use crate::link::{ECHO, Link, Numbers, call, server_settings};

fn request(flags: Flags, call_id: u32, stub: &[u8]) -> Vec<u8> {
    let request = Request { alloc_hint: u32::MAX, context_id: 0, opnum: 0, object: None, stub };
    let mut bytes = Vec::new();
    Packet::new(flags, call_id, Body::Request(request)).emit(&mut bytes);
    bytes
}

fn end_of_server(link: &mut Link) -> Option<EndReason> {
    link.server_events().into_iter().find_map(|event| match event {
        ServerEvent::Ended(reason) => Some(reason),
        _ => None,
    })
}

/// A bound server that was sent `packets`.
fn after(settings: ServerSettings, packets: &[Vec<u8>]) -> Option<EndReason> {
    let mut link = Link::new(ClientSettings::default(), settings);
    link.bind(None);
    for packet in packets {
        link.server.handle_bytes(packet, Duration::ZERO);
    }
    end_of_server(&mut link)
}

#[test]
fn a_breach_of_the_protocol_is_named() {
    let plain = || server_settings(AuthLevel::None);
    let first = |call_id| request(Flags::FIRST, call_id, &[0; 8]);
    let order = Some(EndReason::Protocol(ProtocolFault::FragmentOrder));
    assert_eq!(after(plain(), &[first(1), first(2)]), order);
    assert_eq!(after(plain(), &[request(Flags::LAST, 1, &[])]), order);
    assert_eq!(
        after(plain(), &[first(1), request(Flags::LAST, 2, &[])]),
        Some(EndReason::Protocol(ProtocolFault::FragmentMismatch))
    );
    let whole = request(Flags::WHOLE, 1, &[]);
    assert_eq!(
        after(plain(), &[whole.clone(), whole]),
        Some(EndReason::Protocol(ProtocolFault::CallId))
    );
    let mut response = Vec::new();
    let body = Response { alloc_hint: 0, context_id: 0, cancel_count: 0, stub: &[] };
    Packet::new(Flags::WHOLE, 1, Body::Response(body)).emit(&mut response);
    assert_eq!(
        after(plain(), &[response]),
        Some(EndReason::Protocol(ProtocolFault::Unexpected(PacketType::Response)))
    );
    assert_eq!(
        after(plain(), &[request(Flags::WHOLE, 1, &[0; 6000])]),
        Some(EndReason::Wire(WireFault::FragmentTooLong.at(8)))
    );
}

#[test]
fn a_request_before_any_bind_is_refused() {
    let mut link = Link::plain();
    link.server.handle_bytes(&request(Flags::WHOLE, 1, &[]), Duration::ZERO);
    let reason = ProtocolFault::Unexpected(PacketType::Request);
    assert_eq!(end_of_server(&mut link), Some(EndReason::Protocol(reason)));
}

#[test]
fn limits_on_bytes_and_fragments_end_the_session() {
    let limits = CallLimits { stub_len: 10_000, fragment_count: 50, ..CallLimits::default() };
    let settings = ServerSettings { limits, ..server_settings(AuthLevel::None) };
    let mut packets = vec![request(Flags::FIRST, 1, &[0; 5000])];
    packets.extend((0..3).map(|_| request(Flags(0), 1, &[0; 5000])));
    assert_eq!(
        after(settings.clone(), &packets),
        Some(EndReason::LimitReached(LimitKind::StubLength))
    );
    let mut packets = vec![request(Flags::FIRST, 1, &[])];
    packets.extend((0..50).map(|_| request(Flags(0), 1, &[])));
    assert_eq!(after(settings, &packets), Some(EndReason::LimitReached(LimitKind::FragmentCount)));
}

#[test]
fn calls_that_nobody_answers_are_bounded_in_count_and_bytes() {
    let limits = CallLimits { server_call_count: 3, buffered_len: 9_000, ..CallLimits::default() };
    let settings = ServerSettings { limits, ..server_settings(AuthLevel::None) };
    let packets: Vec<_> = (1..=5).map(|id| request(Flags::WHOLE, id, &[0; 100])).collect();
    assert_eq!(after(settings.clone(), &packets), None);
    let packets: Vec<_> = (1..=3).map(|id| request(Flags::WHOLE, id, &[0; 4000])).collect();
    assert_eq!(after(settings, &packets), Some(EndReason::LimitReached(LimitKind::Buffered)));
}

#[test]
fn answers_that_are_not_taken_are_bounded() {
    let limits = CallLimits { unsent_len: 100_000, ..CallLimits::default() };
    let settings = ServerSettings { limits, ..server_settings(AuthLevel::None) };
    let mut link = Link::new(ClientSettings::default(), settings);
    link.bind(None);
    // Each is for a context that is not there, and so is answered by a fault that is never taken.
    let mut bytes = request(Flags::WHOLE, 1, &[]);
    bytes[20] = 9;
    let mut sent_count = 0;
    while link.server.ended().is_none() && sent_count < 10_000 {
        link.server.handle_bytes(&bytes, Duration::ZERO);
        sent_count += 1;
    }
    assert_eq!(link.server.ended(), Some(&EndReason::LimitReached(LimitKind::Unsent)));
}

#[test]
fn a_peer_that_stands_still_is_left() {
    let mut link = Link::plain();
    let time = link.server.poll_timeout().unwrap();
    link.server.handle_timeout(time);
    assert_eq!(link.server.ended(), Some(&EndReason::HandshakeTimeout));

    let mut link = Link::plain();
    link.bind(None);
    assert_eq!(link.server.poll_timeout(), None);
    let bytes = request(Flags::WHOLE, 1, &[0; 100]);
    link.server.handle_bytes(&bytes[..60], Duration::from_secs(5));
    let time = link.server.poll_timeout().unwrap();
    assert_eq!(time, Duration::from_secs(65));
    link.server.handle_timeout(time);
    assert_eq!(link.server.ended(), Some(&EndReason::Stalled));
}

#[test]
fn bytes_changed_on_their_way_never_panic_and_leave_nothing_open() {
    for seed in 0..600 {
        let mut numbers = Numbers::new(seed);
        let mut link = Link::plain();
        let binding = link.client.bind(ECHO, None, Duration::ZERO).unwrap();
        for _ in 0..12 {
            link.send_from_client(usize::MAX);
            spoil(&mut numbers, link.to_server.make_contiguous());
            link.arrive_at_server(usize::MAX);
            for event in link.server_events() {
                if let ServerEvent::Call(call) = event {
                    link.server.respond(call.handle, call.stub);
                }
            }
            link.send_from_server(usize::MAX);
            spoil(&mut numbers, link.to_client.make_contiguous());
            link.arrive_at_client(usize::MAX);
            link.client_events();
            if let Ok(id) = link.client.begin(call(binding, vec![3; numbers.below(9_000)]))
                && numbers.below(4) == 0
            {
                let _ = link.client.cancel(id, docfile_call::wire::session::Patience::None);
            }
        }
        link.client.handle_closed();
        link.server.handle_closed();
        assert_eq!((link.client.call_count(), link.server.call_count()), (0, 0));
        let last = link.client_events().pop();
        assert!(matches!(last, None | Some(ClientEvent::Ended(_))), "{last:?}");
    }
}

fn spoil(numbers: &mut Numbers, bytes: &mut [u8]) {
    if numbers.below(3) == 0 && !bytes.is_empty() {
        let index = numbers.below(bytes.len());
        // The start of a packet decides most.
        let index = if numbers.below(2) == 0 { index % 60 } else { index };
        if let Some(byte) = bytes.get_mut(index) {
            *byte ^= 1 << numbers.below(8);
        }
    }
}
