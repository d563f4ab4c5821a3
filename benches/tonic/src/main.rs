//! gRPC with tonic: unary calls.

use std::future::Future;
use std::sync::Arc;

use harness::Threads;
use harness::tcp::Remote;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Server};
use tonic::{Request, Response, Status};

use service::echoer_client::EchoerClient;
use service::echoer_server::{Echoer, EchoerServer};

#[allow(missing_docs, unreachable_pub, clippy::all)]
mod service {
    include!(concat!(env!("OUT_DIR"), "/bench.Echoer.rs"));
}

/// The question, and the answer.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Payload {
    /// What is echoed.
    #[prost(bytes = "vec", tag = "1")]
    pub bytes: Vec<u8>,
}

struct Tonic;

#[tonic::async_trait]
impl Echoer for Tonic {
    async fn echo(&self, question: Request<Payload>) -> Result<Response<Payload>, Status> {
        Ok(Response::new(question.into_inner()))
    }
}

impl Remote for Tonic {
    type Connection = EchoerClient<Channel>;

    fn run<F, Fut>(threads: Threads, main: F)
    where
        F: FnOnce(Arc<Self>) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        harness::run_on_tokio(threads, || main(Arc::new(Self)));
    }

    async fn serve(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port is free");
        let address = listener.local_addr().expect("it is bound").to_string();
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        let server = Server::builder().add_service(EchoerServer::new(Self));
        tokio::spawn(server.serve_with_incoming(incoming));
        address
    }

    async fn connect(&self, address: &str, _: &str) -> EchoerClient<Channel> {
        let client = EchoerClient::connect(format!("http://{address}")).await;
        client.expect("the server listens")
    }

    async fn ask(client: &mut EchoerClient<Channel>, question: &[u8]) -> Vec<u8> {
        let bytes = question.to_vec();
        let answer = client.echo(Payload { bytes }).await;
        answer.expect("the server answers").into_inner().bytes
    }

    async fn tell(_: &mut EchoerClient<Channel>, _: &[u8]) {
        unreachable!("the report leaves this out: every call has an answer");
    }

    async fn counted(_: &mut EchoerClient<Channel>) -> u64 {
        unreachable!("the report leaves this out: every call has an answer");
    }
}

fn main() {
    harness::tcp::main::<Tonic>();
}
