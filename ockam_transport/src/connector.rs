use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use ockam_core::{Error, ErrorKind, Result};

use crate::clock::{self, Instant, sleep, timeout, timeout_at};
use crate::connection::Inner;
use crate::lock::lock;
use crate::log::log;
use crate::network::{ConnectError, Network, WhileLost};
use crate::session;

/// The pause before the first attempt to connect again.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// How long the last attempt to connect again may take, when the node stops.
const LAST_ATTEMPT_TIMEOUT: Duration = Duration::from_millis(250);

/// How long a stream lasts at least until the pause after it is the first one again.
const GOOD_STREAM: Duration = Duration::from_secs(1);

/// Keeps a connection to an address, and connects again when it is lost.
pub(crate) struct Connector<N> {
    pub(crate) network: Arc<N>,
    pub(crate) connection: Arc<Inner>,
}

type Stream<N> = (<N as Network>::Reader, <N as Network>::Writer);

impl<N: Network> Connector<N> {
    /// Connects unless there is a stream already, and goes on until the connection is closed. A first
    /// attempt that fails closes it.
    pub(crate) async fn run(self, stream: Option<Stream<N>>) {
        let (connection, settings) = (&self.connection, &self.connection.inbound.settings);
        let (stream, greeting) = match stream {
            // The task that has opened it waits for the greeting, too, and closes the connection without
            // it.
            Some(stream) => (Ok(stream), settings.frame_timeout),
            None => match unless_closed(connection, self.first_attempt()).await {
                Some(connected) => (connected, settings.connect_timeout),
                None => return connection.end(),
            },
        };
        match stream {
            Ok(stream) => self.keep(stream, greeting).await,
            Err(error) => connection.close(error.kind(), &error.to_string()),
        }
        connection.end();
    }

    /// Goes on with a stream, on which the peer has to greet in time.
    async fn keep(&self, mut stream: Stream<N>, mut greeting: Duration) {
        let (connection, settings) = (&self.connection, &self.connection.inbound.settings);
        let mut pause = FIRST_PAUSE;
        let mut patience = clock::now();
        let mut has_tried_last = false;
        loop {
            let begun = clock::now();
            let (reader, writer) = stream;
            let why = session::run::<N>(connection, greeting, reader, writer).await;
            greeting = settings.connect_timeout;
            if !connection.inbound.has_greeted() {
                connection.close(ErrorKind::NoRoute, &why);
            }
            connection.note_lost(&why);
            if clock::since(begun) >= GOOD_STREAM {
                pause = FIRST_PAUSE;
            }
            // A stream on which the peer did not greet does not end the waiting.
            if connection.inbound.is_greeted() {
                patience = clock::after(settings.patience);
            }
            let connected = self.connect_again(&mut pause, patience, &why);
            let connected = unless_hurried(connection, connected);
            stream = match unless_closed(connection, connected).await {
                Some(Some(stream)) => stream,
                None => return,
                Some(None) => match self.last_attempt(&mut has_tried_last, &why).await {
                    Some(stream) => stream,
                    None => return,
                },
            };
            if has_tried_last {
                greeting = LAST_ATTEMPT_TIMEOUT;
            }
        }
    }

    /// Opens the first stream. If the node stops meanwhile, it doesn't take long.
    async fn first_attempt(&self) -> Result<Stream<N>> {
        let mut connecting = pin!(self.connect());
        if let Some(connected) = unless_hurried(&self.connection, connecting.as_mut()).await {
            return connected;
        }
        timeout(LAST_ATTEMPT_TIMEOUT, connecting)
            .await
            .unwrap_or_else(|_| Err(self.unreachable("the node stops")))
    }

    /// Tries once more when the node stops. If that fails, closes the connection, and gives back what is
    /// queued.
    async fn last_attempt(&self, has_tried: &mut bool, lost: &str) -> Option<Stream<N>> {
        let connected = match *has_tried {
            true => Err(self.unreachable(lost)),
            false => timeout(LAST_ATTEMPT_TIMEOUT, self.connect())
                .await
                .unwrap_or_else(|_| Err(self.unreachable(lost))),
        };
        *has_tried = true;
        if let Err(error) = &connected {
            self.connection.close(error.kind(), &error.to_string());
        }
        connected.ok()
    }

