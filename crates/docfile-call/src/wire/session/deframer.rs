//! Cutting a stream of bytes into packets.
//!
//! A packet that is whole in the bytes at hand is not copied; only one that is cut by the end of a
//! read is kept until the rest comes, and never more of it than one packet.

use crate::wire::pdu::{HEADER_LEN, Header, WireError, WireFault};

/// Where the length of a fragment stands, for errors about it.
const FRAG_LEN_OFFSET: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Deframer {
    /// The start of a packet whose rest has not come, or one that was given out last.
    kept: Vec<u8>,
    /// Whether `kept` was given out as a whole packet.
    is_given_out: bool,
}

impl Deframer {
    /// The next whole packet of `input`, which is shortened by what was taken from it.
    ///
    /// # Errors
    ///
    /// A header that cannot be read, or a packet longer than `max_len` bytes. The stream cannot be
    /// cut any further then.
    pub(super) fn next<'k, 'b: 'k>(
        &'k mut self,
        input: &mut &'b [u8],
        max_len: usize,
    ) -> Result<Option<&'k [u8]>, WireError> {
        if self.is_given_out {
            self.kept.clear();
            self.is_given_out = false;
        }
        if self.kept.is_empty() {
            if let Some(frag_len) = frag_len(input, max_len)?
                && let Some((packet, rest)) = input.split_at_checked(frag_len)
            {
                *input = rest;
                return Ok(Some(packet));
            }
            self.keep(input, usize::MAX);
            return Ok(None);
        }
        self.keep(input, HEADER_LEN);
        let Some(frag_len) = frag_len(&self.kept, max_len)? else { return Ok(None) };
        self.keep(input, frag_len);
        self.is_given_out = self.kept.len() == frag_len;
        Ok(self.is_given_out.then_some(&self.kept))
    }

    /// Whether a packet has begun that is not whole yet.
    pub(super) fn is_amid_packet(&self) -> bool {
        !self.kept.is_empty() && !self.is_given_out
    }

    /// Takes bytes from `input` until `len` are kept.
    fn keep(&mut self, input: &mut &[u8], len: usize) {
        let lacking_len = len.saturating_sub(self.kept.len()).min(input.len());
        let (taken, rest) = input.split_at_checked(lacking_len).unwrap_or_default();
        self.kept.extend_from_slice(taken);
        *input = rest;
    }
}

/// The length of the packet that `bytes` start with, once its header is there.
fn frag_len(bytes: &[u8], max_len: usize) -> Result<Option<usize>, WireError> {
    if bytes.len() < HEADER_LEN {
        return Ok(None);
    }
    let frag_len = usize::from(Header::parse(bytes)?.frag_len);
    if frag_len > max_len {
        return Err(WireFault::FragmentTooLong.at(FRAG_LEN_OFFSET));
    }
    Ok(Some(frag_len))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::pdu::{Body, Flags, Packet, Response};

    fn three_packets() -> (Vec<u8>, Vec<Vec<u8>>) {
        let packets: Vec<_> = [0usize, 7, 40]
            .into_iter()
            .map(|len| {
                let stub = vec![7; len];
                let response =
                    Response { alloc_hint: 0, context_id: 0, cancel_count: 0, stub: &stub };
                let mut bytes = Vec::new();
                Packet::new(Flags::WHOLE, 1, Body::Response(response)).emit(&mut bytes);
                bytes
            })
            .collect();
        (packets.concat(), packets)
    }

    #[test]
    fn packets_are_the_same_wherever_the_stream_is_cut() {
        let (stream, packets) = three_packets();
        for first_len in 0..=stream.len() {
            for second_len in 0..=stream.len() - first_len {
                let mut deframer = Deframer::default();
                let mut found = Vec::new();
                let (first, rest) = stream.split_at(first_len);
                let (second, third) = rest.split_at(second_len);
                for mut input in [first, second, third] {
                    while let Some(packet) = deframer.next(&mut input, 5840).unwrap() {
                        found.push(packet.to_vec());
                    }
                    assert!(input.is_empty());
                }
                assert_eq!(found, packets);
                assert!(!deframer.is_amid_packet());
            }
        }
    }

    #[test]
    fn a_packet_longer_than_agreed_is_refused_by_its_header() {
        let (stream, _) = three_packets();
        let mut input = &stream[stream.len() - 64..][..16];
        let error = Deframer::default().next(&mut input, 63).unwrap_err();
        assert_eq!(error, WireFault::FragmentTooLong.at(8));
    }
}
