use std::time::Duration;

use ockam_core::Address;

use crate::remote::RemoteNode;
use crate::token::Token;

/// What a console is set to.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) token: Option<Token>,
    pub(crate) interval: Duration,
    pub(crate) slow_after: Duration,
    /// Whose messages are recorded.
    pub(crate) recorded: Vec<Address>,
    /// The other nodes that are shown.
    pub(crate) others: Vec<RemoteNode>,
}
