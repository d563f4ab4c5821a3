use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use ockam_core::{Addresses, Error, ErrorKind, Result, Route};
use ockam_node::Context;

use crate::remote::{ConsoleWorker, RemoteNode};
use crate::settings::Settings;
use crate::thread::{self, Listening};
use crate::token::Token;

/// The address of the console on its node.
const ADDRESS: &str = "console";

/// How often the console looks at the node.
const INTERVAL: Duration = Duration::from_secs(1);

/// The shortest interval.
const MIN_INTERVAL: Duration = Duration::from_millis(10);

/// The longest interval.
const MAX_INTERVAL: Duration = Duration::from_secs(60);

/// After this time, a handler, or a start, is slow.
const SLOW_AFTER: Duration = Duration::from_secs(5);

/// How many addresses are recorded. The answer for one takes up to 64 KiB.
const MAX_RECORDED: usize = 16;

/// How many other nodes are shown.
const MAX_OTHERS: usize = 16;

/// Shows what a node is doing, over HTTP.
///
/// # Examples
///
/// ```
/// use ockam_console::Console;
///
/// # let (ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// let console = Console::new(&ctx).listen("127.0.0.1:0").await?;
/// println!("http://{} shows the node", console.local_address());
/// # ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "it shows nothing until it listens"]
pub struct Console<'a> {
    ctx: &'a Context,
    settings: Settings,
}

impl<'a> Console<'a> {
    /// Creates a console for the node of a context.
    pub fn new(ctx: &'a Context) -> Self {
        let settings = Settings {
            token: None,
            interval: INTERVAL,
            slow_after: SLOW_AFTER,
            recorded: Vec::new(),
            others: Vec::new(),
        };
        Self { ctx, settings }
    }

    /// Shows the node only to those who send `Authorization: Bearer` and this token. The page asks for it.
    ///
    /// A token has at least 16 bytes, all of them ASCII that can be seen. With one, the console may listen on other
    /// addresses than those of loopback.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_console::Console;
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// # let from_the_environment = "0123456789abcdef";
    /// Console::new(&ctx).token(from_the_environment).listen("0.0.0.0:0").await?;
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.settings.token = Some(Token::new(token.into()));
        self
    }

    /// Sets how often the console looks at the node: once a second by default. The time is rounded to between
    /// 10 ms and a minute. The history has 60 looks.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.settings.interval = interval.clamp(MIN_INTERVAL, MAX_INTERVAL);
        self
    }

    /// Sets after which time in one handler, or in `initialize`, a worker is said to be slow: 5 s by default.
    pub fn slow_after(mut self, time: Duration) -> Self {
        self.settings.slow_after = time;
        self
    }

    /// Records the messages of the workers at these addresses, of at most 16: see
    /// [`Context::record`](ockam_node::Context::record). The page shows the last ones in the details of the worker,
    /// and `/api/recorded` all of them.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_console::Console;
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// Console::new(&ctx).record(["payments", "stock"]).listen("127.0.0.1:0").await?;
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn record(mut self, addresses: impl Into<Addresses>) -> Self {
        let addresses = addresses.into();
        self.settings
            .recorded
            .extend_from_slice(addresses.as_slice());
        self
    }

    /// Shows another node as well, under a name: the route leads to the [worker](ConsoleHandle::worker) of a console
    /// there, over a secure channel for instance. There may be 16 of them.
    ///
    /// A name has 1 to 64 letters, digits, `-`, `_` and `.`. The other node is asked when somebody looks at it, and has
    /// 5 s to answer.
    ///
    /// # Examples
    ///
    /// See [`ConsoleHandle::worker`].
    pub fn node(mut self, name: impl Into<String>, route: impl Into<Route>) -> Self {
        self.settings.others.push(RemoteNode {
            name: name.into(),
            route: route.into(),
        });
        self
    }

    /// Listens for HTTP at a host name or an IP address with a port, until the node has stopped.
    ///
    /// The console is an open context of its node, at the address `console`. It keeps the node alive, as a worker
    /// does. It shows the stop of the node, too: it ends after the workers.
    ///
    /// # Errors
    ///
    /// Returns `InvalidInput` without a token for an address that is not a loopback one, and for a token that is
    /// too short, an address that can't be [recorded](Self::record), and a [node](Self::node) that can't be shown by
    /// its name; `AddressTaken` if the node has a console; `Stopped` if the node stops; and `Other` with the error
    /// of the operating system.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is ready, nothing listens.
    pub async fn listen(self, address: impl AsRef<str>) -> Result<ConsoleHandle> {
        if let Some(token) = &self.settings.token {
            token.check()?;
        }
        let others = &self.settings.others;
        others.iter().try_for_each(RemoteNode::check)?;
        if others.len() > MAX_OTHERS {
            let why = format!(
                "a console shows at most {MAX_OTHERS} other nodes, not {}",
                others.len()
            );
            return Err(Error::new(ErrorKind::InvalidInput, why));
        }
        let addresses = &self.settings.recorded;
        if addresses.len() > MAX_RECORDED {
            let why = format!(
                "a console records at most {MAX_RECORDED} addresses, not {}",
                addresses.len()
            );
            return Err(Error::new(ErrorKind::InvalidInput, why));
        }
        let recordings = addresses.iter().map(|it| self.ctx.record(it.clone()));
        let recordings = recordings.collect::<Result<Vec<_>>>()?;
        let inbox = self.ctx.open(ADDRESS)?;
        let started = thread::start(
            inbox,
            recordings,
            self.settings,
            address.as_ref().to_owned(),
        )?;
        let ended = || Error::new(ErrorKind::Other, "the thread of the console has ended");
        let untaken = started.await.map_err(|_| ended())??;
        Ok(ConsoleHandle(untaken.take()))
    }
}

