//! The task that keeps this node's name, and those that take in what comes to it.

use std::pin::pin;
use std::sync::Arc;

use async_nats::Subscriber;
use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use ockam_core::{Error, ErrorKind, Result};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::bus::{Bus, Standing};
use crate::lease::{Keeper, Tenure};

/// What comes to one incarnation of this node. Nothing does any more when this is dropped.
pub(crate) struct Present {
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Present {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// Lets others send to an incarnation of this node.
///
/// # Errors
///
/// `NoRoute` if the server doesn't answer.
pub(crate) async fn appear(bus: &Arc<Bus>, keeper: &Keeper, tenure: &Tenure) -> Result<Present> {
    let streams = bus.subjects.streams(&bus.name, tenure.incarnation());
    let streams = subscribe(bus, streams).await?;
    let hellos = subscribe(bus, bus.subjects.hello(&bus.name)).await?;
    let mut present = Present { tasks: Vec::new() };
    let (mine, held) = (bus.clone(), tenure.clone());
    present.tasks.push(bus.gateway.spawn(async move {
        let mut streams = streams;
        while let Some(message) = streams.next().await {
            if held.is_held() {
                mine.receive(message);
            }
        }
    }));
    let (mine, held) = (bus.clone(), tenure.clone());
    present.tasks.push(bus.gateway.spawn(async move {
        let mut hellos = hellos;
        while let Some(message) = hellos.next().await {
            if held.is_held() {
                mine.greeted(message.payload, message.reply);
            }
        }
    }));
    keeper.settle().await?;
    Ok(present)
}

async fn subscribe(bus: &Bus, subject: async_nats::Subject) -> Result<Subscriber> {
    let subscribed = bus.client.subscribe(subject).await;
    subscribed.map_err(|error| {
        let why = format!("subscribing on the bus: {error}");
        Error::new(ErrorKind::NoRoute, why)
    })
}

/// Keeps the name of this node until the node stops, or another one has the name.
pub(crate) async fn keep(
    bus: Arc<Bus>,
    mut keeper: Keeper,
    mut tenure: Tenure,
    mut present: Present,
    _kept: watch::Sender<()>,
) {
    loop {
        let ended = {
            let (keeping, left) = (pin!(keep_one(&bus, &mut keeper, &tenure)), pin!(bus.left()));
            match select(left, keeping).await {
                Either::Left(_) => None,
                Either::Right((taken, _)) => Some(taken),
            }
        };
        match ended {
            None => {
                drop(present);
                tenure.end();
                keeper.give_back().await;
                return;
            }
            Some(Ok((new, there))) => {
                tenure = new.clone();
                present = there;
                bus.stand(Standing::Named(new));
                bus.gateway.warn(format_args!(
                    "`{}` is on the bus again, as a new incarnation",
                    bus.name
                ));
            }
            Some(Err(error)) => {
                let why = format!("this node has lost its name: {error}");
                bus.gateway.warn(format_args!("{why}"));
                bus.stand(Standing::Lost(ErrorKind::Stopped, why));
                return;
            }
        }
    }
}

/// Keeps one incarnation, and returns the next one.
async fn keep_one(
    bus: &Arc<Bus>,
    keeper: &mut Keeper,
    tenure: &Tenure,
) -> Result<(Tenure, Present)> {
    keeper.keep(tenure).await;
    bus.stand(Standing::Lapsed);
    bus.gateway.warn(format_args!(
        "the lease of `{}` on the bus is over: nothing is served until there is a new one",
        bus.name
    ));
    loop {
        let tenure = keeper.take_again().await?;
        match appear(bus, keeper, &tenure).await {
            Ok(present) => return Ok((tenure, present)),
            Err(error) => tracing::debug!("{error}"),
        }
    }
}
