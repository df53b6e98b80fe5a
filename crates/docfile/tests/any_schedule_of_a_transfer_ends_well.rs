//! Ten thousand schedules over the real driver, with a server in memory that is late, cuts, refuses,
//! is busy, has no ranges or changes its resource, and readers that come, read, give up and go: never
//! a wrong byte, never two versions in one reader, never somebody who waits for ever. A schedule is
//! its seed.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails loudly"
)]

use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use docfile::fill::{FillLockBytes, Termination};
use docfile::transfer::{
    BoxResponse, Filling, GetRequest, GetResponse, OnChange, PlannerSettings, Policy, Response,
    Retry, Transfer, Transport,
};
use docfile::{Error, ErrorKind, LockBytes as _};
use docfile_testkit::random::Random;
use futures::stream::unfold;

const SCHEDULE_COUNT: u64 = 10_000;
const LEN: u64 = 40_000;
/// A schedule that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);

fn byte(version: u8, offset: u64) -> u8 {
    (u8::try_from(offset % 251).unwrap() ^ u8::try_from(offset / 251 % 256).unwrap())
        .wrapping_add(version.wrapping_mul(101))
}

/// A server that does to each request what chance wants.
#[derive(Debug)]
struct Fickle {
    random: Mutex<Random>,
    has_ranges: bool,
    /// The request from which on the resource is another one.
    changes_at: u64,
    request_count: Mutex<u64>,
}

impl Fickle {
    fn chance(&self, part: u64) -> bool {
        self.random.lock().unwrap().chance(part, 100)
    }

    fn number(&self, below: u64) -> u64 {
        self.random.lock().unwrap().below(below)
    }

    fn answer(&self, request: &GetRequest) -> Response {
        let index = {
            let mut count = self.request_count.lock().unwrap();
            *count += 1;
            *count
        };
        let version = u8::from(index > self.changes_at);
        let etag = format!("\"{version}\"");
        let mut head = Response { etag: Some(etag.clone()), ..Response::default() };
        head.status = match &request.range {
            _ if self.chance(4) => 503,
            _ if request.if_match.as_deref().is_some_and(|tag| tag != etag) => 412,
            Some(range) if self.has_ranges => {
                let end = range.end.min(LEN);
                head.content_range = Some(format!("bytes {}-{}/{LEN}", range.start, end - 1));
                206
            }
            _ => {
                head.content_len = Some(LEN);
                200
            }
        };
        head
    }
}

async fn be_late(turns: u64) {
    for _ in 0..turns {
        tokio::task::yield_now().await;
    }
}

impl Transport for Fickle {
    fn get(&self, request: GetRequest) -> BoxResponse<'_> {
        let head = self.answer(&request);
        let is_lost = self.chance(4);
        let late = self.number(20);
        let range = match head.status {
            206 => request.range.map_or(0..LEN, |range| range.start..range.end.min(LEN)),
            200 => 0..LEN,
            _ => 0..0,
        };
        let version = u8::from(head.etag.as_deref() == Some("\"1\""));
        // Where the body breaks off, if it does.
        let cut = if self.chance(15) { self.number(LEN) } else { u64::MAX };
        let seed = self.number(u64::MAX);
        Box::pin(async move {
            be_late(late).await;
            if is_lost {
                return Err(Error::new(ErrorKind::ReadFault, "no connection"));
            }
            let body =
                unfold((range, Random::seeded(seed)), move |(rest, mut random)| async move {
                    be_late(random.below(6)).await;
                    if rest.is_empty() {
                        return None;
                    }
                    if rest.start >= cut {
                        let lost = Error::new(ErrorKind::ReadFault, "reset");
                        return Some((Err(lost), (rest.end..rest.end, random)));
                    }
                    let end = rest.end.min(rest.start + 1 + random.below(9000));
                    let piece: Vec<u8> = (rest.start..end).map(|at| byte(version, at)).collect();
                    Some((Ok(piece.into()), (end..rest.end, random)))
                });
            Ok(GetResponse { head, media_type: None, location: None, body: Box::pin(body) })
        })
    }
}

