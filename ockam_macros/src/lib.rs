//! The attribute macros of the `ockam` framework: [`node`](macro@node), [`test`](macro@test),
//! [`async_worker`], [`async_processor`] and [`protocol`](macro@protocol).
//!
//! Programs use them through the crate `ockam`, which re-exports them. Their output refers only to the
//! hidden module `ockam::__private`, by absolute paths, so a program is free to use every name for
//! something of its own.
//!
//! ```text
//!                  arguments ─▶ settings ┐
//!  #[node]         item ─────▶ parse ────┴▶ model ─▶ validate ─────────────▶ expand
//!
//!                  arguments ─▶ settings ┐
//!  #[async_worker] item ─────▶ parse ────┴▶ model ─▶ validate ─▶ complete ─▶ expand
//!
//!                  arguments ─▶ settings ┐
//!  #[protocol]     item ─────▶ parse ────┴▶ validate ─▶ model ─────────────▶ expand
//! ```
//!
//! Each step but the last reports mistakes: all of them at once, each at the user's own tokens.
//!
//! `syn` reads everything but the bodies of functions, which stay tokens. After a mistake the item is
//! still emitted, corrected where that is possible, so that the compiler checks the rest of it and
//! doesn't report the same mistake again in other words.
//!
//! An attribute macro runs before the `#[cfg]`s inside its item are resolved. So each argument and
//! each member has a condition, and so does each mistake in it.
//!
//! # Examples
//!
//! ```
//! use ockam::{async_worker, Context, Result, Worker};
//!
//! struct Doubler;
//!
//! #[async_worker]
//! impl Worker for Doubler {
//!     type Message = u64;
//!
//!     async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
//!         ctx.reply(2 * msg).await
//!     }
//! }
//!
//! #[ockam::node]
//! async fn main(ctx: Context) -> Result<()> {
//!     ctx.start_worker("doubler", Doubler).await?;
//!     assert_eq!(ctx.ask::<u64>("doubler", 21_u64).await?, 42);
//!     ctx.stop().await
//! }
//! ```

mod arguments;
mod attributes;
mod condition;
mod count;
mod crate_path;
mod function;
mod item;
mod lints;
mod mistakes;
mod node;
mod protocol;
mod similar;
mod tokens;
mod ty;
mod worker;

use proc_macro::TokenStream;

use crate::node::Role;

/// Makes an async function the `main` of a program that is a node.
///
/// The node is started before the function is called, and stopped when the function fails or asks
/// for it. After an `Ok` the node goes on, until it is stopped or the process gets a SIGINT or
/// SIGTERM.
///
/// The function takes a `Context`, by which it talks to the node, or nothing. It returns what a
/// `main` may return: `Result<()>`, an `ExitCode`, another type that implements `Termination`, or
/// nothing. An error is printed to stderr with its causes, and the exit code is not 0.
///
/// A function named `main` is nested in the program's `main`, and stack traces show both. A function of
/// another name stays where it is and can be called from elsewhere, such as a test; the attribute adds
/// a `main` that runs it.
///
/// # Arguments
///
/// | argument | meaning |
/// |---|---|
/// | `worker_threads = 4` | the number of threads that run workers; by default one per core |
/// | `current_thread` | everything runs on the thread of `main` |
/// | `name = "app"` | the node's name, in the log |
/// | `mailbox_capacity = 256` | how many messages a mailbox holds |
/// | `blocking_threads = 8` | how many blocking calls of workers run at a time |
/// | `stop_timeout = "60s"` | the deadline of a stop; also `send_timeout`, `ask_timeout`, `start_timeout`, `block_warning`. The units are `ms`, `s`, `m` and `h` |
/// | `histograms` | workers measure how long their messages wait and how long their handlers take |
/// | `crate = "my_ockam"` | the name by which your crate knows `ockam`, or a path to it |
///
/// # Examples
///
/// ```
/// use ockam::{Context, Result};
///
/// #[ockam::node]
/// async fn main(ctx: Context) -> Result<()> {
///     println!("the node runs");
///     ctx.stop().await
/// }
/// ```
///
/// With settings, another name and an exit code:
///
/// ```no_run
/// use std::process::ExitCode;
///
/// use ockam::Context;
///
/// #[ockam::node(worker_threads = 2, name = "batch")]
/// async fn batch(ctx: Context) -> ExitCode {
///     match ctx.stop().await {
///         Ok(()) => ExitCode::SUCCESS,
///         Err(_) => ExitCode::from(3),
///     }
/// }
/// ```
#[proc_macro_attribute]
pub fn node(arguments: TokenStream, item: TokenStream) -> TokenStream {
    node::entry(Role::Main, arguments.into(), item.into()).into()
}

