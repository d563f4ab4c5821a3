//! Attacks a node with all that peers can do, for a while, with honest clients beside: `scripts/siege`.
//!
//! ```text
//!  ockam_siege run ─┬─ node serve    the node that is attacked      ◀── honest clients, in this process
//!                   ├─ node middle   a node on the way to it
//!                   ├─ attack        attackers, first of the sink, then of the node
//!                   ├─ tunnel        between the attackers and the node, if they attack through secure channels
//!                   └─ sink          only reads
//! ```

mod attack;
mod figures;
mod honest;
mod siege;
mod sink;
mod tunnel;

use std::process::ExitCode;
use std::time::Duration;

use ockam::{Error, ErrorKind, Result};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ended = match arguments[..] {
        ["run", seconds] => seconds_of(seconds).and_then(|time| siege::run(time, false)),
        ["run", seconds, "secure"] => seconds_of(seconds).and_then(|time| siege::run(time, true)),
        ["attack", server, middle, seconds] => {
            seconds_of(seconds).and_then(|time| attack::run(server, middle, time))
        }
        ["sink"] => sink::run(),
        ["tunnel", server] => tunnel::run(server),
        ["node", ref rest @ ..] => {
            ockam_contract::target::run(rest.iter().map(ToString::to_string))
        }
        _ => Err(Error::new(ErrorKind::InvalidInput, "no such arguments")),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn seconds_of(text: &str) -> Result<Duration> {
    Ok(Duration::from_secs(text.parse()?))
}
