use std::sync::Arc;
use std::time::Duration;

use ockam_body::BodyType;
use ockam_core::reply::slot;
use ockam_core::{Route, route};
use ockam_node::transport::{Content, Outgoing};

use super::SendQueue;
use crate::accounts::{OnLoss, PeerAccounts, WINDOW_MESSAGES};
use crate::connection::append::append_sign_of_life;
use crate::connection::control_queue::ControlQueue;
use crate::message::{EXTENSION_VERSION, Extension, Parts};
use crate::quota::Quota;

/// The sending side of a connection to a node of this framework.
struct Sender {
    accounts: Arc<PeerAccounts>,
    control: ControlQueue,
    queue: SendQueue,
}

impl Sender {
    fn new() -> Self {
        let quota = Quota::new(usize::MAX);
        let accounts = Arc::new(PeerAccounts::new(&quota));
        accounts.note_frame(Some(EXTENSION_VERSION));
        let control = ControlQueue::new(&accounts, usize::MAX, 1024, quota.share());
        control.open();
        let queue = SendQueue::new(accounts.clone(), usize::MAX, 1024, quota.share());
        Self {
            accounts,
            control,
            queue,
        }
    }

    /// Queues a message of `app`. Tells whether there was room.
    fn push(&mut self, to: &str, body: &[u8]) -> bool {
        self.push_from(&route!["app"], to, body)
    }

    fn push_from(&mut self, return_route: &Route, to: &str, body: &[u8]) -> bool {
        let onward = route![to];
        let outgoing = Outgoing {
            onward: onward.hops(),
            return_route,
            content: Content {
                body,
                body_type: BodyType {
                    name: Some("Deposit"),
                    shape: Some(7),
                },
            },
            trace: None,
            is_answer: false,
            stream: None,
        };
        let pushed = self.queue.push(&"connection".into(), &outgoing, None);
        pushed.is_ok()
    }

    fn report(&self) -> bool {
        let onward = route!["y"];
        let parts = Parts {
            onward: onward.hops(),
            ..Parts::default()
        };
        let queued = self
            .control
            .push_report(&parts, Extension::default(), OnLoss::Count);
        queued.is_some()
    }

    fn has_room_for(&mut self, to: &str) -> bool {
        self.queue.awaited(route![to].hops()).is_none()
    }

    fn take(&mut self, frames: &mut Vec<u8>) -> bool {
        self.queue.take(frames, &self.control)
    }

    fn credit(&mut self, to: &str) -> u32 {
        self.queue.accounts().credit(&to.into())
    }

    /// Gives what is queued to the stream. Returns to whom how many messages are under way then, and
    /// how many `app` may be sent because of them.
    fn noted(&mut self) -> (Vec<(String, u64)>, u32) {
        assert!(self.take(&mut Vec::new()));
        let (in_doubt, _) = self.queue.take_in_doubt();
        let in_doubt = in_doubt.into_iter().map(|group| match group.on_loss {
            OnLoss::Tell(hop, _) => (hop.to.to_string(), group.messages),
            OnLoss::Ignore | OnLoss::Count => panic!("their loss is told"),
        });
        let admitted = || self.accounts.admit_report(&Route::from("app"));
        (
            in_doubt.collect(),
            (0..).take_while(|_| admitted()).count() as u32,
        )
    }
}

#[test]
fn a_peer_that_parts_is_told_what_concerns_this_stream_and_sent_no_more_messages() {
    let mut sender = Sender::new();
    assert!(sender.push("x", &[]));
    let mut told = Vec::new();
    append_sign_of_life(&mut told, &Extension::default());
    assert!(sender.control.push_sign_of_life().is_some());

    sender.queue.is_parting = true;
    let mut taken = Vec::new();
    assert!(sender.take(&mut taken));
    assert_eq!(taken, told);
    assert!(!sender.take(&mut taken));
    assert_eq!(sender.queue.take_in_doubt().0.len(), 0);
    assert_eq!(sender.queue.take_queued().messages.len(), 1);
}

#[test]
fn what_is_not_acknowledged_because_the_connection_is_closed_is_so_in_the_end() {
    let sender = Sender::new();
    for _ in 0..7 {
        sender.accounts.taken_in.add();
    }
    assert!(sender.control.push_acknowledgement().is_some());
    assert!(sender.control.push_acknowledgement().is_none());
    assert!(sender.control.farewell().is_empty());
    assert!(sender.control.close().is_empty());
    assert!(
        !sender.control.farewell().is_empty(),
        "the peer has not read it"
    );
}

