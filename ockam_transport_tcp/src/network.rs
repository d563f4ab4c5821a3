use std::future::Future;
use std::io;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use ockam_core::TransportType;
use ockam_transport::{Accepted, Bound, Network};
use socket2::{SockRef, TcpKeepalive};
use tokio::io::Interest;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use crate::random;

/// The sockets of the operating system.
#[derive(Debug)]
pub(crate) struct Tcp;

impl Network for Tcp {
    type Reader = OwnedReadHalf;
    type Writer = OwnedWriteHalf;
    type Listener = TcpListener;

    const ADDRESS_TYPE: Option<TransportType> = Some(TransportType::TCP);

    async fn connect(&self, address: &str) -> io::Result<(OwnedReadHalf, OwnedWriteHalf)> {
        let stream = TcpStream::connect(address).await?;
        // If nobody listens on a port of this machine, the system may choose this very port for the
        // socket, which is then connected to itself.
        if stream.local_addr()? == stream.peer_addr()? {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        set_options(&stream)?;
        Ok(stream.into_split())
    }

    async fn listen(&self, address: &str) -> io::Result<(TcpListener, Bound)> {
        let listener = TcpListener::bind(address).await?;
        let bound = listener.local_addr()?;
        let bound = Bound {
            address: bound.to_string(),
            is_loopback: bound.ip().is_loopback(),
        };
        Ok((listener, bound))
    }

    async fn accept(
        listener: &mut TcpListener,
    ) -> io::Result<Accepted<OwnedReadHalf, OwnedWriteHalf>> {
        let (stream, peer) = listener.accept().await?;
        set_options(&stream)?;
        let (reader, writer) = stream.into_split();
        Ok(Accepted {
            reader,
            writer,
            peer: peer.to_string(),
            ip: Some(peer.ip()),
        })
    }

    fn has_ended(reader: &OwnedReadHalf) -> bool {
        let ready = pin!(reader.ready(Interest::READABLE));
        let ready = ready.poll(&mut Context::from_waker(Waker::noop()));
        matches!(ready, Poll::Ready(Ok(ready)) if ready.is_read_closed())
    }

    fn random(&self) -> u64 {
        random::number()
    }
}

/// Makes a socket send small messages at once, and find out when the peer is gone, as upstream does.
fn set_options(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let keep_alive = TcpKeepalive::new()
        .with_time(Duration::from_secs(300))
        .with_interval(Duration::from_secs(75));
    #[cfg(not(any(windows, target_os = "openbsd")))]
    let keep_alive = keep_alive.with_retries(2);
    SockRef::from(stream).set_tcp_keepalive(&keep_alive)
}
