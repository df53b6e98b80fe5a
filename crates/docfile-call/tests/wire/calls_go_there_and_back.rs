//! What a caller sends arrives as it was, whatever its length, and so does the answer.

use std::time::Duration;

use docfile_call::limits::CallLimits;
use docfile_call::wire::pdu::{
    AuthLevel, Body, ByteOrder, FaultStatus, Features, Flags, HEADER_LEN, Header, NDR, Packet,
    PacketType, RejectReason, Request, SyntaxId,
};
use docfile_call::wire::session::{
    BindFailure, CallError, CallOutcome, ClientEvent, ClientSettings, Confirmation, EndReason,
    IncomingCall, Patience, ServerEvent,
};
use docfile_call::{Guid, Hresult};

use crate::link::{ECHO, Link, call, server_settings};

fn arrived(link: &mut Link) -> Vec<IncomingCall> {
    link.server_events()
        .into_iter()
        .map(|event| match event {
            ServerEvent::Call(call) => call,
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn stub_data_of_every_length_arrive_and_come_back() {
    let mut link = Link::plain();
    let binding = link.bind(None);
    for len in [0_usize, 1, 7, 8, 64, 5_791, 5_800, 5_801, 5_816, 65_536, 1_000_003] {
        let stub: Vec<u8> = (0..len).map(|index| (index % 251) as u8).collect();
        let id = link.client.begin(call(binding, stub.clone())).unwrap();
        link.settle();
        let arrived = arrived(&mut link);
        let [incoming] = &arrived[..] else { panic!("{arrived:?}") };
        assert_eq!(incoming.stub, stub);
        assert_eq!((incoming.interface, incoming.opnum), (ECHO, 3));
        assert_eq!(incoming.object, Some(Guid::from_u128(0x1B1D)));
        assert_eq!(incoming.level, AuthLevel::None);
        assert!(link.server.respond(incoming.handle, incoming.stub.clone()));
        assert!(!link.server.respond(incoming.handle, Vec::new()), "a call has one answer");
        link.settle();
        let outcome = CallOutcome::Response { stub, order: ByteOrder::Little };
        assert_eq!(link.client_events(), [ClientEvent::Finished(id, outcome)]);
    }
    assert_eq!((link.client.call_count(), link.server.call_count()), (0, 0));
}

#[test]
fn a_later_call_overtakes_an_earlier_one() {
    let mut link = Link::plain();
    let binding = link.bind(None);
    assert!(link.client.is_multiplexed());
    let slow = link.client.begin(call(binding, vec![1])).unwrap();
    let quick = link.client.begin(call(binding, vec![2])).unwrap();
    link.settle();
    let calls = arrived(&mut link);
    link.server.respond(calls[1].handle, vec![2]);
    link.settle();
    let outcome = |byte| CallOutcome::Response { stub: vec![byte], order: ByteOrder::Little };
    assert_eq!(link.client_events(), [ClientEvent::Finished(quick, outcome(2))]);
    link.server.respond(calls[0].handle, vec![1]);
    link.settle();
    assert_eq!(link.client_events(), [ClientEvent::Finished(slow, outcome(1))]);
}

#[test]
fn a_fault_gives_its_result_code() {
    let mut link = Link::plain();
    let binding = link.bind(None);
    let id = link.client.begin(call(binding, vec![1])).unwrap();
    link.settle();
    let calls = arrived(&mut link);
    link.server.fault(calls[0].handle, FaultStatus::OPERATION_RANGE);
    link.settle();
    let events = link.client_events();
    let [ClientEvent::Finished(finished, outcome)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((*finished, outcome.failure()), (id, Some(Hresult::RPC_E_INVALIDMETHOD)));
}

#[test]
fn an_interface_that_is_not_served_is_refused_and_the_connection_goes_on() {
    let mut link = Link::plain();
    let other = SyntaxId::of_interface(Guid::from_u128(99));
    let id = link.client.bind(other, None, Duration::ZERO).unwrap();
    let echo = link.client.bind(ECHO, None, Duration::ZERO).unwrap();
    link.settle();
    let reason = RejectReason::ABSTRACT_SYNTAX_NOT_SUPPORTED;
    let failure = BindFailure::Rejected(reason);
    let events = [ClientEvent::BindFailed(id, failure), ClientEvent::Bound(echo)];
    assert_eq!(link.client_events(), events);
    assert_eq!(link.client.begin(call(id, Vec::new())), Err(CallError::NotBound));
    assert!(link.client.begin(call(echo, Vec::new())).is_ok());
}

#[test]
fn a_cancel_releases_at_once_and_is_confirmed_by_the_server() {
    let mut link = Link::plain();
    let binding = link.bind(None);
    let id = link.client.begin(call(binding, vec![1])).unwrap();
    link.settle();
    let calls = arrived(&mut link);
    link.client.cancel(id, Patience::None).unwrap();
    assert_eq!(link.client_events(), [ClientEvent::Finished(id, CallOutcome::Cancelled)]);
    assert_eq!(link.client.cancel(id, Patience::None), Err(CallError::Complete));
    link.settle();
    assert_eq!(link.server_events(), [ServerEvent::Cancelled(calls[0].handle)]);
    link.server.fault(calls[0].handle, FaultStatus::CANCEL);
    link.settle();
    assert_eq!(link.client_events(), [ClientEvent::Confirmed(id, Confirmation::Cancelled)]);
}

#[test]
fn a_patient_cancel_ends_with_the_answer_or_at_its_time() {
    let mut link = Link::plain();
    let binding = link.bind(None);
    let first = link.client.begin(call(binding, vec![1])).unwrap();
    let second = link.client.begin(call(binding, vec![2])).unwrap();
    link.settle();
    let calls = arrived(&mut link);
    let deadline = Duration::from_secs(3);
    link.client.cancel(first, Patience::Forever).unwrap();
    link.client.cancel(second, Patience::Until(deadline)).unwrap();
    assert_eq!(link.client.cancel(first, Patience::None), Err(CallError::AlreadyCancelled));
    assert_eq!(link.client_events(), []);
    assert_eq!(link.client.poll_timeout(), Some(deadline));
    link.client.handle_timeout(deadline);
    assert_eq!(link.client_events(), [ClientEvent::Finished(second, CallOutcome::Cancelled)]);
    link.server.respond(calls[0].handle, vec![9]);
    link.server.respond(calls[1].handle, vec![9]);
    link.settle();
    let outcome = CallOutcome::Response { stub: vec![9], order: ByteOrder::Little };
    assert_eq!(
        link.client_events(),
        [
            ClientEvent::Finished(first, outcome),
            ClientEvent::Confirmed(first, Confirmation::Completed),
            ClientEvent::Confirmed(second, Confirmation::Completed),
        ]
    );
}

#[test]
fn a_call_that_is_partly_sent_is_orphaned_and_the_connection_goes_on() {
    let mut link = Link::plain();
    let binding = link.bind(None);
    let id = link.client.begin(call(binding, vec![1; 1 << 20])).unwrap();
    link.send_from_client(20_000);
    link.arrive_at_server(usize::MAX);
    link.client.cancel(id, Patience::None).unwrap();
    assert_eq!(
        link.client_events(),
        [
            ClientEvent::Finished(id, CallOutcome::Cancelled),
            ClientEvent::Confirmed(id, Confirmation::NeverArrived),
        ]
    );
    let next = link.client.begin(call(binding, vec![2])).unwrap();
    link.settle();
    let calls = arrived(&mut link);
    assert_eq!(calls.len(), 1, "the orphaned call never arrives");
    link.server.respond(calls[0].handle, Vec::new());
    link.settle();
    assert!(matches!(&link.client_events()[..],
        [ClientEvent::Finished(id, CallOutcome::Response { .. })] if *id == next));
}

#[test]
fn a_deadline_finishes_a_call_that_has_no_answer() {
    let mut link = Link::plain();
    let binding = link.bind(None);
    let deadline = Duration::from_millis(250);
    let timed = docfile_call::wire::session::ClientCall {
        deadline: Some(deadline),
        ..call(binding, vec![1])
    };
    let id = link.client.begin(timed).unwrap();
    link.settle();
    assert_eq!(link.client.poll_timeout(), Some(deadline));
    link.client.handle_timeout(deadline - Duration::from_millis(1));
    assert_eq!(link.client_events(), []);
    link.client.handle_timeout(deadline);
    assert_eq!(link.client_events(), [ClientEvent::Finished(id, CallOutcome::TimedOut)]);
    assert_eq!(link.client.poll_timeout(), None);
    link.settle();
    let events = link.server_events();
    assert!(matches!(events[..], [ServerEvent::Call(_), ServerEvent::Cancelled(_)]));
}

#[test]
fn a_shutdown_lets_calls_end_and_takes_no_new_ones() {
    let mut link = Link::plain();
    let binding = link.bind(None);
    let id = link.client.begin(call(binding, vec![1])).unwrap();
    link.settle();
    let calls = arrived(&mut link);
    link.server.shutdown();
    link.settle();
    assert_eq!(link.client_events(), [ClientEvent::ShutdownAsked]);
    assert_eq!(link.client.begin(call(binding, vec![1])), Err(CallError::Ended));
    link.server.respond(calls[0].handle, Vec::new());
    link.settle();
    let events = link.client_events();
    assert!(matches!(&events[..], [
        ClientEvent::Finished(finished, CallOutcome::Response { .. }),
        ClientEvent::Ended(EndReason::Shutdown),
    ] if *finished == id));
}

#[test]
fn an_end_finishes_all_calls_on_both_sides() {
    let mut link = Link::plain();
    let binding = link.bind(None);
    let ids: Vec<_> = (0..3).map(|_| link.client.begin(call(binding, vec![1])).unwrap()).collect();
    link.settle();
    let calls = arrived(&mut link);
    link.client.handle_closed();
    link.server.handle_closed();
    let mut expected: Vec<_> =
        ids.iter().map(|id| ClientEvent::Finished(*id, CallOutcome::Ended)).collect();
    expected.push(ClientEvent::Ended(EndReason::Closed));
    assert_eq!(link.client_events(), expected);
    let mut expected: Vec<_> =
        calls.iter().map(|call| ServerEvent::Orphaned(call.handle)).collect();
    expected.push(ServerEvent::Ended(EndReason::Closed));
    assert_eq!(link.server_events(), expected);
    assert!(!link.server.respond(calls[0].handle, Vec::new()));
}

#[test]
fn calls_wait_for_their_turn_where_one_end_cannot_multiplex() {
    let mut link = Link::plain();
    let binding = link.client.bind(ECHO, None, Duration::ZERO).unwrap();
    // The server is told that the client cannot.
    let mut bind = link.client.poll_transmit().to_vec();
    link.client.handle_transmitted(bind.len());
    bind[3] &= !Flags::CONCURRENT_MULTIPLEXING.0;
    link.server.handle_bytes(&bind, Duration::ZERO);
    link.settle();
    assert_eq!(link.client_events(), [ClientEvent::Bound(binding)]);
    link.server_events();
    assert!(!link.client.is_multiplexed());
    let ids: Vec<_> =
        (0..3).map(|byte| link.client.begin(call(binding, vec![byte])).unwrap()).collect();
    link.client.cancel(ids[1], Patience::None).unwrap();
    link.settle();
    let first = arrived(&mut link);
    assert_eq!(first.len(), 1);
    link.server.respond(first[0].handle, Vec::new());
    link.settle();
    let second = arrived(&mut link);
    assert_eq!((second.len(), &second[0].stub[..]), (1, &[2][..]));
    let finished: Vec<_> = link
        .client_events()
        .into_iter()
        .filter_map(|event| match event {
            ClientEvent::Finished(id, _) => Some(id),
            _ => None,
        })
        .collect();
    assert_eq!(finished, [ids[1], ids[0]]);
}

#[test]
fn a_server_queues_what_a_client_sends_ahead_without_multiplexing() {
    let mut link = Link::plain();
    let binding = link.client.bind(ECHO, None, Duration::ZERO).unwrap();
    let mut bind = link.client.poll_transmit().to_vec();
    link.client.handle_transmitted(bind.len());
    bind[3] &= !Flags::CONCURRENT_MULTIPLEXING.0;
    link.server.handle_bytes(&bind, Duration::ZERO);
    link.settle();
    link.server_events();
    let _ = binding;
    for call_id in 10..13 {
        let request = Request { alloc_hint: 0, context_id: 0, opnum: 0, object: None, stub: &[7] };
        let mut bytes = Vec::new();
        Packet::new(Flags::WHOLE, call_id, Body::Request(request)).emit(&mut bytes);
        link.server.handle_bytes(&bytes, Duration::ZERO);
    }
    // A cancel of one that waits answers it.
    let mut cancel = Vec::new();
    Packet::new(Flags::WHOLE, 11, Body::CoCancel).emit(&mut cancel);
    link.server.handle_bytes(&cancel, Duration::ZERO);
    let mut order = Vec::new();
    while let [incoming] = &arrived(&mut link)[..] {
        order.push(incoming.handle.call_id());
        link.server.respond(incoming.handle, Vec::new());
    }
    assert_eq!(order, [10, 12]);
    let sent = link.server.poll_transmit();
    let mut answers = Vec::new();
    let mut rest = sent;
    while !rest.is_empty() {
        let header = Header::parse(rest).unwrap();
        answers.push((header.call_id, header.packet_type));
        rest = &rest[usize::from(header.frag_len)..];
    }
    let response = PacketType::Response;
    assert_eq!(answers, [(11, PacketType::Fault), (10, response), (12, response)]);
}

#[test]
fn big_endian_requests_are_read() {
    let mut link = Link::plain();
    link.bind(None);
    let object = Some(Guid::from_u128(0x00112233_4455_6677_8899_AABBCCDDEEFF));
    let request = Request { alloc_hint: 4, context_id: 0, opnum: 0x0102, object, stub: &[1, 2] };
    let flags = Flags::WHOLE.with(Flags::OBJECT);
    let mut packet = Packet::new(flags, 0x01020304, Body::Request(request));
    packet.header.order = ByteOrder::Big;
    let mut bytes = Vec::new();
    packet.emit(&mut bytes);
    assert_eq!(bytes[HEADER_LEN - 4..HEADER_LEN], [1, 2, 3, 4]);
    link.server.handle_bytes(&bytes, Duration::ZERO);
    let calls = arrived(&mut link);
    assert_eq!((calls[0].order, calls[0].opnum), (ByteOrder::Big, 0x0102));
    assert_eq!(calls[0].object, object);
    assert_eq!(calls[0].handle.call_id(), 0x01020304);
}

#[test]
fn both_ends_keep_to_the_shorter_fragment() {
    let limits = CallLimits { fragment_len: 1500, ..CallLimits::default() };
    let settings = ClientSettings { limits, ..ClientSettings::default() };
    let mut link = Link::new(settings, server_settings(AuthLevel::None));
    let binding = link.bind(None);
    link.client.begin(call(binding, vec![5; 10_000])).unwrap();
    link.send_from_client(usize::MAX);
    let (first, _) = link.to_server.make_contiguous().split_at(HEADER_LEN);
    assert!(Header::parse(first).unwrap().frag_len <= 1496);
    link.settle();
    let calls = arrived(&mut link);
    link.server.respond(calls[0].handle, vec![6; 10_000]);
    link.send_from_server(usize::MAX);
    assert!(Header::parse(link.to_client.make_contiguous()).unwrap().frag_len <= 1496);
    link.settle();
    assert!(matches!(&link.client_events()[..], [ClientEvent::Finished(..)]));
}

#[test]
fn features_are_agreed_on_in_the_bind() {
    let mut link = Link::plain();
    link.client.bind(ECHO, None, Duration::ZERO).unwrap();
    link.send_from_client(usize::MAX);
    let bind = link.to_server.make_contiguous().to_vec();
    let Body::Bind(bind) = Packet::parse(&bind).unwrap().body else { panic!("not a bind") };
    assert_eq!(bind.contexts[0].transfer_syntaxes, [NDR]);
    assert_eq!(Features::from_syntax(bind.contexts[1].transfer_syntaxes[0]), Some(Features::ALL));
    link.arrive_at_server(usize::MAX);
    let ack = link.server.poll_transmit().to_vec();
    let Body::BindAck(ack) = Packet::parse(&ack).unwrap().body else { panic!("not an answer") };
    assert_eq!(ack.results[1], docfile_call::wire::pdu::ContextResult::Negotiated(Features::ALL));
}
