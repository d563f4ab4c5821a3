use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use ockam_core::{Address, Down, DownReason};
use tokio::sync::oneshot;

use crate::delivery::{Target, Watch};
use crate::panics::catch;

/// Waits for the end of a worker, a context or a connection.
///
/// [`Sender::ended`](crate::Sender::ended) and [`WorkerHandle::ended`](crate::WorkerHandle::ended) return it.
///
/// # Cancel safety
///
/// If it is dropped, nobody is told. Another one can be made.
///
/// # Examples
///
/// ```
/// # use ockam_core::DownReason;
/// # let (ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// let down = ctx.sender().ended("nobody").await;
/// assert_eq!(down.reason(), &DownReason::Unknown);
/// # ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct Ended {
    number: u64,
    target: Target,
    address: Address,
    told: oneshot::Receiver<Down>,
}

/// Tells the one who waits.
struct EndedWatch {
    address: Address,
    waiting: Mutex<Option<oneshot::Sender<Down>>>,
}

/// Begins to wait for the end of a target, under a number that nobody else has.
pub(crate) fn watch(number: u64, address: Address, target: Target) -> Ended {
    let (waiting, told) = oneshot::channel();
    let watch = EndedWatch {
        address: address.clone(),
        waiting: Mutex::new(Some(waiting)),
    };
    target.watch(number, Arc::new(watch));
    Ended {
        number,
        target,
        address,
        told,
    }
}

impl Watch for EndedWatch {
    fn ended(&self, incarnation: u64, reason: &DownReason) {
        let waiting = self
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let down = Down::new(self.address.clone(), incarnation, reason.clone());
        // The waker may be a user's. A panic in it was reported when it was raised.
        let _ = catch(|| waiting.map(|waiting| waiting.send(down)));
    }

    fn restarted(&self, _incarnation: u64, _reason: &DownReason) -> bool {
        true
    }
}

impl Future for Ended {
    type Output = Down;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Down> {
        let told = Pin::new(&mut self.told).poll(cx);
        // The other end is dropped untold only if the node is gone, and then nothing is there any more.
        told.map(|told| {
            let unknown = || Down::new(self.address.clone(), 0, DownReason::Unknown);
            told.unwrap_or_else(|_| unknown())
        })
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        self.target.unwatch(self.number);
    }
}

impl fmt::Debug for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Ended").field(&self.address).finish()
    }
}
