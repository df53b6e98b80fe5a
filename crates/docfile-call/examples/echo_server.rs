//! A server of one interface whose method 0 gives back its stub data, over TCP with threads.
//!
//! It shows how a session is driven, and lets clients by others be tried: one of its interfaces
//! takes any caller, the other asks for a signature by the user `Ada`, whose password is `secret`.
//!
//! ```text
//! cargo run -p docfile-call --example echo_server -- 127.0.0.1:0
//! ```

#![expect(clippy::print_stdout, reason = "an example tells what it does")]

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use docfile_call::Guid;
use docfile_call::security::ntlm::{NtlmProvider, Users};
use docfile_call::wire::pdu::{AuthLevel, FaultStatus, SyntaxId};
use docfile_call::wire::session::{ServedInterface, ServerEvent, ServerSession, ServerSettings};

const OPEN: Guid = Guid::from_u128(0x0EC40000_0000_4000_8000_000000000001);
const SIGNED: Guid = Guid::from_u128(0x0EC40000_0000_4000_8000_000000000002);
/// From the origin of file times, 1601, to that of the system's clock, 1970, in units of 100 ns.
const FILE_TIME_OF_1970: u64 = 116_444_736_000_000_000;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = TcpListener::bind(address)?;
    println!("listening on {}", listener.local_addr()?);
    for stream in listener.incoming() {
        let stream = stream?;
        std::thread::spawn(move || match serve(stream) {
            Ok(()) => {}
            Err(error) => println!("connection: {error}"),
        });
    }
    Ok(())
}

fn serve(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let start = Instant::now();
    let mut session = ServerSession::new(settings()?, Duration::ZERO);
    let mut buffer = vec![0; 64 << 10];
    loop {
        stream.set_read_timeout(session.poll_timeout().map(|deadline| {
            deadline.saturating_sub(start.elapsed()).max(Duration::from_millis(1))
        }))?;
        match stream.read(&mut buffer) {
            Ok(0) => session.handle_closed(),
            Ok(len) => {
                session.handle_bytes(buffer.get(..len).unwrap_or_default(), start.elapsed());
            }
            Err(error) if is_timeout(&error) => session.handle_timeout(start.elapsed()),
            Err(error) => return Err(error),
        }
        let mut is_over = false;
        while let Some(event) = session.poll_event() {
            is_over |= matches!(event, ServerEvent::Ended(_));
            answer(&mut session, event);
        }
        while let bytes @ [_, ..] = session.poll_transmit() {
            stream.write_all(bytes)?;
            let len = bytes.len();
            session.handle_transmitted(len);
        }
        if is_over {
            return Ok(());
        }
    }
}

fn answer(session: &mut ServerSession, event: ServerEvent) {
    match event {
        ServerEvent::Call(call) => {
            let user = call.principal.as_ref().map_or("nobody", |principal| &principal.user);
            println!(
                "call {} of {} by {user} at {:?}: {} bytes",
                call.opnum,
                call.interface,
                call.level,
                call.stub.len()
            );
            match call.opnum {
                0 => session.respond(call.handle, call.stub),
                _ => session.fault(call.handle, FaultStatus::OPERATION_RANGE),
            };
        }
        ServerEvent::Ended(reason) => println!("ended: {reason}"),
        other => println!("{other:?}"),
    }
}

fn settings() -> io::Result<ServerSettings> {
    let mut users = Users::default();
    users.insert("Ada", "secret");
    let served = |id, min_level| ServedInterface { syntax: SyntaxId::of_interface(id), min_level };
    let interfaces = [served(OPEN, AuthLevel::None), served(SIGNED, AuthLevel::Integrity)];
    let mut random = [0; 32];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut random)?;
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let ticks = u64::try_from(since_1970.as_nanos() / 100).unwrap_or(0);
    Ok(ServerSettings {
        security: Some(Arc::new(NtlmProvider::new(Arc::new(users), "DOCFILE"))),
        file_time_origin: FILE_TIME_OF_1970 + ticks,
        ..ServerSettings::new(Arc::new(interfaces), random)
    })
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}
