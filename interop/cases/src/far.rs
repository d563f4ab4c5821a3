use crate::stage::{Server, Stage};
use crate::{Case, Lineup, Result, channel};

/// What two nodes do with a third between them.
pub(crate) const CASES: &[Case] = &[
    ("a String", string),
    ("10,000 Strings, without waiting", many),
    ("1 MiB in a Vec<u8>", large),
    ("a channel: a String", channel::string),
    ("a channel: 10,000 Strings, without waiting", channel::many),
    ("a channel: 1 MiB in a Vec<u8>", channel::large),
    ("a channel in a channel: 1,000 Strings", channel::nested),
    (
        "a channel, closed by the initiator",
        channel::closed_by_initiator,
    ),
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
    by_each_way(stage, lineup, |_| {
        words.iter().map(ToString::to_string).collect()
    })
}

/// Sends along each of the ways that the node in the middle offers, what depends on the responder.
pub(crate) fn by_each_way(
    stage: &Stage<'_>,
    lineup: &Lineup,
    words: impl Fn(&Server) -> Vec<String>,
) -> Result<String> {
    let middle = lineup.middle.ok_or("nobody is in the middle")?;
    let responder = stage.responder(lineup.responder)?;
    let middle = stage.middle(middle, &responder)?;
    let words = words(&responder);
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    for hop in &middle.more {
        let words = [&[middle.address.as_str(), hop], &words[..]].concat();
        let answered = stage.answered(lineup.initiator, &words);
        answered.map_err(|error| format!("by {hop}: {error}"))?;
    }
    let ways = middle.more.join(" and by ");
    middle.stop()?;
    responder.stop()?;
    Ok(format!("echoed in order, by {ways}"))
}
