use crate::{Bodies, Hop, Kind, Result, Step, Through};

/// What is said about the command line when it is wrong.
pub const USAGE: &str = "responder LISTEN
middle LISTEN NEXT
initiator ADDRESS [HOP…] [--channel NAME]… [--peer IDENTIFIER] [--then again|rotate|close|closed]
    [--body text|bytes] [--size N] [--count N] [--worker NAME]";

/// The part that a process plays.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Command {
    /// Echoes whatever comes to one of its two workers.
    Respond {
        /// Where to listen.
        listen: String,
    },
    /// Passes on to another node whatever comes along one of its hops.
    Forward {
        /// Where to listen.
        listen: String,
        /// The other node.
        next: String,
    },
    /// Sends to a responder and checks its answers.
    Initiate {
        /// The node to connect to.
        address: String,
        /// The way from there to the responder: empty if it is the responder.
        hops: Vec<Hop>,
        /// The secure channels to go through from there.
        through: Through,
        /// The responder's worker.
        worker: String,
        /// What to do when all is answered.
        then: Option<Step>,
        /// What to send.
        bodies: Bodies,
    },
}

impl Command {
    /// Reads the command line, without the program's name.
    ///
    /// # Errors
    ///
    /// Fails on what is unknown, missing or too much.
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let part = words.next().ok_or("which part?")?;
        let command = match part.as_str() {
            "responder" => Self::Respond {
                listen: needed(&mut words, "LISTEN")?,
            },
            "middle" => {
                let listen = needed(&mut words, "LISTEN")?;
                Self::Forward {
                    listen,
                    next: needed(&mut words, "NEXT")?,
                }
            }
            "initiator" => initiator(&mut words)?,
            _ => return Err(format!("no part is called {part}").into()),
        };
        match words.next() {
            Some(word) => Err(format!("{word} is too much").into()),
            None => Ok(command),
        }
    }
}

fn initiator(words: &mut impl Iterator<Item = String>) -> Result<Command> {
    let address = needed(words, "ADDRESS")?;
    let (mut hops, mut worker, mut then) = (Vec::new(), None, None);
    let mut through = Through::default();
    let mut bodies = Bodies {
        kind: Kind::Text,
        size: 64,
        count: 1,
    };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--body" => bodies.kind = needed(words, "text or bytes")?.parse()?,
            "--size" => bodies.size = needed(words, "a size")?.parse()?,
            "--count" => bodies.count = needed(words, "a count")?.parse()?,
            "--channel" => through.channels.push(needed(words, "a channel")?),
            "--peer" => through.peer = Some(needed(words, "an identifier")?),
            "--then" => then = Some(needed(words, "a step")?.parse()?),
            "--worker" => worker = Some(needed(words, "a worker")?),
            hop => hops.push(hop.parse()?),
        }
    }
    let worker = worker.unwrap_or_else(|| bodies.kind.worker().into());
    Ok(Command::Initiate {
        address,
        hops,
        through,
        worker,
        then,
        bodies,
    })
}

fn needed(words: &mut impl Iterator<Item = String>, what: &str) -> Result<String> {
    words
        .next()
        .ok_or_else(|| format!("{what} is missing").into())
}
