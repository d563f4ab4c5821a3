use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use ockam_core::panics::catch;
use ockam_core::{Error, ErrorKind, Identifier, Result};

/// Decides which identities a secure channel is made with.
///
/// It is asked when a peer says who it is. If it agrees, the peer still has to prove it, before it gets or sends a
/// message. Who comes with this
/// node's own identity is refused, unless the identity is named: otherwise whoever sends a message back could
/// stand for another node.
///
/// # Examples
///
/// ```
/// use ockam_core::Identifier;
/// use ockam_secure_channel::link::Trust;
///
/// let (bob, carol) = (Identifier::new([1; 32]), Identifier::new([2; 32]));
/// let friends = Trust::any_of([bob, carol]);
/// let odd = Trust::from_fn(|peer| peer.as_bytes()[31] % 2 == 1);
/// # let _ = (friends, odd);
/// ```
#[derive(Clone)]
pub struct Trust(Rule);

#[derive(Clone)]
enum Rule {
    Anyone,
    Named(Arc<BTreeSet<Identifier>>),
    Own(Arc<dyn Fn(Identifier) -> bool + Send + Sync>),
}

impl Trust {
    /// Trusts every peer. Its messages tell who it is: `msg.peer()`.
    pub fn anyone() -> Self {
        Self(Rule::Anyone)
    }

    /// Trusts one identity.
    pub fn only(peer: Identifier) -> Self {
        Self::any_of([peer])
    }

    /// Trusts several identities.
    pub fn any_of(peers: impl IntoIterator<Item = Identifier>) -> Self {
        Self(Rule::Named(Arc::new(peers.into_iter().collect())))
    }

    /// Trusts the identities for which a function returns `true`. A panic of it refuses. It must not block.
    ///
    /// It is called before the peer has proved to be the one, so that strangers cost little. That it was called
    /// with an identity doesn't mean that this identity was there.
    pub fn from_fn(rule: impl Fn(Identifier) -> bool + Send + Sync + 'static) -> Self {
        Self(Rule::Own(Arc::new(rule)))
    }

    /// Checks who a peer claims to be. `own` is the identity of this node.
    pub(super) fn check(&self, peer: Identifier, own: Identifier) -> Result<()> {
        let is_trusted = match &self.0 {
            Rule::Named(named) => named.contains(&peer),
            _ if peer == own => {
                let why = "the peer has this node's own identity, which is not named";
                return Err(Error::new(ErrorKind::Denied, why));
            }
            Rule::Anyone => true,
            Rule::Own(rule) => catch(|| rule(peer)).unwrap_or(false),
        };
        match is_trusted {
            true => Ok(()),
            false => {
                let why = format!("the peer is {peer}, which is not trusted");
                Err(Error::new(ErrorKind::Denied, why))
            }
        }
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Rule::Anyone => f.write_str("Trust::anyone()"),
            Rule::Named(named) => f.debug_tuple("Trust::any_of").field(named).finish(),
            Rule::Own(_) => f.write_str("Trust::from_fn(…)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ones_own_identity_is_refused_unless_it_is_named() {
        let [own, other] = [1, 2].map(|byte| Identifier::new([byte; 32]));
        for trust in [Trust::anyone(), Trust::from_fn(|_| true)] {
            assert!(trust.check(other, own).is_ok());
            assert!(trust.check(own, own).is_err(), "{trust:?}");
        }
        for trust in [Trust::only(own), Trust::any_of([other, own])] {
            assert!(trust.check(own, own).is_ok(), "{trust:?}");
        }
        assert!(Trust::only(own).check(other, own).is_err());
        assert!(Trust::any_of([]).check(other, own).is_err());
    }

    #[test]
    fn a_rule_that_panics_refuses() {
        let [own, other] = [1, 2].map(|byte| Identifier::new([byte; 32]));
        let trust = Trust::from_fn(|_| std::panic::panic_any("no"));
        assert_eq!(
            trust.check(other, own).unwrap_err().kind(),
            ErrorKind::Denied
        );
    }
}
