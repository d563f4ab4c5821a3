use std::convert::Infallible;
use std::process::ExitCode;

use ockam_core::{Error, Result};

/// What a future that an [`Executor`](crate::Executor) runs may return.
///
/// It is what `#[ockam::node]` takes from a `main`: nothing, a result, or an exit code. The error of a result is
/// [`Error`], which `?` makes of any other.
#[diagnostic::on_unimplemented(
    message = "an executor can't run a future that returns `{Self}`",
    label = "return `Result<T>`, `ExitCode`, or nothing"
)]
pub trait ExecutorOutput {
    /// What [`execute`](crate::Executor::execute) returns if it hasn't failed.
    type Value;

    /// Returns `true` if it stops the node.
    fn has_failed(&self) -> bool;

    /// Returns the value, or the error.
    fn into_result(self) -> Result<Self::Value>;
}

impl ExecutorOutput for () {
    type Value = ();

    fn has_failed(&self) -> bool {
        false
    }

    fn into_result(self) -> Result<()> {
        Ok(())
    }
}

// Of one type of error only, so that the compiler knows it in a future that ends with `Ok(value)`.
impl<T> ExecutorOutput for Result<T, Error> {
    type Value = T;

    fn has_failed(&self) -> bool {
        self.is_err()
    }

    fn into_result(self) -> Result<T> {
        self
    }
}

impl ExecutorOutput for ExitCode {
    type Value = Self;

    fn has_failed(&self) -> bool {
        *self != Self::SUCCESS
    }

    fn into_result(self) -> Result<Self> {
        Ok(self)
    }
}

impl ExecutorOutput for Infallible {
    type Value = Self;

    fn has_failed(&self) -> bool {
        match *self {}
    }

    fn into_result(self) -> Result<Self> {
        match self {}
    }
}
