//! The two halves of a simulated stream. They may break, and take what is written in pieces.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use turmoil::net::TcpStream;
use turmoil::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use crate::chance::Chance;
use crate::history::{History, What};

pub(crate) fn split(
    stream: TcpStream,
    history: &Arc<History>,
    host: usize,
    chance: &mut Chance,
    breaks: bool,
) -> (Reader, Writer) {
    let name = (stream.local_addr(), stream.peer_addr());
    let name = format!("{name:?}");
    let (reader, writer) = stream.into_split();
    let budget = |chance: &mut Chance| match breaks && chance.once_in(2) {
        true => 1 + chance.below(6_000) as usize,
        false => usize::MAX,
    };
    let end = |chance: &mut Chance| End {
        history: history.clone(),
        host,
        name: name.clone(),
        left: budget(chance),
        chance: Chance::new(chance.next()),
    };
    let reader = Reader(Some(reader), end(chance));
    (reader, Writer(Some(writer), end(chance), false))
}

/// When a half of a stream breaks.
struct End {
    history: Arc<History>,
    host: usize,
    /// The addresses of both sides.
    name: String,
    /// After how many bytes it breaks.
    left: usize,
    chance: Chance,
}

impl End {
    fn check(&self, kind: io::ErrorKind) -> io::Result<()> {
        match self.left == 0 && !self.history.is_healed() {
            true => {
                self.history.note(self.host, What::Broke);
                Err(kind.into())
            }
            false => Ok(()),
        }
    }
}

pub(crate) struct Reader(Option<OwnedReadHalf>, End);

impl Drop for Reader {
    fn drop(&mut self) {
        let Self(inner, end) = self;
        let name = format!("{} reader", end.name);
        end.history
            .crashed_streams
            .keep(end.host, &name, inner.take());
    }
}

impl AsyncRead for Reader {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self(inner, end) = &mut *self;
        end.check(io::ErrorKind::ConnectionReset)?;
        let before = buf.filled().len();
        ready!(open(inner).poll_read(cx, buf))?;
        let read = buf.filled().len() - before;
        end.left = end.left.saturating_sub(read);
        end.history.note(end.host, What::Read(read));
        Poll::Ready(Ok(()))
    }
}

/// Whether anything has been written comes last.
pub(crate) struct Writer(Option<OwnedWriteHalf>, End, bool);

impl Drop for Writer {
    fn drop(&mut self) {
        let Self(inner, end, _) = self;
        let name = format!("{} writer", end.name);
        end.history
            .crashed_streams
            .keep(end.host, &name, inner.take());
    }
}

impl AsyncWrite for Writer {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Self(inner, end, has_written) = &mut *self;
        end.check(io::ErrorKind::BrokenPipe)?;
        // The greeting is written in one piece. Turmoil does not retransmit: if only the second half
        // of the greeting were lost, the peer would be known and silent.
        let most = match *has_written {
            true => 1 + end.chance.below(1_400) as usize,
            false => bytes.len(),
        };
        let piece = &bytes[..bytes.len().min(most).min(end.left.max(1))];
        let written = ready!(open(inner).poll_write(cx, piece))?;
        *has_written = true;
        end.left = end.left.saturating_sub(written);
        end.history.note(end.host, What::Wrote(written));
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        open(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        open(&mut self.0).poll_shutdown(cx)
    }
}

fn open<T: Unpin>(half: &mut Option<T>) -> Pin<&mut T> {
    Pin::new(half.as_mut().expect("it is taken by the drop only"))
}
