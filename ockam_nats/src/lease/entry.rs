use std::fmt;

use bytes::Bytes;

/// Who has a name, as the entry of the name in the bucket tells: a random number, a process, and a machine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Holder {
    /// What tells it from all others, also of the same process.
    token: String,
    /// For people.
    process: String,
    machine: String,
}

/// The maximum number of bytes of each part. Others may have written an entry.
const MAX_PART_BYTES: usize = 128;

impl Holder {
    /// Returns a new one for this process.
    pub(crate) fn new() -> Self {
        let machine = ["/proc/sys/kernel/hostname", "/etc/hostname"]
            .iter()
            .find_map(|path| std::fs::read_to_string(path).ok())
            .or_else(|| std::env::var("HOSTNAME").ok())
            .or_else(|| std::env::var("COMPUTERNAME").ok());
        let machine = machine.unwrap_or_default();
        let machine: String = machine.split_whitespace().take(1).collect();
        Self {
            token: crate::random::token(),
            process: std::process::id().to_string(),
            machine: cut(if machine.is_empty() {
                "unknown"
            } else {
                &machine
            }),
        }
    }

    /// Returns the entry: three words.
    pub(crate) fn encode(&self) -> Bytes {
        format!("{} {} {}", self.token, self.process, self.machine).into()
    }

    /// Reads an entry, whatever somebody has written there.
    pub(crate) fn decode(entry: &[u8]) -> Self {
        let text = String::from_utf8_lossy(entry);
        let mut words = text.split_whitespace().map(cut);
        let mut next = || words.next().unwrap_or_else(|| "unknown".to_owned());
        Self {
            token: next(),
            process: next(),
            machine: next(),
        }
    }
}

fn cut(word: &str) -> String {
    let shown = word.chars().filter(|it| !it.is_control());
    shown.take(MAX_PART_BYTES / 4).collect()
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} on {}", self.process, self.machine)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let holder = Holder::new();
        assert_eq!(Holder::decode(&holder.encode()), holder);
        assert_ne!(Holder::new(), holder);
    }

    #[test]
    fn what_somebody_else_has_written_is_read_too() {
        for entry in [
            &b""[..],
            b"\xff\xfe",
            b"one",
            &[b'a'; 10_000],
            b"a\x1b[31m b c d",
        ] {
            let shown = Holder::decode(entry).to_string();
            assert!(shown.len() < 300 && !shown.contains('\x1b'), "{shown:?}");
        }
    }
}
