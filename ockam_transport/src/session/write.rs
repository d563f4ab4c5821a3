use std::future::poll_fn;
use std::io;
use std::pin::Pin;

use tokio::io::AsyncWrite;

use super::activity::Activity;
use crate::connection::Inner;

/// Writes the greeting and then whatever is queued, until the connection is closed.
///
/// What has been queued meanwhile goes out as one batch. A single message goes out at once.
pub(super) async fn run(
    connection: &Inner,
    activity: &Activity,
    writer: &mut (impl AsyncWrite + Unpin),
) -> io::Result<()> {
    write(activity, writer, &connection.greeting()).await?;
    // Before the peer has greeted, it is sent nothing else: it may not be a node at all.
    connection.greeted_again().await;
    let mut batch = Vec::new();
    while connection.take_frames(&mut batch).await {
        activity.set_writing(true);
        write(activity, writer, &batch).await?;
        activity.set_writing(false);
    }
    write(activity, writer, &connection.farewell()).await?;
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
