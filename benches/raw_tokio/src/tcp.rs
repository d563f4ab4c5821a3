//! TCP as one would write it by hand, in two ways.

mod frames;
mod inline;
mod tasks;

pub(crate) use inline::Inline;
pub(crate) use tasks::Tasks;

/// Asked for an echo.
const ASK: u8 = 0;
/// Told, to be counted.
const TELL: u8 = 1;
/// How many were told.
const COUNTED: u8 = 2;

use tokio::net::{TcpListener, TcpStream};

/// Listens, and hands each connection to `serve`.
async fn listen(serve: impl Fn(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port is free");
    let address = listener.local_addr().expect("it is bound").to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_nodelay(true).expect("the stream is open");
            serve(stream);
        }
    });
    address
}

async fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).await;
    let stream = stream.expect("the server listens");
    stream.set_nodelay(true).expect("the stream is open");
    stream
}
