use std::future::poll_fn;
use std::io;
use std::pin::Pin;

use tokio::io::AsyncWrite;

use super::activity::Activity;
use crate::connection::Shared;

/// Writes the greeting and then whatever is queued, until the connection is closed.
///
/// All that has been queued meanwhile goes out as one batch; a lone message goes out at once.
pub(super) async fn run(
    shared: &Shared,
    activity: &Activity,
    writer: &mut (impl AsyncWrite + Unpin),
) -> io::Result<()> {
    write(activity, writer, &shared.greeting()).await?;
    // Before the peer has greeted, nothing is said to it: it may not be a node at all.
    shared.greeted_again().await;
    let mut batch = Vec::new();
    while shared.take_frames(&mut batch).await {
        activity.set_writing(true);
        write(activity, writer, &batch).await?;
        activity.set_writing(false);
    }
    write(activity, writer, &shared.farewell()).await?;
    poll_fn(|cx| Pin::new(&mut *writer).poll_shutdown(cx)).await
}

async fn write(
    activity: &Activity,
    writer: &mut (impl AsyncWrite + Unpin),
    mut rest: &[u8],
) -> io::Result<()> {
    while !rest.is_empty() {
        let written = poll_fn(|cx| Pin::new(&mut *writer).poll_write(cx, rest)).await?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        activity.has_written();
        rest = &rest[written..];
    }
    poll_fn(|cx| Pin::new(&mut *writer).poll_flush(cx)).await
}
