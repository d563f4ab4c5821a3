use crate::stage::{Server, Stage};
use crate::{Framework, Lineup, Result, far};

/// An identifier of nobody.
const NOBODY: &str = "I0000000000000000000000000000000000000000000000000000000000000001";

pub(crate) fn string(stage: &Stage<'_>, lineup: &Lineup) -> Result<String> {
    let known = ["--worker", "who"];
    let one = ["--size", "100"];
    answered(stage, lineup, &["--channel", "secure"], &[&known, &one])
}

pub(crate) fn many(stage: &Stage<'_>, lineup: &Lineup) -> Result<String> {
    answered(
        stage,
        lineup,
        &["--channel", "secure"],
        &[&["--count", "10000"]],
    )
}

pub(crate) fn too_many(stage: &Stage<'_>, lineup: &Lineup) -> Result<String> {
    let words = ["--worker", "slow", "--count", "5000"];
    answered(stage, lineup, &["--channel", "secure"], &[&words])
}

pub(crate) fn large(stage: &Stage<'_>, lineup: &Lineup) -> Result<String> {
    let words = ["--body", "bytes", "--size", "1048576"];
    answered(stage, lineup, &["--channel", "secure"], &[&words])
}

pub(crate) fn nested(stage: &Stage<'_>, lineup: &Lineup) -> Result<String> {
    let channels = ["--channel", "secure", "--channel", "inner"];
    let known = ["--worker", "who"];
    answered(stage, lineup, &channels, &[&known, &["--count", "1000"]])
}

/// The initiator trusts somebody else.
pub(crate) fn another(stage: &Stage<'_>, lineup: &Lineup) -> Result<String> {
    let responder = stage.responder(lineup.responder)?;
    let words = [&responder.address, "--channel", "secure", "--peer", NOBODY];
    let said = stage.refused(lineup.initiator, &words)?;
    let reason = match lineup.initiator {
        Framework::Ours => "which is not trusted",
        Framework::Upstream => "",
    };
    if !said.contains(reason) {
        return Err(format!("not refused for its identity: {said}").into());
    }
    responder.stop()?;
    Ok("refused".into())
}

pub(crate) fn rotated_by_initiator(stage: &Stage<'_>, lineup: &Lineup) -> Result<String> {
    answered(
        stage,
        lineup,
        &["--channel", "secure"],
        &[&["--count", "100", "--then", "rotate"]],
    )
}

pub(crate) fn rotated_by_responder(stage: &Stage<'_>, lineup: &Lineup) -> Result<String> {
    let mut responder = stage.responder(lineup.responder)?;
    let (address, peer) = (
        responder.address.clone(),
        responder.identifier()?.to_string(),
    );
    let words = [
        &address,
        "--channel",
        "secure",
        "--peer",
        &peer,
        "--count",
        "100",
        "--then",
        "again",
    ];
    stage.answered_twice(lineup.initiator, &words, || responder.rotate())?;
    responder.stop()?;
    Ok("echoed in order, with the old channel and a new one".into())
}

pub(crate) fn closed_by_initiator(stage: &Stage<'_>, lineup: &Lineup) -> Result<String> {
    let words = ["--count", "100", "--then", "close"];
    answered(stage, lineup, &["--channel", "secure"], &[&words])
}

pub(crate) fn closed_by_responder(stage: &Stage<'_>, lineup: &Lineup) -> Result<String> {
    let mut responder = stage.responder(lineup.responder)?;
    let address = responder.address.clone();
    let words = [
        &address,
        "--channel",
        "secure",
        "--count",
        "100",
        "--then",
        "closed",
    ];
    if lineup.responder == Framework::Ours {
        // It closes the channels that it has accepted when it stops.
        stage.answered_twice(lineup.initiator, &words, || responder.stop())?;
    } else {
        stage.answered_twice(lineup.initiator, &words, || responder.close())?;
        responder.stop()?;
    }
    Ok("the initiator has heard of it".into())
}

/// Sends through channels to a responder that has to be the one, once for each list of words.
fn answered(
    stage: &Stage<'_>,
    lineup: &Lineup,
    channels: &[&str],
    rounds: &[&[&str]],
) -> Result<String> {
    if lineup.middle.is_some() {
        let ways = rounds.iter().map(|round| {
            far::by_each_way(stage, lineup, |responder| words(responder, channels, round))
        });
        return ways
            .collect::<Result<Vec<_>>>()
            .map(|mut ways| ways.pop().unwrap_or_default());
    }
    let responder = stage.responder(lineup.responder)?;
    for round in rounds {
        let words = words(&responder, channels, round);
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let words = [&[responder.address.as_str()], &words[..]].concat();
        stage.answered(lineup.initiator, &words)?;
    }
    responder.stop()?;
    Ok("echoed in order".into())
}

fn words(responder: &Server, channels: &[&str], round: &[&str]) -> Vec<String> {
    let peer = responder.identifier().unwrap_or(NOBODY);
    let words = [channels, &["--peer", peer], round].concat();
    words.into_iter().map(String::from).collect()
}
