use ockam::protocol;

#[protocol]
trait Account {
    async fn rename(&mut self, name: &str);
    async fn sign(&mut self, bytes: &[u8]);
    async fn hear(&mut self, it: impl Send);
    async fn skip(&mut self, _: u64);
    async fn some(&mut self, #[cfg(unix)] amount: u64);
    async fn name(&mut self) -> &str;
}

fn main() {}
