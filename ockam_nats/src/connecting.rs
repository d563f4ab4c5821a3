use std::sync::Arc;

use ockam_core::Result;
use ockam_node::Context;
use ockam_node::transport::Gateway;
use ockam_transport::{Listener, StreamTransport};
use tokio::sync::{mpsc, watch};

use crate::bus::{Bus, MAX_HELLOS};
use crate::client;
use crate::group::Groups;
use crate::lease::{Bucket, Keeper, Tenure};
use crate::membership::Own;
use crate::network::Nats;
use crate::options::NatsOptions;
use crate::presence::{Present, appear, keep};
use crate::subjects::Subjects;

/// A node that has its name, and can be greeted.
pub(crate) struct Connecting {
    bus: Arc<Bus>,
    nats: Nats,
    options: NatsOptions,
    keeper: Keeper,
    tenure: Tenure,
    present: Present,
}

impl Connecting {
    /// Connects to a server, and takes the name.
    pub(crate) async fn begin(
        gateway: Gateway,
        servers: String,
        (name, own): (String, Own),
        mut options: NatsOptions,
    ) -> Result<Self> {
        gateway.check()?;
        let client = std::mem::take(&mut options.client);
        let client = client::connect(client, &servers, &gateway).await?;
        let (prefix, lease) = (&options.prefix, options.lease.unwrap_or(NatsOptions::LEASE));
        let is_wanted = options.lease.is_some();
        let bucket = Bucket::open(&client, prefix, lease, is_wanted, options.replicas).await?;
        let (keeper, tenure) = Keeper::take(bucket, &name, options.waits_for_name).await?;
        let (sender, hellos) = mpsc::channel(MAX_HELLOS);
        let subjects = Subjects::new(prefix);
        let bus = Arc::new(Bus::new(
            client,
            gateway,
            subjects,
            (&name, own),
            sender,
            &tenure,
        ));
        let nats = Nats::new(&bus, hellos);
        match appear(&bus, &keeper, &tenure).await {
            Ok(present) => Ok(Self {
                bus,
                nats,
                options,
                keeper,
                tenure,
                present,
            }),
            Err(error) => {
                keeper.give_back().await;
                Err(error)
            }
        }
    }

    /// Adds the transport to the node, which keeps the name from then on.
    pub(crate) async fn finish(self, ctx: &Context) -> Result<(Arc<Bus>, Listener)> {
        let Self {
            bus,
            nats,
            options,
            keeper,
            tenure,
            present,
        } = self;
        let started = start(ctx, &bus, nats, options).await;
        let listener = match started {
            Ok(listener) => listener,
            Err(error) => {
                keeper.give_back().await;
                return Err(error);
            }
        };
        let (kept, open) = watch::channel(());
        bus.keep(open);
        let keeping = keep(bus.clone(), keeper, tenure, present, kept);
        bus.gateway.spawn(keeping);
        Ok((bus, listener))
    }
}

/// Adds the transport to the node.
async fn start(
    ctx: &Context,
    bus: &Arc<Bus>,
    nats: Nats,
    options: NatsOptions,
) -> Result<Listener> {
    let transport = StreamTransport::start(ctx, nats, options.settings)?;
    // Behind the connections, so that it says goodbye after them.
    bus.gateway.register(Arc::new(Groups::new(bus)))?;
    let nothing: [&str; 0] = [];
    transport.listen(&bus.name, nothing).await
}
