//! Two sessions and the bytes between them, moved in portions of any length.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use docfile_call::Guid;
use docfile_call::wire::pdu::{AuthLevel, SyntaxId};
use docfile_call::wire::session::{
    BindingId, ClientCall, ClientEvent, ClientSession, ClientSettings, SecurityId, ServedInterface,
    ServerEvent, ServerSession, ServerSettings,
};

pub(crate) const ECHO: SyntaxId = SyntaxId::of_interface(Guid::from_u128(0xEC40));

/// A generator of numbers that look random, the same ones for the same seed.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 11).unwrap() % bound.max(1)
    }
}

pub(crate) struct Link {
    pub(crate) client: ClientSession,
    pub(crate) server: ServerSession,
    pub(crate) to_server: VecDeque<u8>,
    pub(crate) to_client: VecDeque<u8>,
    pub(crate) now: Duration,
}

pub(crate) fn server_settings(min_level: AuthLevel) -> ServerSettings {
    let interfaces: Arc<[_]> = Arc::new([ServedInterface { syntax: ECHO, min_level }]);
    ServerSettings::new(interfaces, [7; 32])
}

impl Link {
    pub(crate) fn new(client: ClientSettings, server: ServerSettings) -> Self {
        Self {
            client: ClientSession::new(client),
            server: ServerSession::new(server, Duration::ZERO),
            to_server: VecDeque::new(),
            to_client: VecDeque::new(),
            now: Duration::ZERO,
        }
    }

    pub(crate) fn plain() -> Self {
        Self::new(ClientSettings::default(), server_settings(AuthLevel::None))
    }

    /// Moves at most `len` bytes from the client towards the server's end of the link.
    pub(crate) fn send_from_client(&mut self, len: usize) {
        let bytes = self.client.poll_transmit();
        let len = len.min(bytes.len());
        self.to_server.extend(&bytes[..len]);
        self.client.handle_transmitted(len);
    }

    pub(crate) fn send_from_server(&mut self, len: usize) {
        let bytes = self.server.poll_transmit();
        let len = len.min(bytes.len());
        self.to_client.extend(&bytes[..len]);
        self.server.handle_transmitted(len);
    }

    pub(crate) fn arrive_at_server(&mut self, len: usize) {
        let len = len.min(self.to_server.len());
        let bytes: Vec<u8> = self.to_server.drain(..len).collect();
        self.server.handle_bytes(&bytes, self.now);
    }

    pub(crate) fn arrive_at_client(&mut self, len: usize) {
        let len = len.min(self.to_client.len());
        let bytes: Vec<u8> = self.to_client.drain(..len).collect();
        self.client.handle_bytes(&bytes, self.now);
    }

    /// Moves bytes until both ends are silent.
    pub(crate) fn settle(&mut self) {
        loop {
            self.send_from_client(usize::MAX);
            self.arrive_at_server(usize::MAX);
            self.send_from_server(usize::MAX);
            self.arrive_at_client(usize::MAX);
            if self.client.poll_transmit().is_empty() && self.server.poll_transmit().is_empty() {
                break;
            }
        }
    }

    pub(crate) fn client_events(&mut self) -> Vec<ClientEvent> {
        std::iter::from_fn(|| self.client.poll_event()).collect()
    }

    pub(crate) fn server_events(&mut self) -> Vec<ServerEvent> {
        std::iter::from_fn(|| self.server.poll_event()).collect()
    }

    /// Binds the interface, and takes the events that say so.
    pub(crate) fn bind(&mut self, security: Option<SecurityId>) -> BindingId {
        let binding = self.client.bind(ECHO, security, self.now).unwrap();
        self.settle();
        assert_eq!(self.client_events(), [ClientEvent::Bound(binding)]);
        let events = self.server_events();
        assert!(matches!(events[..], [ServerEvent::Bound { interface: ECHO, .. }]), "{events:?}");
        binding
    }
}

pub(crate) fn call(binding: BindingId, stub: Vec<u8>) -> ClientCall {
    ClientCall { binding, opnum: 3, object: Some(Guid::from_u128(0x1B1D)), stub, deadline: None }
}
