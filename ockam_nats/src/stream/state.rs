use std::collections::VecDeque;
use std::io;
use std::task::Waker;

use bytes::Bytes;

use super::limits::{WINDOW_BYTES, weight};
use crate::record::{Record, VERSION};

/// The least window of a peer with which a stream can go on.
const MIN_WINDOW_BYTES: u64 = 4096;

/// What both sides of a stream have sent, and why it ends.
#[derive(Default)]
pub(super) struct State {
    pub(super) incoming: Incoming,
    pub(super) outgoing: Outgoing,
    /// Why the stream has ended, or what the peer does with it.
    pub(super) end: Option<End>,
}

/// What the peer has sent.
#[derive(Default)]
pub(super) struct Incoming {
    /// The number of its next record.
    next: u64,
    chunks: VecDeque<Bytes>,
    /// The weight of the chunks.
    waiting: u64,
    /// The weight of what has been read.
    read: u64,
    /// How much of it the peer has been told.
    told: u64,
    pub(super) waker: Option<Waker>,
}

/// What the peer is sent.
#[derive(Default)]
pub(super) struct Outgoing {
    /// The number of the next record.
    next: u64,
    /// The weight of what has been sent.
    sent: u64,
    /// How much of it the peer has read.
    read: u64,
    /// How much the peer takes in before it reads any.
    window: u64,
    pub(super) has_ended: bool,
    pub(super) waker: Option<Waker>,
}

#[derive(Clone, Debug)]
pub(super) enum End {
    /// The peer sends no more bytes.
    OfPeer,
    /// Nothing more passes, either way.
    Lost(String),
}

/// Returns the error of a stream on which nothing more passes.
pub(super) fn lost(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, why)
}

/// What a record of the peer has changed.
#[derive(Default)]
pub(super) struct Changed {
    pub(super) reader: Option<Waker>,
    pub(super) writer: Option<Waker>,
    /// How much more weight waits than before.
    pub(super) waiting: u64,
}

impl Changed {
    pub(super) fn wake(self) {
        for waker in [self.reader, self.writer].into_iter().flatten() {
            waker.wake();
        }
    }
}

impl State {
    /// Takes in the greeting of the peer.
    ///
    /// # Errors
    ///
    /// Returns why the stream can't begin.
    pub(super) fn greet(&mut self, version: u8, window: u64) -> Result<(), String> {
        if version != VERSION {
            return Err(format!(
                "the peer speaks version {version} on the bus, this node version {VERSION}"
            ));
        }
        if window < MIN_WINDOW_BYTES {
            return Err(format!("the peer takes {window} bytes only"));
        }
        self.outgoing.window = window;
        Ok(())
    }

    /// Takes in a record of the peer. What is not in its place ends the stream.
    pub(super) fn arrive(&mut self, record: Record) -> Changed {
        if matches!(self.end, Some(End::Lost(_))) {
            return Changed::default();
        }
        let number = match &record {
            Record::Bytes { number, .. }
            | Record::Window { number, .. }
            | Record::End { number } => *number,
            Record::Reset => return self.lose("the peer doesn't know the stream any more"),
            // It has begun already, and this is nothing of it.
            Record::Hello { .. }
            | Record::Welcome { .. }
            | Record::Refused { .. }
            | Record::Card { .. }
            | Record::Who => return Changed::default(),
        };
        let expected = self.incoming.next;
        if number != expected {
            let why = match number.checked_sub(expected) {
                Some(missing) => format!("{missing} messages of the peer were lost on the bus"),
                None => "a message of the peer came twice, or too late".to_owned(),
            };
            return self.lose(&why);
        }
        self.incoming.next += 1;
        match record {
            Record::Bytes { bytes, .. } => self.take_bytes(bytes),
            Record::Window { total, .. } => self.take_window(total),
            _ => {
                self.end.get_or_insert(End::OfPeer);
                self.wake_reader()
            }
        }
    }

    fn take_bytes(&mut self, bytes: Bytes) -> Changed {
        if bytes.is_empty() || self.end.is_some() {
            return self.lose("the peer has sent what no node sends");
        }
        let (weight, incoming) = (weight(bytes.len()), &mut self.incoming);
        let unread = incoming.read - incoming.told + incoming.waiting;
        if unread.saturating_add(weight) > WINDOW_BYTES {
            return self.lose("the peer has sent more than it may");
        }
        incoming.waiting += weight;
        incoming.chunks.push_back(bytes);
        Changed {
            waiting: weight,
            ..self.wake_reader()
        }
    }

    fn take_window(&mut self, total: u64) -> Changed {
        let outgoing = &mut self.outgoing;
        if !(outgoing.read..=outgoing.sent).contains(&total) {
            return self.lose("the peer says to have read what it was not sent");
        }
        outgoing.read = total;
        Changed {
            writer: outgoing.waker.take(),
            ..Changed::default()
        }
    }

    fn wake_reader(&mut self) -> Changed {
        Changed {
            reader: self.incoming.waker.take(),
            ..Changed::default()
        }
    }

    /// Ends the stream.
    pub(super) fn lose(&mut self, why: &str) -> Changed {
        if !matches!(self.end, Some(End::Lost(_))) {
            self.end = Some(End::Lost(why.to_owned()));
        }
        Changed {
            reader: self.incoming.waker.take(),
            writer: self.outgoing.waker.take(),
            waiting: 0,
        }
    }
}

impl Incoming {
    /// Takes the next bytes out, with their weight.
    pub(super) fn pop(&mut self) -> Option<(Bytes, u64)> {
        let bytes = self.chunks.pop_front()?;
        let weight = weight(bytes.len());
        self.waiting -= weight;
        self.read += weight;
        Some((bytes, weight))
    }

    /// Returns the weight of what waits to be read.
    pub(super) fn waiting(&self) -> u64 {
        self.waiting
    }

    /// Tells whether the peer is to be told how much has been read.
    pub(super) fn owes_window(&self) -> bool {
        self.read - self.told >= WINDOW_BYTES / 4
    }

    /// Returns how much has been read, which the peer is told now.
    pub(super) fn tell_read(&mut self) -> u64 {
        self.told = self.read;
        self.read
    }
}

impl Outgoing {
    /// Returns how many bytes the next message may have.
    pub(super) fn room(&self) -> usize {
        let left = self.window.saturating_sub(self.sent - self.read);
        usize::try_from(left.saturating_sub(weight(0))).unwrap_or(usize::MAX)
    }

    /// Notes that a message with so many bytes is sent. Returns its number.
    pub(super) fn send_bytes(&mut self, bytes: usize) -> u64 {
        self.sent += weight(bytes);
        self.number()
    }

    /// Returns the number of a record that is sent now.
    pub(super) fn number(&mut self) -> u64 {
        let number = self.next;
        self.next += 1;
        number
    }
}

#[cfg(test)]
mod tests;
