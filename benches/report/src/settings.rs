/// What is sent, and how many threads run the workers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Setting {
    pub(crate) payload: &'static str,
    pub(crate) threads: &'static str,
}

/// Four tables, the first of which is the main one.
pub(crate) const SETTINGS: [Setting; 4] = [
    Setting {
        payload: "u64",
        threads: "2",
    },
    Setting {
        payload: "u64",
        threads: "1",
    },
    Setting {
        payload: "record",
        threads: "2",
    },
    Setting {
        payload: "record",
        threads: "1",
    },
];

impl Setting {
    pub(crate) fn title(self) -> String {
        let payload = match self.payload {
            "u64" => "`u64`",
            _ => "a struct of two `u64` and a `String`",
        };
        format!("{payload}, {}", self.runtime())
    }

    pub(crate) fn runtime(self) -> &'static str {
        match self.threads {
            "1" => "current-thread runtime",
            _ => "multi-thread runtime with 2 workers",
        }
    }
}
