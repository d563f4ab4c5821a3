use std::future::Future;
use std::sync::Arc;

use harness::Threads;
use harness::tcp::{Count, Remote};
use ockam::{Context, Result, Route, TcpTransport, Worker, route};

/// Workers at both ends, and a connection between their nodes.
pub(crate) struct Tcp {
    ctx: Arc<Context>,
    transport: TcpTransport,
}

pub(crate) struct Connection {
    ctx: Context,
    echoer: Route,
    counter: Route,
}

struct Echoer;

impl Worker for Echoer {
    type Message = Vec<u8>;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, question: Vec<u8>) -> Result<()> {
        ctx.reply(question).await
    }
}

#[derive(Default)]
struct Counter(Count);

impl Worker for Counter {
    type Message = Vec<u8>;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, message: Vec<u8>) -> Result<()> {
        match self.0.take(&message) {
            Some(counted) => ctx.reply(counted).await,
            None => Ok(()),
        }
    }
}

impl Remote for Tcp {
    type Connection = Connection;

    fn run<F, Fut>(threads: Threads, main: F)
    where
        F: FnOnce(Arc<Self>) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let make = |ctx: Arc<Context>| {
            let transport = TcpTransport::new(&ctx).expect("the node has no other one");
            Self { ctx, transport }
        };
        crate::node::run(threads, make, main);
    }

    async fn serve(&self) -> String {
        let started = self.ctx.start_worker("echoer", Echoer).await;
        started.expect("the address is free");
        let started = self.ctx.start_worker("counter", Counter::default()).await;
        started.expect("the address is free");
        let exposed = ["echoer", "counter"];
        let listener = self.transport.listen("127.0.0.1:0", exposed).await;
        listener.expect("a port is free").local_address().to_owned()
    }

    async fn connect(&self, address: &str, name: &str) -> Connection {
        let connection = self.transport.connect(address).await;
        let connection = connection.expect("the server listens");
        Connection {
            ctx: self.ctx.open(name).expect("the address is free"),
            echoer: route![&connection, "echoer"],
            counter: route![&connection, "counter"],
        }
    }

    async fn ask(connection: &mut Connection, question: &[u8]) -> Vec<u8> {
        let answer = connection.ctx.ask(&connection.echoer, question.to_vec());
        answer.await.expect("the server answers")
    }

    async fn tell(connection: &mut Connection, message: &[u8]) {
        let Connection { ctx, counter, .. } = connection;
        let sent = ctx.send_message(&*counter, message.to_vec()).await;
        sent.expect("the connection is there");
    }

    async fn counted(connection: &mut Connection) -> u64 {
        let counted = connection.ctx.receive::<u64>().await;
        counted.expect("the server counts").into_body()
    }
}
