//! What an interface is made of, for those who generate from it: names, ids, and of each parameter
//! its way and its type in IDL.

use crate::Guid;

/// Which way a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the server.
    In,
    /// Both ways.
    InOut,
    /// To the client.
    Out,
}

impl Direction {
    /// Whether the method that begins a call takes it (contract/calls.md 2).
    #[must_use]
    pub const fn is_begun_with(self) -> bool {
        !matches!(self, Self::Out)
    }

    /// Whether the method that finishes a call gives it.
    #[must_use]
    pub const fn is_finished_with(self) -> bool {
        !matches!(self, Self::In)
    }
}

/// A parameter of a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParameterDescription {
    /// Its name.
    pub name: &'static str,
    /// Which way it goes.
    pub direction: Direction,
    /// Its type as Rust has it, without references and lifetimes.
    pub rust_type: &'static str,
    /// Its type in IDL, when the attribute names it.
    pub idl_type: Option<&'static str>,
    /// The parameter that holds how many elements it has.
    pub size_is: Option<&'static str>,
}

/// A method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MethodDescription {
    /// Its name as the trait has it.
    pub name: &'static str,
    /// Its parameters, in order; what the method returns comes last.
    pub parameters: &'static [ParameterDescription],
}

/// An interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InterfaceDescription {
    /// Its name as the trait has it.
    pub name: &'static str,
    /// Its id.
    pub iid: Guid,
    /// The id of its asynchronous twin.
    pub async_iid: Option<Guid>,
    /// Whether it is a dispatch interface.
    pub is_dispatch: bool,
    /// What it derives from; nothing for IUnknown.
    pub base: Option<&'static InterfaceDescription>,
    /// Its own methods, in order.
    pub methods: &'static [MethodDescription],
}
