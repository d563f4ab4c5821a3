use std::sync::Arc;
use std::time::Duration;

use ockam_core::{ErrorKind, Result};
use ockam_node::transport::Gateway;

use crate::admitted::{Admitted, Owner, Place};
use crate::clock::sleep;
use crate::connection::{EndOnDrop, Exposed, Inner, Peer};
use crate::links::Links;
use crate::listener::Running;
use crate::name::random_address;
use crate::network::{Accepted, Network, Origin};
use crate::quotas::Quotas;
use crate::session;
use crate::settings::TransportSettings;
use crate::spawn::spawn;

/// Accepts streams and turns them into connections.
pub(crate) struct Accepting<L> {
    /// It is the first field, so that it is dropped before `running`.
    pub(crate) listener: L,
    #[expect(
        dead_code,
        reason = "it is there to be dropped, when nothing is accepted any more"
    )]
    pub(crate) running: Running,
    pub(crate) gateway: Gateway,
    pub(crate) settings: Arc<TransportSettings>,
    pub(crate) admitted: Arc<Admitted>,
    pub(crate) links: Arc<Links>,
    pub(crate) exposed: Exposed,
}

/// How long to wait when the operating system can't accept, mostly because there are no file
/// descriptors left.
const ACCEPT_RETRY_PAUSE: Duration = Duration::from_millis(100);

impl<L: Send> Accepting<L> {
    pub(crate) async fn run<N: Network<Listener = L>>(mut self) {
        loop {
            match N::accept(&mut self.listener).await {
                Ok(accepted) => self.take::<N>(accepted),
                Err(error) => {
                    self.gateway
                        .warn(format_args!("a connection can't be accepted: {error}"));
                    sleep(ACCEPT_RETRY_PAUSE).await;
                }
            }
        }
    }

    fn take<N: Network<Listener = L>>(&self, accepted: Accepted<N::Reader, N::Writer>) {
        let peer = &accepted.peer;
        let origin = N::origin(&accepted.reader);
        let owner = match &origin.through {
            Some(through) => Some(Owner::of_connection(through)),
            None => accepted.ip.map(Owner::of_ip),
        };
        let admitted = self.admitted.admit(owner).and_then(|place| {
            let attached = self.attach(peer, origin, &place.quotas);
            Ok((attached.map_err(|error| error.to_string())?, place))
        });
        match admitted {
            Ok((connection, place)) => self.serve::<N>(connection, place, accepted),
            Err(why) => {
                let why = format_args!("the connection of {peer} is refused: {why}");
                self.gateway.warn(why);
            }
        }
    }

    fn attach(&self, peer: &str, origin: Origin, quotas: &Arc<Quotas>) -> Result<Arc<Inner>> {
        let peer = Peer {
            name: peer.to_owned(),
            identity: origin.identity,
            depth: self.links.depth_behind(origin.through.as_ref()),
        };
        let exposed = self.exposed.clone();
        let address = random_address();
        let (gateway, settings) = (&self.gateway, &self.settings);
        Inner::attach(gateway, settings, quotas, address, peer, exposed)
    }

    fn serve<N: Network<Listener = L>>(
        &self,
        connection: Arc<Inner>,
        place: Place,
        accepted: Accepted<N::Reader, N::Writer>,
    ) {
        let listed = self.links.add(&connection);
        let held = self.gateway.hold();
        connection.close_if_stopped();
        let ends = EndOnDrop(connection.clone());
        spawn(&self.gateway, async move {
            let _kept = (place, listed, held, ends);
            let Accepted { reader, writer, .. } = accepted;
            let greeting = connection.inbound.settings.frame_timeout;
            let why = session::run::<N>(&connection, greeting, reader, writer).await;
            connection.close(ErrorKind::NoRoute, &why);
            connection.end();
            // It keeps its place until what it has left behind is delivered, and takes no memory any more.
            connection.inbound.delivered().await;
        });
    }
}
