//! The thread of the console, which runs also when those of the node are blocked.

use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use ockam_core::{Error, ErrorKind, Result};
use ockam_node::{Context, Recording};
use tokio::net::{TcpListener, lookup_host};
use tokio::sync::{oneshot, watch};
use tokio::time::sleep;

use crate::api::Seen;
use crate::routes::{Console, routes};
use crate::sampler::Sampler;
use crate::server::Server;
use crate::settings::Settings;
use crate::snapshot::Shown;

/// How much longer than a look the console waits until the next one: it takes at most 2 % of a processor.
const REST: u32 = 50;

/// The longest time until the console notices that its node has stopped.
const MAX_NAP: Duration = Duration::from_millis(100);

/// A console that listens.
pub(crate) struct Listening {
    pub(crate) local_address: SocketAddr,
    pub(crate) seen: Arc<Seen>,
    stop: oneshot::Sender<()>,
    ended: oneshot::Receiver<()>,
}

impl Listening {
    pub(crate) async fn stop(self) {
        // It fails if the console has stopped with its node.
        let _ = self.stop.send(());
        let _ = self.ended.await;
    }
}

/// A console that listens, and that ends if nobody takes it.
pub(crate) struct Untaken(Option<Listening>);

impl Untaken {
    pub(crate) fn take(mut self) -> Listening {
        self.0.take().expect("it is taken once")
    }
}

impl Drop for Untaken {
    fn drop(&mut self) {
        if let Some(listening) = self.0.take() {
            let _ = listening.stop.send(());
        }
    }
}

/// Starts the thread. The return value is ready when it listens.
pub(crate) fn start(
    inbox: Context,
    recordings: Vec<Recording>,
    settings: Settings,
    address: String,
) -> Result<oneshot::Receiver<Result<Untaken>>> {
    let (started, starting) = oneshot::channel();
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().build().map_err(failed)?;
    let main = move || runtime.block_on(run(inbox, recordings, settings, address, started));
    let named = thread::Builder::new().name("ockam-console".to_owned());
    named.spawn(main).map_err(failed)?;
    Ok(starting)
}

fn failed(error: io::Error) -> Error {
    Error::from(error).context("the console can't start")
}

async fn run(
    inbox: Context,
    recordings: Vec<Recording>,
    settings: Settings,
    address: String,
    started: oneshot::Sender<Result<Untaken>>,
) {
    let (listener, local_address) = match listen(&address, settings.token.is_some()).await {
        Ok(listening) => listening,
        Err(error) => {
            // The address of the node is free when the caller hears of it.
            drop(inbox);
            let _ = started.send(Err(error));
            return;
        }
    };
    let (stop, mut stopped) = oneshot::channel();
    let (end, ended) = oneshot::channel();
    let sender = inbox.sender();
    let mut sampler = Sampler::new(inbox, &settings);
    let (newest, shown) = watch::channel(sampler.look());
    let seen = Arc::new(Seen { shown, recordings });
    let listening = Listening {
        local_address,
        seen: seen.clone(),
        stop,
        ended,
    };
    if started.send(Ok(Untaken(Some(listening)))).is_err() {
        return;
    }
    let server = Server::new(
        listener,
        routes(Console {
            seen,
            others: settings.others.clone(),
            sender,
            token: settings.token.clone(),
        }),
    );
    let asked_to_stop = async {
        if (&mut stopped).await.is_err() {
            // The handle was dropped: the console goes on.
            pending::<()>().await;
        }
    };
    tokio::select! {
        () = asked_to_stop => {}
        () = look_again_and_again(&mut sampler, &newest, &settings) => {}
        () = server.run() => {}
    }
    drop(sampler);
    let _ = end.send(());
}

/// Looks at the node until it has stopped.
async fn look_again_and_again(
    sampler: &mut Sampler,
    newest: &watch::Sender<Shown>,
    settings: &Settings,
) {
    let mut took = Duration::ZERO;
    loop {
        let mut rest = settings.interval.max(took.saturating_mul(REST));
        while !rest.is_zero() {
            let nap = rest.min(MAX_NAP);
            sleep(nap).await;
            rest -= nap;
            if sampler.has_ended() {
                return;
            }
        }
        let begun = Instant::now();
        newest.send_replace(sampler.look());
        took = begun.elapsed();
    }
}

/// Listens at an address. Without a token, it has to be a loopback one.
async fn listen(address: &str, has_token: bool) -> Result<(TcpListener, SocketAddr)> {
    let failed = |error: io::Error| {
        let why = format!("the console can't listen at {address}");
        Error::from(error).context(why)
    };
    let found: Vec<_> = lookup_host(address).await.map_err(failed)?.collect();
    let outside = found
        .iter()
        .find(|it| !it.ip().to_canonical().is_loopback());
    if let Some(outside) = outside.filter(|_| !has_token) {
        let why = format!("a console at {outside}, which is not loopback, needs a token");
        return Err(Error::new(ErrorKind::InvalidInput, why));
    }
    let listener = TcpListener::bind(&*found).await.map_err(failed)?;
    let local_address = listener.local_addr().map_err(failed)?;
    Ok((listener, local_address))
}