/// Reads places at random, some of them only for a while.
async fn reader(fill: FillLockBytes, mut random: Random) {
    let mut bytes = fill.lock_bytes();
    let mut version = None;
    for _ in 0..1 + random.below(5) {
        be_late(random.below(40)).await;
        let start = random.below(LEN);
        let range = start..LEN.min(start + 1 + random.below(3000));
        let gives_up = random.chance(15, 100).then(|| random.below(200));
        let Some(read) = read_for(&fill, &bytes, &range, gives_up).await else { continue };
        match read {
            Ok(Some(found)) => {
                let of = u8::from(found[0] != byte(0, range.start));
                assert_eq!(*version.get_or_insert(of), of, "two versions in one reader");
                let expected: Vec<u8> = range.map(|at| byte(of, at)).collect();
                assert!(found == expected, "a wrong byte");
            }
            // The resource changed: whoever wants to go on begins anew.
            Err(_) => {
                bytes = fill.lock_bytes();
                version = None;
            }
            Ok(None) => return,
        }
    }
}

type Bytes = Arc<docfile::fill::ArrivingBytes>;

/// The same, unless the reader gives up first.
async fn read_for(
    fill: &FillLockBytes,
    bytes: &Bytes,
    range: &Range<u64>,
    gives_up: Option<u64>,
) -> Option<docfile::Result<Option<Vec<u8>>>> {
    let Some(turns) = gives_up else { return Some(read(fill, bytes, range).await) };
    let reading = std::pin::pin!(read(fill, bytes, range));
    match futures::future::select(reading, std::pin::pin!(be_late(turns))).await {
        futures::future::Either::Left((read, _)) => Some(read),
        futures::future::Either::Right(_) => None,
    }
}

/// What is there; nothing when the transfer ended before it came.
async fn read(
    fill: &FillLockBytes,
    bytes: &Bytes,
    range: &Range<u64>,
) -> docfile::Result<Option<Vec<u8>>> {
    let mut buffer = vec![0; usize::try_from(range.end - range.start).unwrap()];
    loop {
        match bytes.try_read_at(range.start, &mut buffer) {
            Ok(count) if count == buffer.len() => return Ok(Some(buffer)),
            Ok(count) => panic!("{count} of {} bytes", buffer.len()),
            Err(error) => match error.kind() {
                ErrorKind::Pending => fill.wait_async(error.into_missing().unwrap()).await,
                ErrorKind::Incomplete | ErrorKind::Terminated => return Ok(None),
                _ => return Err(error),
            },
        }
    }
}

async fn schedule(seed: u64) {
    let mut random = Random::seeded(seed);
    let server = Arc::new(Fickle {
        has_ranges: random.chance(80, 100),
        changes_at: if random.chance(20, 100) { 1 + random.below(6) } else { u64::MAX },
        request_count: Mutex::new(0),
        random: Mutex::new(Random::seeded(random.below(u64::MAX))),
    });
    let settings = PlannerSettings {
        policy: if random.chance(1, 2) { Policy::Fast } else { Policy::Frugal },
        filling: Filling::WhenIdle,
        on_change: OnChange::Restart,
        retry: Retry {
            attempt_count: 1000,
            first_delay: Duration::from_micros(10),
            max_delay: Duration::from_micros(10),
            ..Retry::default()
        },
        round_trip_guess: Duration::from_micros(100),
        ..PlannerSettings::default()
    };
    let fill = FillLockBytes::memory();
    let (transfer, driving) = Transfer::prepare(server, fill.clone(), settings, None);
    let readers: Vec<_> = (0..random.below(4))
        .map(|_| tokio::spawn(reader(fill.clone(), Random::seeded(random.below(u64::MAX)))))
        .collect();
    let suspends = random.chance(10, 100).then(|| random.below(100));
    let aborts = random.chance(10, 100).then(|| random.below(300));
    let control = async {
        if let Some(turns) = suspends {
            be_late(turns).await;
            transfer.suspend();
            be_late(turns).await;
            transfer.resume();
        }
        if let Some(turns) = aborts {
            be_late(turns).await;
            transfer.abort();
        }
    };
    futures::join!(driving, control);
    for reader in readers {
        reader.await.unwrap();
    }
    assert_eq!(fill.waiter_count(), 0, "somebody waits");
    match fill.termination().unwrap() {
        Termination::Success => assert_eq!(fill.arrived().byte_count(), LEN),
        Termination::Cancelled => assert!(aborts.is_some()),
        Termination::Abnormal(error) => panic!("{error}"),
    }
}

#[test]
fn ten_thousand_seeds() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    for seed in 0..SCHEDULE_COUNT {
        runtime.block_on(async {
            let ended = tokio::time::timeout(PATIENCE, tokio::spawn(schedule(seed))).await;
            match ended {
                Ok(Ok(())) => {}
                Ok(Err(error)) => panic!("seed {seed}: {error}"),
                Err(_) => panic!("seed {seed} hangs"),
            }
        });
    }
}
