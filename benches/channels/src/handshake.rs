//! The handshake, both sides on one thread, beside snow's XX with payloads of the same length and the signatures that
//! both sides check.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use ockam::Identity;
use ockam_secure_channel::handshake::{Initiator, Responder};

use crate::Result;
use crate::median::median;

const HANDSHAKES: usize = 500;

/// The bytes that each side shows of its identity.
const PAYLOAD: usize = 324;

/// A side checks the change of the other one's key, and the attestation of its channel key.
const SIGNATURES: usize = 4;

pub(crate) fn measure(rounds: usize) -> Result<()> {
    let identities = [ready(Identity::create())?, ready(Identity::create())?];
    let keys = SigningKey::from_bytes(&[7; 32]);
    let signature = keys.sign(&[7; 32]);
    let (mut ratios, mut ours, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let begin = Instant::now();
        (0..HANDSHAKES).try_for_each(|_| shake_hands(&identities))?;
        let own = begin.elapsed().as_nanos() as f64 / HANDSHAKES as f64;
        let begin = Instant::now();
        (0..HANDSHAKES).try_for_each(|_| as_snow(&keys.verifying_key(), &signature))?;
        let other = begin.elapsed().as_nanos() as f64 / HANDSHAKES as f64;
        ratios.push(own / other);
        ours.push(own);
        others.push(other);
    }
    println!(
        "| handshake, both sides | ours {:.0} µs, snow's XX and {SIGNATURES} signatures {:.0} µs: × {:.2} |",
        median(ours) / 1000.0,
        median(others) / 1000.0,
        median(ratios)
    );
    Ok(())
}

fn shake_hands([alice, bob]: &[Identity; 2]) -> Result<()> {
    let (initiator, first) = ready(Initiator::begin(alice))?;
    let (responder, second) = ready(ready(Responder::new(bob))?.answer(&first))?;
    let (_, third) = ready(initiator.finish(&second, &|_| Ok(())))?;
    ready(responder.finish(&third, &|_| Ok(())))?;
    Ok(())
}

fn as_snow(key: &VerifyingKey, signature: &Signature) -> Result<()> {
    let pattern: snow::params::NoiseParams = "Noise_XX_25519_AESGCM_SHA256".parse()?;
    // The static keys are there already, as ours are.
    let build = || snow::Builder::new(pattern.clone());
    let mut initiator = build().local_private_key(&[1; 32])?.build_initiator()?;
    let mut responder = build().local_private_key(&[2; 32])?.build_responder()?;
    let (payload, mut message, mut read) = ([7; PAYLOAD], [0; 1024], [0; 1024]);
    let length = initiator.write_message(&[], &mut message)?;
    responder.read_message(&message[..length], &mut read)?;
    let length = responder.write_message(&payload, &mut message)?;
    initiator.read_message(&message[..length], &mut read)?;
    let length = initiator.write_message(&payload, &mut message)?;
    responder.read_message(&message[..length], &mut read)?;
    initiator.into_transport_mode()?;
    responder.into_transport_mode()?;
    for _ in 0..SIGNATURES {
        key.verify_strict(&[7; 32], signature)?;
    }
    Ok(())
}

/// Runs a future that never waits.
fn ready<F: Future>(future: F) -> F::Output {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a vault in memory never waits"),
    }
}
