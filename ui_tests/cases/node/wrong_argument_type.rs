use ockam::{Context, Result};

#[ockam::node]
async fn main(arguments: Vec<String>) -> Result<()> {
    drop(arguments);
    Ok(())
}
