//! Answers that together need more room than a connection has.

use std::sync::Arc;
use std::time::Duration;

use ockam_core::{Result, Worker, route};
use ockam_node::{Context, NodeBuilder};
use ockam_transport::StreamTransport;

use crate::chance::Chance;
use crate::history::History;
use crate::host::settings;
use crate::load::address;
use crate::log;
use crate::network::Simulated;
use crate::run::network;
use crate::scenario::HOSTS;

/// How many questions are asked at the same time.
const ASKERS: usize = 64;

/// How many bytes an answer has. A connection has room for two or three.
const SIZE: usize = 4_000;

struct Librarian;

impl Worker for Librarian {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, _: u64) -> Result<()> {
        ctx.reply(vec![7_u8; SIZE]).await
    }
}

async fn serve(history: Arc<History>, seed: u64) -> turmoil::Result {
    let ctx = NodeBuilder::new().start().await?;
    ctx.start_worker("librarian", Librarian).await?;
    let network = Simulated::new(&history, 1, false, Chance::new(seed), Arc::new(()));
    let transport = StreamTransport::start(&ctx, network, settings())?;
    transport.listen("0.0.0.0:4000", "librarian").await?;
    std::future::pending::<()>().await;
    drop(ctx);
    Ok(())
}

async fn ask(history: Arc<History>, seed: u64) -> turmoil::Result {
    let ctx = NodeBuilder::new()
        .ask_timeout(Duration::from_secs(5))
        .start()
        .await?;
    let network = Simulated::new(&history, 0, false, Chance::new(!seed), Arc::new(()));
    let _transport = StreamTransport::start(&ctx, network, settings())?;
    let asks: Vec<_> = (0..ASKERS)
        .map(|_| {
            let sender = ctx.sender();
            tokio::spawn(async move {
                let asked = sender.ask::<Vec<u8>>(route![address(1), "librarian"], 1_u64);
                asked.await.map(|answer| answer.len())
            })
        })
        .collect();
    for ask in asks {
        assert_eq!(ask.await??, SIZE);
    }
    ctx.stop().await?;
    Ok(())
}

#[test]
fn answers_find_room() {
    log::begin(false);
    for seed in 0..3 {
        let history = Arc::new(History::default());
        let mut sim = network(seed);
        let l = history.clone();
        sim.host(HOSTS[1], move || serve(l.clone(), seed));
        sim.client(HOSTS[0], ask(history, seed));
        sim.run().expect("each ask is answered");
    }
}
