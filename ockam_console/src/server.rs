//! Connections of clients, and what bounds them.

use std::collections::VecDeque;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{sleep, timeout};

/// How many clients are connected at once. One more takes the place of the one that came first, so that slow
/// clients keep nobody out: a request is answered within milliseconds.
const MAX_CONNECTIONS: usize = 64;

/// How long a request may take to arrive.
const MAX_HEADER_TIME: Duration = Duration::from_secs(5);

/// How long a connection lives, with its answer. It is for one request.
const MAX_TIME: Duration = Duration::from_secs(20);

/// The size of a request, in bytes.
const MAX_REQUEST_BYTES: usize = 16 * 1024;

/// The number of headers of a request.
const MAX_HEADERS: usize = 64;

/// How long the server rests when the process has no file descriptor left.
const REST_AFTER_ERROR: Duration = Duration::from_millis(100);

/// Answers clients. What it has begun ends when it is dropped.
pub(crate) struct Server {
    listener: TcpListener,
    routes: Router,
    connections: JoinSet<()>,
    /// The connections, the one that came first at the front.
    in_order: VecDeque<AbortHandle>,
}

impl Server {
    pub(crate) fn new(listener: TcpListener, routes: Router) -> Self {
        Self {
            listener,
            routes,
            connections: JoinSet::new(),
            in_order: VecDeque::with_capacity(MAX_CONNECTIONS),
        }
    }

    pub(crate) async fn run(mut self) {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => self.serve(stream),
                Err(_) => sleep(REST_AFTER_ERROR).await,
            }
        }
    }

    fn serve(&mut self, stream: TcpStream) {
        while self.connections.try_join_next().is_some() {}
        self.in_order.retain(|connection| !connection.is_finished());
        if self.in_order.len() >= MAX_CONNECTIONS {
            self.in_order.pop_front().inspect(AbortHandle::abort);
        }
        let connection = serve(stream, self.routes.clone());
        self.in_order.push_back(self.connections.spawn(connection));
    }
}

async fn serve(stream: TcpStream, routes: Router) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(MAX_HEADER_TIME)
        .keep_alive(false)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_REQUEST_BYTES);
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes));
    // Errors are those of the client, which has been told or is gone.
    let _ = timeout(MAX_TIME, connection).await;
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use tokio::net::{TcpListener, TcpStream};

    use super::{MAX_CONNECTIONS, Server};

    #[tokio::test]
    async fn one_client_more_takes_the_place_of_the_first() -> std::io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let at = listener.local_addr()?;
        let mut server = Server::new(listener, Router::new());
        let mut clients = Vec::new();
        for _ in 0..=MAX_CONNECTIONS {
            clients.push(TcpStream::connect(at).await?);
            let (stream, _) = server.listener.accept().await?;
            server.serve(stream);
        }
        assert_eq!(server.in_order.len(), MAX_CONNECTIONS);
        let ended = server
            .connections
            .join_next()
            .await
            .expect("some are served");
        assert!(ended.is_err_and(|end| end.is_cancelled()), "not cut off");
        Ok(())
    }
}
