//! A vault whose keys are in another process: what a key management service, a token or an agent needs.
//!
//! The program starts itself once more as that process, asks it over a pipe, and only ever sees public
//! keys, signatures and shared secrets.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ockam_core::{Error, ErrorKind, Result};
use ockam_identity::{
    ChangeHistory, ExchangeKey, Identity, KeyKind, MemoryVault, PublicKey, SharedSecret, Signature,
    Vault,
};

const SERVE: &str = "serve-keys";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    if std::env::args().nth(1).as_deref() == Some(SERVE) {
        return serve().await;
    }
    let vault = Arc::new(Remote::start()?);
    let bob = Identity::create_in(vault.clone(), KeyKind::EcdsaP256).await?;
    bob.rotate().await?;
    let history = ChangeHistory::decode(&bob.history().encode())?;
    assert_eq!((history.identifier(), history.len()), (bob.identifier(), 2));

    let alice = Identity::create().await?;
    let (of_bob, of_alice) = (bob.channel_key().await?, alice.channel_key().await?);
    let (of_bob, of_alice) = (*of_bob.attestation.key(), *of_alice.attestation.key());
    let one = bob.vault().exchange(&of_bob, &of_alice).await?;
    let other = alice.vault().exchange(&of_alice, &of_bob).await?;
    assert_eq!(one.as_bytes(), other.as_bytes());

    // The old key is deleted there, and none comes out.
    let first = vault.create_signing_key(KeyKind::EcdsaP256).await?;
    vault.delete_signing_key(&first).await?;
    vault
        .sign(&first, &[7; 32])
        .await
        .expect_err("it is deleted");
    let exported = bob.export("correct horse").await;
    assert_eq!(exported.unwrap_err().kind(), ErrorKind::InvalidInput);
    println!("test the_keys_are_in_another_process ... ok");
    Ok(())
}

/// The vault on this side: questions and answers, each with its length in one byte.
struct Remote {
    pipes: Mutex<(Child, ChildStdin, ChildStdout)>,
}

impl Remote {
    fn start() -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .arg(SERVE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (stdin, stdout) = stdin.zip(stdout).expect("both are pipes");
        let pipes = Mutex::new((child, stdin, stdout));
        Ok(Self { pipes })
    }

    /// Asks, and waits for the answer. A real service is asked without blocking a thread.
    fn ask(&self, parts: &[&[u8]]) -> Result<Vec<u8>> {
        let mut pipes = self.pipes.lock().expect("nobody panics with it");
        let question = parts.concat();
        pipes.1.write_all(&[question.len() as u8])?;
        pipes.1.write_all(&question)?;
        pipes.1.flush()?;
        read(&mut pipes.2)?.ok_or_else(|| Error::new(ErrorKind::Other, "the service refuses"))
    }
}

impl std::fmt::Debug for Remote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the vault in another process")
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        let (child, ..) = self.pipes.get_mut().expect("nobody panics with it");
        let _ = child.kill();
        let _ = child.wait();
    }
}

#[async_trait]
impl Vault for Remote {
    async fn create_signing_key(&self, kind: KeyKind) -> Result<PublicKey> {
        public_key(&self.ask(&[b"c", &[u8::from(kind == KeyKind::EcdsaP256)]])?)
    }

    async fn sign(&self, key: &PublicKey, hash: &[u8; 32]) -> Result<Signature> {
        let bytes = fixed(&self.ask(&[b"s", hash, bytes_of(key)])?)?;
        Ok(match key {
            PublicKey::EcdsaP256(_) => Signature::EcdsaP256(bytes),
            _ => Signature::Ed25519(bytes),
        })
    }

    async fn delete_signing_key(&self, key: &PublicKey) -> Result<()> {
        self.ask(&[b"d", bytes_of(key)]).map(drop)
    }

    async fn create_exchange_key(&self) -> Result<ExchangeKey> {
        Ok(ExchangeKey::new(fixed(&self.ask(&[b"k"])?)?))
    }

    async fn exchange(&self, key: &ExchangeKey, peer: &ExchangeKey) -> Result<SharedSecret> {
        let secret = self.ask(&[b"x", key.as_bytes(), peer.as_bytes()])?;
        Ok(SharedSecret::new(&fixed(&secret)?))
    }

    async fn delete_exchange_key(&self, key: &ExchangeKey) -> Result<()> {
        self.ask(&[b"r", key.as_bytes()]).map(drop)
    }
}

/// The process that has the keys. It ends with its standard input.
async fn serve() -> Result<()> {
    let (keys, mut stdin, mut stdout) = (MemoryVault::new(), std::io::stdin(), std::io::stdout());
    while let Ok(Some(question)) = read(&mut stdin) {
        // An empty answer is an error. None of those that succeed is.
        let answer = answer(&keys, &question).await.unwrap_or_default();
        stdout.write_all(&[answer.len() as u8])?;
        stdout.write_all(&answer)?;
        stdout.flush()?;
    }
    Ok(())
}

async fn answer(keys: &MemoryVault, question: &[u8]) -> Result<Vec<u8>> {
    const DONE: &[u8] = b"done";
    let (what, rest) = question.split_at(1);
    Ok(match what {
        b"c" => {
            let kind = [KeyKind::Ed25519, KeyKind::EcdsaP256][usize::from(rest[0])];
            bytes_of(&keys.create_signing_key(kind).await?).to_vec()
        }
        b"s" => match keys
            .sign(&public_key(&rest[32..])?, &fixed(&rest[..32])?)
            .await?
        {
            Signature::Ed25519(bytes) | Signature::EcdsaP256(bytes) => bytes.to_vec(),
            other => unreachable!("{other:?}"),
        },
        b"d" => {
            keys.delete_signing_key(&public_key(rest)?).await?;
            DONE.to_vec()
        }
        b"k" => keys.create_exchange_key().await?.as_bytes().to_vec(),
        b"x" => {
            let (key, peer) = (fixed(&rest[..32])?, fixed(&rest[32..])?);
            let secret = keys
                .exchange(&ExchangeKey::new(key), &ExchangeKey::new(peer))
                .await?;
            secret.as_bytes().to_vec()
        }
        _ => {
            keys.delete_exchange_key(&ExchangeKey::new(fixed(rest)?))
                .await?;
            DONE.to_vec()
        }
    })
}

/// Reads a question or an answer. Returns `None` for an empty one.
fn read(from: &mut impl Read) -> Result<Option<Vec<u8>>> {
    let mut length = [0];
    from.read_exact(&mut length)?;
    let mut bytes = vec![0; usize::from(length[0])];
    from.read_exact(&mut bytes)?;
    Ok((!bytes.is_empty()).then_some(bytes))
}

fn bytes_of(key: &PublicKey) -> &[u8] {
    match key {
        PublicKey::Ed25519(bytes) => bytes,
        PublicKey::EcdsaP256(bytes) => bytes,
        other => unreachable!("{other:?}"),
    }
}

fn public_key(bytes: &[u8]) -> Result<PublicKey> {
    Ok(match bytes.len() {
        32 => PublicKey::Ed25519(fixed(bytes)?),
        _ => PublicKey::EcdsaP256(fixed(bytes)?),
    })
}

fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N]> {
    let wrong = |_| Error::new(ErrorKind::Other, format!("{} bytes, not {N}", bytes.len()));
    bytes.try_into().map_err(wrong)
}
