use std::env;
use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use ockam::{NodeBuilder, Result};

use crate::ours::Ours;
use crate::rounds::{self, Table};
use crate::tonic_stream::Theirs;

/// The parts of a round, and the bytes of each.
const SIZES: [(u64, u64); 2] = [(1_000_000, 64), (50_000, 16 * 1024)];

/// Makes a part, as both servers do.
pub(crate) fn part(number: u64, bytes: usize) -> Vec<u8> {
    vec![number as u8; bytes]
}

pub(crate) async fn until_stdin_ends() {
    let read = || io::stdin().read_to_end(&mut Vec::new());
    // However it ends, the client is gone.
    let _ = tokio::task::spawn_blocking(read).await;
}

/// A server in a process of its own, which ends with this one.
struct Remote {
    child: Child,
    address: String,
}

impl Remote {
    fn start(whose: &str) -> Result<Self> {
        let mut child = Command::new(env::current_exe()?)
            .args(["serve", whose])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line.trim().to_owned();
        Ok(Self { child, address })
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

pub(crate) fn main() -> Result<()> {
    let (ours, theirs) = (Remote::start("ours")?, Remote::start("tonic")?);
    let (to_ours, to_theirs) = (ours.address.clone(), theirs.address.clone());
    let (ctx, mut executor) = NodeBuilder::new().worker_threads(2).build()?;
    executor.execute(async move {
        tokio::spawn(async move {
            let ours = Ours::connect(ctx, &to_ours).await?;
            let mut theirs = Theirs::connect(&to_theirs).await;
            for (parts, bytes) in SIZES {
                println!("\n{parts} parts of {bytes} bytes\n");
                let mut times = Table::new(["tonic", "ockam"]);
                for _ in 0..rounds::count() {
                    times.add([
                        theirs.download(parts, bytes).await,
                        ours.download(parts, bytes).await?,
                    ]);
                }
                times.print("ns a part");
            }
            ours.ctx.stop().await
        })
        .await?
    })
}
