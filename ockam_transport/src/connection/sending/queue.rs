//! Messages become frames that are queued.

use std::mem;

use ockam_core::reply::Replier;
use ockam_core::{Address, Error, ErrorKind, Result};
use ockam_node::transport::Parcel;

use super::Sending;
use crate::connection::askers::Waiting;
use crate::connection::books::Books;
use crate::connection::returns::asker_of;
use crate::connection::tally::Loss;
use crate::frame;
use crate::message::{self, Extension, Label, Parts};

/// Why a frame was not queued.
pub(in crate::connection) enum NotQueued {
    Full,
    /// It is a question, and too many wait for an answer.
    Crowded,
    Failed(Error),
}

impl Sending {
    /// Queues a message, and returns whether the writer may be waiting for it, and what is to be
    /// dropped behind the lock. Of a question it is said from which connection it comes, if from any.
    pub(in crate::connection) fn queue(
        &mut self,
        address: &Address,
        parcel: &Parcel<'_>,
        origin: Option<&Address>,
    ) -> Result<(bool, Vec<Waiting>), NotQueued> {
        if let Some(was_empty) = self.queue_in_run(parcel) {
            return Ok((was_empty, Vec::new()));
        }
        self.check_open(address).map_err(NotQueued::Failed)?;
        let extension = Extension {
            type_name: parcel.content.type_name,
            deadline: asker_of(parcel.return_route).map(Replier::remaining),
            ..Extension::default()
        };
        let parts = Parts {
            onward: parcel.onward,
            return_route: parcel.return_route,
            payload: parcel.content.body,
            tracing: parcel.trace,
            extension: self.is_understood().then_some(&extension),
        };
        self.begin_run(&parts, origin)
    }

    /// Queues a message that others may follow as a run.
    fn begin_run(
        &mut self,
        parts: &Parts<'_>,
        origin: Option<&Address>,
    ) -> Result<(bool, Vec<Waiting>), NotQueued> {
        if !self.has_room(parts.onward) {
            return Err(NotQueued::Full);
        }
        let is_question = asker_of(parts.return_route).is_some();
        if is_question && !self.books.returns.askers.have_room(origin) {
            return Err(NotQueued::Crowded);
        }
        // The run before ends, while it is known what it was.
        self.books();
        let was_empty = self.is_empty();
        let (frames, encoder) = (&mut self.frames, &mut self.encoder);
        let mut others_fit = false;
        let write = |frame: &mut Vec<u8>| {
            others_fit = encoder.append(frame, parts)?;
            Ok(())
        };
        append(frames, self.max_frame, write).map_err(NotQueued::Failed)?;
        let is_ours = parts.extension.is_some();
        let (onward, return_route) = (parts.onward, parts.return_route);
        let forgotten = self.books.note(onward, return_route, origin, is_ours);
        if is_ours && others_fit {
            self.run.left = self.books.left(onward);
        }
        Ok((was_empty, forgotten))
    }

    /// Queues a message that goes on with a run. Returns whether the writer may be waiting for it; `None`
    /// if it is another one, or not to be queued.
    #[inline]
    fn queue_in_run(&mut self, parcel: &Parcel<'_>) -> Option<bool> {
        let may_follow = self.run.left > 0 && self.frames.len() < self.max_queued;
        let is_open = self.is_open() && !self.is_finishing;
        let label = Label {
            onward: parcel.onward,
            return_route: parcel.return_route,
            type_name: parcel.content.type_name,
            is_extended: self.is_understood(),
        };
        let is_same = || parcel.trace.is_none() && self.encoder.has(&label);
        if !may_follow || !is_open || !is_same() {
            return None;
        }
        let was_empty = self.is_empty();
        let (frames, encoder) = (&mut self.frames, &mut self.encoder);
        let seal = |frame: &mut Vec<u8>| {
            encoder.append_labelled(frame, parcel.content.body);
            Ok(())
        };
        append(frames, self.max_frame, seal).ok()?;
        self.run.unnoted += 1;
        self.run.left -= 1;
        if self.run.left == 0 {
            self.books();
        }
        Some(was_empty)
    }

    /// Opens the books, in which nothing is missing then. The run ends.
    pub(in crate::connection) fn books(&mut self) -> &mut Books {
        let run = mem::take(&mut self.run);
        if run.unnoted > 0 {
            let (onward, return_route) = self.encoder.way();
            self.books.note_more(onward, return_route, run.unnoted);
        }
        &mut self.books
    }

    /// Queues what takes no room from messages, as a sign of life does. Returns whether the writer
    /// may be waiting for it; `None` if it isn't queued.
    pub(in crate::connection) fn queue_beside(&mut self, parts: &Parts<'_>) -> Option<bool> {
        // A peer that reads nothing gets nothing else, either.
        let has_room = self.beside.len() < self.max_queued;
        has_room.then(|| self.queue_owed(parts)).flatten()
    }

    /// As [`queue_beside`](Self::queue_beside), for the report of a failure, which the peer acknowledges
    /// as it does messages.
    pub(in crate::connection) fn queue_report(
        &mut self,
        parts: &Parts<'_>,
        loss: Loss,
    ) -> Option<bool> {
        if parts.onward.is_empty() || !self.books().ledger.has_room_for_report() {
            return None;
        }
        let queued = self.queue_beside(parts)?;
        self.books().ledger.add_report(loss);
        Some(queued)
    }

    /// As [`queue_beside`](Self::queue_beside), for credit and acknowledgements, which are never lost: the
    /// peer would wait for them for ever. There are no more of them than it has sent messages. They
    /// concern one stream: without any, there is nobody to be told.
    pub(in crate::connection) fn queue_owed(&mut self, parts: &Parts<'_>) -> Option<bool> {
        if !self.is_open() || !self.has_stream {
            return None;
        }
        let was_empty = self.is_empty();
        let parts = &Parts {
            extension: parts.extension.filter(|_| self.is_understood()),
            ..*parts
        };
        let write = |frame: &mut Vec<u8>| message::append(frame, parts).map(drop);
        append(&mut self.beside, self.max_frame, write).ok()?;
        Some(was_empty)
    }
}

