//! A simulated network that a transport can use.

use std::future::pending;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ockam_core::TransportType;
use ockam_transport::{Accepted, Bound, Network};
use tokio::time::sleep;
use turmoil::net::{TcpListener, TcpStream};

use crate::chance::Chance;
use crate::history::{History, What};
use crate::stream::{Reader, Writer, split};

pub(crate) struct Simulated {
    history: Arc<History>,
    host: usize,
    breaks: bool,
    chance: Mutex<Chance>,
    /// Dropped with this network, so that a test can tell whether the transport has dropped it.
    _token: Arc<()>,
}

/// Accepts streams, with delays.
pub(crate) struct Listening {
    inner: TcpListener,
    history: Arc<History>,
    host: usize,
    breaks: bool,
    chance: Chance,
}

impl Simulated {
    pub(crate) fn new(
        history: &Arc<History>,
        host: usize,
        breaks: bool,
        chance: Chance,
        token: Arc<()>,
    ) -> Self {
        Self {
            history: history.clone(),
            host,
            breaks,
            chance: Mutex::new(chance),
            _token: token,
        }
    }

    fn chance(&self) -> Chance {
        let mut chance = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
        Chance::new(chance.next())
    }
}

impl Network for Simulated {
    type Reader = Reader;
    type Writer = Writer;
    type Listener = Listening;

    const ADDRESS_TYPE: Option<TransportType> = Some(TransportType::TCP);

    async fn connect(&self, address: &str) -> io::Result<(Reader, Writer)> {
        let mut chance = self.chance();
        delay(&mut chance).await;
        let connected = TcpStream::connect(address).await;
        self.history
            .note(self.host, What::Connected(connected.is_ok()));
        // Turmoil refuses at once what a partition loses. On other networks, there is no answer.
        if connected.is_err() && chance.once_in(2) {
            pending::<()>().await;
        }
        // Split before the next await, so that a crash at it drops two ends.
        let (history, breaks) = (&self.history, self.breaks);
        let ends = split(connected?, history, self.host, &mut chance, breaks);
        delay(&mut chance).await;
        Ok(ends)
    }

    async fn listen(&self, address: &str) -> io::Result<(Listening, Bound)> {
        let listening = Listening {
            inner: TcpListener::bind(address).await?,
            history: self.history.clone(),
            host: self.host,
            breaks: self.breaks,
            chance: self.chance(),
        };
        let bound = Bound {
            address: listening.inner.local_addr()?.to_string(),
            is_loopback: true,
        };
        Ok((listening, bound))
    }

    async fn accept(listener: &mut Listening) -> io::Result<Accepted<Reader, Writer>> {
        let (stream, peer) = listener.inner.accept().await?;
        let Listening {
            history,
            host,
            breaks,
            chance,
            ..
        } = listener;
        history.note(*host, What::Accepted);
        let (reader, writer) = split(stream, history, *host, chance, *breaks);
        delay(chance).await;
        Ok(Accepted {
            reader,
            writer,
            peer: peer.to_string(),
            ip: Some(peer.ip()),
        })
    }

    fn random(&self) -> u64 {
        self.chance().next()
    }
}

/// Sometimes waits a moment, so that connections are not made in the order in which they were begun.
async fn delay(chance: &mut Chance) {
    if chance.once_in(4) {
        sleep(Duration::from_millis(chance.below(60))).await;
    }
}
