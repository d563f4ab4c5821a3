#![deny(warnings)]

#[ockam::node]
async fn main() {
    std::process::exit(0);
}
