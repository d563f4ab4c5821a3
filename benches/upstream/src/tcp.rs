use std::future::Future;
use std::sync::Arc;

use harness::Threads;
use harness::tcp::{Count, Remote};
use ockam::tcp::{TcpConnectionOptions, TcpListenerOptions, TcpTransport};
use ockam::{Context, Result, Routed, Worker, worker};
use ockam_core::{AllowAll, Route, route};

/// Workers at both ends, and a connection between their nodes.
pub(crate) struct Tcp {
    ctx: Context,
    transport: Arc<TcpTransport>,
}

pub(crate) struct Connection {
    ctx: Context,
    echoer: Route,
    counter: Route,
}

struct Echoer;

#[worker]
impl Worker for Echoer {
    type Message = Vec<u8>;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Vec<u8>>) -> Result<()> {
        let asker = msg.return_route().clone();
        ctx.send(asker, msg.into_body()?).await
    }
}

struct Counter(Count);

#[worker]
impl Worker for Counter {
    type Message = Vec<u8>;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Vec<u8>>) -> Result<()> {
        let sender = msg.return_route().clone();
        match self.0.take(&msg.into_body()?) {
            Some(counted) => ctx.send(sender, counted.to_le_bytes().to_vec()).await,
            None => Ok(()),
        }
    }
}

impl AsRef<Context> for Tcp {
    fn as_ref(&self) -> &Context {
        &self.ctx
    }
}

impl Remote for Tcp {
    type Connection = Connection;

    fn run<F, Fut>(threads: Threads, main: F)
    where
        F: FnOnce(Arc<Self>) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let make = |ctx: Context| {
            let transport = TcpTransport::get_or_create(&ctx)?;
            Ok(Self { ctx, transport })
        };
        crate::run(threads, make, main);
    }

    async fn serve(&self) -> String {
        let options = TcpListenerOptions::new();
        let peers = options.spawner_flow_control_id();
        for worker in ["echoer", "counter"] {
            let flow_controls = self.ctx.flow_controls();
            flow_controls.add_consumer(&worker.into(), &peers);
        }
        let started = self.ctx.start_worker("echoer", Echoer);
        started.expect("the address is free");
        let started = self.ctx.start_worker("counter", Counter(Count::default()));
        started.expect("the address is free");
        let listener = self.transport.listen("127.0.0.1:0", options).await;
        listener.expect("a port is free").socket_string()
    }

    async fn connect(&self, address: &str, name: &str) -> Connection {
        let options = TcpConnectionOptions::new();
        let connection = self.transport.connect(address, options).await;
        let connection = connection.expect("the server listens");
        let ctx = self.ctx.new_detached(name, AllowAll, AllowAll);
        let ctx = ctx.expect("the address is free");
        // What the client may be sent by the peer.
        let flow_controls = ctx.flow_controls();
        flow_controls.add_consumer(&name.into(), connection.flow_control_id());
        let peer = connection.sender_address();
        Connection {
            echoer: route![peer.clone(), "echoer"],
            counter: route![peer.clone(), "counter"],
            ctx,
        }
    }

    async fn ask(connection: &mut Connection, question: &[u8]) -> Vec<u8> {
        let Connection { ctx, echoer, .. } = connection;
        let answer = ctx.send_and_receive(echoer.clone(), question.to_vec());
        answer.await.expect("the server answers")
    }

    async fn tell(connection: &mut Connection, message: &[u8]) {
        let Connection { ctx, counter, .. } = connection;
        let sent = ctx.send(counter.clone(), message.to_vec()).await;
        sent.expect("the connection is there");
    }

    async fn counted(connection: &mut Connection) -> u64 {
        let counted = connection.ctx.receive::<Vec<u8>>().await;
        let counted = counted.expect("the server counts").into_body();
        let counted = counted.expect("it is bytes");
        u64::from_le_bytes(counted.try_into().expect("it is a number"))
    }
}
