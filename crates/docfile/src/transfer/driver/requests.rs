//! The requests of one transfer that are under way.
//!
//! Invariant: of a request that was cancelled nothing is heard any more but what was on its way
//! already. A body is read on only after its head was accepted, and no faster than it is taken.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use docfile_binding::planner::{RequestId, Response};
use docfile_compound::{Error, Result};
use futures_util::StreamExt as _;
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;

use super::super::transport::{GetRequest, Transport};

/// Pieces that may be on their way between the tasks of the requests and the transfer's.
const QUEUE_LEN: usize = 16;

/// What came of a request.
pub(super) struct Heard {
    pub(super) id: RequestId,
    pub(super) what: HeardWhat,
}

pub(super) enum HeardWhat {
    Head { head: Box<Response>, media_type: Option<String>, location: Option<String> },
    Piece(Bytes),
    End,
    Lost(Error),
}

pub(super) struct Requests {
    transport: Arc<dyn Transport>,
    under_way: BTreeMap<RequestId, UnderWay>,
    sender: mpsc::Sender<Heard>,
    receiver: mpsc::Receiver<Heard>,
}

struct UnderWay {
    task: AbortHandle,
    go_on: Option<oneshot::Sender<()>>,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Requests {
    pub(super) fn new(transport: Arc<dyn Transport>) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE_LEN);
        Self { transport, under_way: BTreeMap::new(), sender, receiver }
    }

    pub(super) fn send(&mut self, id: RequestId, request: GetRequest) {
        let (go_on, accepted) = oneshot::channel();
        let (transport, sender) = (self.transport.clone(), self.sender.clone());
        let task = tokio::spawn(async move {
            let last = match bring(&*transport, request, id, accepted, &sender).await {
                Ok(()) => HeardWhat::End,
                Err(error) => HeardWhat::Lost(error),
            };
            // The transfer may be over; then nobody wants to know.
            let _ = sender.send(Heard { id, what: last }).await;
        });
        let under_way = UnderWay { task: task.abort_handle(), go_on: Some(go_on) };
        self.under_way.insert(id, under_way);
    }

    pub(super) fn read_on(&mut self, id: RequestId) {
        let go_on = self.under_way.get_mut(&id).and_then(|under_way| under_way.go_on.take());
        if let Some(go_on) = go_on {
            // Where the task has ended its last word is on the way.
            let _ = go_on.send(());
        }
    }

    pub(super) fn cancel(&mut self, id: RequestId) {
        self.under_way.remove(&id);
    }

    pub(super) fn cancel_all(&mut self) {
        self.under_way.clear();
    }

    pub(super) fn are_under_way(&self) -> bool {
        !self.under_way.is_empty()
    }

    pub(super) fn forget(&mut self, id: RequestId) {
        self.under_way.remove(&id);
    }

    /// The next thing that comes of any request; waits where none is under way.
    pub(super) async fn hear(&mut self) -> Heard {
        match self.receiver.recv().await {
            Some(heard) => heard,
            // Never: a sender lies beside the receiver.
            None => std::future::pending().await,
        }
    }
}

/// Brings one response, head first.
async fn bring(
    transport: &dyn Transport,
    request: GetRequest,
    id: RequestId,
    accepted: oneshot::Receiver<()>,
    sender: &mpsc::Sender<Heard>,
) -> Result<()> {
    let response = transport.get(request).await?;
    let what = HeardWhat::Head {
        head: Box::new(response.head),
        media_type: response.media_type,
        location: response.location,
    };
    // A closed channel or a dropped permission: the transfer wants no more of this.
    if sender.send(Heard { id, what }).await.is_err() || accepted.await.is_err() {
        return Ok(());
    }
    let mut body = response.body;
    while let Some(piece) = body.next().await {
        if sender.send(Heard { id, what: HeardWhat::Piece(piece?) }).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}
