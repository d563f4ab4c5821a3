use tokio::io::{AsyncRead, AsyncReadExt};

/// The length of what follows, and what it is.
const HEADER: usize = 5;

/// How much is read at once, and written at once.
pub(super) const BUFFER: usize = 64 * 1024;

/// Takes what is read apart into frames.
pub(super) struct Frames<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl<R: AsyncRead + Unpin> Frames<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: vec![0; BUFFER],
            start: 0,
            end: 0,
        }
    }

    /// Returns the next frame, or `None` at the end of the stream.
    pub(super) async fn next(&mut self) -> Option<(u8, &[u8])> {
        while self.buffered().is_none() {
            self.fill().await?;
        }
        let (kind, length) = self.buffered()?;
        let start = self.start + HEADER;
        self.start = start + length;
        Some((kind, &self.buffer[start..self.start]))
    }

    /// Tells whether there is a whole frame that needs no reading.
    pub(super) fn has_next(&self) -> bool {
        self.buffered().is_some()
    }

    /// The kind and the length of a frame that has arrived.
    fn buffered(&self) -> Option<(u8, usize)> {
        let (header, rest) = self.buffer[self.start..self.end].split_first_chunk::<HEADER>()?;
        let [a, b, c, d, kind] = *header;
        let length = u32::from_le_bytes([a, b, c, d]) as usize;
        (rest.len() >= length).then_some((kind, length))
    }

    async fn fill(&mut self) -> Option<()> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        let read = self.reader.read(&mut self.buffer[self.end..]).await;
        let read = read.ok().filter(|read| *read > 0)?;
        self.end += read;
        Some(())
    }
}

/// Writes a frame behind what a buffer holds.
pub(super) fn append(buffer: &mut Vec<u8>, kind: u8, body: &[u8]) {
    buffer.extend_from_slice(&(body.len() as u32).to_le_bytes());
    buffer.push(kind);
    buffer.extend_from_slice(body);
}
