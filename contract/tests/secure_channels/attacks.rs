//! An attacker in the middle of a channel changes nothing but whether messages arrive.

use std::time::Duration;

use ockam::{Context, Identity, NodeBuilder, Result, SecureChannel, SecureChannels, Trust, route};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

use crate::eve::{ATTACKS, Eve, Plan};
use crate::workers::{Echoer, recorder};

/// How many messages are sent while the attacker attacks.
const MESSAGES: u64 = 24;

/// Longer than all deadlines of a send and an ask together, on the paused clock.
const ENDS: Duration = Duration::from_secs(200);

struct Scene {
    ctx: Context,
    alice: SecureChannels,
    bob: Identity,
    numbers: UnboundedReceiver<u64>,
}

impl Scene {
    async fn new(plan: Plan, seed: u64) -> Result<Self> {
        let ctx = NodeBuilder::new().start().await?;
        let bob = Identity::create().await?;
        let bobs = SecureChannels::new(&ctx, bob.clone())?;
        bobs.listen("secure", Trust::anyone(), ["numbers", "echoer"])
            .await?;
        let numbers = recorder::<u64>(&ctx, "numbers").await?;
        ctx.start_worker("echoer", Echoer).await?;
        ctx.start_worker("eve", Eve::new(plan, seed)).await?;
        Ok(Self {
            alice: SecureChannels::new(&ctx, Identity::create().await?)?,
            ctx,
            bob,
            numbers,
        })
    }

    /// Connects. The attacker may prevent that a few times.
    async fn connect(&self) -> SecureChannel {
        for _ in 0..20 {
            let trust = Trust::only(self.bob.identifier());
            let connecting = self.alice.connect(route!["eve", "secure"], trust);
            let connected = timeout(ENDS, connecting).await.expect("it ends");
            if let Ok(channel) = connected {
                return channel;
            }
        }
        panic!("the channel is never made");
    }

    /// Sends and asks, whatever becomes of it. Each ends.
    async fn talk(&self, channel: &SecureChannel) {
        for number in 0..MESSAGES {
            let sending = self.ctx.send_message(route![channel, "numbers"], number);
            // It may be refused while the channel is lost.
            let _ = timeout(ENDS, sending).await.expect("a send ends");
            if number % 4 == 0 {
                let text = number.to_string();
                let asking = self
                    .ctx
                    .ask::<String>(route![channel, "echoer"], text.clone());
                let asked = timeout(ENDS, asking).await.expect("an ask ends");
                if let Ok(answer) = asked {
                    assert_eq!(answer, text, "an answer to another question");
                }
            }
        }
    }

    /// The pair recovers.
    async fn recovers(&self, channel: &SecureChannel) {
        for _ in 0..30 {
            let asking = self
                .ctx
                .ask::<String>(route![channel, "echoer"], "again".to_string());
            let asked = timeout(ENDS, asking).await.expect("an ask ends");
            if asked.is_ok_and(|answer| answer == "again") {
                return;
            }
            // While it is not connected, asks are refused at once.
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
        panic!("the channel does not recover");
    }

    /// Returns what has arrived, each once and in order.
    async fn arrived(mut self) -> Result<Vec<u64>> {
        self.ctx.stop().await?;
        let mut arrived = Vec::new();
        while let Some(number) = self.numbers.recv().await {
            arrived.push(number);
        }
        let sent = 0..MESSAGES;
        assert!(
            arrived.iter().all(|number| sent.contains(number)),
            "{arrived:?}"
        );
        assert!(arrived.is_sorted_by(|one, next| one < next), "{arrived:?}");
        Ok(arrived)
    }
}

async fn run(plan: Plan, seed: u64) -> Result<Vec<u64>> {
    let scene = Scene::new(plan, seed).await?;
    let channel = scene.connect().await;
    scene.talk(&channel).await;
    scene.recovers(&channel).await;
    scene.arrived().await
}

#[tokio::test(start_paused = true)]
async fn nothing_is_lost_without_an_attack() -> Result<()> {
    let arrived = run(
        Plan::Often {
            one_in: 1,
            of_first: 0,
        },
        0,
    )
    .await?;
    assert_eq!(arrived, (0..MESSAGES).collect::<Vec<_>>());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn one_attack_at_each_place_of_the_handshake_and_of_what_follows() -> Result<()> {
    for attack in ATTACKS {
        for at in 0..24 {
            let run = run(Plan::Once(at, attack), at as u64);
            Box::pin(run)
                .await
                .map_err(|error| error.context(format!("{attack:?} at {at}")))?;
        }
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn many_attacks_of_all_kinds() -> Result<()> {
    for seed in 0..60 {
        let plan = Plan::Often {
            one_in: 2 + seed as usize % 7,
            of_first: 60,
        };
        Box::pin(run(plan, seed))
            .await
            .map_err(|error| error.context(format!("seed {seed}")))?;
    }
    Ok(())
}