/// A console that listens. It goes on when this is dropped.
pub struct ConsoleHandle(Listening);

impl ConsoleHandle {
    /// Returns the IP address and the port at which the console listens.
    pub fn local_address(&self) -> SocketAddr {
        self.0.local_address
    }

    /// Returns a worker by which the consoles of other nodes show this one. It answers whoever may send to it: let it
    /// know its peers by [rules](ockam_node::WorkerBuilder::incoming), and expose it.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_console::Console;
    /// # use ockam::{NodeBuilder, TcpTransport, WorkerBuilder, route};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ockam::Result<()> {
    /// # let bank = NodeBuilder::new().name("bank").start().await?;
    /// # let ctx = NodeBuilder::new().start().await?;
    /// // On the node of the bank. Over a secure channel, `.incoming(Allow::peer(…))` says who may look.
    /// let console = Console::new(&bank).listen("127.0.0.1:0").await?;
    /// WorkerBuilder::new("looker", console.worker()).start(&bank).await?;
    /// let listener = TcpTransport::new(&bank)?.listen("127.0.0.1:0", "looker").await?;
    ///
    /// // On a node elsewhere.
    /// let connection = TcpTransport::new(&ctx)?.connect(listener.local_address()).await?;
    /// let both = Console::new(&ctx).node("bank", route![&connection, "looker"]);
    /// let both = both.listen("127.0.0.1:0").await?;
    /// println!("http://{} shows both nodes", both.local_address());
    /// # ctx.stop().await?;
    /// # bank.stop().await
    /// # }
    /// ```
    pub fn worker(&self) -> ConsoleWorker {
        ConsoleWorker::new(self.0.seen.clone())
    }

    /// Stops the console. Its port and its address are free when this returns.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_console::Console;
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let console = Console::new(&ctx).listen("127.0.0.1:0").await?;
    /// console.stop().await;
    /// assert!(ctx.inspect().worker("console").is_none());
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the console stops nevertheless.
    pub async fn stop(self) {
        self.0.stop().await;
    }
}

impl fmt::Debug for ConsoleHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsoleHandle")
            .field("local_address", &self.0.local_address)
            .finish_non_exhaustive()
    }
}
