//! What a peer sends is not believed: bodies cut at every byte, methods that do not exist.

use std::future::Future as _;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use docfile_call::call::{CallContext, Caller};
use docfile_call::interface::{Interface, Unknown};
use docfile_call::ndr::DataRepresentation;
use docfile_call::proxy::{Body, Stub, Tools};
use docfile_call::{Guid, Hresult};

use super::recordset::{Asynchronous, Recordset, Synchronous, Table, When, registry};

fn serve(
    object: Arc<dyn Unknown>,
    iid: Guid,
    method: u16,
    bytes: &[u8],
    is_big: bool,
) -> Result<Body, Hresult> {
    let representation =
        if is_big { DataRepresentation::BIG_ENDIAN } else { DataRepresentation::LITTLE_ENDIAN };
    let body = Body::received(bytes.to_vec(), 0, representation);
    let caller = Caller { user: None, authentication_level: 1 };
    let context = CallContext::new(Guid::NULL, caller);
    let stub = Stub::new(&object, iid, &registry()).unwrap();
    let serving = pin!(stub.serve(method, body, Tools::default(), Vec::new(), context));
    match serving.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("it does not wait"),
    }
}

fn servers() -> [Arc<dyn Unknown>; 2] {
    [Arc::new(Synchronous), Arc::new(Asynchronous::new(When::AtOnce))]
}

#[test]
fn arguments_that_end_early_are_refused() {
    let whole = [3, 0, 0, 0, 5, 0, 0, 0];
    for server in servers() {
        for end in 0..whole.len() {
            let refused = serve(server.clone(), <dyn Recordset>::ID, 3, &whole[..end], false);
            assert_eq!(refused, Err(Hresult::RPC_E_SERVER_CANTUNMARSHAL_DATA));
        }
        // A verification trailer may follow the arguments.
        let mut longer = whole.to_vec();
        longer.extend([0x8A; 24]);
        assert!(serve(server.clone(), <dyn Recordset>::ID, 3, &longer, false).is_ok());
    }
}

#[test]
fn a_count_that_is_larger_than_what_follows_is_refused() {
    // query: a string and an array of 2^31 elements.
    let mut bytes = vec![1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
    bytes.extend(0x8000_0000_u32.to_le_bytes());
    for server in servers() {
        let refused = serve(server, <dyn Recordset>::ID, 5, &bytes, false);
        assert_eq!(refused, Err(Hresult::RPC_E_SERVER_CANTUNMARSHAL_DATA));
    }
}

#[test]
fn a_method_that_does_not_exist_is_refused() {
    for server in servers() {
        for method in [0, 1, 2, 8, 9, u16::MAX] {
            let refused = serve(server.clone(), <dyn Recordset>::ID, method, &[0; 64], false);
            assert_eq!(refused, Err(Hresult::RPC_E_INVALIDMETHOD), "method {method}");
        }
    }
    let beyond = serve(Arc::new(Synchronous), <dyn Table>::ID, 9, &[0; 64], false);
    assert_eq!(beyond, Err(Hresult::RPC_E_INVALIDMETHOD));
}

#[test]
fn arguments_of_the_other_byte_order_are_understood() {
    for server in servers() {
        let answer =
            serve(server, <dyn Recordset>::ID, 3, &[0, 0, 0, 3, 0, 0, 0, 5], true).unwrap();
        assert_eq!(answer.as_bytes(), [5, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]);
    }
}

#[test]
fn a_reference_without_a_marshaler_is_refused() {
    let bytes = [0, 0, 2, 0, 8, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
    let refused = serve(Arc::new(Synchronous), <dyn Recordset>::ID, 6, &bytes, false);
    assert_eq!(refused, Err(Hresult::CO_E_OBJNOTCONNECTED));
    let uncounted = [0, 0, 2, 0, 8, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
    let refused = serve(Arc::new(Synchronous), <dyn Recordset>::ID, 6, &uncounted, false);
    assert_eq!(refused, Err(Hresult::RPC_E_SERVER_CANTUNMARSHAL_DATA));
}
