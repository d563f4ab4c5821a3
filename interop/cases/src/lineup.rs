use std::fmt;

/// Whose node it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Framework {
    Ours,
    Upstream,
}

impl Framework {
    const BOTH: [Self; 2] = [Self::Ours, Self::Upstream];
}

impl fmt::Display for Framework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ours => "ours",
            Self::Upstream => "upstream",
        })
    }
}

/// Whose node plays which part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lineup {
    pub(crate) initiator: Framework,
    pub(crate) middle: Option<Framework>,
    pub(crate) responder: Framework,
}

impl Lineup {
    /// Every lineup of two nodes, then every lineup of three.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let middles = [None, Some(Framework::Ours), Some(Framework::Upstream)];
        middles.into_iter().flat_map(|middle| {
            Framework::BOTH.into_iter().flat_map(move |initiator| {
                let lineup = move |responder| Self {
                    initiator,
                    middle,
                    responder,
                };
                Framework::BOTH.into_iter().map(lineup)
            })
        })
    }

    /// Whether both frameworks take part.
    pub(crate) fn is_mixed(&self) -> bool {
        let other = |framework| framework != self.initiator;
        other(self.responder) || self.middle.is_some_and(other)
    }
}

impl fmt::Display for Lineup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} → ", self.initiator)?;
        if let Some(middle) = self.middle {
            write!(f, "{middle} → ")?;
        }
        self.responder.fmt(f)
    }
}
