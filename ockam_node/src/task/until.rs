use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

/// Waits for `future`. Returns `None` if `end` is done before it.
pub(crate) async fn until<F: Future>(end: impl Future, future: F) -> Option<F::Output> {
    let (mut future, mut end) = (pin!(future), pin!(end));
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => end.as_mut().poll(cx).map(|_| None),
    })
    .await
}
