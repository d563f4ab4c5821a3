//! The task that keeps this node's name, and those that take in what comes to it.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use ockam_core::{ErrorKind, Result};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::bus::{Bus, Standing};
use crate::clock::sleep;
use crate::lease::{Keeper, Tenure};
use crate::membership::BEAT;
use crate::record::Record;

/// How long what this node has to say of itself waits for more.
const MIN_PAUSE: Duration = Duration::from_millis(20);

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
    let streams = bus.subscribe(streams).await?;
    let hellos = bus.subscribe(bus.subjects.hello(&bus.name)).await?;
    let cards = bus.subscribe(bus.subjects.cards()).await?;
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
    let mine = bus.clone();
    present.tasks.push(bus.gateway.spawn(async move {
        let mut cards = cards;
        while let Some(message) = cards.next().await {
            match Record::decode(message.payload) {
                Some(Record::Card { card }) => mine.hear(&card),
                Some(Record::Who) => mine.own.show(),
                _ => {}
            }
        }
    }));
    bus.publish(bus.subjects.cards(), None, &Record::Who)
        .await?;
    keeper.settle().await?;
    present
        .tasks
        .push(bus.gateway.spawn(show(bus.clone(), tenure.clone())));
    Ok(present)
}

/// Says that this node is there, again and again and after each change.
async fn show(bus: Arc<Bus>, tenure: Tenure) {
    while tenure.is_held() {
        let card = bus.card(&tenure, false);
        if bus
            .client
            .publish(bus.subjects.cards(), card)
            .await
            .is_err()
        {
            return;
        }
        sleep(MIN_PAUSE).await;
        let (changed, beat) = (pin!(bus.own.changed()), pin!(sleep(BEAT - MIN_PAUSE)));
        select(changed, beat).await;
    }
}

/// Lets the others know that this incarnation is over.
async fn say_goodbye(bus: &Bus, tenure: &Tenure) {
    let card = bus.card(tenure, true);
    // Without it, they find out by its silence.
    if bus.client.publish(bus.subjects.cards(), card).await.is_ok() {
        let _ = bus.client.flush().await;
    }
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
                if tenure.is_held() {
                    say_goodbye(&bus, &tenure).await;
                }
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
