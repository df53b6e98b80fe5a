//! A server of one resource that keeps HTTP's rules about ranges, or breaks one of them.
//!
//! Invariant: an honest server answers as RFC 9110, 13 and 14 say; a lie is told exactly where
//! [`Behaviour`] puts it, and nowhere else. Time and connections are not its business.

use core::ops::Range;
use std::sync::Arc;

use crate::random::Random;

/// One promise to break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerLie {
    /// A part that starts elsewhere than asked.
    OtherStart,
    /// A part without `Content-Range`.
    NoContentRange,
    /// Another total length than before.
    OtherTotal,
    /// A body longer than promised.
    LongBody,
    /// A body shorter than promised, and its end in good order.
    ShortBody,
    /// A body that never ends, of a whole without a length.
    EndlessBody,
    /// An encoding that nobody asked for.
    Encoding,
    /// The whole in answer to a range.
    IgnoredRange,
    /// A status and nothing else.
    Status(u16),
}

/// How a server behaves. Chances are parts in a thousand.
#[derive(Debug, Clone)]
pub struct Behaviour {
    /// Whether ranges are served; else every answer is the whole.
    pub serves_ranges: bool,
    /// Whether `Content-Range` tells the total, and a whole its length.
    pub tells_len: bool,
    /// Whether a strong entity tag is sent.
    pub sends_etag: bool,
    /// For every piece of a body: the connection is cut before it.
    pub cut_chance: u64,
    /// For every request: 503.
    pub busy_chance: u64,
    /// For every request: no answer, ever.
    pub silent_chance: u64,
    /// For every request: the connection cannot be made.
    pub refused_chance: u64,
    /// From the request with this index on the resource is its next version.
    pub changes_at_request: Option<u64>,
    /// From the request with this index on the server lies.
    pub lie: Option<(u64, ServerLie)>,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            serves_ranges: true,
            tells_len: true,
            sends_etag: true,
            cut_chance: 0,
            busy_chance: 0,
            silent_chance: 0,
            refused_chance: 0,
            changes_at_request: None,
            lie: None,
        }
    }
}

/// What a client asks.
#[derive(Debug, Clone, Default)]
pub struct SimulatedRequest {
    /// The range, if the request bears one.
    pub range: Option<Range<u64>>,
    /// The entity tag that must still be right.
    pub if_match: Option<String>,
    /// The entity tag that the client has already.
    pub if_none_match: Option<String>,
}

/// The head of a response.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SimulatedHead {
    /// The status.
    pub status: u16,
    /// `Content-Range`.
    pub content_range: Option<String>,
    /// `Content-Length`.
    pub content_len: Option<u64>,
    /// `Content-Encoding`.
    pub content_encoding: Option<String>,
    /// `ETag`.
    pub etag: Option<String>,
}

/// What a server does with a request.
#[derive(Debug, Clone)]
pub(super) enum Reply {
    Silence,
    Refusal,
    /// A head, and a body of so many bytes of a version from an offset on.
    Answer {
        head: SimulatedHead,
        version: usize,
        offset: u64,
        len: u64,
    },
}

/// A server of one resource.
#[derive(Debug, Clone)]
pub struct SimulatedServer {
    /// The resource in its versions; the last one stays.
    pub versions: Vec<Arc<[u8]>>,
    /// How it behaves.
    pub behaviour: Behaviour,
    /// Every request that reached it.
    pub requests: Vec<SimulatedRequest>,
}

impl SimulatedServer {
    /// A server of these bytes.
    #[must_use]
    pub fn of(bytes: impl Into<Arc<[u8]>>, behaviour: Behaviour) -> Self {
        Self { versions: vec![bytes.into()], behaviour, requests: Vec::new() }
    }

    /// The bytes of a version from `offset` on; past its end a filler.
    pub(super) fn bytes(&self, version: usize, offset: u64, len: usize) -> Vec<u8> {
        let bytes = &self.versions[version];
        let start = usize::try_from(offset).map_or(bytes.len(), |start| start.min(bytes.len()));
        let mut piece = bytes[start..bytes.len().min(start + len)].to_vec();
        piece.resize(len, 0xEE);
        piece
    }

