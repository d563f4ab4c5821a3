//! A process that accepts everybody, reads, and answers nothing.

use std::io::{Read, Result};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// Reads until the process is killed. The first line on stdout is the address.
pub(crate) fn run() -> ockam::Result<()> {
    Ok(serve()?)
}

fn serve() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept()?;
        let small = thread::Builder::new().stack_size(128 * 1024);
        small.spawn(|| read(stream))?;
    }
}

fn read(mut stream: TcpStream) {
    let mut bytes = [0; 64 * 1024];
    while let Ok(1..) = stream.read(&mut bytes) {}
}
