//! Measures secure channels beside plain TCP, and their handshake beside snow's: `benches/secure`.
//!
//! A round plays each way once, one after another. A ratio is that of one round, and what is printed is the median of
//! all rounds.

mod handshake;
mod idle;
mod median;
mod traffic;

use std::error::Error;

/// What each part returns.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// How often each way is played.
const ROUNDS: usize = 9;

fn main() -> Result<()> {
    let rounds = match std::env::args().nth(1) {
        Some(rounds) => rounds.parse()?,
        None => ROUNDS,
    };
    println!("| medians of {rounds} rounds | |\n|---|---|");
    traffic::measure(rounds)?;
    handshake::measure(rounds)?;
    idle::measure()
}
