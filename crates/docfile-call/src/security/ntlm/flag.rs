//! The flags that both ends negotiate ([MS-NLMP] 2.2.2.5).

/// Names are UTF-16.
pub(super) const UNICODE: u32 = 0x0000_0001;
/// The server says what it is called.
pub(super) const REQUEST_TARGET: u32 = 0x0000_0004;
/// Messages can be signed.
pub(super) const SIGN: u32 = 0x0000_0010;
/// Messages can be encrypted.
pub(super) const SEAL: u32 = 0x0000_0020;
/// The protocol itself.
pub(super) const NTLM: u32 = 0x0000_0200;
/// Keys are made also where nothing is signed.
pub(super) const ALWAYS_SIGN: u32 = 0x0000_8000;
/// The target's name is that of a machine.
pub(super) const TARGET_TYPE_SERVER: u32 = 0x0002_0000;
/// Extended session security: keys and counts for each direction.
pub(super) const EXTENDED_SECURITY: u32 = 0x0008_0000;
/// The challenge carries a list of names and values.
pub(super) const TARGET_INFO: u32 = 0x0080_0000;
/// The version field means something; it is sent as zeros all the same.
pub(super) const VERSION: u32 = 0x0200_0000;
/// Keys of 128 bits.
pub(super) const KEY_128: u32 = 0x2000_0000;
/// The client chooses the session key.
pub(super) const KEY_EXCHANGE: u32 = 0x4000_0000;
/// Keys of 56 bits; passed on, without effect where 128 are agreed.
pub(super) const KEY_56: u32 = 0x8000_0000;

/// What both ends here can do.
pub(super) const SUPPORTED: u32 = UNICODE
    | REQUEST_TARGET
    | SIGN
    | SEAL
    | NTLM
    | ALWAYS_SIGN
    | EXTENDED_SECURITY
    | TARGET_INFO
    | KEY_128
    | KEY_EXCHANGE
    | KEY_56;

/// Without these there is no handshake.
pub(super) const REQUIRED: u32 = UNICODE | NTLM | EXTENDED_SECURITY | KEY_128;
