use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A message that the workloads send. It carries a number, so that what arrives can be checked.
pub trait Payload: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Makes a message that carries `number`.
    fn new(number: u64) -> Self;

    /// Returns the number that it carries.
    fn number(&self) -> u64;

    /// Makes the same message carry another number.
    fn renumbered(self, number: u64) -> Self;
}

impl Payload for u64 {
    fn new(number: u64) -> Self {
        number
    }

    fn number(&self) -> u64 {
        *self
    }

    fn renumbered(self, number: u64) -> Self {
        number
    }
}

/// The larger message: two numbers and a text, whose allocation is the sender's.
#[derive(Serialize, Deserialize, Debug)]
pub struct Record {
    /// The number that is checked.
    pub number: u64,
    /// A number that only travels along.
    pub amount: u64,
    /// A text as long as a short line.
    pub text: String,
}

impl Payload for Record {
    fn new(number: u64) -> Self {
        Self {
            number,
            amount: 42,
            text: "a text that is moved, not copied".to_owned(),
        }
    }

    fn number(&self) -> u64 {
        self.number
    }

    fn renumbered(self, number: u64) -> Self {
        Self { number, ..self }
    }
}
