//! Result codes of calls ([MS-ERREF] 2.1), as values that travel.

use core::fmt;

/// The result of a method: a code whose top bit says that it failed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hresult(pub u32);

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        impl Hresult {
            $($(#[$doc])* pub const $name: Self = Self($code);)*

            fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$name => Some(stringify!($name)),)*
                    _ => None,
                }
            }
        }
    };
}

codes! {
    /// Done.
    S_OK = 0;
    /// Done, and the answer is no.
    S_FALSE = 1;
    /// The method exists, but not here.
    E_NOTIMPL = 0x8000_4001;
    /// The object has no such interface.
    E_NOINTERFACE = 0x8000_4002;
    /// A pointer that must not be null is.
    E_POINTER = 0x8000_4003;
    /// It failed, and no more is known.
    E_FAIL = 0x8000_4005;
    /// Something that should not happen did.
    E_UNEXPECTED = 0x8000_FFFF;
    /// Not allowed.
    E_ACCESSDENIED = 0x8007_0005;
    /// Not enough memory.
    E_OUTOFMEMORY = 0x8007_000E;
    /// An argument makes no sense.
    E_INVALIDARG = 0x8007_0057;
    /// The class cannot be part of an aggregate.
    CLASS_E_NOAGGREGATION = 0x8004_0110;
    /// No class with this id is registered.
    REGDB_E_CLASSNOTREG = 0x8004_0154;
    /// The object is not connected to its server.
    CO_E_OBJNOTCONNECTED = 0x8004_01FD;
    /// The callee refused the call.
    RPC_E_CALL_REJECTED = 0x8001_0001;
    /// The call was cancelled.
    RPC_E_CALL_CANCELED = 0x8001_0002;
    /// A call out from inside a call that forbids posting.
    RPC_E_CANTPOST_INSENDCALL = 0x8001_0003;
    /// A synchronous call out from inside an asynchronous notification.
    RPC_E_CANTCALLOUT_INASYNCCALL = 0x8001_0004;
    /// A call out from a place that forbids it.
    RPC_E_CANTCALLOUT_INEXTERNALCALL = 0x8001_0005;
    /// The connection ended during the call.
    RPC_E_CONNECTION_TERMINATED = 0x8001_0006;
    /// The server ended during the call.
    RPC_E_SERVER_DIED = 0x8001_0007;
    /// The client ended during the call.
    RPC_E_CLIENT_DIED = 0x8001_0008;
    /// The client cannot bring its arguments into their form on the wire.
    RPC_E_CLIENT_CANTMARSHAL_DATA = 0x8001_000B;
    /// The client cannot read the server's answer.
    RPC_E_CLIENT_CANTUNMARSHAL_DATA = 0x8001_000C;
    /// The server cannot bring its answer into its form on the wire.
    RPC_E_SERVER_CANTMARSHAL_DATA = 0x8001_000D;
    /// The server cannot read the client's arguments.
    RPC_E_SERVER_CANTUNMARSHAL_DATA = 0x8001_000E;
    /// What arrived cannot be read.
    RPC_E_INVALID_DATA = 0x8001_000F;
    /// A parameter of the call is not valid.
    RPC_E_INVALID_PARAMETER = 0x8001_0010;
    /// The system below failed.
    RPC_E_SYS_CALL_FAILED = 0x8001_0100;
    /// There is no room for more.
    RPC_E_OUT_OF_RESOURCES = 0x8001_0101;
    /// Not registered.
    RPC_E_NOT_REGISTERED = 0x8001_0103;
    /// The server failed while it worked on the call.
    RPC_E_SERVERFAULT = 0x8001_0105;
    /// The thread already belongs to an apartment of the other kind.
    RPC_E_CHANGED_MODE = 0x8001_0106;
    /// The interface has no such method.
    RPC_E_INVALIDMETHOD = 0x8001_0107;
    /// The object has gone from its client.
    RPC_E_DISCONNECTED = 0x8001_0108;
    /// Try the call again.
    RPC_E_RETRY = 0x8001_0109;
    /// The callee asks to be called later.
    RPC_E_SERVERCALL_RETRYLATER = 0x8001_010A;
    /// The callee's message filter refused the call.
    RPC_E_SERVERCALL_REJECTED = 0x8001_010B;
    /// A call out from inside an input-synchronised call.
    RPC_E_CANTCALLOUT_ININPUTSYNCCALL = 0x8001_010D;
    /// The object belongs to another thread.
    RPC_E_WRONG_THREAD = 0x8001_010E;
    /// A call is pending. The code is one of failure in spite of its name.
    RPC_S_CALLPENDING = 0x8001_0115;
    /// Wait for the timer.
    RPC_S_WAITONTIMER = 0x8001_0116;
    /// No call is in progress.
    RPC_E_CALL_COMPLETE = 0x8001_0117;
    /// The versions do not fit.
    RPC_E_VERSION_MISMATCH = 0x8001_0110;
    /// The header of the call is not valid.
    RPC_E_INVALID_HEADER = 0x8001_0111;
    /// The object that was asked for does not exist.
    RPC_E_INVALID_OBJECT = 0x8001_0114;
    /// There is no context.
    RPC_E_NO_CONTEXT = 0x8001_011E;
    /// It took too long.
    RPC_E_TIMEOUT = 0x8001_011F;
    /// There is nothing to wait for.
    RPC_E_NO_SYNC = 0x8001_0120;
    /// Calls of this thread cannot be cancelled.
    CO_E_CANCEL_DISABLED = 0x8001_0140;
}

impl Hresult {
    /// Whether the top bit says that it failed.
    ///
    /// ```
    /// use docfile_call::Hresult;
    /// assert!(Hresult::RPC_S_CALLPENDING.is_failure(), "in spite of its name");
    /// assert!(!Hresult::S_FALSE.is_failure());
    /// ```
    #[must_use]
    pub const fn is_failure(self) -> bool {
        self.0 & 0x8000_0000 != 0
    }
}

impl fmt::Display for Hresult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} (0x{:08X})", self.0),
            None => write!(f, "0x{:08X}", self.0),
        }
    }
}

impl fmt::Debug for Hresult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for Hresult {}
