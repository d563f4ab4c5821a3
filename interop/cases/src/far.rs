use crate::stage::Stage;
use crate::{Case, Lineup, Result};

/// What two nodes do with a third between them.
pub(crate) const CASES: &[Case] = &[
    ("a String", string),
    ("10,000 Strings, without waiting", many),
    ("1 MiB in a Vec<u8>", large),
];

fn string(stage: &Stage<'_>, lineup: &Lineup) -> Result<String> {
    answered(stage, lineup, &["--size", "100"])
}

fn many(stage: &Stage<'_>, lineup: &Lineup) -> Result<String> {
    answered(stage, lineup, &["--count", "10000"])
}

fn large(stage: &Stage<'_>, lineup: &Lineup) -> Result<String> {
    answered(stage, lineup, &["--body", "bytes", "--size", "1048576"])
}

/// Sends along each of the ways that the node in the middle offers.
fn answered(stage: &Stage<'_>, lineup: &Lineup, words: &[&str]) -> Result<String> {
    let middle = lineup.middle.ok_or("nobody is in the middle")?;
    let responder = stage.responder(lineup.responder)?;
    let middle = stage.middle(middle, &responder)?;
    for hop in &middle.hops {
        let words = [&[middle.address.as_str(), hop], words].concat();
        let answered = stage.answered(lineup.initiator, &words);
        answered.map_err(|error| format!("by {hop}: {error}"))?;
    }
    let ways = middle.hops.join(" and by ");
    middle.stop()?;
    responder.stop()?;
    Ok(format!("echoed in order, by {ways}"))
}
