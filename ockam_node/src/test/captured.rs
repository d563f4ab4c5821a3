use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{self, Poll};

use ockam_core::{Address, Addresses, Any, Message, Routed};

use crate::context::Context;
use crate::delivery::Role;
use crate::node::Node;

/// What a worker has sent while it handled a message alone.
pub struct Sent(Mutex<Vec<Captured>>);

/// A message and where it was sent. It can be taken out once.
pub(super) type Captured = (Address, Option<Any>);

/// The mailboxes that stand in for all others on the node of a worker that is alone.
#[derive(Default)]
pub(super) struct StandIns(Mutex<Vec<Context>>);

impl StandIns {
    /// Opens a mailbox wherever the worker sends to and nothing is.
    pub(super) fn on(node: &Arc<Node>) -> Arc<Self> {
        let stand_ins = Arc::new(Self::default());
        let (opened, node_of) = (Arc::downgrade(&stand_ins), Arc::downgrade(node));
        let open = Box::new(move |address: &Address| open(&opened, &node_of, address));
        // The node is new, so it has none yet.
        let _ = node.router.stand_in.set(open);
        stand_ins
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Context>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what has come. The rights to answer are dropped, so an ask ends at once.
    pub(super) fn poll_into(&self, sent: &mut Vec<Captured>, cx: &mut task::Context<'_>) {
        for stand_in in &mut *self.lock() {
            while let Poll::Ready(true) = stand_in.poll_ready::<Any>(cx) {
                let message = stand_in.take_next::<Any>();
                sent.push((stand_in.address().clone(), message.map(Routed::into_body)));
            }
        }
    }

    /// Closes the mailboxes, which hold the node.
    pub(super) fn close(&self) {
        let stand_ins = std::mem::take(&mut *self.lock());
        drop(stand_ins);
    }
}

fn open(stand_ins: &Weak<StandIns>, node: &Weak<Node>, address: &Address) {
    let (Some(stand_ins), Some(node)) = (stand_ins.upgrade(), node.upgrade()) else {
        return;
    };
    let (addresses, capacity) = (Addresses::from(address), node.settings.mailbox_capacity);
    // Where another task has opened it at the same moment, that one is used.
    if let Ok((ctx, _)) = Context::register::<Any>(&node, addresses, Role::Open, capacity) {
        stand_ins.lock().push(ctx);
    }
}

impl Sent {
    pub(super) fn new(sent: Vec<Captured>) -> Self {
        Self(Mutex::new(sent))
    }

    /// Takes the messages of type `M` that were sent to an address, in their order.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Result, Worker};
    /// # use ockam_node::Context;
    /// # use ockam_node::test::alone;
    /// # struct Doubler;
    /// # impl Worker for Doubler {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// #     async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
    /// #         ctx.send_message("sum", 2 * msg).await
    /// #     }
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<()> {
    /// let sent = alone(Doubler).handle(21).await?;
    /// assert_eq!(sent.to::<u64>("sum"), [42]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn to<M: Message>(&self, address: impl Into<Address>) -> Vec<M> {
        let address = address.into();
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = Vec::new();
        for (_, message) in sent.iter_mut().filter(|(to, _)| *to == address) {
            match message.take().map(Any::downcast::<M>) {
                Some(Ok(found)) => taken.push(found),
                Some(Err(other)) => *message = Some(other),
                None => {}
            }
        }
        taken
    }
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = sent.iter().filter_map(|(to, message)| {
            message
                .as_ref()
                .map(|message| (to, message.type_name().to_owned()))
        });
        f.debug_list().entries(left).finish()
    }
}
