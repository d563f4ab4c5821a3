#[ockam::node]
struct Echoer;

fn main() {}