#[test]
fn all_messages_of_a_run_are_in_the_accounts() {
    let mut sender = Sender::new();
    for (to, messages) in [("x", 5), ("y", 1), ("x", 3)] {
        for body in 0..messages {
            assert!(sender.push(to, &[body]));
        }
    }
    sender.queue.accounts();
    assert_eq!(sender.credit("x"), WINDOW_MESSAGES - 8);
    assert_eq!(sender.credit("y"), WINDOW_MESSAGES - 1);
    let queued = [("0#x", 5), ("0#y", 1), ("0#x", 3)];
    let queued = queued.map(|(to, messages)| (to.to_owned(), messages));
    assert_eq!(sender.noted(), (queued.to_vec(), 9));
}

#[test]
fn a_run_goes_on_behind_a_look_into_the_accounts() {
    let mut sender = Sender::new();
    for messages in 1..=10 {
        assert!(sender.push("x", b"body"));
        assert_eq!(sender.credit("x"), WINDOW_MESSAGES - messages);
    }
    assert_eq!(sender.noted(), (vec![("0#x".to_owned(), 10)], 10));
}

#[test]
fn a_report_within_a_run_is_noted_as_what_it_is() {
    let mut sender = Sender::new();
    for body in 0..6 {
        assert!(sender.push("x", &[body]));
        if body % 3 == 1 {
            assert!(sender.report());
        }
    }
    assert!(sender.take(&mut Vec::new()));
    let (lost, _) = sender.queue.take_in_doubt();
    let lost = lost.into_iter();
    let lost = lost.map(|group| (group.on_loss == OnLoss::Count, group.messages));
    assert_eq!(lost.collect::<Vec<_>>(), [(false, 6), (true, 2)]);
}

#[test]
fn a_run_ends_with_the_credit_and_with_the_connection() {
    let mut sender = Sender::new();
    for _ in 0..WINDOW_MESSAGES {
        assert!(sender.has_room_for("x"));
        assert!(sender.push("x", b"body"));
    }
    assert!(!sender.has_room_for("x"));
    assert!(!sender.push("x", b"body"));
    assert!(sender.push("y", b"body"));
    assert!(!sender.push("y", &[7; 2000]), "it is too long");
    assert_eq!(sender.credit("y"), WINDOW_MESSAGES - 1);
    sender.queue.is_finishing = true;
    assert!(!sender.push("y", b"body"));
    sender.queue.is_finishing = false;
    sender.queue.max_queued_bytes = sender.queue.frames.len();
    assert!(!sender.push("y", b"body"));
}

#[test]
fn what_asks_belongs_to_no_run() {
    let mut sender = Sender::new();
    let (asker, _answer) = slot::<u64>(Duration::MAX);
    for questions in 1..=2 {
        let return_route = Route::from(asker.clone());
        assert!(sender.push_from(&return_route, "x", b"body"));
        assert_eq!((sender.queue.run.left, sender.queue.run.unnoted), (0, 0));
        assert_eq!(sender.credit("x"), WINDOW_MESSAGES - questions);
    }
}

#[test]
fn a_question_for_which_there_is_no_room_leaves_nothing_behind() {
    let mut sender = Sender::new();
    let mut asked = Vec::new();
    let mut ask = |sender: &mut Sender, to: &str| {
        let (asker, answer) = slot::<u64>(Duration::MAX);
        asked.push(answer);
        // Long ways back take much memory.
        let mut return_route = Route::from(asker);
        return_route.extend((0..60).map(|_| "hop".repeat(300)));
        sender.queue.max_frame_bytes = usize::MAX;
        sender.push_from(&return_route, to, b"body")
    };
    let mut questions = 0;
    while ask(&mut sender, &questions.to_string()) {
        questions += 1;
    }
    let length = sender.queue.frames.len();
    assert!(!ask(&mut sender, "another"));
    assert_eq!(sender.queue.frames.len(), length);
    assert_eq!(sender.credit("another"), WINDOW_MESSAGES);
    assert_eq!(sender.queue.take_queued().queued_asks.len(), questions);
}

#[test]
fn what_is_acknowledged_makes_room_without_a_look_at_the_queue() {
    let mut sender = Sender::new();
    let mut messages = 0;
    while sender.has_room_for("x") {
        assert!(sender.push(&(messages / 512).to_string(), b"body"));
        messages += 1;
        if messages % 1024 == 0 {
            assert!(sender.take(&mut Vec::new()));
        }
    }
    assert_eq!(sender.queue.awaited_acknowledgement(), Some(0));
    assert!(sender.accounts.acknowledge(1).unwrap(), "it is waited for");
    assert!(sender.has_room_for("x"));
    assert_eq!(sender.queue.awaited_acknowledgement(), None);
    assert!(!sender.accounts.acknowledge(2).unwrap());
    assert!(sender.accounts.acknowledge(1).is_err());
    assert!(sender.accounts.acknowledge(messages + 1).is_err());
}
