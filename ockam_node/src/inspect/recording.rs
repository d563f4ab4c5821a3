use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Weak};

use ockam_core::{Address, Error, ErrorKind, Result};

use crate::context::Context;
use crate::delivery::Registration;
use crate::node::Node;
use crate::observe::{RecordedMessage, Recorder};
use crate::worker::worker_at;

/// The last 256 messages of the workers at an address: from whom they came, how long they took, and how their
/// handlers ended.
///
/// It goes on as long as this value or a clone of it is there, also when the worker is started again, and when
/// another one takes its address. What the messages say is not recorded.
///
/// Returned by [`Context::record`].
#[derive(Clone)]
pub struct Recording {
    recorder: Arc<Recorder>,
    node: Weak<Node>,
}

impl Context {
    /// Records the messages of the worker at an address from now on: what happened before it died can be read
    /// afterwards.
    ///
    /// The worker may be started later. Whoever records an address that is recorded already gets the same
    /// recording. A worker that is recorded reads the clock twice for each message; a node records at most 256
    /// addresses.
    ///
    /// # Errors
    ///
    /// Returns `InvalidInput` for an address of another node, for what is at the address if it is no worker, and
    /// if too many addresses are recorded.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Result, Worker};
    /// # use ockam_node::Context;
    /// # struct Fragile;
    /// # impl Worker for Fragile {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// #     async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
    /// #         assert_ne!(msg, 3);
    /// #         ctx.reply(msg).await
    /// #     }
    /// # }
    /// use ockam_node::RecordedEnd;
    ///
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let recording = ctx.record("fragile")?;
    /// ctx.start_worker("fragile", Fragile).await?;
    /// for number in 1..=3_u64 {
    ///     let _ = ctx.ask::<u64>("fragile", number).await;
    /// }
    /// let messages = recording.messages();
    /// assert_eq!(messages[1].end, RecordedEnd::Handled);
    /// assert_eq!(messages[2].end, RecordedEnd::Panicked);
    /// assert_eq!(messages[2].from, Some("app".into()));
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn record(&self, address: impl Into<Address>) -> Result<Recording> {
        let (node, address) = (self.node(), address.into());
        if !address.is_local() {
            let why = format!("{address} is not an address of this node");
            return Err(Error::new(ErrorKind::InvalidInput, why));
        }
        let recorder = node.recordings.begin(&address)?;
        // Whoever starts a worker there from now on finds the recorder.
        match worker_at(node, &address) {
            Ok(worker) => worker.registration().record(&recorder),
            Err(error) if error.kind() == ErrorKind::UnknownAddress => {}
            Err(error) => return Err(error),
        }
        Ok(Recording {
            recorder,
            node: Arc::downgrade(node),
        })
    }
}

impl Recording {
    /// Returns the address that is recorded.
    pub fn address(&self) -> &Address {
        self.recorder.address()
    }

    /// Returns the last messages, the oldest first. The worker does not wait for this: what it would note
    /// meanwhile is [missed](Self::missed).
    pub fn messages(&self) -> Vec<RecordedMessage> {
        let addresses: HashMap<_, _> = match self.node.upgrade() {
            Some(node) => {
                let all = node.router.registry.all().into_iter();
                let first = |it: &Registration| (it.id, it.address().clone());
                all.map(|(_, found)| first(found.registration())).collect()
            }
            None => HashMap::new(),
        };
        self.recorder
            .messages(|number| addresses.get(&number).cloned())
    }

    /// Returns how many beginnings and ends of messages were not noted, since somebody was looking.
    pub fn missed(&self) -> u64 {
        self.recorder.missed()
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording")
            .field("address", self.address())
            .finish_non_exhaustive()
    }
}
