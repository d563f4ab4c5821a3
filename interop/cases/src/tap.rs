use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use crate::Result;

/// The bytes of a frame that a failed case can show.
const HEAD: usize = 128;

/// Stands between an initiator and a responder and notes the frames that pass.
pub(crate) struct Tap {
    /// Where the initiator finds the responder.
    pub(crate) address: String,
    requests: Frames,
    answers: Frames,
    passing: JoinHandle<io::Result<()>>,
}

/// A frame that passed.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// Its bytes, without the four that tell their number.
    pub(crate) length: usize,
    /// The first of them.
    pub(crate) head: Vec<u8>,
}

type Frames = Arc<Mutex<Vec<Frame>>>;

impl Tap {
    /// Waits for one connection and passes on what comes, both ways.
    pub(crate) fn new(responder: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?.to_string();
        let (requests, answers) = (Frames::default(), Frames::default());
        let (responder, there, back) = (responder.to_string(), requests.clone(), answers.clone());
        let passing = thread::spawn(move || {
            let (initiator, _) = listener.accept()?;
            let responder = TcpStream::connect(responder)?;
            let (from, to) = (responder.try_clone()?, initiator.try_clone()?);
            thread::spawn(move || pass(from, to, &back));
            pass(initiator, responder, &there)
        });
        Ok(Self {
            address,
            requests,
            answers,
            passing,
        })
    }

    /// The frames that went to the responder and those that came from it, once the initiator has
    /// ended.
    pub(crate) fn frames(self) -> Result<(Vec<Frame>, Vec<Frame>)> {
        self.passing.join().expect("passing on does not panic")?;
        let taken = |frames: Frames| frames.lock().expect("no writer panics").clone();
        Ok((taken(self.requests), taken(self.answers)))
    }
}

/// Passes on the version byte and every frame, until the sender closes its side.
fn pass(mut from: TcpStream, mut to: TcpStream, frames: &Frames) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    copy(&mut from, &mut to, 1, &mut buffer)?;
    let mut prefix = [0; 4];
    while from.read_exact(&mut prefix).is_ok() {
        let length = u32::from_be_bytes(prefix) as usize;
        let mut head = vec![0; length.min(HEAD)];
        from.read_exact(&mut head)?;
        to.write_all(&[&prefix, &head[..]].concat())?;
        let rest = length - head.len();
        frames
            .lock()
            .expect("no reader panics")
            .push(Frame { length, head });
        copy(&mut from, &mut to, rest, &mut buffer)?;
    }
    // The other side may have closed it already.
    let _ = to.shutdown(Shutdown::Write);
    Ok(())
}

fn copy(
    from: &mut TcpStream,
    to: &mut TcpStream,
    mut left: usize,
    buffer: &mut [u8],
) -> io::Result<()> {
    while left > 0 {
        let part = &mut buffer[..left.min(64 * 1024)];
        from.read_exact(part)?;
        to.write_all(part)?;
        left -= part.len();
    }
    Ok(())
}
