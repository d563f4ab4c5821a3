//! Shows nodes in a terminal: `ockam-console 127.0.0.1:9400 10.0.0.7:9400`.
//!
//! It reads what the consoles of the nodes show over HTTP (`/api/node`), once a second. A console with a token gets
//! that of the environment variable `OCKAM_CONSOLE_TOKEN`. With `--once`, it prints one look as text and ends: with 0
//! if nothing was found on any node, with 1 if something was, and with 2 if a node can't be looked at.

mod app;
mod http;
mod look;
mod node;
mod view;

use std::env;
use std::io::{self, Write};
use std::process::ExitCode;

use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::app::App;
use crate::look::{Looker, Source};

/// How wide what `--once` prints is, in columns.
const ONCE_WIDTH: u16 = 120;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("ockam-console: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let token = env::var("OCKAM_CONSOLE_TOKEN").ok();
    let mut is_once = false;
    let mut sources = Vec::new();
    for argument in env::args().skip(1) {
        match &*argument {
            "--once" => is_once = true,
            "--help" | "-h" => {
                println!(
                    "ockam-console [--once] [HOST:PORT]...\n\nWithout a node, it is 127.0.0.1:9400."
                );
                return Ok(ExitCode::SUCCESS);
            }
            option if option.starts_with('-') => {
                return Err(format!("there is no option {option:?}").into());
            }
            address => sources.push(Source::parse(address, token.clone())?),
        }
    }
    if sources.is_empty() {
        sources.push(Source::parse("127.0.0.1:9400", token)?);
    }
    if is_once {
        return once(&sources);
    }
    let names = sources.iter().map(|it| it.address.clone()).collect();
    let looker = Looker::start(sources);
    ratatui::run(|terminal| App::new(names).run(terminal, &looker))?;
    Ok(ExitCode::SUCCESS)
}

/// Prints a look at each node.
fn once(sources: &[Source]) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut worst = 0;
    for source in sources {
        let mut app = App::new(vec![source.address.clone()]);
        let looked = source.look();
        worst = worst.max(match &looked {
            Ok(node) if node.findings.is_empty() => 0,
            Ok(_) => 1,
            Err(_) => 2,
        });
        app.note(0, looked);
        let mut terminal = Terminal::new(TestBackend::new(ONCE_WIDTH, view::height(&app)))?;
        terminal.draw(|frame| view::draw(frame, &app))?;
        // Whoever reads it may have read enough.
        let _ = writeln!(io::stdout(), "{}", text_of(terminal.backend()));
    }
    Ok(ExitCode::from(worst))
}

/// Returns the lines of a screen, without the space behind them.
fn text_of(screen: &TestBackend) -> String {
    let buffer = screen.buffer();
    let lines = buffer.content.chunks(usize::from(buffer.area.width));
    let lines = lines.map(|cells| {
        let line: String = cells.iter().map(|cell| cell.symbol()).collect();
        line.trim_end().to_owned()
    });
    let lines: Vec<_> = lines.collect();
    lines.join("\n").trim_end().to_owned()
}
