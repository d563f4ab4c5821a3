//! Workloads between two processes: a client, and the server that it starts.
//!
//! ```text
//!  bench_<framework> ── impl Remote ──▶ tcp::main ──┬─ the client plays one workload
//!                                                   └─ `--serve`: the server, until its stdin ends
//! ```

mod count;
mod remote;
mod server;
mod workload;

use std::sync::mpsc;

use crate::arguments::{divide, threads, usage, value};

pub use count::Count;
pub use remote::Remote;
use server::Server;
use workload::Workload;

/// Plays the workload that the command line names, and prints its metrics; or serves the process that
/// does.
pub fn main<R: Remote>() {
    if server::is_wanted() {
        return server::run::<R>(threads());
    }
    let (server, workload) = (Server::start(), workload());
    let (result, results) = mpsc::channel();
    R::run(threads(), move |remote| async move {
        let metrics = workload.play(&*remote, &server, divide()).await;
        // The server ends behind the client: to wait for it here would block the client's runtime, which
        // has to close its connection.
        let sent = result.send((metrics, server));
        assert!(sent.is_ok(), "the result is awaited");
    });
    let (metrics, server) = results.recv().expect("a workload that panics has said why");
    drop(server);
    for (name, value) in metrics {
        println!("{name} {value:.3}");
    }
}

/// Returns the workload that the command line names.
fn workload() -> Workload {
    let name = value("--workload").unwrap_or_default();
    let mut all = Workload::ALL.into_iter();
    all.find(|workload| workload.name() == name)
        .unwrap_or_else(|| {
            let names = Workload::ALL.map(Workload::name);
            eprintln!("workloads between processes: {}", names.join(", "));
            usage()
        })
}
