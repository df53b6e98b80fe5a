//! How much a peer may ask for: every limit of calls, in one place.
//!
//! [`CallLimits`] are values that a caller may tighten or loosen, one set for each connection. The
//! constants follow from the protocol, or are so far beyond what any peer sends that nobody needs
//! to change them.

use core::time::Duration;

/// Presentation contexts in one bind or alter_context; the field has eight bits.
pub const MAX_CONTEXTS_PER_BIND: usize = 255;
/// Transfer syntaxes offered for one presentation context; clients send two or three.
pub const MAX_TRANSFER_SYNTAXES: usize = 32;
/// The shortest fragment that an end of a connection may insist on (\[C706\] 12.6.3.1,
/// `MustRecvFragSize`), in bytes.
pub const MIN_FRAGMENT_LEN: u16 = 1432;
/// The longest fragment that Windows sends and takes over TCP, in bytes.
pub const USUAL_FRAGMENT_LEN: u16 = 5840;
/// The longest token of a handshake, in bytes.
pub const MAX_TOKEN_LEN: usize = 16 << 10;
/// Stub data for which memory is set aside before they are here, in bytes: what a fragment may
/// claim without showing it.
pub const MAX_RESERVED_LEN: usize = 64 << 10;

/// How many calls a single-threaded apartment may serve inside one another: each takes stack.
pub const MAX_SERVED_DEPTH: usize = 64;
/// How many objects a container holds that is waited for as one (contract/calls.md 5).
pub const MAX_SYNCHRONIZE_COUNT: usize = 63;

/// What one connection may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallLimits {
    /// The longest fragment that is sent and taken, in bytes (default 5840).
    pub fragment_len: u16,
    /// The longest stub data of one request or response, in bytes (default 16 MiB).
    pub stub_len: usize,
    /// The most fragments of one request or response (default 65,536). Fragments may be empty,
    /// so the length alone does not bound them.
    pub fragment_count: u32,
    /// Stub data of partly received messages and of calls that wait their turn, over all calls
    /// of a connection, in bytes (default 64 MiB).
    pub buffered_len: usize,
    /// Answers that the peer does not take, in bytes (default 64 MiB). The connection ends when
    /// an answer would exceed it.
    pub unsent_len: usize,
    /// Calls of one connection that are under way in the server (default 1024).
    pub server_call_count: usize,
    /// Calls of one connection that a client has begun and not finished, cancelled ones that are
    /// not confirmed included (default 131,072).
    pub client_call_count: usize,
    /// Presentation contexts of one connection (default 256).
    pub context_count: usize,
    /// Security contexts of one connection (default 64; [MS-RPCE] 3.3.1.5.4 allows 2000).
    pub security_count: usize,
    /// How long a client may take from the start of a connection until it may call, and how
    /// long each later handshake may last (default 30 s).
    pub handshake_time: Duration,
    /// How long a packet, or a message of several fragments, may stand still before it is whole
    /// (default 60 s).
    pub stall_time: Duration,
}

impl Default for CallLimits {
    fn default() -> Self {
        Self {
            fragment_len: USUAL_FRAGMENT_LEN,
            stub_len: 16 << 20,
            fragment_count: 1 << 16,
            buffered_len: 64 << 20,
            unsent_len: 64 << 20,
            server_call_count: 1024,
            client_call_count: 1 << 17,
            context_count: 256,
            security_count: 64,
            handshake_time: Duration::from_secs(30),
            stall_time: Duration::from_secs(60),
        }
    }
}

/// What the values of one stub, or of one serialized object, may cost. Beside these, no count is
/// believed that exceeds the bytes left, so that memory stays in proportion to what was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueLimits {
    /// How many pointers, variants and arrays may lie inside one another (default 64). Bounds the
    /// stack.
    pub depth: u32,
    /// How many bytes of memory the values may take together (default 256 MiB).
    pub memory: usize,
}

impl Default for ValueLimits {
    fn default() -> Self {
        Self { depth: 64, memory: 256 << 20 }
    }
}

/// What the clients of one exporter may keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportLimits {
    /// How many objects may be exported (default 1,048,576).
    pub object_count: usize,
    /// How many interfaces of them all (default 2,097,152).
    pub interface_count: usize,
}

impl Default for ExportLimits {
    fn default() -> Self {
        Self { object_count: 1 << 20, interface_count: 1 << 21 }
    }
}

/// What the clients of one resolver may keep alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PingLimits {
    /// How many ping sets there may be (default 4096).
    pub set_count: usize,
    /// How many objects there may be in one (default 65,536).
    pub object_count: usize,
}

impl Default for PingLimits {
    fn default() -> Self {
        Self { set_count: 4096, object_count: 65_536 }
    }
}
