//! The attribute macros of the `ockam` framework: [`node`], [`test`](macro@test) and
//! [`async_worker`].
//!
//! Programs use them through the crate `ockam`, which re-exports them. What they write names only
//! the hidden module `ockam::__private`, by absolute paths, so that a program may use every name
//! for something of its own.
//!
//! ```text
//!                arguments ─▶ settings ┐
//!  #[node]       item ─────▶ parse ────┴▶ model ─▶ validate ─────────────▶ expand
//!  #[async_worker]           parse ─────▶ model ─▶ validate ─▶ complete ─▶ expand
//!                              └────────────────┬─────┘
//!                                        mistakes: all of them, each at the user's own tokens
//! ```
//!
//! After a mistake the item is still written, mended where that is possible: the compiler goes on
//! to check what is in it, and doesn't say the same again in other words.
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
mod mistakes;
mod node;
mod quiet;
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
/// A function named `main` is nested in the program's `main`, which is what stack traces show. A
/// function of another name stays where it is and can be called from elsewhere, such as a test; a
/// `main` that runs it is put beside it.
///
/// # Arguments
///
/// | argument | meaning |
/// |---|---|
/// | `worker_threads = 4` | the number of threads that run workers; by default one per core |
/// | `current_thread` | everything runs on the thread of `main` |
/// | `name = "app"` | the node's name, in the log |
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
/// the test ends. The function takes and returns what a [`node`]'s may, and the attribute takes the
/// same arguments. `#[ignore]` and `#[should_panic]` mean what they always mean.
///
/// # Panics
///
/// The test panics, and so fails, if the function panics, returns an error, or returns an exit code
/// that is not 0.
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
/// - `type Context` may be left out: it is `ockam::Context`.
/// - `handle_message` may take `msg: Routed<M>` instead of `msg: M`, to learn where the message came
///   from. `Routed` is recognised by its name, unless it is the declared `Message`.
/// - `handle_message` may be left out, by a worker that only initialises; then `type Message` may be
///   left out as well, and nothing can be sent to the worker.
///
/// The methods stay the async functions that you wrote: no future is boxed. Clippy's
/// `useless_format` and `uninlined_format_args` are allowed in handlers, because the guide's first
/// worker is written that way.
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
#[proc_macro_attribute]
pub fn async_worker(arguments: TokenStream, item: TokenStream) -> TokenStream {
    worker::async_worker(arguments.into(), item.into()).into()
}