    pub(super) fn reply(&mut self, request: SimulatedRequest, random: &mut Random) -> Reply {
        let index = self.requests.len() as u64;
        self.requests.push(request.clone());
        if random.chance(self.behaviour.silent_chance, 1000) {
            return Reply::Silence;
        }
        if random.chance(self.behaviour.refused_chance, 1000) {
            return Reply::Refusal;
        }
        let changed = self.behaviour.changes_at_request.is_some_and(|at| index >= at);
        let version = usize::from(changed).min(self.versions.len() - 1);
        let etag = self.behaviour.sends_etag.then(|| format!("\"{version}\""));
        let lie = self.behaviour.lie.filter(|(from, _)| index >= *from).map(|(_, lie)| lie);
        let bare = |status| Reply::Answer {
            head: SimulatedHead { status, etag: etag.clone(), ..SimulatedHead::default() },
            version,
            offset: 0,
            len: 0,
        };
        if let Some(ServerLie::Status(status)) = lie {
            return bare(status);
        }
        if random.chance(self.behaviour.busy_chance, 1000) {
            return bare(503);
        }
        if request.if_match.is_some() && request.if_match != etag {
            return bare(412);
        }
        if request.if_none_match.is_some() && request.if_none_match == etag {
            return bare(304);
        }
        let mut reply = self.honest(&request, version, etag);
        if let Some(lie) = lie {
            tell(lie, &mut reply, self.versions[version].len() as u64);
        }
        reply
    }

    fn honest(&self, request: &SimulatedRequest, version: usize, etag: Option<String>) -> Reply {
        let total = self.versions[version].len() as u64;
        let range = request.range.clone().filter(|_| self.behaviour.serves_ranges);
        let told_total =
            if self.behaviour.tells_len { total.to_string() } else { String::from("*") };
        let mut head = SimulatedHead { etag, ..SimulatedHead::default() };
        let (offset, len) = match range {
            None => {
                head.status = 200;
                head.content_len = self.behaviour.tells_len.then_some(total);
                (0, total)
            }
            Some(range) if range.start >= total => {
                head.status = 416;
                head.content_range = Some(format!("bytes */{total}"));
                (0, 0)
            }
            Some(range) => {
                let end = range.end.min(total);
                head.status = 206;
                head.content_len = Some(end - range.start);
                head.content_range =
                    Some(format!("bytes {}-{}/{told_total}", range.start, end - 1));
                (range.start, end - range.start)
            }
        };
        Reply::Answer { head, version, offset, len }
    }
}

/// Turns an honest reply into this lie.
fn tell(lie: ServerLie, reply: &mut Reply, total: u64) {
    let Reply::Answer { head, offset, len, .. } = reply else { return };
    let part = |start: u64, len: u64, total: u64| {
        Some(format!("bytes {start}-{}/{total}", start + len.max(1) - 1))
    };
    let is_part = head.status == 206;
    match lie {
        // A lie about a part needs one.
        ServerLie::OtherStart | ServerLie::NoContentRange | ServerLie::OtherTotal if !is_part => {}
        ServerLie::OtherStart => {
            *offset += 1;
            *len = len.saturating_sub(1);
            head.content_len = Some(*len);
            head.content_range = part(*offset, *len, total);
        }
        ServerLie::NoContentRange => head.content_range = None,
        ServerLie::OtherTotal => head.content_range = part(*offset, *len, total + 1),
        ServerLie::LongBody => *len += 5,
        ServerLie::ShortBody => *len /= 2,
        ServerLie::EndlessBody | ServerLie::IgnoredRange => {
            head.status = 200;
            head.content_range = None;
            let endless = lie == ServerLie::EndlessBody;
            head.content_len = (!endless).then_some(total);
            *offset = 0;
            *len = if endless { u64::MAX } else { total };
        }
        ServerLie::Encoding => head.content_encoding = Some(String::from("gzip")),
        ServerLie::Status(_) => {}
    }
}
