#[ockam::test]
mod tests {}

fn main() {}
