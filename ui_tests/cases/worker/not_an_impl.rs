use ockam::async_worker;

#[async_worker]
struct Other;

fn main() {}