    fn unreachable(&self, why: &str) -> Error {
        let peer = &self.connection.inbound.peer;
        Error::new(
            ErrorKind::NoRoute,
            format!("{peer} can't be reached: {why}"),
        )
    }

    /// Tries to connect until it succeeds. If that takes too long, gives back what is queued.
    async fn connect_again(
        &self,
        pause: &mut Duration,
        patience: Instant,
        lost: &str,
    ) -> Stream<N> {
        let peer = &self.connection.inbound.peer;
        log(|| tracing::debug!(peer, "the connection is lost: {lost}"));
        let why = Mutex::new(format!("the connection to {peer} was lost: {lost}"));
        let mut attempts = pin!(self.attempts(pause, &why));
        if let Ok(stream) = timeout_at(patience, attempts.as_mut()).await {
            return stream;
        }
        let last = lock(&why).clone();
        self.connection.give_up(ErrorKind::NoRoute, &last);
        attempts.await
    }

    /// Tries to connect until it succeeds, and notes why it has not yet.
    async fn attempts(&self, pause: &mut Duration, why: &Mutex<String>) -> Stream<N> {
        let max_backoff = self.connection.inbound.settings.max_backoff;
        *pause = (*pause).min(max_backoff);
        loop {
            sleep(self.jittered(*pause)).await;
            *pause = pause.saturating_mul(2).min(max_backoff);
            match self.connect().await {
                Ok(stream) => return stream,
                Err(error) => {
                    let peer = &self.connection.inbound.peer;
                    log(|| tracing::debug!(peer, "{error}"));
                    let text = error.to_string();
                    match self.network.while_lost(peer, &error) {
                        WhileLost::Wait => {}
                        WhileLost::Refuse => self.connection.give_up(error.kind(), &text),
                        WhileLost::Close => self.connection.close(error.kind(), &text),
                    }
                    *lock(why) = text;
                }
            }
        }
    }

    /// Opens a stream. The error names the address.
    async fn connect(&self) -> Result<Stream<N>> {
        connect(
            &*self.network,
            &self.connection.inbound.peer,
            self.connection.inbound.settings.connect_timeout,
        )
        .await
    }

    /// Takes a random part off a pause, so that many who lost the same peer don't come back at once.
    fn jittered(&self, pause: Duration) -> Duration {
        let part = (self.network.random() % 1024) as u32;
        pause - pause / 2048 * part
    }
}

/// Opens a stream, in time.
pub(crate) async fn connect<N: Network>(
    network: &N,
    peer: &str,
    limit: Duration,
) -> Result<Stream<N>> {
    match timeout(limit, network.connect(peer)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => {
            let why = format!("connecting to {peer}: {error}");
            Err(Error::new(kind_of(&error), why))
        }
        Err(_) => {
            let why = format!("{peer} did not accept the connection within {limit:?}");
            Err(Error::new(ErrorKind::TimedOut, why))
        }
    }
}

/// Returns the kind of the error of a network: its own, if it wraps one of this framework.
fn kind_of(error: &io::Error) -> ErrorKind {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    inner.map_or(ErrorKind::NoRoute, |ConnectError(error)| error.kind())
}

/// Waits for a future, or returns `None` when the connection is closed.
async fn unless_closed<F: Future>(connection: &Inner, future: F) -> Option<F::Output> {
    unless(connection.closed(), future).await
}

/// Waits for a future, or returns `None` when the connection is to be closed soon.
async fn unless_hurried<F: Future>(connection: &Inner, future: F) -> Option<F::Output> {
    unless(connection.hurried(), future).await
}

/// Waits for a future, or returns `None` when `ended` is ready.
async fn unless<F: Future>(ended: impl Future<Output = ()>, future: F) -> Option<F::Output> {
    let (mut future, mut ended) = (pin!(future), pin!(ended));
    std::future::poll_fn(|cx| match ended.as_mut().poll(cx) {
        Poll::Ready(()) => Poll::Ready(None),
        Poll::Pending => future.as_mut().poll(cx).map(Some),
    })
    .await
}
