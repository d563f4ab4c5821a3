use siphasher::sip::SipHasher24;

use super::node::Node;

/// Returns the fingerprint of a type: SipHash-2-4, without a key, of its nodes. It is compared between
/// machines and versions, so the bytes that are hashed never change.
pub(super) fn of(nodes: &[Node]) -> u64 {
    let mut bytes = Vec::new();
    for node in nodes {
        number(&mut bytes, node.kind as usize);
        text(&mut bytes, node.name);
        number(&mut bytes, node.count);
        number(&mut bytes, node.members.len());
        for member in &node.members {
            number(&mut bytes, member.names.len());
            for name in &member.names {
                text(&mut bytes, name);
            }
            number(&mut bytes, member.node);
        }
    }
    SipHasher24::new().hash(&bytes)
}

fn number(bytes: &mut Vec<u8>, number: usize) {
    bytes.extend_from_slice(&(number as u64).to_le_bytes());
}

fn text(bytes: &mut Vec<u8>, text: &str) {
    number(bytes, text.len());
    bytes.extend_from_slice(text.as_bytes());
}
