//! The least and the most that each setting of a transport takes.

use std::time::Duration;

use ockam::{ErrorKind, NodeBuilder, Result, TcpTransport, TransportSettings, route};
use ockam_contract::pace::soon;

use crate::nodes::{Pair, Setup, listening_again};
use crate::workers::Echoer;

const NO_TIME: [Duration; 2] = [Duration::ZERO, Duration::from_nanos(1)];

#[tokio::test]
async fn settings_with_which_a_transport_would_do_nothing_are_refused() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let new = TransportSettings::new;
    let mut refused = vec![
        ("max_connections", new().max_connections(0)),
        ("max_connections_per_ip", new().max_connections_per_ip(0)),
        ("max_queued", new().max_queued(0)),
        ("max_frame", new().max_frame(0)),
        ("max_frame", new().max_frame(511)),
        ("max_frame", new().max_frame(usize::MAX)),
        ("idle_timeout", new().heartbeat(Duration::MAX)),
        ("idle_timeout", new().idle_timeout(Duration::from_secs(10))),
    ];
    for time in NO_TIME {
        refused.extend([
            ("connect_timeout", new().connect_timeout(time)),
            ("heartbeat", new().heartbeat(time)),
            ("idle_timeout", new().idle_timeout(time)),
            ("frame_timeout", new().frame_timeout(time)),
            ("max_backoff", new().max_backoff(time)),
        ]);
    }
    for (name, settings) in refused {
        let error = TcpTransport::with_settings(&ctx, settings.clone()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{settings:?}");
        assert!(error.to_string().contains(name), "{name}: {error}");
    }
    // A refused transport has left no trace.
    TcpTransport::new(&ctx)?;
    ctx.stop().await
}

/// Asks over a connection, loses it, asks again when it has been made again, and closes it.
async fn live(client_tcp: TransportSettings, server_tcp: TransportSettings) -> Result<()> {
    let setup = Setup {
        client_tcp,
        server_tcp,
        ..Setup::default()
    };
    let Pair {
        server,
        listener,
        client,
        connection,
        ..
    } = setup.start("echoer").await?;
    server.start_worker("echoer", Echoer).await?;
    let route = route![&connection, "echoer"];
    let answer: String = soon(client.ask(&route, "hello".to_string())).await?;
    assert_eq!(answer, "hello");
    let address = listener.local_address().to_owned();
    soon(server.stop()).await?;
    let server = listening_again(&address, "echoer").await?;
    server.start_worker("echoer", Echoer).await?;
    loop {
        // Until the connection is back, this may be refused, or be under way when it is lost.
        match soon(client.ask::<String>(&route, "hello".to_string())).await {
            Ok(answer) => break assert_eq!(answer, "hello"),
            Err(error) => assert!(
                matches!(error.kind(), ErrorKind::NoRoute | ErrorKind::OutcomeUnknown),
                "{error:#}"
            ),
        }
        tokio::task::yield_now().await;
    }
    soon(connection.close()).await;
    soon(client.stop()).await?;
    soon(server.stop()).await
}

#[tokio::test]
async fn with_the_least_of_each_setting_messages_arrive() -> Result<()> {
    let least = Duration::from_millis(1);
    let new = TransportSettings::new;
    for settings in [
        new().heartbeat(least),
        new().idle_timeout(Duration::from_secs(2)).heartbeat(least),
        new().patience(Duration::ZERO),
        new().max_backoff(least),
        new().max_connections(1).max_connections_per_ip(1),
        new().max_queued(1),
        new().max_frame(512),
        new().max_unfinished(0).max_waiting(0),
    ] {
        let said = format!("{settings:?}");
        let lived = live(settings.clone(), settings).await;
        assert!(lived.is_ok(), "{said}: {lived:?}");
    }
    Ok(())
}

#[tokio::test]
async fn with_the_most_of_each_setting_messages_arrive() -> Result<()> {
    let most = TransportSettings::new()
        .connect_timeout(Duration::MAX)
        .heartbeat(Duration::MAX - Duration::from_nanos(1))
        .idle_timeout(Duration::MAX)
        .frame_timeout(Duration::MAX)
        .patience(Duration::MAX)
        .max_backoff(Duration::MAX)
        .max_connections(usize::MAX)
        .max_connections_per_ip(usize::MAX)
        .max_unfinished(usize::MAX)
        .max_waiting(usize::MAX)
        .max_queued(usize::MAX);
    live(most.clone(), most).await
}
