/// A node on the bus, as it was when it was looked up.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct NatsNode {
    /// Its name.
    pub name: String,
    /// The number of its incarnation. Each node that gets the name later has a greater one.
    pub incarnation: u64,
    /// Whether it was heard of in the last 1.5 s.
    pub is_reachable: bool,
    /// The groups that it serves.
    pub groups: Vec<String>,
}
