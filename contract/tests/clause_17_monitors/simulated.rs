//! Workers of another node, over a network that is cut, and whose nodes crash.

use std::time::Duration;

use ockam::test::Network;
use ockam::{Connection, Context, Down, DownReason, Restart, Result, Worker, WorkerBuilder, route};

/// Panics if it is told to, and answers otherwise.
struct Fragile;

impl Worker for Fragile {
    type Message = bool;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, panics: bool) -> Result<()> {
        assert!(!panics, "on purpose");
        ctx.reply(()).await
    }
}

async fn server(ctx: Context) -> Result<()> {
    let often = Restart::on_failure().at_most(1_000, Duration::MAX);
    WorkerBuilder::from_fn("fragile", || Fragile)
        .restart(often.backoff(Duration::ZERO, Duration::ZERO))
        .start(&ctx)
        .await
        .map(drop)
}

const OWN: &str = "the node of the test";

/// Long enough for the link to be lost.
const CUT: Duration = Duration::from_secs(60);

fn is_back(down: &Down) -> bool {
    matches!(down.reason(), DownReason::Restarted(why) if why.contains("is back"))
}

fn is_restarted(down: &Down) -> bool {
    matches!(down.reason(), DownReason::Restarted(_)) && !is_back(down)
}

/// Asks the other node, twice: what was told before has come by then. It may have to be asked again.
async fn settle(ctx: &Context, connection: &Connection) {
    let mut answers = 0;
    while answers < 2 {
        let asked = ctx.ask::<()>(route![connection, "fragile"], false).await;
        answers += i32::from(asked.is_ok());
    }
}

#[ockam::test(seeds = 100, allow(failures))]
async fn a_monitor_is_what_it_was_when_the_link_is_back(mut ctx: Context) -> Result<()> {
    let network = Network::new(&ctx);
    network.node("server", server).await?;
    let connection = network.connect(&ctx, "server").await?;
    let fragile = route![&connection, "fragile"];
    ctx.monitor(&fragile)?.with_restarts();
    settle(&ctx, &connection).await;
    let mut ended = 0;
    for _ in 0..3 {
        network.cut(OWN, "server", CUT);
        let lost = ctx.receive::<Down>().await?;
        assert_eq!(lost.reason(), &DownReason::Unreachable, "{lost:?}");
        assert_ne!(lost.incarnation(), ended);
        let back = ctx.receive::<Down>().await?;
        assert!(is_back(&back), "{back:?}");
        assert_eq!(back.incarnation(), lost.incarnation(), "it is the same");
        // It is monitored as before.
        settle(&ctx, &connection).await;
        ctx.ask::<()>(&fragile, true).await.unwrap_err();
        let restarted = ctx.receive::<Down>().await?;
        assert!(is_restarted(&restarted), "{restarted:?}");
        ended = restarted.incarnation();
        assert_eq!(ended, back.incarnation());
    }
    Ok(())
}

/// Panics once, half a minute after its start.
struct Later(bool);

impl Worker for Later {
    type Message = bool;
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        if self.0 {
            ctx.send_after(CUT / 2, ctx.address(), true);
        }
        Ok(())
    }

    async fn handle_message(&mut self, ctx: &mut Context, panics: bool) -> Result<()> {
        assert!(!panics, "on purpose");
        ctx.reply(()).await
    }
}

async fn server_with_later(ctx: Context) -> Result<()> {
    let mut is_first = true;
    let later = move || Later(std::mem::take(&mut is_first));
    WorkerBuilder::from_fn("fragile", later).start(&ctx).await?;
    Ok(())
}

#[ockam::test(seeds = 100, allow(failures))]
async fn a_restart_while_the_link_is_lost_is_told_to_those_who_asked(
    mut ctx: Context,
) -> Result<()> {
    let network = Network::new(&ctx);
    network.node("server", server_with_later).await?;
    let connection = network.connect(&ctx, "server").await?;
    let fragile = route![&connection, "fragile"];
    ctx.monitor(&fragile)?.with_restarts();
    let plain = ctx.monitor(&fragile)?;
    settle(&ctx, &connection).await;
    network.cut(OWN, "server", CUT);
    let lost = ctx.receive::<Down>().await?;
    assert_eq!(lost.reason(), &DownReason::Unreachable, "{lost:?}");
    let restarted = ctx.receive::<Down>().await?;
    assert!(is_restarted(&restarted), "{restarted:?}");
    assert_eq!(
        restarted.incarnation(),
        lost.incarnation(),
        "that one has ended"
    );
    settle(&ctx, &connection).await;
    assert!(plain.cancel(), "it goes on");
    Ok(())
}

#[ockam::test(seeds = 100, allow(failures))]
async fn what_has_happened_meanwhile_is_told(mut ctx: Context) -> Result<()> {
    let network = Network::new(&ctx);
    network.node("server", server).await?;
    let connection = network.connect(&ctx, "server").await?;
    let fragile = route![&connection, "fragile"];
    ctx.monitor(&fragile)?;
    settle(&ctx, &connection).await;
    // Another worker is at its address when the node is there again.
    network.crash("server");
    let down = ctx.receive::<Down>().await?;
    assert_eq!(down.reason(), &DownReason::Unknown, "{down:?}");
    assert!(down.incarnation() > 0);
    let another = ctx.monitor(&fragile)?;
    settle(&ctx, &connection).await;
    assert!(another.cancel());
    Ok(())
}

#[ockam::test(seeds = 100, allow(failures))]
async fn a_monitor_that_is_made_while_the_link_is_lost_begins_when_it_is_back(
    mut ctx: Context,
) -> Result<()> {
    let network = Network::new(&ctx);
    network.node("server", server).await?;
    let connection = network.connect(&ctx, "server").await?;
    settle(&ctx, &connection).await;
    network.cut(OWN, "server", CUT);
    ctx.monitor(route![&connection, "fragile"])?.with_restarts();
    ctx.monitor(route![&connection, "nobody"])?;
    loop {
        let down = ctx.receive::<Down>().await?;
        if *down.address() == "nobody" {
            assert_eq!(down.reason(), &DownReason::Unknown);
            break;
        }
        let is_lost = down.reason() == &DownReason::Unreachable;
        assert!(is_lost || is_back(&down), "{down:?}");
    }
    settle(&ctx, &connection).await;
    ctx.ask::<()>(route![&connection, "fragile"], true)
        .await
        .unwrap_err();
    loop {
        let down = ctx.receive::<Down>().await?;
        if is_restarted(&down) {
            return Ok(());
        }
        let is_lost = down.reason() == &DownReason::Unreachable;
        assert!(is_lost || is_back(&down), "{down:?}");
    }
}
