//! Connections and listeners belong to the runtime of their node, whichever runtime makes them.

use ockam::{Context, ErrorKind, NodeBuilder, Result, TcpTransport, TransportSettings, route};
use ockam_contract::pace::soon;
use ockam_contract::without_tokio::block_on;
use tokio::runtime::{Builder, Runtime};

use crate::nodes::{connecting, tcp_address};
use crate::workers::Echoer;

fn runtime() -> Runtime {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime")
}

async fn says_hello(from: &Context, route: ockam::Route) -> Result<()> {
    let answer: String = soon(from.ask(route, "hello".to_string())).await?;
    assert_eq!(answer, "hello");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_runtime_makes_outlives_it() -> Result<()> {
    let (server, tcp) = connecting(TransportSettings::new()).await?;
    let (client, client_tcp) = connecting(TransportSettings::new()).await?;
    server.start_worker("echoer", Echoer).await?;
    let made = tokio::task::spawn_blocking(move || {
        runtime().block_on(async {
            let listener = tcp.listen("127.0.0.1:0", "echoer").await?;
            let connection = client_tcp.connect(listener.local_address()).await?;
            Ok::<_, ockam::Error>((listener, connection, client_tcp))
        })
    });
    let (listener, connection, tcp) = made.await??;
    says_hello(&client, route![&connection, "echoer"]).await?;
    let another = soon(tcp.connect(listener.local_address())).await?;
    says_hello(&client, route![&another, "echoer"]).await?;
    soon(listener.stop()).await;
    soon(client.stop()).await?;
    soon(server.stop()).await
}

#[test]
fn they_are_made_and_ended_without_a_runtime_as_well() -> Result<()> {
    let node = runtime();
    let (server, tcp) = node.block_on(connecting(TransportSettings::new()))?;
    let (client, client_tcp) = node.block_on(connecting(TransportSettings::new()))?;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = std::thread::spawn(move || {
        node.block_on(async {
            server.start_worker("echoer", Echoer).await?;
            let _ = stopped.await;
            server.stop().await
        })
    });
    let listener = block_on(tcp.listen("127.0.0.1:0", "echoer"))?;
    let connection = block_on(client_tcp.connect(listener.local_address()))?;
    let answer: String = block_on(client.ask(route![&connection, "echoer"], "hello".to_string()))?;
    assert_eq!(answer, "hello");
    block_on(connection.close());
    block_on(listener.stop());
    block_on(client.stop())?;
    let _ = stop.send(());
    running.join().expect("it does not panic")
}

#[test]
fn a_runtime_that_has_ended_is_an_error() -> Result<()> {
    let node = runtime();
    let (ctx, tcp) = node.block_on(connecting(TransportSettings::new()))?;
    drop(node);
    let listening = block_on(tcp.listen("127.0.0.1:0", "echoer"));
    assert_eq!(listening.unwrap_err().kind(), ErrorKind::Stopped);
    let connecting = block_on(tcp.connect("127.0.0.1:1"));
    assert_eq!(connecting.unwrap_err().kind(), ErrorKind::Stopped);
    drop(ctx);
    Ok(())
}

#[test]
fn a_runtime_without_io_is_an_error_and_not_a_panic() -> Result<()> {
    let node = Builder::new_current_thread().enable_time().build()?;
    node.block_on(async {
        let ctx = NodeBuilder::new().start().await?;
        let tcp = TcpTransport::new(&ctx)?;
        let errors = [
            soon(tcp.listen("127.0.0.1:0", "echoer")).await.unwrap_err(),
            soon(tcp.connect("127.0.0.1:1")).await.unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
            assert!(format!("{error:#}").contains("IO is disabled"), "{error:#}");
        }
        let dialled = route![tcp_address("127.0.0.1:1"), "echoer"];
        let error = soon(ctx.ask::<String>(dialled, 1_u64)).await.unwrap_err();
        assert!(error.to_string().contains("127.0.0.1:1"), "{error:#}");
        soon(ctx.stop()).await
    })
}
