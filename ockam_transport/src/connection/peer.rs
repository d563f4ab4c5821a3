use ockam_core::Identifier;

/// The other end of a connection.
pub(crate) struct Peer {
    /// The name of the peer, for people.
    pub(crate) name: String,
    /// The identity that it has proved.
    pub(crate) identity: Option<Identifier>,
    /// How many connections the one to it is within.
    pub(crate) depth: u32,
}
