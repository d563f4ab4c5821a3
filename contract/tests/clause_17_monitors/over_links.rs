//! Workers of another node that is connected over TCP.

use std::time::Duration;

use ockam::{
    Allow, Connection, Context, Down, DownReason, ErrorKind, NodeBuilder, Restart, Result,
    TcpTransport, Worker, WorkerBuilder, route,
};
use ockam_contract::pace::soon;
use ockam_contract::raw::Raw;
use tokio::net::TcpListener;

use super::Mortal;

/// Panics if it is told to, and answers otherwise.
struct Fragile;

impl Worker for Fragile {
    type Message = bool;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, panics: bool) -> Result<()> {
        assert!(!panics, "a secret");
        ctx.reply(()).await
    }
}

/// A node with a worker `fragile`, and one that is connected to it.
struct Pair {
    server: Context,
    client: Context,
    connection: Connection,
}

const EXPOSED: [&str; 7] = [
    "fragile",
    "stopped",
    "killed",
    "panicking",
    "hopeless",
    "nobody",
    "guarded",
];

impl Pair {
    async fn start() -> Result<Self> {
        let server = NodeBuilder::new().start().await?;
        let often = Restart::on_failure().at_most(1_000, Duration::MAX);
        WorkerBuilder::from_fn("fragile", || Fragile)
            .restart(often.backoff(Duration::ZERO, Duration::ZERO))
            .start(&server)
            .await?;
        let tcp = TcpTransport::new(&server)?;
        let listener = tcp.listen("127.0.0.1:0", EXPOSED).await?;
        let client = NodeBuilder::new().start().await?;
        let tcp = TcpTransport::new(&client)?;
        let connection = tcp.connect(listener.local_address()).await?;
        Ok(Self {
            server,
            client,
            connection,
        })
    }

    /// Asks the other node, twice: what was told before has come by then.
    async fn settle(&self) -> Result<()> {
        for _ in 0..2 {
            let asked = self
                .client
                .ask::<()>(route![&self.connection, "fragile"], false);
            soon(asked).await?;
        }
        Ok(())
    }

    async fn down(&mut self) -> Result<Down> {
        let down = soon(self.client.receive::<Down>()).await?.into_body();
        assert_eq!(down.connection(), Some(self.connection.address()));
        Ok(down)
    }

    async fn no_more(mut self) -> Result<()> {
        self.settle().await?;
        let more = self.client.receive_timeout::<Down>(Duration::ZERO).await;
        assert!(more.is_err(), "{more:?}");
        soon(self.client.stop()).await?;
        soon(self.server.stop()).await
    }
}

#[tokio::test]
async fn an_end_is_told_once_with_its_reason_and_without_its_text() -> Result<()> {
    let mut pair = Pair::start().await?;
    for name in ["stopped", "killed", "panicking"] {
        pair.server.start_worker(name, Mortal).await?;
    }
    let never = Restart::on_failure().at_most(0, Duration::MAX);
    WorkerBuilder::from_fn("hopeless", || Mortal)
        .restart(never)
        .start(&pair.server)
        .await?;
    for name in ["stopped", "killed", "panicking", "hopeless"] {
        pair.client.monitor(route![&pair.connection, name])?;
    }
    pair.settle().await?;
    pair.server.stop_worker("stopped").await?;
    pair.server.kill_worker("killed").await?;
    for name in ["panicking", "hopeless"] {
        pair.server.send_message(name, "panic".to_owned()).await?;
    }
    for _ in 0..4 {
        let down = pair.down().await?;
        let is_so = match down.reason() {
            DownReason::Stopped => *down.address() == "stopped",
            DownReason::Killed => *down.address() == "killed",
            DownReason::Panicked(why) => *down.address() == "panicking" && !why.contains("purpose"),
            DownReason::GaveUp(why) => *down.address() == "hopeless" && !why.contains("purpose"),
            _ => false,
        };
        assert!(is_so && down.incarnation() > 0, "{down:?}");
    }
    pair.no_more().await
}

#[tokio::test]
async fn whom_one_may_not_reach_looks_like_nobody() -> Result<()> {
    let mut pair = Pair::start().await?;
    pair.server.start_worker("secret", Mortal).await?;
    let guarded = WorkerBuilder::new("guarded", Mortal).incoming(Allow::nobody());
    guarded.start(&pair.server).await?;
    let mut told = Vec::new();
    for name in ["nobody", "secret", "guarded"] {
        pair.client.monitor(route![&pair.connection, name])?;
        let down = pair.down().await?;
        assert_eq!(down.address(), name);
        told.push((down.incarnation(), down.reason().clone()));
    }
    assert_eq!(told, vec![(0, DownReason::Unknown); 3]);
    // Connections of the other node are none of its workers.
    let asked = pair.server.inspect();
    assert_eq!(asked.connections.len(), 1);
    let theirs = asked.connections[0].address.clone();
    pair.client.monitor(route![&pair.connection, theirs])?;
    assert_eq!(pair.down().await?.reason(), &DownReason::Unknown);
    pair.server.stop_worker("secret").await?;
    pair.no_more().await
}

