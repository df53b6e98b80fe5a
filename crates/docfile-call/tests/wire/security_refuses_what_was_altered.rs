//! A bit that is flipped on the way, a packet that comes twice, a handshake that is tampered with:
//! none of it becomes a call or an answer.

use std::time::Duration;

use docfile_call::security::{SecurityError, SecurityFault};
use docfile_call::wire::pdu::{AuthLevel, FaultStatus};
use docfile_call::wire::session::{
    BindingId, CallOutcome, ClientEvent, EndReason, Patience, ServerEvent,
};

use crate::link::{ECHO, Link, call, guarded, initiator, packets};

const SIGNING: [AuthLevel; 3] = [AuthLevel::Packet, AuthLevel::Integrity, AuthLevel::Privacy];

fn bound(level: AuthLevel) -> (Link, BindingId) {
    let mut link = guarded(level, false);
    let security = link.client.add_security(level, initiator("Ada", "secret"));
    let binding = link.bind(Some(security));
    (link, binding)
}

fn has_call(events: &[ServerEvent]) -> bool {
    events.iter().any(|event| matches!(event, ServerEvent::Call(_)))
}

#[test]
fn a_flipped_bit_of_a_request_is_never_served() {
    for level in SIGNING {
        let (mut link, binding) = bound(level);
        link.client.begin(call(binding, (0..50).collect())).unwrap();
        let request = link.client.poll_transmit().to_vec();
        for offset in 0..request.len() {
            // Seeds are fixed, so every link has the same keys.
            let (mut link, _) = bound(level);
            let mut altered = request.clone();
            altered[offset] ^= 1 << (offset % 8);
            link.server.handle_bytes(&altered, Duration::ZERO);
            assert!(!has_call(&link.server_events()), "{level:?}, offset {offset}");
        }
        let (mut link, _) = bound(level);
        link.server.handle_bytes(&request, Duration::ZERO);
        assert!(has_call(&link.server_events()), "unaltered it is served");
    }
}

