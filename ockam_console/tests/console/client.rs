//! A client that says anything.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Within this time, whatever a test waits for has happened.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Sends bytes, and reads until the server closes the connection.
pub(crate) async fn say(at: SocketAddr, bytes: &[u8]) -> Answer {
    let exchange = async {
        let mut stream = TcpStream::connect(at).await?;
        stream.write_all(bytes).await?;
        let mut answer = Vec::new();
        // What came before a reset counts.
        let _ = stream.read_to_end(&mut answer).await;
        std::io::Result::Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    let answer = timeout(PATIENCE, exchange)
        .await
        .expect("the server closes")
        .unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    Answer {
        status: status.unwrap_or(0),
        head: head.to_ascii_lowercase(),
        body: body.to_owned(),
    }
}

/// Asks as a browser or `curl` does.
pub(crate) async fn get_with(at: SocketAddr, path: &str, headers: &str) -> Answer {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {at}\r\n{headers}\r\n");
    say(at, request.as_bytes()).await
}

pub(crate) async fn get(at: SocketAddr, path: &str) -> Answer {
    get_with(at, path, "").await
}

/// Asks again and again until the answer is the one that is wanted. It looks anew each time.
pub(crate) async fn until(at: SocketAddr, path: &str, wanted: impl Fn(&Answer) -> bool) -> Answer {
    let mut last = None;
    let asking = async {
        loop {
            let answer = get(at, path).await;
            if wanted(&answer) {
                return answer;
            }
            last = Some(answer);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let asked = timeout(PATIENCE, asking).await;
    asked.unwrap_or_else(|_| panic!("{path} never said so, but {last:?}"))
}
