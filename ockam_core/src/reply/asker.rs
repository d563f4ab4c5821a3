/// What is known of an asker on this node.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    /// The longest time that it waits, in nanoseconds. The largest number stands for any longer time.
    pub timeout: u64,
    /// When it stops waiting, on the clock of the node, or 0 if that is not known yet.
    pub ends: u64,
    /// The number of the worker whose handler asks, or 0.
    pub worker: u64,
}
