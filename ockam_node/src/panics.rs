use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

pub(crate) use ockam_core::panics::{Panic, catch, wake};

pin_project! {
    /// Runs a future and catches its panic. See [`caught`].
    pub(crate) struct Caught<F> {
        #[pin]
        future: Option<F>,
    }

    impl<F> PinnedDrop for Caught<F> {
        fn drop(this: Pin<&mut Self>) {
            // The drop of the future may panic as well.
            let _ = catch(|| this.project().future.set(None));
        }
    }
}

/// Catches the panics of a future, when it is polled and when it is dropped.
pub(crate) fn caught<F: Future>(future: F) -> Caught<F> {
    let future = Some(future);
    Caught { future }
}

impl<F: Future> Future for Caught<F> {
    type Output = Result<F::Output, Panic>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let future = self.project().future.as_pin_mut();
        let future = future.expect("it is taken out by the drop alone");
        match catch(|| future.poll(cx)) {
            Ok(polled) => Poll::Ready(Ok(ready!(polled))),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    }
}

/// Drops a value of a user, and catches the panic of its `Drop`.
pub(crate) fn drop_caught<T>(value: T) -> Result<(), Panic> {
    catch(|| drop(value))
}
