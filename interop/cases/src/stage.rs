use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::process::{Log, Process};
use crate::{Framework, Result};

/// The lines of its log that a failed case shows.
const SHOWN: usize = 5;

/// Where the two frameworks' programs are.
pub(crate) struct Programs {
    ours: PathBuf,
    upstream: PathBuf,
}

impl Programs {
    pub(crate) fn new(ours: &str, upstream: &str) -> Self {
        let (ours, upstream) = (ours.into(), upstream.into());
        Self { ours, upstream }
    }

    fn of(&self, framework: Framework) -> &Path {
        match framework {
            Framework::Ours => &self.ours,
            Framework::Upstream => &self.upstream,
        }
    }
}

/// Starts the nodes of one case.
pub(crate) struct Stage<'a> {
    programs: &'a Programs,
    log: Log,
}

/// A node that listens.
pub(crate) struct Server {
    process: Process,
    /// Where it listens.
    pub(crate) address: String,
    /// The ways on from it, each of one hop, if it is in the middle; else its identifier.
    pub(crate) more: Vec<String>,
}

impl<'a> Stage<'a> {
    pub(crate) fn new(programs: &'a Programs) -> Self {
        let log = Arc::new(Mutex::new(Vec::new()));
        Self { programs, log }
    }

    /// Starts a node that echoes.
    pub(crate) fn responder(&self, framework: Framework) -> Result<Server> {
        self.server(framework, &["responder", "127.0.0.1:0"])
    }

    /// Starts a node that leads to another.
    pub(crate) fn middle(&self, framework: Framework, next: &Server) -> Result<Server> {
        self.server(framework, &["middle", "127.0.0.1:0", &next.address])
    }

    /// Has a node send, and waits for all answers.
    pub(crate) fn answered(&self, framework: Framework, words: &[&str]) -> Result<()> {
        match self.initiator(framework, words)? {
            (true, line) if line.starts_with("answered ") => Ok(()),
            (_, line) => Err(line.into()),
        }
    }

    /// Has a node send, do something with the responder when it is `ready`, and send again.
    pub(crate) fn answered_twice(
        &self,
        framework: Framework,
        words: &[&str],
        between: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        let mut process = self.process(framework, &[&["initiator"], words].concat())?;
        match process.line()? {
            line if line == "ready" => between()?,
            line => return Err(line.into()),
        }
        process.tell("go on")?;
        let line = process.line()?;
        match (process.end()?.success(), line) {
            (true, line) if line.starts_with("answered ") => Ok(()),
            (_, line) => Err(line.into()),
        }
    }

    /// Has a node send what it has to refuse, and returns its words.
    pub(crate) fn refused(&self, framework: Framework, words: &[&str]) -> Result<String> {
        match self.initiator(framework, words)? {
            (false, line) => line
                .strip_prefix("failed ")
                .map(Into::into)
                .ok_or(line.into()),
            (true, line) => Err(format!("not refused: {line}").into()),
        }
    }

    /// What the nodes complained about last.
    pub(crate) fn log(&self) -> Vec<String> {
        let log = self.log.lock().expect("no writer panics");
        log[log.len().saturating_sub(SHOWN)..].to_vec()
    }

    fn server(&self, framework: Framework, words: &[&str]) -> Result<Server> {
        let mut process = self.process(framework, words)?;
        let line = process.line()?;
        let mut said = line.split(' ').map(String::from);
        match (said.next().as_deref(), said.next()) {
            (Some("listening"), Some(address)) => Ok(Server {
                process,
                address,
                more: said.collect(),
            }),
            _ => Err(format!("{framework} {}: {line}", words[0]).into()),
        }
    }

    fn initiator(&self, framework: Framework, words: &[&str]) -> Result<(bool, String)> {
        let mut process = self.process(framework, &[&["initiator"], words].concat())?;
        let line = process.line()?;
        Ok((process.end()?.success(), line))
    }

    fn process(&self, framework: Framework, words: &[&str]) -> Result<Process> {
        let name = format!("{framework} {}", words[0]);
        Process::start(self.programs.of(framework), words, &name, &self.log)
    }
}

impl Server {
    /// Returns the identifier of a node that echoes.
    pub(crate) fn identifier(&self) -> Result<&str> {
        let identifier = self.more.first().map(String::as_str);
        identifier.ok_or_else(|| "it tells no identifier".into())
    }

    /// Has its identity take another key.
    pub(crate) fn rotate(&mut self) -> Result<()> {
        self.process.tell("rotate")?;
        match self.process.line()? {
            line if line == "rotated" => Ok(()),
            line => Err(line.into()),
        }
    }

    /// Has it close the channels that it has accepted. It may stop as well.
    pub(crate) fn close(&mut self) -> Result<()> {
        self.process.tell("close")
    }

    /// Stops the node, which has to end well.
    pub(crate) fn stop(self) -> Result<()> {
        match self.process.end()? {
            status if status.success() => Ok(()),
            status => Err(format!("the node at {} ended with {status}", self.address).into()),
        }
    }
}