#[tokio::test]
async fn restarts_are_told_to_those_who_asked_and_the_others_go_on() -> Result<()> {
    let mut pair = Pair::start().await?;
    let fragile = route![&pair.connection, "fragile"];
    pair.client.monitor(&fragile)?.with_restarts();
    pair.client.monitor(&fragile)?;
    let cancelled = pair.client.monitor(&fragile)?;
    pair.settle().await?;
    assert!(cancelled.cancel() && !cancelled.cancel());
    let mut incarnations = Vec::new();
    for _ in 0..3 {
        soon(pair.client.ask::<()>(&fragile, true))
            .await
            .unwrap_err();
        let down = pair.down().await?;
        let DownReason::Restarted(why) = down.reason() else {
            panic!("{down:?}")
        };
        assert!(!why.contains("secret"), "{why}");
        incarnations.push(down.incarnation());
    }
    incarnations.dedup();
    assert_eq!(incarnations.len(), 3);
    soon(pair.server.kill_worker("fragile")).await?;
    for _ in 0..2 {
        assert_eq!(pair.down().await?.reason(), &DownReason::Killed);
    }
    let more = pair
        .client
        .receive_timeout::<Down>(Duration::from_millis(20))
        .await;
    assert!(more.is_err(), "{more:?}");
    soon(pair.client.stop()).await?;
    soon(pair.server.stop()).await
}

#[tokio::test]
async fn a_node_that_stops_tells_before_and_a_connection_that_closes_ends_the_monitor() -> Result<()>
{
    let mut pair = Pair::start().await?;
    pair.client.monitor(route![&pair.connection, "fragile"])?;
    pair.settle().await?;
    soon(pair.server.stop()).await?;
    assert_eq!(pair.down().await?.reason(), &DownReason::Stopped);
    soon(pair.client.stop()).await?;

    let mut pair = Pair::start().await?;
    let monitor = pair.client.monitor(route![&pair.connection, "fragile"])?;
    pair.settle().await?;
    soon(pair.connection.close()).await;
    assert_eq!(pair.down().await?.reason(), &DownReason::Unreachable);
    assert!(!monitor.cancel());
    let late = pair.client.monitor(route![&pair.connection, "fragile"]);
    assert_eq!(late.unwrap_err().kind(), ErrorKind::NoRoute);
    soon(pair.client.stop()).await?;
    soon(pair.server.stop()).await
}

/// Says hello to the other node, and lets itself be monitored by its answer.
#[tokio::test]
async fn a_listener_monitors_those_who_have_connected() -> Result<()> {
    let mut pair = Pair::start().await?;
    pair.client.start_worker("here", Mortal).await?;
    pair.connection.expose("here");
    let accepted = pair.server.inspect().connections[0].address.clone();
    pair.server
        .monitor(route![&accepted, "here"])?
        .with_restarts();
    pair.settle().await?;
    soon(pair.client.stop()).await?;
    let down = soon(pair.server.receive::<Down>()).await?;
    assert_eq!(down.reason(), &DownReason::Stopped);
    assert_eq!(
        (down.address(), down.connection()),
        (&"here".into(), Some(&accepted))
    );
    soon(pair.server.stop()).await
}

#[tokio::test]
async fn a_route_that_is_not_one_worker_behind_one_connection_is_refused() -> Result<()> {
    let pair = Pair::start().await?;
    pair.client.start_worker("here", Mortal).await?;
    for (route, kind) in [
        (route![&pair.connection, "fragile", "x"], ErrorKind::NoRoute),
        (route!["here", "x"], ErrorKind::NoRoute),
        (route!["nobody", "x"], ErrorKind::NoRoute),
        (route![], ErrorKind::NoRoute),
    ] {
        let refused = pair.client.monitor(&route).unwrap_err();
        assert_eq!(refused.kind(), kind, "{route}: {refused}");
    }
    pair.no_more().await
}

#[tokio::test]
async fn an_older_node_lets_nobody_monitor() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let client = NodeBuilder::new().start().await?;
    let tcp = TcpTransport::new(&client)?;
    let (connection, raw) = tokio::join!(tcp.connect(&address), Raw::accept_version(&listener, 5));
    let connection = connection?;
    let mut raw = raw;
    client.send_message(route![&connection, "x"], 7_u64).await?;
    assert_eq!(raw.next().await.expect("the message").version, Some(5));
    let refused = client.monitor(route![&connection, "fragile"]).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidInput, "{refused}");
    drop(raw);
    soon(client.stop()).await
}
