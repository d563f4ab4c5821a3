//! A proxy between two nodes, whose connections can be cut.

use std::sync::{Mutex, PoisonError};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Forwards bytes until it is cut.
pub(crate) struct Proxy {
    address: String,
    cables: std::sync::Arc<Mutex<JoinSet<()>>>,
    _accepting: JoinSet<()>,
}

impl Proxy {
    /// Creates a proxy for another address.
    pub(crate) async fn to(address: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let own = listener.local_addr().expect("it is bound").to_string();
        let cables = std::sync::Arc::new(Mutex::new(JoinSet::new()));
        let (all, there) = (cables.clone(), address.to_owned());
        let mut accepting = JoinSet::new();
        accepting.spawn(async move {
            while let Ok((mut here, _)) = listener.accept().await {
                let there = there.clone();
                let mut cables = all.lock().unwrap_or_else(PoisonError::into_inner);
                cables.spawn(async move {
                    if let Ok(mut there) = TcpStream::connect(there).await {
                        let _ = copy_bidirectional(&mut here, &mut there).await;
                    }
                });
            }
        });
        Self {
            address: own,
            cables,
            _accepting: accepting,
        }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Cuts all connections through it. New ones can be made.
    pub(crate) fn cut(&self) {
        let mut cables = self.cables.lock().unwrap_or_else(PoisonError::into_inner);
        cables.abort_all();
    }
}
