#![deny(warnings)]

#[ockam::node]
async fn main(_: ockam::Context) {
    std::process::exit(0);
}
