//! The functions that the macros `#[ockam::node]` and `#[ockam::test]` call.

mod outcome;

use std::future::Future;
use std::panic::resume_unwind;
use std::process::ExitCode;

use ockam_core::ErrorKind;

use super::builder::NodeBuilder;
use super::executor::{Ending, Executor};
use crate::context::Context;

pub use outcome::{AnyOutcome, Ended, IsWorker, MainArgument, MainOutput, Outcome, is_worker};

/// Runs the `main` of a program on a new node, and returns the exit code of the process.
pub fn run<F, Fut>(builder: NodeBuilder, main: F) -> ExitCode
where
    F: FnOnce(Context) -> Fut,
    Fut: Future<Output = Ended>,
{
    let (ctx, mut executor) = match builder.build() {
        Ok(started) => started,
        Err(error) => {
            eprintln!("error: {error:?}");
            return ExitCode::FAILURE;
        }
    };
    let ending = drive(&mut executor, main(ctx));
    drop(executor);
    match ending {
        Ending::Returned(code) => code,
        Ending::Panicked(panic) => resume_unwind(panic),
        Ending::Dropped => ExitCode::SUCCESS,
    }
}

fn drive(executor: &mut Executor, main: impl Future<Output = Ended>) -> Ending<ExitCode> {
    let node = executor.node().clone();
    let main = async {
        match main.await {
            Ended::Success => ExitCode::SUCCESS,
            // A stop was requested, and `main` got this error because of it.
            Ended::Failed(error)
                if error.kind() == ErrorKind::Stopped && node.stopping.has_begun() =>
            {
                ExitCode::SUCCESS
            }
            Ended::Failed(error) => {
                eprintln!("error: {error:?}");
                ExitCode::FAILURE
            }
            Ended::Exit(code) => code,
        }
    };
    executor.drive(main, |code| *code != ExitCode::SUCCESS)
}

/// Runs a test on a new node, and stops the node.
///
/// # Panics
///
/// Panics if the test fails.
pub fn run_test<F, Fut>(builder: NodeBuilder, test: F)
where
    F: FnOnce(Context) -> Fut,
    Fut: Future<Output = Ended>,
{
    let started = builder.build();
    let (ctx, mut executor) = started.unwrap_or_else(|error| panic!("no node: {error:?}"));
    let node = executor.node().clone();
    let ended = executor.execute(async {
        let ended = test(ctx).await;
        node.request_stop();
        Ok(ended)
    });
    match ended {
        Ok(Ended::Success) => {}
        Ok(Ended::Failed(error)) | Err(error) => panic!("the test failed: {error:?}"),
        Ok(Ended::Exit(code)) => assert_eq!(code, ExitCode::SUCCESS, "the test failed"),
    }
}
