//! The functions that the macros `#[ockam::node]` and `#[ockam::test]` call.

mod outcome;

use std::future::Future;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use ockam_core::Result;

use super::aside;
use super::builder::NodeBuilder;
use super::executor::{Ending, Executor};
use super::watch::Ends;
use crate::context::Context;

pub use outcome::{
    AnyOutcome, Ended, IsProcessor, IsWorker, MainArgument, MainOutput, Outcome, is_processor,
    is_worker,
};

/// The time that printing the error of `main` may take.
const PRINT_WITHIN: Duration = Duration::from_secs(1);

/// Runs the `main` of a program on a new node, and returns the exit code of the process.
pub fn run<F, Fut>(builder: NodeBuilder, main: F) -> ExitCode
where
    F: FnOnce(Context) -> Fut,
    Fut: Future<Output = Ended>,
{
    let mut failure = None;
    let ending = builder.build().and_then(|(ctx, mut executor)| {
        let main = main(ctx);
        let ending = drive(&mut executor, main);
        failure = executor.node().stopping.failure().map(str::to_owned);
        ending
    });
    match (ending, failure) {
        (ending, None) => exit_code(ending),
        (Ok(Ending::Panicked(panic)), _) => panic.resume(),
        (ending, Some(failure)) => {
            print(format!("error: {failure}"));
            match exit_code(ending) {
                ExitCode::SUCCESS => ExitCode::FAILURE,
                code => code,
            }
        }
    }
}

/// Prints what there is to say, and returns the exit code of the process.
fn exit_code(ending: Result<Ending<Exit>>) -> ExitCode {
    match ending {
        Ok(Ending::Returned(Exit { code, printed })) => {
            printed.into_iter().for_each(print);
            code
        }
        Ok(Ending::Panicked(panic)) => panic.resume(),
        Ok(Ending::Dropped) => ExitCode::SUCCESS,
        Err(error) => {
            print(format!("error: {error:?}"));
            ExitCode::FAILURE
        }
    }
}

/// How the process ends after `main` has returned.
struct Exit {
    code: ExitCode,
    /// What is printed to stderr.
    printed: Option<String>,
}

fn drive(executor: &mut Executor, main: impl Future<Output = Ended>) -> Result<Ending<Exit>> {
    let node = executor.node().clone();
    let main = async {
        let exit = |code| Exit {
            code,
            printed: None,
        };
        match main.await {
            Ended::Success => exit(ExitCode::SUCCESS),
            // The node stops, and `main` heard of it when it waited for a message.
            Ended::Failed(error) if error.is_end_of_receive() && node.stopping.has_begun() => {
                exit(ExitCode::SUCCESS)
            }
            Ended::Failed(error) => Exit {
                code: ExitCode::FAILURE,
                // Here a panic of the error's `Debug` is one of `main`.
                printed: Some(format!("error: {error:?}")),
            },
            Ended::Exit(code) => exit(code),
        }
    };
    executor.drive(Ends::Always, main, |exit| exit.code != ExitCode::SUCCESS)
}

/// Prints to stderr. If nobody reads what the process has written, this doesn't wait for long.
fn print(text: String) {
    aside::run(PRINT_WITHIN, move || {
        // There is nobody to tell if this fails.
        let _ = writeln!(io::stderr(), "{text}");
    });
}
