//! Random histories of a mailbox, compared with a small model.

use std::collections::VecDeque;
use std::pin::Pin;

use ockam::{ErrorKind, NodeBuilder, Result, WorkerBuilder, WorkerHandle};
use ockam_contract::gated::{Event, Gate, gated};
use ockam_contract::pace::{at_rest, poll_once};
use proptest::prelude::*;

/// An operation on the mailbox.
#[derive(Clone, Copy, Debug)]
enum Step {
    TrySend,
    /// Sends, and waits if there is no room.
    Send,
    /// Polls a waiting sender. Its index is taken modulo their number.
    Poll(usize),
    /// Drops a waiting sender. Its index is taken modulo their number.
    GiveUp(usize),
    /// Lets the worker finish its current message.
    Handle,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => Just(Step::TrySend),
        4 => Just(Step::Send),
        3 => any::<usize>().prop_map(Step::Poll),
        2 => any::<usize>().prop_map(Step::GiveUp),
        3 => Just(Step::Handle),
    ]
}

type Sending<'a> = Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// The expected state of the mailbox.
struct Model<'a> {
    capacity: usize,
    handled: Option<u64>,
    queued: VecDeque<u64>,
    waiting: Vec<WaitingSender<'a>>,
}

struct WaitingSender<'a> {
    message: u64,
    sending: Sending<'a>,
    has_permit: bool,
}

impl Model<'_> {
    fn has_room(&self) -> bool {
        let granted = self
            .waiting
            .iter()
            .filter(|waiting| waiting.has_permit)
            .count();
        self.queued.len() + granted < self.capacity
    }

    fn someone_waits(&self) -> bool {
        self.waiting.iter().any(|waiting| !waiting.has_permit)
    }

    /// Lets the worker begin its next message, and grants free places to waiting senders.
    fn begin_next(&mut self) -> Option<u64> {
        let mut begun = None;
        if self.handled.is_none() {
            self.handled = self.queued.pop_front();
            begun = self.handled;
        }
        while self.someone_waits() && self.has_room() {
            let next = self.waiting.iter_mut().find(|waiting| !waiting.has_permit);
            next.expect("somebody waits").has_permit = true;
        }
        begun
    }
}

async fn take<'a>(step: Step, message: u64, worker: &'a WorkerHandle<u64>, model: &mut Model<'a>) {
    match step {
        Step::TrySend => {
            let accepted = model.has_room() && !model.someone_waits();
            match worker.try_send(message) {
                Ok(()) => {
                    assert!(accepted, "{message} overtook or exceeded the capacity");
                    model.queued.push_back(message);
                }
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::MailboxFull);
                    assert!(!accepted, "there was room for {message}");
                }
            }
        }
        Step::Send => {
            let accepted = model.has_room() && !model.someone_waits();
            let mut sending: Sending<'a> = Box::pin(worker.send(message));
            let sent = poll_once(&mut sending).await.is_ready();
            assert_eq!(sent, accepted, "{message}");
            if sent {
                model.queued.push_back(message);
            } else {
                let has_permit = false;
                model.waiting.push(WaitingSender {
                    message,
                    sending,
                    has_permit,
                });
            }
        }
        Step::Poll(which) if !model.waiting.is_empty() => {
            let which = which % model.waiting.len();
            let waiting = &mut model.waiting[which];
            let sent = poll_once(&mut waiting.sending).await.is_ready();
            assert_eq!(sent, waiting.has_permit, "{}", waiting.message);
            if sent {
                let sent = model.waiting.remove(which);
                model.queued.push_back(sent.message);
            }
        }
        Step::GiveUp(which) if !model.waiting.is_empty() => {
            let which = which % model.waiting.len();
            model.waiting.remove(which);
        }
        Step::Poll(_) | Step::GiveUp(_) | Step::Handle => {}
    }
}

async fn agrees(capacity: usize, steps: Vec<Step>) -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut gate): (_, Gate) = gated();
    let builder = WorkerBuilder::new("worker", worker).mailbox_capacity(capacity);
    let worker = builder.start(&ctx).await?;
    let mut model = Model {
        capacity,
        handled: None,
        queued: VecDeque::new(),
        waiting: Vec::new(),
    };
    for (message, step) in (0..).zip(steps) {
        if matches!(step, Step::Handle) {
            if let Some(handled) = model.handled.take() {
                gate.open(1);
                assert_eq!(gate.next().await, Event::Done(handled));
            }
        }
        take(step, message, &worker, &mut model).await;
        at_rest().await;
        let begun = model.begin_next().map(Event::Begun);
        assert_eq!(gate.so_far(), Vec::from_iter(begun));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mailbox_agrees_with_its_model(
        capacity in 1_usize..6,
        steps in prop::collection::vec(step(), 1..80),
    ) {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().start_paused(true).build()?;
        runtime.block_on(agrees(capacity, steps)).expect("the node starts");
    }
}
