use std::time::Duration;

/// The settings of a node.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) name: String,
    pub(crate) mailbox_capacity: usize,
    /// How many blocking calls run at a time.
    pub(crate) blocking_threads: usize,
    pub(crate) send_timeout: Duration,
    pub(crate) ask_timeout: Duration,
    pub(crate) start_timeout: Duration,
    pub(crate) stop_timeout: Duration,
    pub(crate) block_warning: Duration,
    /// Whether workers measure how long their messages take.
    pub(crate) histograms: bool,
}

/// The name of a node that has no other.
const DEFAULT_NAME: &str = "node";

impl Settings {
    /// Returns the name that the user has given to the node.
    pub(crate) fn own_name(&self) -> Option<&str> {
        Some(&*self.name).filter(|name| *name != DEFAULT_NAME)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: DEFAULT_NAME.to_owned(),
            mailbox_capacity: 1024,
            blocking_threads: 64,
            send_timeout: Duration::from_secs(30),
            ask_timeout: Duration::from_secs(30),
            start_timeout: Duration::from_secs(30),
            stop_timeout: Duration::from_secs(10),
            block_warning: Duration::from_millis(100),
            histograms: false,
        }
    }
}
