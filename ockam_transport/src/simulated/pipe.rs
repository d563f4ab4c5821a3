//! One direction of a simulated stream.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use ockam_node::test::UnderWay;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::clock::{Instant, Sleep, after, now, sleep_until};
use crate::lock::lock;

/// The number of bytes that are under way at most; then the writer waits.
const MAX_UNDER_WAY_BYTES: usize = 64 * 1024;

/// Says when bytes arrive that are written now, or that the stream is lost.
pub(super) type Carry = Box<dyn Fn() -> io::Result<Instant> + Send + Sync>;

/// A pipe from a writer to a reader.
#[derive(Default)]
pub(super) struct Pipe(Mutex<State>);

#[derive(Default)]
struct State {
    chunks: VecDeque<Chunk>,
    bytes: usize,
    /// Whether the writer has ended the stream.
    has_ended: bool,
    broken: Option<io::ErrorKind>,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

struct Chunk {
    arrives: Instant,
    bytes: Vec<u8>,
    taken: usize,
    /// The node is not idle while bytes are under way.
    _under_way: UnderWay,
}

/// The end that reads.
pub(crate) struct Reader {
    pipe: Arc<Pipe>,
    arrival: Option<Pin<Box<Sleep>>>,
}

/// The end that writes.
pub(crate) struct Writer {
    pipe: Arc<Pipe>,
    carry: Carry,
}

/// Makes a pipe.
pub(super) fn pipe(carry: Carry) -> (Arc<Pipe>, Reader, Writer) {
    let pipe = Arc::new(Pipe::default());
    let reader = Reader {
        pipe: pipe.clone(),
        arrival: None,
    };
    let writer = Writer {
        pipe: pipe.clone(),
        carry,
    };
    (pipe, reader, writer)
}

impl Pipe {
    /// Breaks the stream. What is under way is lost.
    pub(super) fn break_off(&self, why: io::ErrorKind) {
        self.change(|state| {
            state.broken.get_or_insert(why);
            state.bytes = 0;
            state.chunks.drain(..).collect()
        });
    }

    /// Lets nothing arrive before a moment.
    pub(super) fn hold(&self, time: Duration) {
        let until = after(time);
        self.change(|state| {
            for chunk in &mut state.chunks {
                chunk.arrives = chunk.arrives.max(until);
            }
            Vec::new()
        });
    }

    /// Changes the state, and wakes both ends. What the change takes out is dropped after the lock.
    fn change(&self, change: impl FnOnce(&mut State) -> Vec<Chunk>) {
        let mut state = lock(&self.0);
        let taken = change(&mut state);
        let wakers = [state.reader.take(), state.writer.take()];
        drop(state);
        drop(taken);
        wakers.into_iter().flatten().for_each(Waker::wake);
    }
}

impl AsyncRead for Reader {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { pipe, arrival } = &mut *self;
        loop {
            let mut state = lock(&pipe.0);
            if let Some(why) = state.broken {
                return Poll::Ready(Err(why.into()));
            }
            state.reader = Some(cx.waker().clone());
            let State { chunks, bytes, .. } = &mut *state;
            let Some(chunk) = chunks.front_mut() else {
                return if state.has_ended {
                    Poll::Ready(Ok(()))
                } else {
                    Poll::Pending
                };
            };
            if chunk.arrives <= now() {
                let rest = &chunk.bytes[chunk.taken..];
                let count = rest.len().min(buf.remaining());
                buf.put_slice(&rest[..count]);
                chunk.taken += count;
                *bytes -= count;
                let done = (chunk.taken == chunk.bytes.len()).then(|| chunks.pop_front());
                let writer = state.writer.take();
                drop(state);
                drop(done);
                writer.into_iter().for_each(Waker::wake);
                return Poll::Ready(Ok(()));
            }
            let arrives = chunk.arrives;
            drop(state);
            let sleep = arrival.insert(Box::pin(sleep_until(arrives)));
            if sleep.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
    }
}

impl AsyncWrite for Writer {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut state = lock(&self.pipe.0);
        if let Some(why) = state.broken {
            return Poll::Ready(Err(why.into()));
        }
        let room = MAX_UNDER_WAY_BYTES - state.bytes;
        if room == 0 {
            state.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        drop(state);
        // This may break the pipe.
        let arrives = (self.carry)()?;
        let count = buf.len().min(room);
        self.pipe.change(|state| {
            // What was sent before arrives before.
            let before = state.chunks.back().map(|chunk| chunk.arrives);
            state.bytes += count;
            state.chunks.push_back(Chunk {
                arrives: before.map_or(arrives, |before| before.max(arrives)),
                bytes: buf[..count].to_vec(),
                taken: 0,
                _under_way: UnderWay::begin(),
            });
            Vec::new()
        });
        Poll::Ready(Ok(count))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.pipe.end();
        Poll::Ready(Ok(()))
    }
}

impl Pipe {
    fn end(&self) {
        self.change(|state| {
            state.has_ended = true;
            Vec::new()
        });
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.pipe.end();
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.pipe.break_off(io::ErrorKind::BrokenPipe);
    }
}
