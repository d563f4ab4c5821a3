use std::future::pending;
use std::io;
use std::sync::{Mutex, PoisonError};

use ockam_core::TransportType;
use ockam_transport::{Accepted, Bound, ConnectError, Network, Origin};
use tokio::sync::mpsc::Receiver;

use super::dial::Dial;
use super::reader::Reader;
use super::writer::Writer;

/// A network of secure channels, as one connection or one listener sees it.
pub(super) enum Channels {
    /// Nothing is connected to by itself.
    Idle,
    Connecting(Dial),
    /// The streams that are accepted, until the listener has taken them.
    Listening(Mutex<Option<Accepting>>),
}

type Accepting = Receiver<Accepted<Reader, Writer>>;

impl Network for Channels {
    type Reader = Reader;
    type Writer = Writer;
    type Listener = Accepting;

    const ADDRESS_TYPE: Option<TransportType> = None;

    async fn connect(&self, _peer: &str) -> io::Result<(Reader, Writer)> {
        match self {
            Self::Connecting(dial) => Ok(dial.connect().await.map_err(ConnectError)?),
            _ => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    async fn listen(&self, address: &str) -> io::Result<(Accepting, Bound)> {
        let Self::Listening(accepting) = self else {
            return Err(io::ErrorKind::Unsupported.into());
        };
        let mut accepting = accepting.lock().unwrap_or_else(PoisonError::into_inner);
        let accepting = accepting.take().ok_or(io::ErrorKind::AddrInUse)?;
        let bound = Bound {
            address: address.to_owned(),
            // Whoever comes has proved its identity, and is trusted.
            is_loopback: true,
        };
        Ok((accepting, bound))
    }

    async fn accept(accepting: &mut Accepting) -> io::Result<Accepted<Reader, Writer>> {
        match accepting.recv().await {
            Some(accepted) => Ok(accepted),
            None => pending().await,
        }
    }

    fn random(&self) -> u64 {
        let mut bytes = [0; 8];
        ockam_core::random::fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn origin(reader: &Reader) -> Origin {
        reader.origin().clone()
    }
}
