//! Runs the benchmarks in turn, round after round, and writes what came of them as a table and a
//! plot. `benches/run` builds everything and calls it.

mod columns;
mod contenders;
mod curves;
mod machine;
mod options;
mod plot;
mod programs;
mod results;
mod rounds;
mod scale;
mod settings;
mod table;
mod tcp;

use std::fs;
use std::process::ExitCode;

use options::Options;

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(why) => {
            eprintln!("{why}\n\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    match measure(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options) -> Result<(), String> {
    programs::build(options)?;
    let files = if options.scale {
        scale::measure(options)?
    } else if options.tcp {
        let results = rounds::run(options)?;
        vec![("TCP.md", table::report(options, &results))]
    } else {
        let results = rounds::run(options)?;
        vec![
            ("RESULTS.md", table::report(options, &results)),
            ("results.svg", plot::svg(options, &results)),
        ]
    };
    println!("{}", files[0].1);
    if options.is_complete() {
        for (name, text) in files {
            let written = fs::write(options.benches.join(name), text);
            written.map_err(|why| format!("{name} is not written: {why}"))?;
        }
    }
    Ok(())
}
