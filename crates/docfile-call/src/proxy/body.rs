//! The arguments of a call, or what it gives out, as bytes.
//!
//! Invariant: what stands before the arguments (the headers of PDU and ORPC) is the channel's; the
//! alignment of the arguments counts from their own first byte, which is right because those
//! headers are multiples of eight bytes long ([MS-DCOM] 2.2.13).

use std::sync::Arc;

use super::method::Parameter;
use crate::Hresult;
use crate::interface::InterfaceMarshaler;
use crate::ndr::{DataRepresentation, Decoder, Encoder, Limits, Marshal, NdrFault};

/// The arguments or the answer of a call, in a buffer that may hold headers before them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    bytes: Vec<u8>,
    start: usize,
    representation: DataRepresentation,
}

impl Body {
    /// What was received: the arguments begin at `start` of `bytes`.
    #[must_use]
    pub const fn received(
        bytes: Vec<u8>,
        start: usize,
        representation: DataRepresentation,
    ) -> Self {
        Self { bytes, start, representation }
    }

    /// The arguments.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    /// The whole buffer, and where in it the arguments begin.
    #[must_use]
    pub fn into_buffer(self) -> (Vec<u8>, usize) {
        (self.bytes, self.start)
    }
}

/// What marshaling needs beside the values.
#[derive(Debug, Clone, Default)]
pub struct Tools {
    /// Who marshals references to objects.
    pub marshaler: Option<Arc<dyn InterfaceMarshaler>>,
    /// What a peer's values may ask for.
    pub limits: Limits,
}

/// Which side marshals, for the code of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// It sends arguments and receives the answer.
    Client,
    /// It receives arguments and sends the answer.
    Server,
}

/// A body in the making.
#[derive(Debug)]
pub struct Outgoing {
    encoder: Encoder,
    side: Side,
    start: usize,
}

impl Outgoing {
    /// One that goes behind `headers`.
    #[must_use]
    pub fn new(side: Side, tools: &Tools, headers: Vec<u8>) -> Self {
        let start = headers.len();
        let encoder = Encoder::after(headers).with_marshaler(tools.marshaler.clone());
        Self { encoder, side, start }
    }

    /// Appends a value.
    ///
    /// # Errors
    ///
    /// [`Hresult::RPC_E_CLIENT_CANTMARSHAL_DATA`] or its like of the server when the value has no
    /// form on the wire; what the marshaler says of a reference.
    pub fn put<T: Marshal + ?Sized>(&mut self, value: &T) -> Result<(), Hresult> {
        self.encoder.value(value).map_err(|error| match (error.fault, self.side) {
            (NdrFault::Interface(code), _) => code,
            (_, Side::Client) => Hresult::RPC_E_CLIENT_CANTMARSHAL_DATA,
            (_, Side::Server) => Hresult::RPC_E_SERVER_CANTMARSHAL_DATA,
        })
    }

    /// The body.
    #[must_use]
    pub fn into_body(self) -> Body {
        let representation = DataRepresentation::LITTLE_ENDIAN;
        Body { bytes: self.encoder.into_bytes(), start: self.start, representation }
    }
}

/// A body being read.
#[derive(Debug)]
pub struct Incoming<'b> {
    decoder: Decoder<'b>,
    side: Side,
}

impl<'b> Incoming<'b> {
    /// Reads a body that `side` received.
    #[must_use]
    pub fn new(side: Side, tools: &Tools, body: &'b Body) -> Self {
        let decoder = Decoder::new(body.as_bytes(), body.representation, &tools.limits)
            .with_marshaler(tools.marshaler.clone());
        Self { decoder, side }
    }

    /// Takes the next value.
    ///
    /// # Errors
    ///
    /// [`Hresult::RPC_E_SERVER_CANTUNMARSHAL_DATA`] or its like of the client when the bytes are
    /// no such value; what the marshaler says of a reference.
    pub fn take<T: Parameter>(&mut self) -> Result<T, Hresult> {
        self.decoder.value().map_err(|error| match (error.fault, self.side) {
            (NdrFault::Interface(code), _) => code,
            (_, Side::Client) => Hresult::RPC_E_CLIENT_CANTUNMARSHAL_DATA,
            (_, Side::Server) => Hresult::RPC_E_SERVER_CANTUNMARSHAL_DATA,
        })
    }

    /// Takes the result code, which comes last.
    ///
    /// # Errors
    ///
    /// The code itself when it is one of failure, and as [`take`](Self::take).
    pub fn take_result(&mut self) -> Result<(), Hresult> {
        let code: Hresult = self.take()?;
        if code.is_failure() { Err(code) } else { Ok(()) }
    }
}
