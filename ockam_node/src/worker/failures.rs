//! What becomes of the failure of a worker, or of its handler.

use ockam_core::reply::ReplyTo;
use ockam_core::{Error, ErrorKind};

use crate::context::Context;
use crate::lifecycle::ExitReason;
use crate::log::{self, Trouble};
use crate::panics::Panic;

/// Logs that a worker fails by order, and ends it.
#[cold]
pub(super) fn fails(ctx: Context, error: &Error) {
    let reason = ExitReason::failed(error);
    log::error(ctx.address(), format_args!("the worker {reason}"));
    log::untold(Trouble::Failures, ctx.address(), format_args!("{reason}"));
    ctx.registration().lifecycle.note(reason);
}

/// Logs a panic, and reports it to the asker.
pub(super) fn panicked(ctx: Context, panic: &Panic) {
    let why = panic.message();
    log::error(ctx.address(), format_args!("the worker panicked: {why}"));
    let reason = ExitReason::Panicked(why.into());
    ctx.registration().lifecycle.note(reason);
    let address = ctx.address().clone();
    let told = format!("{address} panicked while it handled the question");
    let asker = ctx.asker().cloned();
    // The asker may start the worker again at once, so the address is freed first.
    drop(ctx);
    // This fails if the question has been answered. The panic is in the log.
    let is_told = asker.is_some_and(|it| it.fail(Error::new(ErrorKind::Panicked, told)).is_ok());
    if !is_told {
        log::untold(Trouble::Failures, &address, format_args!("panicked: {why}"));
    }
}

/// Reports the error of a handler to the asker, or logs it.
///
/// An asker that has stopped waiting, on this node or another one, is not told. It has an error of its own, or wants
/// none. So the error is logged, and is no trouble that nobody was told of.
#[cold]
pub(super) fn failed(ctx: &Context, error: Error) {
    let asker = ctx.asker();
    let untold = match (asker, error.kind()) {
        (asker, ErrorKind::Unhandled) => {
            let why = format!("{} handles no messages", ctx.address());
            ctx.node()
                .dead_letters
                .add(Some(ctx.address()), 1, &why, String::new);
            let error = Error::new(ErrorKind::NoReply, why);
            match asker {
                Some(asker) => asker.fail(error),
                None => Err(error),
            }
        }
        (Some(asker), _) if asker.is_abandoned() => Err(error),
        (Some(asker), _) => asker.fail_handler(ctx.address(), error),
        (None, _) => Err(error),
    };
    if let Err(error) = untold {
        // If the error holds a message that the handler could not send, that message is lost. An answer for
        // which nobody waits any more is not.
        let is_answer = error.refused_answer().is_some();
        let is_lost = error.has_undelivered() && !is_answer;
        let has_gone = asker.is_some_and(ReplyTo::is_abandoned);
        let what = match asker {
            _ if is_answer => "an answer was refused",
            Some(_) if has_gone => "a handler failed after its asker had stopped waiting",
            Some(_) => "a handler failed after its question had ended",
            None => "a message was not handled",
        };
        let why = format_args!("{what}: {error:#}");
        let lost = &ctx.node().dead_letters;
        lost.add(Some(ctx.address()), is_lost.into(), why, String::new);
        log::warn(ctx.address(), why);
        if !has_gone {
            log::untold(Trouble::Failures, ctx.address(), why);
        }
    }
}
