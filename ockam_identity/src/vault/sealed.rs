//! An identity with its private keys, as the bytes of a file.
//!
//! ```text
//! [ "ockam identity", 1, null, contents ]
//! [ "ockam identity", 1, [memory in KiB, passes, lanes, salt, nonce], contents under AES-256-GCM ]
//! contents: [ history or null, [[kind of key, secret], …] ]
//! ```
//!
//! The key for the contents is made of the passphrase by argon2id. What stands in front of the contents is
//! authenticated with them.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use argon2::{Algorithm, Argon2, Params, Version};
use minicbor::Decoder;
use ockam_core::{Error, ErrorKind, Result};
use zeroize::Zeroizing;

use crate::cbor::{self, array, bytes, end, is_null, reading};
use crate::history::ChangeHistory;
use crate::key::KeyKind;
use crate::limits::MAX_IDENTITY_FILE_BYTES;
use crate::random;
use crate::refused::invalid;

type Secret = Box<Zeroizing<[u8; 32]>>;

/// An identity and its private keys.
pub(crate) struct Contents {
    pub(crate) history: Option<ChangeHistory>,
    keys: Vec<(KeyKind, Secret)>,
}

const FORMAT: &str = "ockam identity";
const VERSION: u8 = 1;

/// The maximum number of keys in a file. An identity has one, and two while it is rotated.
const MAX_KEYS: u64 = 64;

/// A passphrase, as the key that is made of it.
pub(crate) struct PassphraseKey {
    cost: Cost,
    salt: [u8; 16],
    key: Secret,
}

/// What it costs to make a key of a passphrase.
#[derive(Clone, Copy)]
struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// The second recommendation of RFC 9106, on one lane.
const COST: Cost = Cost {
    memory_kib: 64 * 1024,
    passes: 3,
    lanes: 1,
};

/// The most that is paid for a file, which may come from a stranger.
const MAX_COST: Cost = Cost {
    memory_kib: 1024 * 1024,
    passes: 16,
    lanes: 16,
};

impl PassphraseKey {
    /// Makes a key of a passphrase, which takes long on purpose.
    pub(crate) fn new(passphrase: &str) -> Result<Self> {
        if passphrase.is_empty() {
            return Err(invalid("the passphrase is empty"));
        }
        let mut salt = [0; 16];
        random::fill(&mut salt);
        Self::derive(passphrase, COST, salt)
    }

    fn derive(passphrase: &str, cost: Cost, salt: [u8; 16]) -> Result<Self> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32));
        let params =
            params.map_err(|error| invalid(format!("the cost of a passphrase: {error}")))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut key = Box::new(Zeroizing::new([0; 32]));
        let derived = argon2.hash_password_into(passphrase.as_bytes(), &salt, key.as_mut_slice());
        derived.map_err(|error| invalid(format!("making a key of a passphrase: {error}")))?;
        Ok(Self { cost, salt, key })
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new_from_slice(self.key.as_slice()).expect("the key has 32 bytes")
    }
}

impl Contents {
    pub(crate) fn new(history: Option<&ChangeHistory>) -> Self {
        Self {
            history: history.cloned(),
            keys: Vec::new(),
        }
    }

    pub(crate) fn add_key(&mut self, kind: KeyKind, secret: &Secret) {
        self.keys.push((kind, secret.clone()));
    }

    pub(crate) fn take_keys(&mut self) -> Vec<(KeyKind, Secret)> {
        std::mem::take(&mut self.keys)
    }

    /// Returns the bytes of a file, protected with a passphrase or with nothing but the rights of the
    /// file.
    pub(crate) fn seal(&self, passphrase: Option<&PassphraseKey>) -> Zeroizing<Vec<u8>> {
        let mut nonce = [0; 12];
        random::fill(&mut nonce);
        let mut bytes = Zeroizing::new(header(passphrase.map(|it| (it.cost, it.salt, nonce))));
        let contents = self.encode();
        let contents = match passphrase {
            None => contents,
            Some(passphrase) => {
                let sealed = passphrase.cipher().encrypt(
                    &Nonce::from(nonce),
                    Payload {
                        msg: &contents,
                        aad: &bytes,
                    },
                );
                Zeroizing::new(sealed.expect("the contents are short"))
            }
        };
        bytes.extend(cbor::encode(|writer| {
            writer.bytes(&contents)?;
            Ok(())
        }));
        bytes
    }

