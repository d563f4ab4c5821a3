use std::pin::Pin;
use std::time::Instant;

use ockam::Result;
use tokio_stream::{Stream, StreamExt, iter};
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Server};
use tonic::{Request, Response, Status};

use crate::remote::part;
use service::parts_client::PartsClient;
use service::parts_server::{Parts, PartsServer};

#[allow(missing_docs, unreachable_pub, clippy::all)]
mod service {
    include!(concat!(env!("OUT_DIR"), "/bench.Parts.rs"));
}

/// How many parts of how many bytes.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Order {
    #[prost(uint64, tag = "1")]
    parts: u64,
    #[prost(uint64, tag = "2")]
    bytes: u64,
}

/// A part of the answer.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Part {
    #[prost(bytes = "vec", tag = "1")]
    bytes: Vec<u8>,
}

struct Tonic;

#[tonic::async_trait]
impl Parts for Tonic {
    type DownloadStream = Pin<Box<dyn Stream<Item = Result<Part, Status>> + Send>>;

    async fn download(
        &self,
        order: Request<Order>,
    ) -> Result<Response<Self::DownloadStream>, Status> {
        let Order { parts, bytes } = order.into_inner();
        let parts = iter(0..parts).map(move |number| {
            let bytes = part(number, bytes as usize);
            Ok(Part { bytes })
        });
        Ok(Response::new(Box::pin(parts)))
    }
}

/// Runs the server, which prints its address, until its stdin ends.
pub(crate) fn serve() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        let server = Server::builder().add_service(PartsServer::new(Tonic));
        tokio::spawn(server.serve_with_incoming(incoming));
        crate::remote::until_stdin_ends().await;
        Ok(())
    })
}

/// A client of the server.
pub(crate) struct Theirs(PartsClient<Channel>);

impl Theirs {
    pub(crate) async fn connect(address: &str) -> Self {
        let client = PartsClient::connect(format!("http://{address}")).await;
        Self(client.expect("the server listens"))
    }

    /// Returns the nanoseconds of a part.
    pub(crate) async fn download(&mut self, parts: u64, bytes: u64) -> f64 {
        let begun = Instant::now();
        let answer = self.0.download(Order { parts, bytes }).await;
        let mut answer = answer.expect("the server answers").into_inner();
        let mut sum = 0;
        while let Some(part) = answer.message().await.expect("the stream goes on") {
            sum += part.bytes.len() as u64;
        }
        assert_eq!(sum, parts * bytes, "all parts have come");
        begun.elapsed().as_nanos() as f64 / parts as f64
    }
}
