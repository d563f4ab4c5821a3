use std::time::Duration;

/// How often a node says that it is there.
pub(crate) const BEAT: Duration = Duration::from_millis(400);

/// How long a node may say nothing until it counts as unreachable. It is seen within 2 s of its last sign of life.
pub(crate) const SILENCE: Duration = Duration::from_millis(1500);
