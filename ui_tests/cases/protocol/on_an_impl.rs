use ockam::protocol;

struct Ledger;

#[protocol]
impl Ledger {}

fn main() {}
