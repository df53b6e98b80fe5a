//! What is to be sent, cut into fragments no sooner than it is taken.
//!
//! Messages are sent whole and in the order in which they were put in, so signatures count in the
//! order of writing. The stub data of a message stay where their owner put them until their
//! fragment is written, once, into the one buffer that goes to the peer; that buffer never holds
//! much more than [`BUFFER_LEN`]. Until its first fragment is written a message can be withdrawn.

use std::collections::{BTreeSet, VecDeque};

use super::fragment::{self, Message, Progress};
use super::securities::Securities;
use super::stubs::Stubs;

/// Fragments are written as long as the buffer holds less than this, in bytes.
const BUFFER_LEN: usize = 128 << 10;

#[derive(Debug, Default)]
pub(super) struct Outbox {
    messages: VecDeque<Message>,
    /// Tickets of messages that are not to be begun.
    withdrawn: BTreeSet<u64>,
    buffer: Vec<u8>,
    /// How much of `buffer` the peer has.
    sent_len: usize,
    /// The ticket of the message that was put in last; they count from 1.
    last_ticket: u64,
    /// How many messages have left `messages`.
    gone_count: u64,
    /// What the messages cost that are not gone, in bytes.
    cost_len: usize,
}

/// How far the sending of a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sending {
    /// Not begun; it can be withdrawn.
    Unsent,
    /// Some of its fragments are written.
    Partial,
    /// All of it is written.
    Sent,
}

impl Outbox {
    /// Puts in a message, and gives the ticket by which it is asked about.
    pub(super) fn push(&mut self, message: Message) -> u64 {
        self.cost_len += message.cost_len();
        self.messages.push_back(message);
        self.last_ticket += 1;
        self.last_ticket
    }

    /// What the messages cost that are not gone, in bytes.
    pub(super) fn cost_len(&self) -> usize {
        self.cost_len
    }

    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty() && self.sent_len == self.buffer.len()
    }

    pub(super) fn sending(&self, ticket: u64) -> Sending {
        let has_begun = self.messages.front().is_some_and(Message::has_begun);
        match ticket.checked_sub(self.gone_count) {
            None | Some(0) => Sending::Sent,
            Some(1) if has_begun => Sending::Partial,
            Some(_) => Sending::Unsent,
        }
    }

    /// Sees to it that a message that is not begun will not be.
    pub(super) fn withdraw(&mut self, ticket: u64) {
        debug_assert_eq!(self.sending(ticket), Sending::Unsent);
        self.withdrawn.insert(ticket);
    }

    /// Sends nothing more of a message that is partly sent.
    pub(super) fn break_off(&mut self, ticket: u64) {
        if self.sending(ticket) == Sending::Partial {
            self.leave();
        }
    }

    /// The bytes that the peer gets next; empty when there is nothing to send.
    pub(super) fn poll(
        &mut self,
        max_fragment_len: usize,
        securities: &mut Securities,
        stubs: &mut Stubs,
    ) -> &[u8] {
        if self.sent_len == self.buffer.len() {
            self.buffer.clear();
            self.sent_len = 0;
            self.fill(max_fragment_len, securities, stubs);
        }
        self.buffer.get(self.sent_len..).unwrap_or_default()
    }

    /// The peer has the first `len` bytes of what [`poll`](Self::poll) gave.
    pub(super) fn advance(&mut self, len: usize) {
        self.sent_len = self.buffer.len().min(self.sent_len.saturating_add(len));
    }

    fn fill(&mut self, max_fragment_len: usize, securities: &mut Securities, stubs: &mut Stubs) {
        while self.buffer.len() < BUFFER_LEN {
            let Some(message) = self.messages.front_mut() else { break };
            let is_withdrawn = !message.has_begun()
                && !self.withdrawn.is_empty()
                && self.withdrawn.remove(&(self.gone_count + 1));
            let is_over = is_withdrawn
                || fragment::write(message, max_fragment_len, securities, &mut self.buffer)
                    == Progress::Whole;
            if is_over && let Some(message) = self.leave() {
                stubs.give_back(message.into_stub());
            }
        }
    }

    fn leave(&mut self) -> Option<Message> {
        let message = self.messages.pop_front()?;
        self.gone_count += 1;
        self.cost_len -= message.cost_len();
        Some(message)
    }
}
