use std::fmt;

use ockam::async_worker;

struct Echoer;

#[async_worker]
impl fmt::Display for Echoer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("echoer")
    }
}

fn main() {}
