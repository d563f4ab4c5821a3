//! The node under attack, and an honest client of it.

use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use ockam::{Connection, Context, NodeBuilder, Result, TcpTransport, TransportSettings, route};
use ockam_contract::meter::{Meter, Usage};
use ockam_contract::pace::soon;
use ockam_contract::program::{Program, Remains};

/// A mebibyte.
pub(crate) const MIB: usize = 1024 * 1024;

/// A node that runs as a process of its own.
pub(crate) struct Besieged {
    program: Program,
    pub(crate) meter: Meter,
    pub(crate) address: String,
}

impl Besieged {
    /// Starts a node that listens: see [`ockam_contract::target`].
    pub(crate) fn serving() -> Self {
        Self::new(Program::run_with(path(), &["serve", "127.0.0.1:0"]))
    }

    /// Starts a node that listens and passes messages on to the node `next`.
    pub(crate) fn in_the_middle(next: &str) -> Self {
        Self::new(Program::run_with(path(), &["middle", "127.0.0.1:0", next]))
    }

    /// Starts a node that begins so many answers of the node `server` and reads none of them.
    pub(crate) fn reading(server: &str, count: usize) -> Self {
        let count = count.to_string();
        Self::new(Program::run_with(path(), &["readers", server, &count]))
    }

    /// Waits for its next line on stdout.
    pub(crate) fn line(&self) -> String {
        self.program.line()
    }

    /// Starts a node whose stderr is full. Nobody reads the other end, which is returned.
    pub(crate) fn serving_unread() -> (Self, UnixStream) {
        let (program, other_end) = Program::run_unread(path(), &["serve", "127.0.0.1:0"]);
        (Self::new(program), other_end)
    }

    fn new(program: Program) -> Self {
        let address = program.line();
        Self {
            meter: Meter::of(program.id()),
            program,
            address,
        }
    }

    /// Returns what the process uses.
    pub(crate) fn usage(&self) -> Usage {
        self.meter.read()
    }

    /// Returns what it has written to stderr.
    pub(crate) fn errors(&self) -> String {
        self.program.errors()
    }

    /// Waits until the process has as few descriptors as it had before.
    pub(crate) async fn has_descriptors(&self, most: usize) {
        ockam_contract::eventually::eventually("it has closed what it had opened", || {
            self.usage().descriptors <= most
        })
        .await;
    }

    /// Kills it, so that it says nothing to its peers.
    pub(crate) fn vanish(self) {
        self.program.signal("KILL");
        self.program.end();
    }

    /// Stops it with SIGTERM, which has to end it as if nobody had attacked it.
    pub(crate) fn stop(self) -> Remains {
        self.program.signal("TERM");
        let remains = self.program.end();
        assert!(remains.status.success(), "{remains:?}");
        remains
    }
}

fn path() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_hostile_target"))
}

/// A node that asks and counts on its answers.
pub(crate) struct Honest {
    ctx: Context,
    connection: Connection,
}

impl Honest {
    pub(crate) async fn client(address: &str) -> Result<Self> {
        let ctx = NodeBuilder::new()
            .ask_timeout(Duration::from_secs(30))
            .start()
            .await?;
        let tcp = TcpTransport::with_settings(&ctx, TransportSettings::new())?;
        let connection = tcp.connect(address).await?;
        Ok(Self { ctx, connection })
    }

    /// Asks the echoer some times, and checks each answer.
    pub(crate) async fn is_served(&self) -> Result<()> {
        for number in 0..20_u8 {
            let question = vec![number; 100];
            let route = route![&self.connection, "echoer"];
            let answer: Vec<u8> = soon(self.ctx.ask(route, question.clone())).await?;
            assert_eq!(answer, question);
        }
        Ok(())
    }

    pub(crate) async fn stop(self) -> Result<()> {
        soon(self.ctx.stop()).await
    }
}