/// Makes an async function a test that runs on a node of its own.
///
/// The node runs on the current thread unless `worker_threads` says otherwise, and is stopped when
/// the test ends. The function takes and returns the same as that of a [`node`](macro@node).
/// `#[ignore]` and `#[should_panic]` work as usual.
///
/// # Arguments
///
/// Those of a [`node`](macro@node), and:
///
/// | argument | meaning |
/// |---|---|
/// | `timeout = 5` | how many seconds the test may take; by default 60, and with a paused clock a day |
/// | `paused` | the clock is paused, and moves on when nothing else is to be done |
/// | `seeds = 1000` | the test runs with so many orders of events, in simulated time, on one thread |
/// | `allow(failures)` | handlers may fail or panic although nobody is told |
/// | `allow(unhandled)` | messages may be left that nobody handles |
/// | `allow(killed)` | workers may have to be killed when the node stops |
/// | `allow(tasks)` | tasks may go on after the node has stopped |
///
/// `paused` and `seeds` need the feature `test-util` of `ockam`. One `allow` takes several of these:
/// `allow(failures, unhandled)`.
///
/// # Several cases
///
/// `rstest` and `test_case` make several tests of one function. They have to come first: write
/// `#[ockam::test]` below them, right above the `fn`. The other order is an error. With `rstest`, the
/// context is written `#[ignore] ctx: Context`, because it is no fixture. With `test_case`, the function
/// can't take a context.
///
/// # Panics
///
/// The test panics, and so fails, if the function panics, returns an error, or returns an exit code
/// that is not 0; if it takes too long; if one of its seeds does, which it names; and if something has happened that nobody was told of and that
/// is not allowed. It prints the log of its node then.
///
/// # Examples
///
/// ```
/// use ockam::{Context, Result};
///
/// #[ockam::test]
/// async fn a_message_arrives(mut ctx: Context) -> Result<()> {
///     ctx.send_message("app", 7u8).await?;
///     assert_eq!(ctx.receive::<u8>().await?, 7);
///     Ok(())
/// }
/// ```
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    node::entry(Role::Test, arguments.into(), item.into()).into()
}

/// Completes an `impl Worker for …`, and explains mistakes in it.
///
/// - `type Context` is `ockam::Context` if you leave it out.
/// - `handle_message` may take `msg: Routed<M>` instead of `msg: M`, to learn where the message came
///   from. `Routed` is recognised by its name, unless it is the declared `Message`.
/// - A worker that only initialises needs no `handle_message`, and then no `type Message`. Nothing can
///   be sent to a worker without a message type.
///
/// The methods stay the async functions that you wrote: no future is boxed. In handlers, clippy's
/// `useless_format` and `uninlined_format_args` don't report lines like `format!("{}", msg)`, because
/// the guide's first worker is written that way.
///
/// # Arguments
///
/// | argument | meaning |
/// |---|---|
/// | `crate = "my_ockam"` | the name by which your crate knows `ockam`, or a path to it |
///
/// # Examples
///
/// ```
/// use ockam::{Context, Result, Routed, Worker, async_worker};
///
/// struct Echoer;
///
/// #[async_worker]
/// impl Worker for Echoer {
///     type Message = String;
///
///     async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<String>) -> Result<()> {
///         println!("{msg} came from {}", msg.return_route());
///         ctx.send_message(msg.return_route().clone(), msg.into_body()).await
///     }
/// }
///
/// #[ockam::node]
/// async fn main(mut ctx: Context) -> Result<()> {
///     ctx.start_worker("echoer", Echoer).await?;
///     ctx.send_message("echoer", "hello".to_string()).await?;
///     assert_eq!(ctx.receive::<String>().await?, "hello");
///     ctx.stop().await
/// }
/// ```
#[doc(alias = "worker")]
#[proc_macro_attribute]
pub fn async_worker(arguments: TokenStream, item: TokenStream) -> TokenStream {
    worker::async_worker(arguments.into(), item.into()).into()
}

