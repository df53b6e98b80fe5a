//! The ids that [MS-DCOM] 1.9 assigns.

use crate::Guid;

macro_rules! known {
    ($($(#[$doc:meta])* $name:ident = $value:literal;)*) => {
        $($(#[$doc])* pub const $name: Guid = Guid::from_u128($value);)*
    };
}

known! {
    /// `IUnknown`.
    IID_UNKNOWN = 0x00000000_0000_0000_C000_000000000046;
    /// `IClassFactory`.
    IID_CLASS_FACTORY = 0x00000001_0000_0000_C000_000000000046;
    /// `IDispatch` ([MS-OAUT] 1.9).
    IID_DISPATCH = 0x00020400_0000_0000_C000_000000000046;
    /// `IErrorInfo`, whose values travel as error information.
    IID_ERROR_INFO = 0x1CF2B120_547D_101B_8E65_08002B2BD119;
    /// `IRemUnknown`: references of an exporter's objects are counted through it.
    IID_REM_UNKNOWN = 0x00000131_0000_0000_C000_000000000046;
    /// `IRemUnknown2`.
    IID_REM_UNKNOWN2 = 0x00000143_0000_0000_C000_000000000046;
    /// `IObjectExporter`: the resolver's own interface, plain RPC.
    IID_OBJECT_EXPORTER = 0x99FCFEC4_5260_101B_BBCB_00AA0021347A;
    /// `IActivation`, plain RPC.
    IID_ACTIVATION = 0x4D9F4AB8_7D1C_11CF_861E_0020AF6E7C57;
    /// `IRemoteSCMActivator`, plain RPC.
    IID_REMOTE_SCM_ACTIVATOR = 0x000001A0_0000_0000_C000_000000000046;
    /// What the properties of an activation request are marshaled as.
    IID_ACTIVATION_PROPERTIES_IN = 0x000001A2_0000_0000_C000_000000000046;
    /// What the properties of an activation reply are marshaled as.
    IID_ACTIVATION_PROPERTIES_OUT = 0x000001A3_0000_0000_C000_000000000046;
    /// What a context is marshaled as.
    IID_CONTEXT = 0x000001C0_0000_0000_C000_000000000046;
    /// Unmarshaler of the properties of an activation request.
    CLSID_ACTIVATION_PROPERTIES_IN = 0x00000338_0000_0000_C000_000000000046;
    /// Unmarshaler of the properties of an activation reply, and the id of [`PropsOutInfo`].
    ///
    /// [`PropsOutInfo`]: super::PropsOutInfo
    CLSID_ACTIVATION_PROPERTIES_OUT = 0x00000339_0000_0000_C000_000000000046;
    /// Unmarshaler of a context.
    CLSID_CONTEXT_MARSHALER = 0x0000033B_0000_0000_C000_000000000046;
    /// Unmarshaler of error information.
    CLSID_ERROR_OBJECT = 0x0000031B_0000_0000_C000_000000000046;
    /// The extension that carries error information.
    ERROR_EXTENSION = 0x0000031C_0000_0000_C000_000000000046;
    /// The extension that carries a context.
    CONTEXT_EXTENSION = 0x00000334_0000_0000_C000_000000000046;
    /// The property [`InstantiationInfo`](super::InstantiationInfo).
    CLSID_INSTANTIATION_INFO = 0x000001AB_0000_0000_C000_000000000046;
    /// The property [`SpecialProperties`](super::SpecialProperties).
    CLSID_SPECIAL_SYSTEM_PROPERTIES = 0x000001B9_0000_0000_C000_000000000046;
    /// The property [`InstanceInfo`](super::InstanceInfo).
    CLSID_INSTANCE_INFO = 0x000001AD_0000_0000_C000_000000000046;
    /// The property [`ScmRequestInfo`](super::ScmRequestInfo).
    CLSID_SCM_REQUEST_INFO = 0x000001AA_0000_0000_C000_000000000046;
    /// The property [`ActivationContextInfo`](super::ActivationContextInfo).
    CLSID_ACTIVATION_CONTEXT_INFO = 0x000001A5_0000_0000_C000_000000000046;
    /// The property [`LocationInfo`](super::LocationInfo).
    CLSID_SERVER_LOCATION_INFO = 0x000001A4_0000_0000_C000_000000000046;
    /// The property [`SecurityInfo`](super::SecurityInfo).
    CLSID_SECURITY_INFO = 0x000001A6_0000_0000_C000_000000000046;
    /// The property [`ScmReplyInfo`](super::ScmReplyInfo).
    CLSID_SCM_REPLY_INFO = 0x000001B6_0000_0000_C000_000000000046;
}
