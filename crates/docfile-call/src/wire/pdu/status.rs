//! The status of a fault (\[C706\] appendix E, [MS-RPCE] 3.1.1.5.5), and the result code it becomes.

use core::fmt;

use crate::Hresult;

/// Why a call failed, as the wire says it.
///
/// Three families share the 32 bits: the codes of \[C706\] (`nca_`), the small numbers of Windows'
/// own errors, and result codes of DCOM as they are.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FaultStatus(pub u32);

macro_rules! statuses {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $text:literal, $hresult:expr;)*) => {
        impl FaultStatus {
            $($(#[$doc])* pub const $name: Self = Self($code);)*

            const fn known(self) -> Option<(&'static str, Hresult)> {
                match self.0 {
                    $($code => Some(($text, $hresult)),)*
                    _ => None,
                }
            }
        }
    };
}

statuses! {
    /// The caller may not do this, or could not show who he is.
    ACCESS_DENIED = 0x0000_0005, "nca_s_fault_access_denied", Hresult::E_ACCESSDENIED;
    /// The stub data cannot be read.
    BAD_STUB_DATA = 0x0000_06F7, "nca_s_fault_ndr", Hresult(0x8007_06F7);
    /// The call was cancelled.
    CANCEL = 0x1C00_000D, "nca_s_fault_cancel", Hresult::RPC_E_CALL_CANCELED;
    /// The server failed, and says no more.
    UNSPECIFIED = 0x1C00_0012, "nca_s_fault_unspec", Hresult::RPC_E_SERVERFAULT;
    /// The server has no memory left for the call.
    NO_MEMORY = 0x1C00_001B, "nca_s_fault_remote_no_memory", Hresult::E_OUTOFMEMORY;
    /// The request names a context that is not there.
    CONTEXT_MISMATCH = 0x1C00_001A, "nca_s_fault_context_mismatch", Hresult(0x8007_06E5);
    /// The interface has no method of that number.
    OPERATION_RANGE = 0x1C01_0002, "nca_s_op_rng_error", Hresult::RPC_E_INVALIDMETHOD;
    /// The interface is not served on this connection.
    UNKNOWN_INTERFACE = 0x1C01_0003, "nca_s_unk_if", Hresult(0x8007_06B5);
    /// The caller broke the protocol.
    PROTOCOL_ERROR = 0x1C01_000B, "nca_s_proto_error", Hresult::RPC_E_INVALID_DATA;
    /// The answer is too long.
    OUT_ARGUMENTS_TOO_BIG = 0x1C01_0013, "nca_s_out_args_too_big", Hresult::RPC_E_OUT_OF_RESOURCES;
    /// The server has too much to do.
    SERVER_TOO_BUSY = 0x1C01_0014, "nca_s_server_too_busy", Hresult::RPC_E_SERVERCALL_RETRYLATER;
    /// The object that was called is not of this interface.
    UNSUPPORTED_TYPE = 0x1C01_0017, "nca_s_unsupported_type", Hresult(0x8007_06B4);
}

impl FaultStatus {
    /// The result code that a caller gets for it.
    ///
    /// A status whose top bit is set is a result code already; a small number is an error of
    /// Windows; of the rest, what is not known is [`Hresult::RPC_E_SERVERFAULT`].
    ///
    /// ```
    /// use docfile_call::Hresult;
    /// use docfile_call::wire::pdu::FaultStatus;
    /// assert_eq!(FaultStatus::CANCEL.hresult(), Hresult::RPC_E_CALL_CANCELED);
    /// assert_eq!(FaultStatus(0x8001_0108).hresult(), Hresult::RPC_E_DISCONNECTED);
    /// assert_eq!(FaultStatus(87).hresult(), Hresult::E_INVALIDARG);
    /// ```
    #[must_use]
    pub const fn hresult(self) -> Hresult {
        match self.known() {
            Some((_, hresult)) => hresult,
            None if self.0 & 0x8000_0000 != 0 => Hresult(self.0),
            None if self.0 != 0 && self.0 <= 0xFFFF => Hresult(0x8007_0000 | self.0),
            None => Hresult::RPC_E_SERVERFAULT,
        }
    }
}

impl fmt::Display for FaultStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.known() {
            Some((name, _)) => write!(f, "{name} (0x{:08X})", self.0),
            None => write!(f, "0x{:08X}", self.0),
        }
    }
}

impl fmt::Debug for FaultStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
