//! A console for a node: a page that a person looks at, metrics for Prometheus, an API, and a diagnosis that
//! `curl` prints. They show which worker is stuck, on which type of message, and who waits behind it.
//!
//! ```no_run
//! use ockam_console::Console;
//! # async fn run(ctx: ockam_node::Context) -> ockam_core::Result<()> {
//! let console = Console::new(&ctx).listen("127.0.0.1:9400").await?;
//! println!("http://{}", console.local_address());
//! # Ok(())
//! # }
//! ```
//!
//! | path | what |
//! |---|---|
//! | `/` | the page |
//! | `/diagnose` | what is wrong, as lines of text: status 200 if nothing was found, 503 otherwise |
//! | `/metrics` | metrics as Prometheus reads them; `?workers=1` adds those of each worker |
//! | `/api/node` | the node as JSON |
//! | `/api/recorded` | the last messages of the workers that are [recorded](Console::record) |
//! | `/api/nodes` | the nodes that can be looked at: this one, and [others](Console::node) |
//! | `/nodes/bank/…` | the paths above with two or more words, of the node `bank` |
//! | `/api/openapi.json` | the description of the API |
//!
//! # Who can look
//!
//! Without a [token](Console::token), the console listens on loopback only, and answers requests for `localhost` or
//! a loopback IP address only, so that no website can read it through the browser of whoever looks. There is no
//! TLS: over other networks, put it behind a proxy that has it.
//!
//! It only reads. It shows addresses, types of messages, figures, and the texts of failures. It shows nothing of the
//! content of a message, unless the text of an error has it.
//!
//! # What it costs
//!
//! The console has a thread and a runtime of its own, so that it answers also when the threads of the node are
//! blocked. It looks at the node once a second, however many clients ask, and less often if a look takes longer than
//! 20 ms, so that looking takes at most 2 % of one processor. It keeps a minute of history: at most 1 KiB for a
//! worker, of at most 4,096 workers.
//!
//! # Crates
//!
//! With axum come some 20 crates. None of them builds C.

mod api;
mod choice;
mod console;
mod events;
mod findings;
mod guard;
mod history;
mod listing;
mod metrics;
mod recorded;
mod remote;
mod routes;
mod sampler;
mod server;
mod settings;
mod snapshot;
mod thread;
mod token;

pub use console::{Console, ConsoleHandle};
pub use remote::{ConsoleWorker, Look};
