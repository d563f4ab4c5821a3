use std::error::Error as StdError;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::process::{ExitCode, Termination};

use ockam_core::{Error, Processor, Worker};

use crate::context::Context;

/// The result of a `main` of any return type.
#[derive(Debug)]
pub enum Ended {
    /// `()`, `Ok` or a successful exit code.
    Success,
    /// An error that has not been printed yet.
    Failed(Error),
    /// An exit code. If there was an error, it has been printed.
    Exit(ExitCode),
}

/// The return value of a `main`.
///
/// Its method `ended` is chosen by the type of the value. This type has one for results whose error can
/// be printed with its causes. It dereferences to [`AnyOutcome`], which has one for all other types.
#[derive(Debug)]
pub struct Outcome<T>(AnyOutcome<T>);

/// A return value of which only `Termination` is known.
#[derive(Debug)]
pub struct AnyOutcome<T>(Option<T>);

/// The types that a `main` may return.
#[diagnostic::on_unimplemented(
    message = "the main function of a node can't return `{Self}`",
    label = "write `Result<()>`, `ExitCode`, or nothing",
    note = "it returns what the main function of a program may: a type that implements `std::process::Termination`"
)]
pub trait MainOutput: Termination {}

#[diagnostic::do_not_recommend]
impl<T: Termination> MainOutput for T {}

/// The types that a `main` may take as an argument.
#[diagnostic::on_unimplemented(
    message = "the main function of a node takes a `Context`, not `{Self}`",
    label = "write `Context` here"
)]
pub trait MainArgument {
    /// Creates the argument from the context.
    fn from_context(ctx: Context) -> Self;
}

/// The workers, which `#[async_worker]` is for.
#[diagnostic::on_unimplemented(
    message = "`#[async_worker]` is for the trait `ockam::Worker`, and this is another one",
    label = "not `ockam::Worker`",
    note = "write `use ockam::Worker;`"
)]
pub trait IsWorker {}

#[diagnostic::do_not_recommend]
impl<W: Worker> IsWorker for W {}

/// The processors, which `#[async_processor]` is for.
#[diagnostic::on_unimplemented(
    message = "`#[async_processor]` is for the trait `ockam::Processor`, and this is another one",
    label = "not `ockam::Processor`",
    note = "write `use ockam::Processor;`"
)]
pub trait IsProcessor {}

#[diagnostic::do_not_recommend]
impl<P: Processor> IsProcessor for P {}

/// Makes the compiler check that `W` is a worker.
pub const fn is_worker<W: IsWorker>() {}

/// Makes the compiler check that `P` is a processor.
pub const fn is_processor<P: IsProcessor>() {}

impl MainArgument for Context {
    fn from_context(ctx: Context) -> Self {
        ctx
    }
}

impl<T> Outcome<T> {
    /// Runs a `main`.
    pub async fn of(main: impl Future<Output = T>) -> Self {
        Self(AnyOutcome(Some(main.await)))
    }
}

impl<T: Termination, E: Into<Box<dyn StdError + Send + Sync>>> Outcome<Result<T, E>> {
    /// Returns how `main` has ended.
    pub fn ended(&mut self) -> Ended {
        match self.0.0.take() {
            Some(Err(error)) => Ended::Failed(Error::from_boxed(error.into())),
            Some(Ok(output)) => exit(output),
            None => Ended::Success,
        }
    }
}

impl<T> Deref for Outcome<T> {
    type Target = AnyOutcome<T>;

    fn deref(&self) -> &AnyOutcome<T> {
        &self.0
    }
}

impl<T> DerefMut for Outcome<T> {
    fn deref_mut(&mut self) -> &mut AnyOutcome<T> {
        &mut self.0
    }
}

impl<T> AnyOutcome<T> {
    /// Returns how `main` has ended. The `Termination` of the value prints its error.
    pub fn ended(&mut self) -> Ended
    where
        T: MainOutput,
    {
        self.0.take().map_or(Ended::Success, exit)
    }
}

fn exit(output: impl Termination) -> Ended {
    match output.report() {
        ExitCode::SUCCESS => Ended::Success,
        code => Ended::Exit(code),
    }
}
