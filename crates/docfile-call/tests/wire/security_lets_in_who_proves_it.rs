//! A user with the right password calls at every level; nobody else does, at any.

use std::time::Duration;

use docfile_call::security::{SecurityError, SecurityFault};
use docfile_call::wire::pdu::{AuthLevel, FaultStatus, PacketType};
use docfile_call::wire::session::{
    CallOutcome, ClientEvent, EndReason, ProtocolFault, ServerEvent,
};

use crate::link::{ECHO, Link, call, guarded, initiator, packets};

const LEVELS: [AuthLevel; 5] = [
    AuthLevel::Connect,
    AuthLevel::Call,
    AuthLevel::Packet,
    AuthLevel::Integrity,
    AuthLevel::Privacy,
];

/// What a server tells of a call by `user`, and what the client gets.
fn outcome_of(
    link: &mut Link,
    level: AuthLevel,
    user: &str,
    password: &str,
) -> (Vec<ServerEvent>, Vec<ClientEvent>) {
    let security = link.client.add_security(level, initiator(user, password));
    let binding = link.client.bind(ECHO, Some(security), Duration::ZERO).unwrap();
    link.settle();
    assert_eq!(link.client_events(), [ClientEvent::Bound(binding)]);
    link.client.begin(call(binding, b"in the clear?".to_vec())).unwrap();
    link.settle();
    let mut events = link.server_events();
    events.remove(0);
    (events, link.client_events())
}

fn denied() -> impl Fn(&ClientEvent) -> bool {
    |event| {
        matches!(event, ClientEvent::Finished(_, CallOutcome::Fault { status, .. })
            if *status == FaultStatus::ACCESS_DENIED)
    }
}

#[test]
fn the_right_password_lets_in_at_every_level() {
    for level in LEVELS {
        let mut link = guarded(level, false);
        let (events, _) = outcome_of(&mut link, level, "ADA", "secret");
        let [ServerEvent::Call(incoming)] = &events[..] else { panic!("{level:?}: {events:?}") };
        assert_eq!(incoming.stub, b"in the clear?");
        assert_eq!(incoming.level, level);
        let principal = incoming.principal.as_ref().unwrap();
        assert_eq!((&principal.user[..], &principal.domain[..]), ("Ada", "HERE"));
        link.server.respond(incoming.handle, vec![8; 20_000]);
        link.settle();
        let events = link.client_events();
        let [ClientEvent::Finished(_, CallOutcome::Response { stub, .. })] = &events[..] else {
            panic!("{level:?}: {events:?}")
        };
        assert_eq!(stub, &[8; 20_000]);
    }
}

#[test]
fn many_fragments_both_ways_are_sealed_and_counted() {
    let mut link = guarded(AuthLevel::Privacy, false);
    let security = link.client.add_security(AuthLevel::Privacy, initiator("Ada", "secret"));
    let binding = link.bind(Some(security));
    for len in [0, 1, 15, 16, 17, 5_000, 5_784, 5_785, 100_001] {
        let stub: Vec<u8> = (0..len).map(|index: u32| (index % 253) as u8).collect();
        link.client.begin(call(binding, stub.clone())).unwrap();
        link.settle();
        let events = link.server_events();
        let [ServerEvent::Call(incoming)] = &events[..] else { panic!("{events:?}") };
        assert_eq!(incoming.stub, stub);
        link.server.respond(incoming.handle, incoming.stub.clone());
        link.settle();
        assert!(matches!(&link.client_events()[..],
            [ClientEvent::Finished(_, CallOutcome::Response { stub: back, .. })] if *back == stub));
    }
}

#[test]
fn privacy_hides_the_stub_data_and_integrity_does_not() {
    for (level, is_hidden) in [(AuthLevel::Integrity, false), (AuthLevel::Privacy, true)] {
        let mut link = guarded(level, false);
        let security = link.client.add_security(level, initiator("Ada", "secret"));
        let binding = link.bind(Some(security));
        link.client.begin(call(binding, b"in the clear?".to_vec())).unwrap();
        let sent = link.client.poll_transmit();
        assert_eq!(!sent.windows(13).any(|window| window == b"in the clear?"), is_hidden);
    }
}

#[test]
fn a_wrong_password_and_an_unknown_user_are_refused_at_every_level() {
    for level in LEVELS {
        for (user, password) in [("Ada", "Secret"), ("Ada", ""), ("Bob", "secret"), ("Bob", "")] {
            let mut link = guarded(AuthLevel::None, false);
            let (events, client) = outcome_of(&mut link, level, user, password);
            let reason = EndReason::Security(SecurityError(SecurityFault::LogonFailure));
            assert_eq!(events, [ServerEvent::Ended(reason)], "{level:?} {user} {password}");
            assert!(client.iter().any(denied()), "{client:?}");
        }
    }
}

#[test]
fn nobody_is_let_in_only_where_that_is_configured() {
    let mut link = guarded(AuthLevel::None, false);
    let (events, _) = outcome_of(&mut link, AuthLevel::Integrity, "", "");
    let reason = EndReason::Security(SecurityError(SecurityFault::AnonymousRefused));
    assert_eq!(events, [ServerEvent::Ended(reason)]);
}

