use std::error::Error;
use std::io::{self, BufRead};
use std::net::SocketAddr;
use std::process::ExitCode;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::{Bodies, Command, GONE, Hop, Node, Result, Step, Through, USAGE, WHO};

/// Plays the part that the command line asks for.
pub fn main<N: Node>() -> ExitCode {
    let command = match Command::parse(std::env::args().skip(1)) {
        Ok(command) => command,
        Err(error) => {
            eprintln!("{error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match N::run(|node| play(node, command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("failed {}", with_causes(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn play<N: Node>(mut node: N, command: Command) -> Result<()> {
    match command {
        Command::Respond { listen } => {
            let address = node.respond(&listen).await?;
            let identifier = node.identifier();
            serve(node, address, &[identifier]).await
        }
        Command::Forward { listen, next } => {
            let (address, hops) = node.forward(&listen, &next).await?;
            let hops: Vec<_> = hops.iter().map(Hop::to_string).collect();
            serve(node, address, &hops).await
        }
        Command::Initiate {
            address,
            hops,
            through,
            worker,
            then,
            bodies,
        } => {
            let way = Way {
                address,
                hops,
                through,
                worker,
            };
            initiate(&mut node, &way, then, bodies).await?;
            println!("answered {}", bodies.count);
            Ok(())
        }
    }
}

/// Says where the node listens, and waits until whoever started it closes its standard input.
async fn serve<N: Node>(mut node: N, address: SocketAddr, more: &[String]) -> Result<()> {
    let more: String = more.iter().map(|word| format!(" {word}")).collect();
    println!("listening {address}{more}");
    let mut orders = orders();
    while let Some(order) = orders.recv().await {
        match order?.as_str() {
            "rotate" => {
                node.rotate().await?;
                println!("rotated");
            }
            "close" => node.close_accepted().await?,
            other => return Err(format!("{other} is no order").into()),
        }
    }
    Ok(())
}

/// Returns the lines of the standard input.
fn orders() -> UnboundedReceiver<io::Result<String>> {
    let (sender, orders) = unbounded_channel();
    // A thread of its own: a runtime would wait for a read that it had begun.
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    orders
}

/// The way of an initiator.
struct Way {
    address: String,
    hops: Vec<Hop>,
    through: Through,
    worker: String,
}

impl Way {
    async fn open<N: Node>(&self, node: &mut N) -> Result<N::Route> {
        let Self {
            address,
            hops,
            through,
            worker,
        } = self;
        node.connect(address, hops, through, worker).await
    }
}

async fn initiate<N: Node>(
    node: &mut N,
    way: &Way,
    then: Option<Step>,
    bodies: Bodies,
) -> Result<()> {
    let route = way.open(node).await?;
    if way.worker == WHO {
        return is_known(node, &route).await;
    }
    node.exchange(&route, bodies).await?;
    match then {
        None => return Ok(()),
        Some(Step::Rotate) => node.rotate().await?,
        Some(Step::Again) => {
            println!("ready");
            orders().recv().await.ok_or("nobody says go on")??;
        }
        Some(Step::Close) => return close(node, way, &route).await,
        Some(Step::Closed) => {
            println!("ready");
            return node.closed(&route).await;
        }
    }
    let again = way.open(node).await?;
    node.exchange(&again, bodies).await?;
    node.exchange(&route, bodies).await
}

/// Checks that the responder knows who asks.
async fn is_known<N: Node>(node: &mut N, route: &N::Route) -> Result<()> {
    let seen = node.ask(route, "who is it?").await?;
    let own = node.identifier();
    match seen == own {
        true => Ok(()),
        false => Err(format!("the responder takes {own} for {seen:?}").into()),
    }
}

/// Closes the channel, and checks that the responder hears of it.
async fn close<N: Node>(node: &mut N, way: &Way, route: &N::Route) -> Result<()> {
    let to_who = N::beside(route, WHO);
    is_known(node, &to_who).await?;
    node.close(route).await?;
    let plain = Through::default();
    let gone = node.connect(&way.address, &way.hops, &plain, GONE).await?;
    node.ask(&gone, "has it gone?").await.map(drop)
}

fn with_causes(error: &(dyn Error + Send + Sync)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text.replace('\n', " ")
}
