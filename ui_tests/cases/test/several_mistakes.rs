use ockam::{Context, Result};

#[ockam::test(threads = 4)]
#[test]
fn works(ctx: Context, more: u8) -> Result<()> {
    drop(more);
    ctx.stop().await
}

fn main() {}