#[test]
fn nobody_counts_as_unprotected_whatever_he_signs() {
    let mut link = guarded(AuthLevel::None, true);
    let (events, _) = outcome_of(&mut link, AuthLevel::Privacy, "", "");
    let [ServerEvent::Call(incoming)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((incoming.level, incoming.principal.as_ref()), (AuthLevel::None, None));
    link.server.respond(incoming.handle, vec![4]);
    link.settle();
    assert!(matches!(
        &link.client_events()[..],
        [ClientEvent::Finished(_, CallOutcome::Response { stub, .. })] if stub == &[4]
    ));
    let mut link = guarded(AuthLevel::Connect, true);
    let (events, client) = outcome_of(&mut link, AuthLevel::Privacy, "", "");
    assert_eq!(events, []);
    assert!(client.iter().any(denied()), "{client:?}");
}

#[test]
fn no_call_is_served_before_the_handshake_is_done() {
    for level in LEVELS {
        for has_trailer in [false, true] {
            let mut link = guarded(AuthLevel::None, false);
            let security = link.client.add_security(level, initiator("Ada", "secret"));
            let binding = link.client.bind(ECHO, Some(security), Duration::ZERO).unwrap();
            link.send_from_client(usize::MAX);
            link.arrive_at_server(usize::MAX);
            link.send_from_server(usize::MAX);
            link.arrive_at_client(usize::MAX);
            link.client_events();
            link.client.begin(call(binding, vec![1])).unwrap();
            let sent = packets(link.client.poll_transmit());
            let [third_leg, request] = &sent[..] else { panic!("{sent:?}") };
            assert_eq!(third_leg[2], PacketType::Auth3 as u8);
            // The third leg is left out.
            let bytes = if has_trailer { request.clone() } else { without_trailer(request) };
            link.server.handle_bytes(&bytes, Duration::ZERO);
            let events = link.server_events();
            let calls = events.iter().filter(|event| matches!(event, ServerEvent::Call(_)));
            assert_eq!(calls.count(), 0, "{level:?}");
            let reason = EndReason::Security(SecurityError(SecurityFault::NotEstablished));
            assert_eq!(events.last(), Some(&ServerEvent::Ended(reason)), "{level:?}");
        }
    }
}

/// The same request without its security, as somebody would send it who has no keys.
fn without_trailer(request: &[u8]) -> Vec<u8> {
    let auth_len = usize::from(u16::from_le_bytes([request[10], request[11]]));
    let mut bytes = request.to_vec();
    if auth_len > 0 {
        bytes.truncate(request.len() - auth_len - 8);
        let len = u16::try_from(bytes.len()).unwrap().to_le_bytes();
        bytes[8..10].copy_from_slice(&len);
        bytes[10..12].fill(0);
    }
    bytes
}

#[test]
fn a_call_is_never_protected_less_than_was_agreed() {
    let mut link = guarded(AuthLevel::None, false);
    let security = link.client.add_security(AuthLevel::Privacy, initiator("Ada", "secret"));
    let binding = link.bind(Some(security));
    link.client.begin(call(binding, vec![1; 8])).unwrap();
    let request = link.client.poll_transmit().to_vec();
    let mut lower = request.clone();
    let trailer = request.len() - 16 - 8;
    assert_eq!(lower[trailer + 1], AuthLevel::Privacy as u8);
    lower[trailer + 1] = AuthLevel::Connect as u8;
    for (bytes, reason) in [
        (without_trailer(&request), ProtocolFault::Unprotected),
        (lower, ProtocolFault::SecurityContext),
    ] {
        let mut link = guarded(AuthLevel::None, false);
        let security = link.client.add_security(AuthLevel::Privacy, initiator("Ada", "secret"));
        link.bind(Some(security));
        link.server.handle_bytes(&bytes, Duration::ZERO);
        let ended = ServerEvent::Ended(EndReason::Protocol(reason));
        assert_eq!(link.server_events(), [ended]);
    }
}

#[test]
fn an_interface_that_asks_for_more_refuses_less() {
    let mut link = guarded(AuthLevel::Integrity, false);
    let (events, client) = outcome_of(&mut link, AuthLevel::Connect, "Ada", "secret");
    assert_eq!(events, []);
    assert!(client.iter().any(denied()), "{client:?}");
    // And so for somebody who does not say who he is.
    let mut link = guarded(AuthLevel::Connect, false);
    let binding = link.bind(None);
    link.client.begin(call(binding, vec![1])).unwrap();
    link.settle();
    assert_eq!(link.server_events(), []);
    assert!(link.client_events().iter().any(denied()));
}

#[test]
fn a_second_handshake_under_another_id_goes_beside_the_first() {
    let mut link = guarded(AuthLevel::Integrity, false);
    let first = link.client.add_security(AuthLevel::Integrity, initiator("Ada", "secret"));
    let one = link.bind(Some(first));
    let second = link.client.add_security(AuthLevel::Privacy, initiator("Ada", "secret"));
    let two = link.bind(Some(second));
    for (binding, level) in
        [(one, AuthLevel::Integrity), (two, AuthLevel::Privacy), (one, AuthLevel::Integrity)]
    {
        link.client.begin(call(binding, vec![1, 2, 3])).unwrap();
        link.settle();
        let events = link.server_events();
        let [ServerEvent::Call(incoming)] = &events[..] else { panic!("{events:?}") };
        assert_eq!((incoming.level, &incoming.stub[..]), (level, &[1, 2, 3][..]));
        link.server.respond(incoming.handle, Vec::new());
        link.settle();
        assert!(matches!(
            &link.client_events()[..],
            [ClientEvent::Finished(_, CallOutcome::Response { .. })]
        ));
    }
}
