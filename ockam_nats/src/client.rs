use async_nats::{Client, ConnectOptions, Event};
use ockam_core::{Error, ErrorKind, Result};
use ockam_node::transport::Gateway;

/// Connects to a server, or to one of several with commas between.
///
/// # Errors
///
/// `NoRoute`, with the servers, and `InvalidInput` if an address makes no sense.
pub(crate) async fn connect(
    options: ConnectOptions,
    servers: &str,
    gateway: &Gateway,
) -> Result<Client> {
    let mut addresses = Vec::new();
    for server in servers.split(',').map(str::trim) {
        let address = server.parse::<async_nats::ServerAddr>();
        addresses.push(address.map_err(|error| {
            let why = format!("{server:?} is no address of a NATS server: {error}");
            Error::new(ErrorKind::InvalidInput, why)
        })?);
    }
    let gateway = gateway.clone();
    let options = options.event_callback(move |event| {
        tell(&gateway, &event);
        std::future::ready(())
    });
    let connected = options.connect(addresses).await;
    connected.map_err(|error| {
        let why = format!("connecting to the NATS server {servers}: {}", chain(&error));
        Error::new(ErrorKind::NoRoute, why)
    })
}

/// Writes what has happened to the log of the node.
fn tell(gateway: &Gateway, event: &Event) {
    match event {
        Event::Connected => tracing::info!("connected to a NATS server"),
        Event::SlowConsumer(_) => gateway.warn(format_args!(
            "messages of other nodes were dropped: they came faster than this node took them from the bus"
        )),
        Event::Disconnected => gateway.warn(format_args!("the connection to the NATS server is lost")),
        event => gateway.warn(format_args!("NATS: {event}")),
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let more = error.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        source = error.source();
    }
    text
}
