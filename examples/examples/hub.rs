use std::collections::BTreeMap;
use std::time::Duration;
use std::{env, io, thread};

use ockam::{
    async_worker, route, Address, Connection, Context, Down, DownReason, Result, Route, Routed,
    TcpTransport, Worker,
};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
enum ToHub {
    Hello { name: String },
    News(String),
}

/// Passes news on to its clients. Each is known by the connection that it has come over.
#[derive(Default)]
struct Hub {
    clients: BTreeMap<Address, (String, Route)>,
}

#[async_worker]
impl Worker for Hub {
    type Message = ToHub;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        let hub = ctx.sender();
        thread::spawn(move || {
            for line in io::stdin().lines().map_while(io::Result::ok) {
                hub.blocking_send(hub.address(), ToHub::News(line))?;
            }
            Ok::<(), ockam::Error>(())
        });
        Ok(())
    }

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<ToHub>) -> Result<()> {
        let way = msg.return_route().clone();
        match (msg.into_body(), way.first().cloned()) {
            (ToHub::Hello { name }, Some(connection)) => {
                println!("{name} is here");
                ctx.monitor(&connection)?;
                self.clients.insert(connection, (name, way));
            }
            (ToHub::Hello { .. }, None) => {}
            // It waits for nobody: one who is slow or gone misses news, and holds up no one else.
            (ToHub::News(line), _) => self.clients.values().for_each(|(_, way)| {
                let _ = ctx.try_send(way, line.clone());
            }),
        }
        Ok(())
    }

    /// A client that comes back comes over another connection.
    async fn down(&mut self, _ctx: &mut Context, down: Down) -> Result<()> {
        if let Some((name, _)) = self.clients.remove(down.address()) {
            println!("{name} is gone");
        }
        Ok(())
    }
}

/// Shows the news.
struct Client {
    name: String,
    hub: Connection,
}

#[async_worker]
impl Worker for Client {
    type Message = String;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        ctx.monitor(&self.hub)?.with_restarts();
        self.hello(ctx).await
    }

    async fn handle_message(&mut self, _ctx: &mut Context, news: String) -> Result<()> {
        println!("news: {news}");
        Ok(())
    }

    async fn down(&mut self, ctx: &mut Context, down: Down) -> Result<()> {
        match down.reason() {
            DownReason::Unreachable => println!("the hub is away"),
            DownReason::Restarted(_) => self.hello(ctx).await?,
            _ => ctx.stop().await?,
        }
        Ok(())
    }
}

impl Client {
    async fn hello(&self, ctx: &Context) -> Result<()> {
        println!("the hub is there");
        let name = self.name.clone();
        ctx.send_message(route![&self.hub, "hub"], ToHub::Hello { name })
            .await
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    let mut arguments = env::args().skip(1);
    let name = arguments.next().unwrap_or("hub".to_string());
    let address = arguments.next().unwrap_or("127.0.0.1:4000".to_string());
    let tcp = TcpTransport::new(&ctx)?;
    if name == "hub" {
        ctx.start_worker("hub", Hub::default()).await?;
        let listener = tcp.listen(address, "hub").await?;
        println!("listening at {}", listener.local_address());
    } else {
        let hub = tcp.connect_within(address, Duration::from_secs(60)).await?;
        hub.expose("client");
        ctx.start_worker("client", Client { name, hub }).await?;
    }
    Ok(())
}
