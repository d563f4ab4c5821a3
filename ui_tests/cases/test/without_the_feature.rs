#[ockam::test(paused)]
async fn paused() {}

#[ockam::test(seeds = 100)]
async fn seeds() {}

fn main() {}
