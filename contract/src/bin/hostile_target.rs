//! The node of `tests/hostile`.

fn main() -> ockam::Result<()> {
    ockam_contract::target::run(std::env::args().skip(1))
}
