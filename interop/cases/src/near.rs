use crate::stage::Stage;
use crate::{Case, Lineup, Result, limit};

/// What two nodes do.
pub(crate) const CASES: &[Case] = &[
    ("a String", string),
    ("10,000 Strings, without waiting", many),
    ("5,000 Strings to a slow worker", too_many),
    ("a Vec<u8>, its frame as large as may be", limit::bytes),
    ("a String, its frame as large as may be", limit::text),
];

fn string(stage: &Stage<'_>, lineup: &Lineup) -> Result<String> {
    answered(stage, lineup, &["--size", "100"])
}

fn many(stage: &Stage<'_>, lineup: &Lineup) -> Result<String> {
    answered(stage, lineup, &["--count", "10000"])
}

fn too_many(stage: &Stage<'_>, lineup: &Lineup) -> Result<String> {
    answered(stage, lineup, &["--worker", "slow", "--count", "5000"])
}

fn answered(stage: &Stage<'_>, lineup: &Lineup, words: &[&str]) -> Result<String> {
    let responder = stage.responder(lineup.responder)?;
    let words = [&[responder.address.as_str()], words].concat();
    stage.answered(lineup.initiator, &words)?;
    responder.stop()?;
    Ok("echoed in order".into())
}