/// Appends a frame.
#[inline]
fn append(
    frames: &mut Vec<u8>,
    limit: usize,
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), message::Error>,
) -> Result<()> {
    let appended = frame::append(frames, |frames| {
        let start = frames.len();
        write(frames)?;
        match frames.len() - start {
            length if length > limit => Err(frame::Error::TooLong { length, limit }.into()),
            _ => Ok(()),
        }
    });
    appended.map_err(|error: Error| unsendable(&error))
}

/// Says that a message can't be sent because of what it is.
#[cold]
fn unsendable(error: &Error) -> Error {
    let why = format!("the message can't be sent: {error}");
    Error::new(ErrorKind::InvalidInput, why)
}

#[cfg(test)]
mod tests {
    use ockam_core::{Route, route};
    use ockam_node::transport::Content;

    use super::super::Peer;
    use super::*;
    use crate::connection::credit::WINDOW;

    /// Queues a message of `app`. Tells whether there was room.
    fn queue(sending: &mut Sending, to: &str, body: &[u8]) -> bool {
        let parcel = Parcel {
            onward: &[to.into()],
            return_route: &route!["app"],
            content: Content {
                body,
                type_name: Some("Deposit"),
            },
            trace: None,
        };
        sending.queue(&"connection".into(), &parcel, None).is_ok()
    }

    /// Returns to whom how many messages are queued, and how many `app` may be sent because of them.
    fn noted(sending: &mut Sending) -> (Vec<(String, u64)>, u32) {
        let queued = sending.take_queued().into_iter();
        let queued = queued.map(|tally| match tally.loss {
            Loss::Told(to, _) => (to.to_string(), tally.messages),
            Loss::Known | Loss::Counted => panic!("they are reported"),
        });
        let ways = &mut sending.books().returns.ways;
        let admitted = (0..).take_while(|_| ways.admit(&Route::from("app")));
        (queued.collect(), admitted.count() as u32)
    }

    fn sending() -> Sending {
        Sending::new(usize::MAX, 1024)
    }

    #[test]
    fn all_messages_of_a_run_are_in_the_books() {
        let mut sending = sending();
        for (to, messages) in [("x", 5), ("y", 1), ("x", 3)] {
            for body in 0..messages {
                assert!(queue(&mut sending, to, &[body]));
            }
        }
        let credit = &sending.books().credit;
        assert_eq!(credit.left(&"x".into()), WINDOW - 8);
        assert_eq!(credit.left(&"y".into()), WINDOW - 1);
        let queued = [("0#x", 5), ("0#y", 1), ("0#x", 3)];
        let queued = queued.map(|(to, messages)| (to.to_owned(), messages));
        assert_eq!(noted(&mut sending), (queued.to_vec(), 9));
    }

    #[test]
    fn a_run_goes_on_behind_a_look_into_the_books() {
        let mut sending = sending();
        for messages in 1..=10 {
            assert!(queue(&mut sending, "x", b"body"));
            assert_eq!(sending.books().credit.left(&"x".into()), WINDOW - messages);
        }
        assert_eq!(noted(&mut sending), (vec![("0#x".to_owned(), 10)], 10));
    }

    #[test]
    fn a_report_within_a_run_is_noted_as_what_it_is() {
        let mut sending = sending();
        (sending.has_stream, sending.peer) = (true, Peer::Ours);
        let report = Parts {
            onward: &["y".into()],
            ..Parts::default()
        };
        for body in 0..6 {
            assert!(queue(&mut sending, "x", &[body]));
            if body % 3 == 1 {
                assert!(sending.queue_report(&report, Loss::Counted).is_some());
            }
        }
        assert!(sending.take(&mut Vec::new()));
        let lost = sending.take_doubtful().into_iter();
        let lost = lost.map(|tally| (tally.loss == Loss::Counted, tally.messages));
        assert_eq!(lost.collect::<Vec<_>>(), [(false, 6), (true, 2)]);
    }

    #[test]
    fn a_run_ends_with_the_credit_and_with_the_connection() {
        let mut sending = sending();
        for _ in 0..WINDOW {
            assert!(sending.has_room(&["x".into()]));
            assert!(queue(&mut sending, "x", b"body"));
        }
        assert!(!sending.has_room(&["x".into()]));
        assert!(!queue(&mut sending, "x", b"body"));
        assert!(queue(&mut sending, "y", b"body"));
        assert!(!queue(&mut sending, "y", &[7; 2000]), "it is too long");
        sending.is_finishing = true;
        assert!(!queue(&mut sending, "y", b"body"));
        sending.is_finishing = false;
        sending.max_queued = sending.frames.len();
        assert!(!queue(&mut sending, "y", b"body"));
    }

    #[test]
    fn what_asks_belongs_to_no_run() {
        let mut sending = sending();
        let (asker, _answer) = ockam_core::reply::slot::<u64>(std::time::Duration::MAX);
        for questions in 1..=2 {
            let parcel = Parcel {
                onward: &["x".into()],
                return_route: &Route::from(Address::from(asker.clone())),
                content: Content {
                    body: b"body",
                    type_name: None,
                },
                trace: None,
            };
            assert!(sending.queue(&"connection".into(), &parcel, None).is_ok());
            assert_eq!((sending.run.left, sending.run.unnoted), (0, 0));
            assert_eq!(sending.books().credit.left(&"x".into()), WINDOW - questions);
        }
    }
}