#[test]
fn a_flipped_bit_of_an_answer_is_never_given_to_the_caller() {
    for level in SIGNING {
        let answer = |link: &mut Link, binding, is_fault: bool| {
            let id = link.client.begin(call(binding, vec![1])).unwrap();
            link.send_from_client(usize::MAX);
            link.arrive_at_server(usize::MAX);
            let events = link.server_events();
            let [ServerEvent::Call(incoming)] = &events[..] else { panic!("{events:?}") };
            match is_fault {
                true => link.server.fault(incoming.handle, FaultStatus::CANCEL),
                false => link.server.respond(incoming.handle, (0..50).collect()),
            };
            (id, link.server.poll_transmit().to_vec())
        };
        for is_fault in [false, true] {
            let (mut link, binding) = bound(level);
            let (_, bytes) = answer(&mut link, binding, is_fault);
            // Every bit of what comes before the stub data, and one of each byte behind it.
            let early = (0..32 * 8).map(|bit| (bit / 8, bit % 8));
            let late = (32..bytes.len()).map(|offset| (offset, offset % 8));
            for (offset, bit) in early.chain(late) {
                let (mut link, binding) = bound(level);
                let (id, mut altered) = answer(&mut link, binding, is_fault);
                altered[offset] ^= 1 << bit;
                link.client.handle_bytes(&altered, Duration::ZERO);
                for event in link.client_events() {
                    if is_fault && altered[10] == 0 {
                        // A fault without a signature is taken, but not its word on execution.
                        let outcome = CallOutcome::Fault {
                            status: FaultStatus::CANCEL,
                            did_not_execute: false,
                        };
                        assert_eq!(event, ClientEvent::Finished(id, outcome));
                        continue;
                    }
                    assert!(
                        matches!(event,
                            ClientEvent::Finished(other, CallOutcome::Ended) if other == id)
                            || matches!(event, ClientEvent::Ended(_)),
                        "{level:?}, offset {offset}: {event:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_packet_that_comes_again_is_refused() {
    for level in SIGNING {
        let (mut link, binding) = bound(level);
        link.client.begin(call(binding, vec![1])).unwrap();
        let request = link.client.poll_transmit().to_vec();
        link.server.handle_bytes(&request, Duration::ZERO);
        let events = link.server_events();
        let [ServerEvent::Call(incoming)] = &events[..] else { panic!("{events:?}") };
        link.server.respond(incoming.handle, Vec::new());
        link.server.handle_bytes(&request, Duration::ZERO);
        let reason = EndReason::Security(SecurityError(SecurityFault::BadSignature));
        assert_eq!(link.server_events(), [ServerEvent::Ended(reason)]);
    }
}

#[test]
fn a_handshake_of_another_connection_is_no_use() {
    let third_leg = |link: &mut Link| {
        let security = link.client.add_security(AuthLevel::Integrity, initiator("Ada", "secret"));
        let binding = link.client.bind(ECHO, Some(security), Duration::ZERO).unwrap();
        link.send_from_client(usize::MAX);
        link.arrive_at_server(usize::MAX);
        link.send_from_server(usize::MAX);
        link.arrive_at_client(usize::MAX);
        link.client.begin(call(binding, vec![1])).unwrap();
        link.client.poll_transmit().to_vec()
    };
    let mut first = guarded(AuthLevel::Integrity, false);
    let recorded = third_leg(&mut first);
    // Another connection has other random bytes, and so another challenge.
    let mut second = guarded(AuthLevel::Integrity, false);
    let mut settings = crate::link::server_settings(AuthLevel::Integrity);
    settings.random = [8; 32];
    let mut users = docfile_call::security::ntlm::Users::default();
    users.insert("Ada", "secret");
    let provider =
        docfile_call::security::ntlm::NtlmProvider::new(std::sync::Arc::new(users), "BOX");
    settings.security = Some(std::sync::Arc::new(provider));
    second.server = docfile_call::wire::session::ServerSession::new(settings, Duration::ZERO);
    third_leg(&mut second);
    second.server.handle_bytes(&recorded, Duration::ZERO);
    let events = second.server_events();
    let reason = EndReason::Security(SecurityError(SecurityFault::LogonFailure));
    assert_eq!(events.last(), Some(&ServerEvent::Ended(reason)));
    assert!(!has_call(&events));
}

#[test]
fn a_flipped_bit_of_the_handshake_lets_nobody_in() {
    for level in [AuthLevel::Connect, AuthLevel::Integrity] {
        let start = || {
            let mut link = guarded(level, false);
            let security = link.client.add_security(level, initiator("Ada", "secret"));
            let binding = link.client.bind(ECHO, Some(security), Duration::ZERO).unwrap();
            link.send_from_client(usize::MAX);
            link.arrive_at_server(usize::MAX);
            link.send_from_server(usize::MAX);
            link.arrive_at_client(usize::MAX);
            link.client.begin(call(binding, vec![1])).unwrap();
            let sent = packets(link.client.poll_transmit());
            (link, sent)
        };
        let (_, sent) = start();
        // From the token on; what stands before it is not part of the handshake.
        for offset in 28..sent[0].len() {
            let (mut link, mut sent) = start();
            sent[0][offset] ^= 1 << (offset % 8);
            link.server.handle_bytes(&sent.concat(), Duration::ZERO);
            let events = link.server_events();
            assert!(!has_call(&events), "{level:?}, offset {offset}");
            assert!(link.server.ended().is_some(), "{level:?}, offset {offset}");
        }
        let (mut link, sent) = start();
        link.server.handle_bytes(&sent.concat(), Duration::ZERO);
        assert!(has_call(&link.server_events()), "unaltered it lets in");
    }
}

#[test]
fn a_cancel_is_signed_and_an_altered_one_is_refused() {
    let (mut link, binding) = bound(AuthLevel::Integrity);
    let id = link.client.begin(call(binding, vec![1])).unwrap();
    link.settle();
    let events = link.server_events();
    let [ServerEvent::Call(incoming)] = &events[..] else { panic!("{events:?}") };
    link.client.cancel(id, Patience::None).unwrap();
    let mut cancel = link.client.poll_transmit().to_vec();
    assert_eq!(cancel.len(), 16 + 8 + 16);
    cancel[30] ^= 1;
    link.server.handle_bytes(&cancel, Duration::ZERO);
    let reason = EndReason::Security(SecurityError(SecurityFault::BadSignature));
    assert_eq!(
        link.server_events(),
        [ServerEvent::Orphaned(incoming.handle), ServerEvent::Ended(reason)]
    );
}
