use tokio::task::AbortHandle;

/// A worker that has been initialised, and that nothing has come for so far.
///
/// It takes up no task: its relay waits in its [`Life`](crate::life::Life) for the first message. The task is
/// most of what a start and a stop cost.
pub(crate) trait Resting: Send {
    /// Tells whether no code of the user is to run before the worker is dropped.
    fn may_end(&self) -> bool;

    /// Runs the worker in a task of its own.
    fn run(self: Box<Self>) -> AbortHandle;

    /// Ends a worker that [may end](Self::may_end).
    fn end(self: Box<Self>);
}
