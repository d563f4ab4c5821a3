use ockam::protocol;

#[protocol(name = 7, version = 1)]
trait Account {
    #[protocol(nam = "put")]
    async fn deposit(&mut self, amount: u64);
    async fn withdraw(&mut self, #[serde(default)] from: u64, amount: u64);
    async fn look(&mut self, #[serde(rename = "x")] at: u64);
}

fn main() {}
