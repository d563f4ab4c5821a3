use crate::stage::{Server, Stage};
use crate::tap::{Frame, Tap};
use crate::{Framework, Lineup, Result};

/// The longest frame that may pass.
const LIMIT: usize = 16 * 1024 * 1024;

/// A body whose frame has the same overhead as the longest: its lengths are as long when encoded.
const PROBE: usize = 4 * 1024 * 1024;

/// More bytes than what a node says without being told to, and than the messages with which a channel is opened.
const GREETING: usize = 1024;

/// As much as a `Vec<u8>` can carry, and a byte more.
pub(crate) fn bytes(stage: &Stage<'_>, lineup: &Lineup) -> Result<String> {
    limit(stage, lineup, "bytes", &[])
}

/// As much as a `String` can carry, and a byte more.
pub(crate) fn text(stage: &Stage<'_>, lineup: &Lineup) -> Result<String> {
    limit(stage, lineup, "text", &[])
}

/// As much as a `Vec<u8>` can carry through a channel, and a byte more.
pub(crate) fn in_a_channel(stage: &Stage<'_>, lineup: &Lineup) -> Result<String> {
    limit(stage, lineup, "bytes", &["--channel", "secure"])
}

fn limit(stage: &Stage<'_>, lineup: &Lineup, body: &str, channel: &[&str]) -> Result<String> {
    let responder = stage.responder(lineup.responder)?;
    let initiator = lineup.initiator;
    let talk = Talk {
        stage,
        initiator,
        responder: &responder,
        body,
        channel,
    };
    let room = talk.room()?;
    // An answer can have less room than its question.
    let most = room.question.min(room.answer);
    talk.echoed(most)?;
    let more = room.question + 1;
    let reason = talk.refused(more)?;
    responder.stop()?;
    Ok(format!("{most} bytes are echoed, {more} refused: {reason}"))
}

/// Bodies of one type between two nodes, with a tap between them.
struct Talk<'a> {
    stage: &'a Stage<'a>,
    initiator: Framework,
    responder: &'a Server,
    body: &'a str,
    /// The channel that they go through.
    channel: &'a [&'a str],
}

/// The largest bodies whose frames are not too long.
struct Room {
    question: usize,
    answer: usize,
}

impl Talk<'_> {
    /// Finds out how much room there is by what the frames add to a smaller body.
    fn room(&self) -> Result<Room> {
        let tap = Tap::new(&self.responder.address)?;
        self.stage
            .answered(self.initiator, &self.words(&tap, &PROBE.to_string()))?;
        let (questions, answers) = tap.frames()?;
        let room = |frames: &[Frame]| LIMIT + PROBE - longest(frames);
        Ok(Room {
            question: room(&questions),
            answer: room(&answers),
        })
    }

    /// Checks that a body is echoed, and that one of the two frames can't be any longer.
    fn echoed(&self, size: usize) -> Result<()> {
        let tap = Tap::new(&self.responder.address)?;
        self.stage
            .answered(self.initiator, &self.words(&tap, &size.to_string()))?;
        let (questions, answers) = tap.frames()?;
        match longest(&questions).max(longest(&answers)) {
            LIMIT => Ok(()),
            length => {
                Err(format!("{length} bytes is the longest frame: {}", hex(&questions)).into())
            }
        }
    }

    /// Checks that a body is not sent, and that the sender is told why.
    fn refused(&self, size: usize) -> Result<String> {
        let tap = Tap::new(&self.responder.address)?;
        let said = self
            .stage
            .refused(self.initiator, &self.words(&tap, &size.to_string()))?;
        let (questions, _) = tap.frames()?;
        if longest(&questions) > GREETING {
            return Err(format!("what was refused was sent: {}", hex(&questions)).into());
        }
        let long = LIMIT + 1;
        let reason = match self.initiator {
            Framework::Ours => format!("the frame of {long} bytes exceeds the limit of {LIMIT}"),
            Framework::Upstream => "message length exceeded".into(),
        };
        match said.contains(&reason) {
            true => Ok(reason),
            false => Err(format!("not refused for its length: {said}").into()),
        }
    }

    fn words<'a>(&'a self, tap: &'a Tap, size: &'a str) -> Vec<&'a str> {
        let words = [&tap.address, "--body", self.body, "--size", size];
        [&words, self.channel].concat()
    }
}

fn longest(frames: &[Frame]) -> usize {
    frames.iter().map(|frame| frame.length).max().unwrap_or(0)
}

fn hex(frames: &[Frame]) -> String {
    let Some(frame) = frames.last() else {
        return "none".into();
    };
    let bytes = frame.head.iter().map(|byte| format!("{byte:02x}"));
    format!("{} bytes, {}…", frame.length, bytes.collect::<String>())
}
