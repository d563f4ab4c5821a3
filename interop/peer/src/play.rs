use std::error::Error;
use std::io::{self, Read};
use std::net::SocketAddr;
use std::process::ExitCode;

use tokio::sync::oneshot;

use crate::{Command, Hop, Node, Result, USAGE};

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
            serve(address, &[]).await
        }
        Command::Forward { listen, next } => {
            let (address, hops) = node.forward(&listen, &next).await?;
            serve(address, &hops).await
        }
        Command::Initiate {
            address,
            mut hops,
            worker,
            bodies,
        } => {
            hops.push(Hop::worker(worker));
            let route = node.connect(&address, &hops).await?;
            node.exchange(&route, bodies).await?;
            println!("answered {}", bodies.count);
            Ok(())
        }
    }
}

/// Says where the node listens, and waits until whoever started it closes its standard input.
async fn serve(address: SocketAddr, hops: &[Hop]) -> Result<()> {
    let hops: String = hops.iter().map(|hop| format!(" {hop}")).collect();
    println!("listening {address}{hops}");
    let (closed, ended) = oneshot::channel();
    // A thread of its own: a runtime would wait for a read that it had begun.
    std::thread::spawn(move || closed.send(io::stdin().read_to_end(&mut Vec::new())));
    ended.await?.map(drop).map_err(Into::into)
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
