use std::io::{self, Write};

use super::stderr::push;

/// A writer that queues what is written, for a subscriber of ours.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QueuedStderr;

impl Write for QueuedStderr {
    /// Queues whole lines: a subscriber formats an event before it writes it.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        push(text.strip_suffix('\n').unwrap_or(&text));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
