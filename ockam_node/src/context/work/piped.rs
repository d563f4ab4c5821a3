use std::future::Future;
use std::sync::Arc;

use ockam_core::{Error, ErrorKind, Message, Result};

use super::owner::Owner;
use crate::panics::{Panic, catch, caught};

/// Runs work in a task, and sends what `into` makes of its result to the owner.
pub(in crate::context) fn pipe<T, M>(
    owner: Owner<M>,
    work: impl Future<Output = Result<T>> + Send + 'static,
    into: impl FnOnce(Result<T>) -> M + Send + 'static,
) -> Result<()>
where
    T: Send + 'static,
    M: Message,
{
    let begun = owner.begin()?;
    let owner = Arc::new(owner);
    owner.clone().spawn(async move {
        let done = caught(work).await;
        let done = done.unwrap_or_else(|panic| Err(panicked(&panic)));
        match catch(|| into(done)) {
            Ok(message) => owner.send(&begun, message).await,
            Err(panic) => {
                let why = panic.message();
                let why = format!("what makes a message of a result panicked: {why}");
                owner.tell(Error::new(ErrorKind::Panicked, why));
            }
        }
    });
    Ok(())
}

/// Creates the result of work that has panicked.
pub(super) fn panicked(panic: &Panic) -> Error {
    Error::new(
        ErrorKind::Panicked,
        format!("it panicked: {}", panic.message()),
    )
}
