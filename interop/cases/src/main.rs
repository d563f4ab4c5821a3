//! Puts nodes of this framework and of upstream Ockam side by side, as processes, and has each kind
//! ask the other. Prints a line for each case and fails if one fails.
//!
//! ```text
//!  interop/run ──▶ cases ── starts ──▶ initiator ──▶ [tap | middle] ──▶ responder      one process each,
//!                    ▲                     │            │                              of either framework
//!                    └── "answered N" ─────┘            └── the lengths of the frames
//! ```

mod channel;
mod far;
mod limit;
mod lineup;
mod near;
mod process;
mod stage;
mod tap;

use std::process::ExitCode;

use crate::lineup::{Framework, Lineup};
use crate::stage::{Programs, Stage};

/// What a case returns: what it saw, or what went wrong.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The name of a case, and how it is played.
type Case = (&'static str, fn(&Stage<'_>, &Lineup) -> Result<String>);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    let Some((programs, control, only)) = read(&words) else {
        eprintln!("cases OURS UPSTREAM [--control] [--only PART-OF-A-LINE]");
        return ExitCode::from(2);
    };
    let lineups = Lineup::all().filter(|lineup| control || lineup.is_mixed());
    let failed = lineups
        .map(|lineup| play_all(&programs, &lineup, only))
        .sum::<usize>();
    match failed {
        0 => ExitCode::SUCCESS,
        _ => {
            println!("{failed} failed");
            ExitCode::FAILURE
        }
    }
}

/// Reads the command line: the two programs, whether nodes of one kind are paired, and what has to stand in the
/// title of a case.
fn read<'a>(words: &[&'a str]) -> Option<(Programs, bool, &'a str)> {
    let (ours, upstream, mut rest) = match words {
        [ours, upstream, rest @ ..] => (ours, upstream, rest),
        _ => return None,
    };
    let (mut control, mut only) = (false, "");
    loop {
        (control, only, rest) = match rest {
            [] => return Some((Programs::new(ours, upstream), control, only)),
            ["--control", rest @ ..] => (true, only, rest),
            ["--only", only, rest @ ..] => (control, *only, rest),
            _ => return None,
        };
    }
}

/// Plays the cases that the nodes of this lineup can play, and says how many failed.
fn play_all(programs: &Programs, lineup: &Lineup, only: &str) -> usize {
    let cases = match lineup.middle {
        None => near::CASES,
        Some(_) => far::CASES,
    };
    cases
        .iter()
        .filter(|(name, _)| title(lineup, name).contains(only))
        .filter(|case| !play(programs, lineup, case))
        .count()
}

fn play(programs: &Programs, lineup: &Lineup, (name, case): &Case) -> bool {
    let stage = Stage::new(programs);
    let played = case(&stage, lineup);
    let title = title(lineup, name);
    match &played {
        Ok(seen) => println!("ok      {title}: {seen}"),
        Err(error) => {
            println!("FAILED  {title}: {error}");
            stage
                .log()
                .iter()
                .for_each(|line| println!("        {line}"));
        }
    }
    played.is_ok()
}

fn title(lineup: &Lineup, name: &str) -> String {
    format!("{:<31}{name}", lineup.to_string())
}
