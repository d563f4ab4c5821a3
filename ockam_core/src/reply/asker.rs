/// What is known of an asker on this node.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Asker {
    /// When it stops waiting, on the clock of the node, or 0 if that is not known yet.
    pub ends: u64,
    /// The number of the worker whose handler asks, or 0.
    pub worker: u64,
}
