use std::future::pending;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use ockam_core::{Error, ErrorKind, Result, TransportType};
use ockam_transport::{Accepted, Bound, ConnectError, Network, WhileLost};
use tokio::sync::{mpsc, oneshot};

use crate::bus::{Bus, Hello};
use crate::lease::Tenure;
use crate::random;
use crate::record::Record;
use crate::stream::{Half, Reader, Stream, Writer, split};
use crate::subjects::check_name;

/// The type of the addresses of nodes on the bus: `78#back`.
pub(crate) const NODE: TransportType = TransportType::new(78);

/// The bus as a network of streams of bytes.
pub(crate) struct Nats {
    bus: Arc<Bus>,
    /// Until somebody listens.
    hellos: Mutex<Option<mpsc::Receiver<Hello>>>,
}

/// Where others ask for streams.
pub(crate) struct Hellos {
    bus: Arc<Bus>,
    hellos: mpsc::Receiver<Hello>,
}

impl Nats {
    pub(crate) fn new(bus: &Arc<Bus>, hellos: mpsc::Receiver<Hello>) -> Self {
        Self {
            bus: bus.clone(),
            hellos: Mutex::new(Some(hellos)),
        }
    }

    async fn open(&self, node: &str) -> Result<(Reader, Writer)> {
        check_name("node", node)?;
        let bus = &self.bus;
        let tenure = bus.tenure()?;
        bus.check_server()?;
        let token = random::token();
        let own = bus.subjects.stream(&bus.name, tenure.incarnation(), &token);
        let (opening, opened) = oneshot::channel();
        let stream = Stream::opening(own.clone(), node, bus.waiting.clone(), opening);
        let half = half(bus, tenure, &token, stream);
        let (version, window) = Half::window();
        let hello = Record::Hello { version, window };
        bus.publish(bus.subjects.hello(node), Some(own), &hello)
            .await?;
        match opened.await {
            Ok(Ok(())) => Ok(split(half)),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(Error::new(ErrorKind::Stopped, "the bus has ended")),
        }
    }
}

/// Lists a stream, so that what comes for it arrives.
fn half(bus: &Bus, tenure: Tenure, token: &str, stream: Stream) -> Half {
    let stream = Arc::new(stream);
    Half {
        listed: bus.streams.add(token, &stream),
        stream,
        client: bus.client.clone(),
        tenure,
        max_payload: bus.client.max_payload(),
    }
}

impl Hellos {
    /// Answers a hello.
    async fn answer(&self, hello: Hello) -> Option<Accepted<Reader, Writer>> {
        let (bus, node) = (&self.bus, hello.node);
        let tenure = bus.tenure().ok()?;
        let token = random::token();
        let own = bus.subjects.stream(&bus.name, tenure.incarnation(), &token);
        let greeting = (hello.version, hello.window);
        let accepted = Stream::accepted(
            own.clone(),
            &node,
            bus.waiting.clone(),
            hello.peer.clone(),
            greeting,
        );
        let stream = match accepted {
            Ok(stream) => stream,
            Err(why) => {
                let refused = Record::Refused { why };
                bus.publish(hello.peer, None, &refused).await.ok()?;
                return None;
            }
        };
        let half = half(bus, tenure, &token, stream);
        let (version, window) = Half::window();
        let welcome = Record::Welcome { version, window };
        bus.publish(hello.peer, Some(own), &welcome).await.ok()?;
        let (reader, writer) = split(half);
        Some(Accepted {
            reader,
            writer,
            peer: format!("{node} on the bus"),
            ip: None,
        })
    }
}

impl Network for Nats {
    type Reader = Reader;
    type Writer = Writer;
    type Listener = Hellos;

    const ADDRESS_TYPE: Option<TransportType> = Some(NODE);

    async fn connect(&self, node: &str) -> io::Result<(Reader, Writer)> {
        Ok(self.open(node).await.map_err(ConnectError)?)
    }

    async fn listen(&self, address: &str) -> io::Result<(Hellos, Bound)> {
        let hellos = &self.hellos;
        let mut hellos = hellos.lock().unwrap_or_else(PoisonError::into_inner);
        let hellos = hellos.take().ok_or(io::ErrorKind::AddrInUse)?;
        let bound = Bound {
            address: address.to_owned(),
            // Who may use the bus is up to its servers.
            is_loopback: true,
        };
        let bus = self.bus.clone();
        Ok((Hellos { bus, hellos }, bound))
    }

    async fn accept(listening: &mut Hellos) -> io::Result<Accepted<Reader, Writer>> {
        loop {
            let Some(hello) = listening.hellos.recv().await else {
                return pending().await;
            };
            if let Some(accepted) = listening.answer(hello).await {
                return Ok(accepted);
            }
        }
    }

    fn random(&self) -> u64 {
        random::number()
    }

    fn while_lost(&self, node: &str, error: &Error) -> WhileLost {
        match error.kind() {
            ErrorKind::UnknownAddress if self.bus.members.has_left(node) => WhileLost::Close,
            // The server knows that nobody has the name.
            ErrorKind::UnknownAddress => WhileLost::Refuse,
            ErrorKind::Stopped => WhileLost::Close,
            _ => WhileLost::Wait,
        }
    }
}