    /// Reads the bytes of a file. Returns the key of the passphrase, too, so that the file can be written
    /// again.
    pub(crate) fn open(
        file: &[u8],
        passphrase: Option<&str>,
    ) -> Result<(Self, Option<PassphraseKey>)> {
        if file.len() as u64 > MAX_IDENTITY_FILE_BYTES {
            let why = format!("it has more than {MAX_IDENTITY_FILE_BYTES} bytes");
            return Err(invalid(why));
        }
        reading("an identity", || {
            let mut reader = Decoder::new(file);
            let protection = read_header(&mut reader)?;
            let header = &file[..reader.position()];
            let contents = reader.bytes()?;
            end(&reader)?;
            let Some((cost, salt, nonce)) = protection else {
                return match passphrase {
                    None => Ok((Self::decode(contents)?, None)),
                    Some(_) => Err(invalid("it has no passphrase, and one was given")),
                };
            };
            let Some(passphrase) = passphrase else {
                return Err(invalid("it has a passphrase, and none was given"));
            };
            let key = PassphraseKey::derive(passphrase, cost, salt)?;
            let payload = Payload {
                msg: contents,
                aad: header,
            };
            let contents = key.cipher().decrypt(&Nonce::from(nonce), payload);
            let contents = contents.map_err(|_| {
                let why = "the passphrase is wrong, or the file is damaged";
                Error::new(ErrorKind::Denied, why)
            })?;
            Ok((Self::decode(&Zeroizing::new(contents))?, Some(key)))
        })
    }

    fn encode(&self) -> Zeroizing<Vec<u8>> {
        let history = self.history.as_ref().map(ChangeHistory::encode);
        // Of the whole length from the beginning: a buffer that grows leaves copies behind.
        let capacity = 64 + history.as_ref().map_or(0, Vec::len) + 64 * self.keys.len();
        let mut writer = minicbor::Encoder::new(Vec::with_capacity(capacity));
        let written = (|| {
            writer.array(2)?;
            match &history {
                Some(history) => writer.bytes(history)?,
                None => writer.null()?,
            };
            writer.array(self.keys.len() as u64)?;
            for (kind, secret) in &self.keys {
                let kind = match kind {
                    KeyKind::Ed25519 => 0,
                    KeyKind::EcdsaP256 => 1,
                };
                writer.array(2)?.u32(kind)?.bytes(secret.as_slice())?;
            }
            Ok::<_, minicbor::encode::Error<std::convert::Infallible>>(())
        })();
        written.expect("a vector takes all bytes");
        Zeroizing::new(writer.into_writer())
    }

    fn decode(contents: &[u8]) -> Result<Self> {
        let mut reader = Decoder::new(contents);
        array(&mut reader, 2)?;
        let history = match is_null(&reader)? {
            true => {
                reader.null()?;
                None
            }
            false => Some(ChangeHistory::decode(reader.bytes()?)?),
        };
        let count = reader.array()?.filter(|count| *count <= MAX_KEYS);
        let count = count.ok_or_else(|| invalid(format!("there are more than {MAX_KEYS} keys")))?;
        let mut keys = Vec::new();
        for _ in 0..count {
            array(&mut reader, 2)?;
            let kind = match reader.u32()? {
                0 => KeyKind::Ed25519,
                1 => KeyKind::EcdsaP256,
                other => return Err(invalid(format!("there is no kind {other} of keys"))),
            };
            let mut secret = Box::new(Zeroizing::new([0; 32]));
            let found = Zeroizing::new(bytes::<32>(&mut reader)?);
            secret.copy_from_slice(found.as_slice());
            keys.push((kind, secret));
        }
        end(&reader)?;
        Ok(Self { history, keys })
    }
}

type Header = Option<(Cost, [u8; 16], [u8; 12])>;

fn header(protection: Header) -> Vec<u8> {
    cbor::encode(|writer| {
        writer.array(4)?.str(FORMAT)?.u8(VERSION)?;
        match protection {
            None => writer.null()?,
            Some((cost, salt, nonce)) => {
                writer.array(5)?.u32(cost.memory_kib)?.u32(cost.passes)?;
                writer.u32(cost.lanes)?.bytes(&salt)?.bytes(&nonce)?
            }
        };
        Ok(())
    })
}

fn read_header(reader: &mut Decoder<'_>) -> Result<Header> {
    array(reader, 4)?;
    let (format, version) = (reader.str()?, reader.u8()?);
    if (format, version) != (FORMAT, VERSION) {
        return Err(invalid(format!(
            "it has format {format:?} {version}, not {FORMAT:?} {VERSION}"
        )));
    }
    if is_null(reader)? {
        reader.null()?;
        return Ok(None);
    }
    array(reader, 5)?;
    let cost = Cost {
        memory_kib: reader.u32()?,
        passes: reader.u32()?,
        lanes: reader.u32()?,
    };
    let is_paid = cost.memory_kib <= MAX_COST.memory_kib
        && cost.passes <= MAX_COST.passes
        && cost.lanes <= MAX_COST.lanes;
    if !is_paid {
        return Err(invalid("its passphrase would take too long to try"));
    }
    Ok(Some((cost, bytes(reader)?, bytes(reader)?)))
}
