//! A worker that waits in its `initialize` until the test says how it ends.

use ockam::{Context, Error, ErrorKind, Result, Worker, async_worker};
use ockam_contract::pace::soon;
use tokio::sync::{mpsc, oneshot};

/// How an `initialize` ends.
pub(crate) enum End {
    Well,
    Fails,
    Panics,
}

/// An event of a [`Hesitant`] worker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Event {
    Initializing,
    /// The future of `initialize` was dropped before its end.
    Interrupted,
    Initialized,
    Handled(u64),
    Shutdown,
    Dropped,
}

/// The worker. It answers a number with its double.
pub(crate) struct Hesitant {
    events: mpsc::UnboundedSender<Event>,
    end: Option<oneshot::Receiver<End>>,
}

/// The control of the test over the worker.
pub(crate) struct Control {
    events: mpsc::UnboundedReceiver<Event>,
    end: Option<oneshot::Sender<End>>,
}

/// Creates the worker and its control.
pub(crate) fn hesitant() -> (Hesitant, Control) {
    let (sender, events) = mpsc::unbounded_channel();
    let (decide, end) = oneshot::channel();
    let worker = Hesitant {
        events: sender,
        end: Some(end),
    };
    let control = Control {
        events,
        end: Some(decide),
    };
    (worker, control)
}

impl Control {
    /// Ends the `initialize`.
    pub(crate) fn end(&mut self, end: End) {
        let decide = self.end.take().expect("an initialize ends once");
        assert!(decide.send(end).is_ok(), "the worker initializes");
    }

    /// Waits for the next event.
    pub(crate) async fn next(&mut self) -> Event {
        soon(self.events.recv()).await.expect("the worker is gone")
    }

    /// Returns all events up to the worker's end.
    pub(crate) async fn until_dropped(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while events.last() != Some(&Event::Dropped) {
            events.push(self.next().await);
        }
        events
    }
}

impl Hesitant {
    fn tell(&self, event: Event) {
        // This fails once the test is over.
        let _ = self.events.send(event);
    }
}

#[async_worker]
impl Worker for Hesitant {
    type Message = u64;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        self.tell(Event::Initializing);
        let mut interrupted = Interrupted(Some(self.events.clone()));
        let end = self.end.take().expect("a worker is initialized once");
        let end = end.await?;
        interrupted.0 = None;
        match end {
            End::Well => self.tell(Event::Initialized),
            End::Fails => return Err(Error::new(ErrorKind::InvalidInput, "not today")),
            End::Panics => panic!("not in this life"),
        }
        Ok(())
    }

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        self.tell(Event::Handled(msg));
        match ctx.reply(2 * msg).await {
            // The message came from a handle or from a sender that waits for no answer.
            Err(error) if error.kind() == ErrorKind::NoRoute => Ok(()),
            replied => replied,
        }
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        self.tell(Event::Shutdown);
        Ok(())
    }
}

impl Drop for Hesitant {
    fn drop(&mut self) {
        self.tell(Event::Dropped);
    }
}

/// Reports when it is dropped, until it is disarmed.
struct Interrupted(Option<mpsc::UnboundedSender<Event>>);

impl Drop for Interrupted {
    fn drop(&mut self) {
        if let Some(events) = &self.0 {
            let _ = events.send(Event::Interrupted);
        }
    }
}
