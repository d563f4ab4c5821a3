use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

/// The payload of a panic.
pub(crate) type Panic = Box<dyn Any + Send>;

pin_project! {
    /// Runs a future and catches its panic. See [`caught`].
    pub(crate) struct Caught<F> {
        #[pin]
        future: Option<F>,
    }

    impl<F> PinnedDrop for Caught<F> {
        fn drop(this: Pin<&mut Self>) {
            // The drop of the future may panic as well.
            let _ = catch_unwind(AssertUnwindSafe(|| this.project().future.set(None)));
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
        match catch_unwind(AssertUnwindSafe(|| future.poll(cx))) {
            Ok(polled) => Poll::Ready(Ok(ready!(polled))),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    }
}

/// Drops a value of a user, and catches the panic of its `Drop`.
pub(crate) fn drop_caught<T>(value: T) -> Result<(), Panic> {
    called_caught(|| drop(value))
}

/// Calls code of a user, and catches its panic.
pub(crate) fn called_caught<T>(call: impl FnOnce() -> T) -> Result<T, Panic> {
    catch_unwind(AssertUnwindSafe(call))
}

/// Returns the text of a panic.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let literal = panic.downcast_ref::<&str>().copied();
    let text = literal.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("(not with a text)")
}
