#![deny(warnings)]

#[ockam::node]
async fn main(#[cfg(any())] ctx: Context) {
    std::process::exit(0);
}
