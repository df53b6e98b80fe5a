//! contract/calls.md 1.1: four pairings of client and server, one capture.

use std::sync::Arc;

use docfile_call::Hresult;
use docfile_call::call::create_call;
use docfile_call::interface::Unknown;
use docfile_call::proxy::Pointer;

use super::link::{Event, Link};
use super::recordset::{
    AsyncRecordset, Asynchronous, Changes, OtherFactory, Recordset, Sink, Synchronous, When,
    registry,
};

/// What a client was given, call by call.
type Given = Vec<(Result<i32, Hresult>, String)>;

fn call_synchronously(server: &Arc<dyn Unknown>) -> Given {
    let recordset = server.query_for::<dyn Recordset>().unwrap();
    let mut given = Vec::new();
    for y in [5, -9] {
        let mut x = 3;
        let result = recordset.swap(&mut x, y);
        given.push((result, x.to_string()));
    }
    let mut buffer = vec![0xEE; 3];
    let result = recordset.read(&mut buffer, 5);
    given.push((result.map(u32::cast_signed), format!("{buffer:?}")));
    for text in ["straße", ""] {
        let result = recordset.query(text, &[1, 2, 3]);
        given.push((Ok(0), format!("{result:?}")));
    }
    let sink: Arc<dyn Sink> = Arc::new(Changes::default());
    let result = recordset.watch(Pointer::from(sink));
    given.push((result.map(|sink| i32::from(sink.get().is_some())), String::new()));
    given.push((recordset.rewind().map(|()| 0), String::new()));
    given
}

fn call_asynchronously(server: &Arc<dyn Unknown>) -> Given {
    // One call object for all of them, one after another.
    let call = create_call::<dyn AsyncRecordset>(server).unwrap();
    let mut given = Vec::new();
    for y in [5, -9] {
        let mut x = 3;
        call.begin_swap(&x, y).unwrap();
        let result = call.finish_swap(&mut x);
        given.push((result, x.to_string()));
    }
    let mut buffer = vec![0xEE; 3];
    call.begin_read(5).unwrap();
    let result = call.finish_read(&mut buffer);
    given.push((result.map(u32::cast_signed), format!("{buffer:?}")));
    for text in ["straße", ""] {
        call.begin_query(text, &[1, 2, 3]).unwrap();
        let result = call.finish_query();
        given.push((Ok(0), format!("{result:?}")));
    }
    let sink: Arc<dyn Sink> = Arc::new(Changes::default());
    call.begin_watch(Pointer::from(sink)).unwrap();
    let result = call.finish_watch();
    given.push((result.map(|sink| i32::from(sink.get().is_some())), String::new()));
    call.begin_rewind().unwrap();
    given.push((call.finish_rewind().map(|()| 0), String::new()));
    given
}

fn servers() -> Vec<(&'static str, Arc<dyn Unknown>)> {
    vec![
        ("synchronous", Arc::new(Synchronous)),
        ("factory without a call object for it", Arc::new(OtherFactory::default())),
        ("asynchronous, done at once", Arc::new(Asynchronous::new(When::AtOnce))),
        ("asynchronous, done on another thread", Arc::new(Asynchronous::new(When::Soon))),
    ]
}

#[test]
fn neither_the_client_nor_the_server_shows_in_the_bytes() {
    let mut captures: Vec<(String, Vec<Event>, Given)> = Vec::new();
    for (server_kind, _) in servers() {
        for client in [call_synchronously as fn(&Arc<dyn Unknown>) -> Given, call_asynchronously] {
            let (_, server) = servers().into_iter().find(|(kind, _)| *kind == server_kind).unwrap();
            let link = Link::new(registry());
            let given = client(&link.connect(server));
            captures.push((server_kind.to_owned(), link.take_events(), given));
        }
    }
    assert_eq!(captures.len(), 8);
    let (_, first_events, first_given) = &captures[0];
    // Eight calls, seven of the client and one back into its sink.
    let requests = first_events.iter().filter(|event| matches!(event, Event::Request { .. }));
    assert_eq!(requests.count(), 8);
    for (kind, events, given) in &captures {
        assert_eq!(given, first_given, "{kind}");
        assert_eq!(events, first_events, "{kind}");
    }
}

#[test]
fn the_bytes_are_those_of_the_parameters_in_order() {
    let link = Link::new(registry());
    let server = link.connect(Arc::new(Synchronous));
    let recordset = server.query_for::<dyn Recordset>().unwrap();
    let mut x = 3;
    assert_eq!(recordset.swap(&mut x, 5), Ok(3));
    assert_eq!(x, 5);
    let events = link.take_events();
    let Event::Request { method, bytes, .. } = &events[0] else { panic!("a request") };
    assert_eq!((*method, bytes.as_slice()), (3, [3, 0, 0, 0, 5, 0, 0, 0].as_slice()));
    // x, the result, the code.
    assert_eq!(events[1], Event::Answer(vec![5, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]));

    assert_eq!(recordset.swap(&mut x, -1), Err(Hresult(0x8004_0001)));
    let events = link.take_events();
    let failed = vec![0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 1, 0, 4, 0x80];
    assert_eq!(events[1], Event::Answer(failed), "on failure the result is its default");
}
