use std::env;
use std::path::PathBuf;

use crate::columns::{COLUMNS, Column};
use crate::contenders::{CONTENDERS, Contender, SCALED};
use crate::settings::{SETTINGS, Setting};
use crate::tcp;

pub(crate) const USAGE: &str = "\
options:
  --only <names>       contenders, with commas between them: ours,raw_tokio,kameo
  --workloads <names>  columns, with commas between them: tell,ask,start
  --payload <name>     u64 or record
  --threads <n>        1 (current-thread runtime) or 2
  --rounds <n>         how often each is run; 11 without this
  --quick              a tenth of the work, and 5 rounds without --rounds
  --scale              instead of the tables: how it goes with up to 1,000,000 workers
  --tcp                instead of the tables: two processes with a connection between them
If nothing is left out, RESULTS.md and results.svg are written; with --scale, SCALE.md; with --tcp,
TCP.md.";

/// What the command line asks for.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) contenders: Vec<Contender>,
    pub(crate) columns: Vec<Column>,
    pub(crate) settings: Vec<Setting>,
    pub(crate) rounds: usize,
    pub(crate) divide: usize,
    /// Whether it is about scale.
    pub(crate) scale: bool,
    /// Whether it is about connections between processes.
    pub(crate) tcp: bool,
    /// The folder of the benchmarks.
    pub(crate) benches: PathBuf,
    /// Where the programs are built.
    pub(crate) target: PathBuf,
    /// The command that was given.
    pub(crate) command: String,
}

impl Options {
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let arguments: Vec<String> = arguments.collect();
        let mut options = Self {
            contenders: CONTENDERS.to_vec(),
            columns: COLUMNS.to_vec(),
            settings: SETTINGS.to_vec(),
            rounds: 0,
            divide: 1,
            scale: arguments.iter().any(|argument| argument == "--scale"),
            tcp: arguments.iter().any(|argument| argument == "--tcp"),
            benches: path("BENCHES")?,
            target: path("CARGO_TARGET_DIR")?,
            command: format!("benches/run {}", arguments.join(" "))
                .trim_end()
                .to_owned(),
        };
        if options.scale {
            options.contenders.retain(|one| SCALED.contains(&one.name));
        }
        if options.tcp {
            options.contenders = tcp::CONTENDERS.to_vec();
            options.columns = tcp::COLUMNS.to_vec();
            options.settings = tcp::TCP_SETTINGS.to_vec();
        }
        let mut arguments = arguments
            .into_iter()
            .filter(|argument| argument != "--scale" && argument != "--tcp");
        while let Some(name) = arguments.next() {
            if name == "--quick" {
                options.divide = 10;
                continue;
            }
            let value = arguments
                .next()
                .ok_or(format!("{name}: unknown, or without a value"))?;
            options.set(&name, &value)?;
        }
        if options.rounds == 0 {
            options.rounds = if options.divide > 1 || options.scale {
                5
            } else {
                11
            };
        }
        Ok(options)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "--only" => choose(&mut self.contenders, value, |one, name| one.is_called(name)),
            "--workloads" => choose(&mut self.columns, value, |one, name| one.is_called(name)),
            "--payload" => choose(&mut self.settings, value, |one, name| one.payload == name),
            "--threads" => choose(&mut self.settings, value, |one, name| one.threads == name),
            "--rounds" => {
                let rounds = value.parse().ok().filter(|rounds| *rounds > 0);
                self.rounds = rounds.ok_or(format!("--rounds {value}: not a number above 0"))?;
                Ok(())
            }
            _ => Err(format!("there is no option {name}")),
        }
    }

    /// Where a program is.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.target.join("release").join(name)
    }

    /// Tells whether nothing is left out.
    pub(crate) fn is_complete(&self) -> bool {
        let (contenders, columns, settings) = match self.tcp {
            true => (tcp::CONTENDERS.len(), tcp::COLUMNS.len(), 2),
            false if self.scale => (SCALED.len(), COLUMNS.len(), SETTINGS.len()),
            false => (CONTENDERS.len(), COLUMNS.len(), SETTINGS.len()),
        };
        self.contenders.len() == contenders
            && self.columns.len() == columns
            && self.settings.len() == settings
            && self.divide == 1
    }
}

/// Keeps what the list `names` calls.
fn choose<T>(
    all: &mut Vec<T>,
    names: &str,
    is_called: impl Fn(&T, &str) -> bool,
) -> Result<(), String> {
    if let Some(unknown) = names
        .split(',')
        .find(|name| !all.iter().any(|one| is_called(one, name)))
    {
        return Err(format!("nothing is called {unknown}"));
    }
    all.retain(|one| names.split(',').any(|name| is_called(one, name)));
    Ok(())
}

fn path(variable: &str) -> Result<PathBuf, String> {
    let path = env::var_os(variable).map(PathBuf::from);
    path.ok_or(format!("{variable} is not set: call `benches/run`"))
}