/// Completes an `impl Processor for …`, and explains mistakes in it.
///
/// `type Context` is `ockam::Context` if you leave it out. The methods stay the async functions that you wrote.
///
/// # Arguments
///
/// | argument | meaning |
/// |---|---|
/// | `crate = "my_ockam"` | the name by which your crate knows `ockam`, or a path to it |
///
/// # Examples
///
/// ```
/// use ockam::{Context, Processor, Result, async_processor};
///
/// struct Countdown(u64);
///
/// #[async_processor]
/// impl Processor for Countdown {
///     async fn process(&mut self, ctx: &mut Context) -> Result<bool> {
///         ctx.send_message("app", self.0).await?;
///         self.0 -= 1;
///         Ok(self.0 > 0)
///     }
/// }
///
/// #[ockam::node]
/// async fn main(mut ctx: Context) -> Result<()> {
///     ctx.start_processor("countdown", Countdown(3)).await?;
///     for number in [3, 2, 1] {
///         assert_eq!(ctx.receive::<u64>().await?, number);
///     }
///     ctx.stop().await
/// }
/// ```
#[doc(alias = "processor")]
#[proc_macro_attribute]
pub fn async_processor(arguments: TokenStream, item: TokenStream) -> TokenStream {
    worker::async_processor(arguments.into(), item.into()).into()
}

/// Makes the methods of a trait the messages of a worker.
///
/// For a trait `Account`, this writes three types beside it, with its visibility:
///
/// - `AccountWorker<T>` makes a worker of what implements `Account`:
///   `ctx.start_worker("alice", AccountWorker(Ledger::default()))`.
/// - `AccountClient` has the methods of the trait, and sends or asks: `AccountClient::new(&ctx, "alice")`.
///   It is made from a context, a `Sender` or a `WorkerHandle`, for any route, can be cloned and sent to
///   other tasks.
/// - `AccountMessage` is the message: an enum with a variant for each method.
///
/// # Methods
///
/// A method is `async` and takes `&mut self`, then `ctx: &mut Context` if it needs the context, then the
/// arguments that are sent. These are messages: they own their data.
///
/// | it returns | its client |
/// |---|---|
/// | nothing | sends the call and doesn't wait for it: `deposit(7).await?`, `try_deposit(7)?` |
/// | `Result<T>` of this framework | asks: `balance().await?`, `balance_timeout(limit).await?`; an error of the method is the client's |
/// | any other type `T`, such as `Result<T, Overdrawn>` | asks, and gets a `Result<T>` for what may go wrong on the way |
/// | nothing, and takes a `reply: Reply<T>` as its last argument | asks; the method answers by the reply, now or later |
///
/// The impl may have the methods `initialize`, `undelivered`, `down`, `stopping` and `shutdown` of `Worker`,
/// too, so a protocol has no methods of these names. A generic trait has a worker that is made by `new`:
/// `StoreWorker::new(store)`.
///
/// # Between nodes
///
/// A call travels as the name of its method and its arguments. So methods can be added and moved, and
/// renamed if `#[protocol(name = "…")]` keeps the old name. An argument can be added at the end if it has a
/// `#[serde(default)]` or `#[serde(default = "path")]`, which is used where the caller doesn't know it. More
/// arguments than the receiver knows are refused, and so is a method that it doesn't have
/// (`UnknownMethod`).
///
/// # Arguments
///
/// | argument | meaning |
/// |---|---|
/// | `name = "bank.Account"` | the name of the protocol on the wire; by default that of the trait |
/// | `crate = "my_ockam"` | the name by which your crate knows `ockam`, or a path to it |
///
/// # Examples
///
/// ```
/// use ockam::{Context, Result, protocol};
///
/// #[protocol]
/// pub trait Account {
///     async fn deposit(&mut self, amount: u64);
///     async fn balance(&mut self) -> Result<u64>;
/// }
///
/// #[derive(Default)]
/// struct Ledger(u64);
///
/// impl Account for Ledger {
///     async fn deposit(&mut self, amount: u64) {
///         self.0 += amount;
///     }
///
///     async fn balance(&mut self) -> Result<u64> {
///         Ok(self.0)
///     }
/// }
///
/// #[ockam::node]
/// async fn main(ctx: Context) -> Result<()> {
///     ctx.start_worker("alice", AccountWorker(Ledger::default())).await?;
///     let alice = AccountClient::new(&ctx, "alice");
///     alice.deposit(7).await?;
///     assert_eq!(alice.balance().await?, 7);
///     ctx.stop().await
/// }
/// ```
#[proc_macro_attribute]
pub fn protocol(arguments: TokenStream, item: TokenStream) -> TokenStream {
    protocol::protocol(arguments.into(), item.into()).into()
}
