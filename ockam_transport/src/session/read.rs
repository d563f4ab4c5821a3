use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::task::yield_now;

use super::activity::Activity;
use crate::clock::{Instant, after, timeout, timeout_at};
use crate::connection::{Inbound, MAX_PASSING_BYTES, ReceivedRun};
use crate::frame::{Decoder, Event};
use crate::network::Network;
use crate::quota::Share;

/// After how many frames the workers that they went to get a turn: while this task goes on, the one
/// that it woke last can't run. A worker handles as many in a row, and so keeps up.
const YIELD_EVERY_FRAMES: usize = 128;

/// As how many frames of a run one counts that is decoded and looked up by itself, about as it takes more time.
/// Otherwise a peer with costly frames would hold up all others for milliseconds.
const FRAMES_PER_SINGLE: usize = 16;

/// How many bytes are read at a time. More of them are copied for longer than others should wait.
const MAX_READ_BYTES: usize = 256 * 1024;

/// After a read of how many bytes the same holds. Otherwise a stream that always has more to read would
/// fill mailboxes with megabytes, which are in no cache any more when they are handled.
const YIELD_AFTER_BYTES: usize = 32 * 1024;

/// Reads the frames of a stream and delivers what is in them.
pub(super) struct Reading {
    inbound: Arc<Inbound>,
    activity: Arc<Activity>,
    share: Share,
    decoder: Decoder,
    run: ReceivedRun,
    /// When the peer has to have finished what it has begun, at first its greeting.
    deadline: Option<Instant>,
    /// How much time the peer was given for it.
    limit: Duration,
}

impl Reading {
    pub(super) fn new(
        inbound: Arc<Inbound>,
        activity: Arc<Activity>,
        share: Share,
        greeting: Duration,
    ) -> Self {
        let decoder = Decoder::with_limit(inbound.settings.max_frame);
        let deadline = Some(after(greeting));
        Self {
            inbound,
            activity,
            share,
            decoder,
            run: ReceivedRun::default(),
            deadline,
            limit: greeting,
        }
    }

    /// Reads until the stream ends or makes no sense, and notes why.
    pub(super) async fn run<N: Network>(mut self, mut reader: N::Reader) {
        let why = self.read::<N>(&mut reader).await;
        self.activity.has_stopped_reading(why);
    }

    async fn read<N: Network>(&mut self, reader: &mut N::Reader) -> String {
        loop {
            let read = match self.fill(reader).await {
                Ok(0) if self.decoder.unfinished() > 0 => {
                    return "the peer closed it within a frame".to_owned();
                }
                Ok(0) => {
                    self.activity.has_read_all();
                    return "the peer closed it".to_owned();
                }
                Ok(read) => read,
                Err(error) => return error.to_string(),
            };
            self.activity.has_read();
            loop {
                let may_be_more = match self.take_frames() {
                    Ok(may_be_more) => may_be_more,
                    Err(why) => {
                        // One line for each connection that ends like this.
                        let why = format!("bad input from {}: {why}", self.inbound.peer);
                        self.inbound.gateway.warn(format_args!("{why}"));
                        return why;
                    }
                };
                if may_be_more || read >= YIELD_AFTER_BYTES {
                    yield_now().await;
                }
                if self.inbound.is_holding() {
                    if let Err(why) = self.held::<N>(reader).await {
                        return why;
                    }
                    // The time in which nothing was read does not count against the peer.
                    self.deadline = self.deadline.map(|_| after(self.limit));
                }
                if !may_be_more {
                    break;
                }
            }
        }
    }

    /// Waits while no more may be read. Fails if the peer has gone meanwhile: workers may never take what it has
    /// sent, and nobody would be told of it.
    async fn held<N: Network>(&self, reader: &mut N::Reader) -> Result<(), String> {
        let limit = self.inbound.settings.idle_timeout;
        while timeout(limit, self.inbound.held()).await.is_err() {
            if N::has_ended(reader) {
                let why = format!(
                    "the peer has ended it, and what it had sent could not be taken in for {limit:?}"
                );
                self.inbound.warn_of_end(&why);
                return Err(why);
            }
        }
        Ok(())
    }

    async fn fill(&mut self, reader: &mut (impl AsyncRead + Unpin)) -> io::Result<usize> {
        let space = self.decoder.space();
        let most = space.len().min(MAX_READ_BYTES);
        let mut space = ReadBuf::new(&mut space[..most]);
        let read = poll_fn(|cx| Pin::new(&mut *reader).poll_read(cx, &mut space));
        let read = match self.deadline {
            None => read.await,
            Some(deadline) => timeout_at(deadline, read).await.unwrap_or_else(|_| {
                let limit = self.limit;
                let why = match self.inbound.is_greeted() {
                    true => format!("the peer did not finish within {limit:?} what it began"),
                    false => format!("the peer did not greet within {limit:?}"),
                };
                self.inbound.warn_of_end(&why);
                Err(io::Error::new(io::ErrorKind::TimedOut, why))
            }),
        };
        let filled = space.filled().len();
        read?;
        self.decoder.filled(filled);
        Ok(filled)
    }

    /// Takes in frames that have been read. Tells whether there may be more, because there were many, or one has
    /// to wait.
    fn take_frames(&mut self) -> Result<bool, String> {
        let (mut taken, before) = (0, self.inbound.taken_in());
        let mut waits = false;
        while taken < YIELD_EVERY_FRAMES {
            let followed = self.follow(YIELD_EVERY_FRAMES - taken);
            taken += followed;
            if taken >= YIELD_EVERY_FRAMES {
                break;
            }
            match self.decoder.next_event() {
                Ok(None) => break,
                Ok(Some(Event::Version)) => self.inbound.greeted(),
                Ok(Some(Event::Frame(frame))) => {
                    if frame.len() > MAX_PASSING_BYTES && self.inbound.has_to_wait(frame) {
                        let frame_bytes = frame.len();
                        self.decoder.put_back(frame_bytes);
                        waits = true;
                        break;
                    }
                    let received = self.inbound.receive(frame, &mut self.run);
                    received.map_err(|error| error.to_string())?;
                }
                Err(error) => return Err(error.to_string()),
            }
            taken += FRAMES_PER_SINGLE;
        }
        self.inbound.end_run(&mut self.run);
        self.inbound.acknowledge_soon(before);
        if taken >= YIELD_EVERY_FRAMES {
            // The peer has finished what it had begun.
            self.deadline = None;
            return Ok(true);
        }
        if self.share.set(self.decoder.unfinished_memory()) {
            return Err("the connections of this node hold too many unfinished frames".to_owned());
        }
        if self.decoder.unfinished() == 0 {
            self.deadline = None;
        } else if taken > 0 || self.deadline.is_none() {
            self.limit = self.inbound.settings.frame_timeout;
            self.deadline = Some(after(self.limit));
        }
        Ok(waits)
    }

    /// Takes in at most `most` frames that go on with a run. Returns how many they are.
    fn follow(&mut self, most: usize) -> usize {
        let frames = self.decoder.frames().take(most);
        let frames = frames.take_while(|frame| frame.len() <= MAX_PASSING_BYTES);
        let followed = self.inbound.follow(frames, &mut self.run);
        let before = self.decoder.unfinished();
        self.decoder.skip(followed);
        self.run.add_bytes(before - self.decoder.unfinished());
        followed
    }
}
