use crate::stage::Stage;
use crate::{Case, Lineup, Result, channel, limit};

/// What two nodes do.
pub(crate) const CASES: &[Case] = &[
    ("a String", string),
    ("10,000 Strings, without waiting", many),
    ("5,000 Strings to a slow worker", too_many),
    ("a Vec<u8>, its frame as large as may be", limit::bytes),
    ("a String, its frame as large as may be", limit::text),
    ("a channel: a String", channel::string),
    ("a channel: 10,000 Strings, without waiting", channel::many),
    (
        "a channel: 5,000 Strings to a slow worker",
        channel::too_many,
    ),
    (
        "a channel: a Vec<u8>, its frame as large as may be",
        limit::in_a_channel,
    ),
    ("a channel in a channel: 1,000 Strings", channel::nested),
    ("a channel to another identity", channel::another),
    (
        "a channel: the initiator takes another key",
        channel::rotated_by_initiator,
    ),
    (
        "a channel: the responder takes another key",
        channel::rotated_by_responder,
    ),
    (
        "a channel, closed by the initiator",
        channel::closed_by_initiator,
    ),
    (
        "a channel, closed by the responder",
        channel::closed_by_responder,
    ),
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
