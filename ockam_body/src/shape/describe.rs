//! A type in words.

use super::node::{Kind, Node};

/// The largest number of types without names of their own that are named by each other's contents.
pub const MAX_NAMED_DEPTH: usize = 64;

/// How much is written of a type, in bytes. A report of a failure has room for it.
const MAX_BYTES: usize = 3 * 1024;

/// How many types without names of their own are described within each other, such as the list in an option.
const MAX_NESTED: usize = 4;

/// How many members of such a type are described.
const MAX_LISTED: usize = 16;

/// Returns the name of a type: the one of the struct or enum, or of the first one that is within.
pub(super) fn name(nodes: &[Node]) -> Option<String> {
    name_of(nodes, &nodes[0], MAX_NAMED_DEPTH)
}

fn name_of(nodes: &[Node], node: &Node, nested: usize) -> Option<String> {
    let first = || {
        let first = node.member(0).filter(|_| nested > 0)?;
        name_of(nodes, &nodes[first.node], nested - 1)
    };
    let name = match node.kind {
        Kind::Unknown | Kind::SelfDescribing => return None,
        Kind::Option | Kind::List | Kind::Map => {
            format!("{}<{}>", node.kind.word(), first()?)
        }
        Kind::Tuple if node.count == 0 => "tuple0".to_owned(),
        Kind::Tuple => format!("tuple{}<{}>", node.count, first()?),
        kind if kind >= Kind::UnitStruct => node.name.to_owned(),
        kind => kind.word().to_owned(),
    };
    Some(name)
}

/// Describes a type: a line for each struct or enum, and behind it one for each of its members, which
/// begins with a blank. A message that is no struct or enum has a line of its own.
pub(super) fn describe(nodes: &[Node]) -> String {
    let mut text = String::new();
    if !is_named(&nodes[0]) {
        text = format!("{}\n", in_words(nodes, &nodes[0], MAX_NESTED));
    }
    for node in nodes.iter().filter(|node| is_named(node)) {
        let mut lines = vec![format!("{} {}", node.kind.word(), node.name)];
        for member in &node.members {
            let content = &nodes[member.node];
            let words = match (node.kind, content.kind) {
                (Kind::Enum, Kind::UnitStruct) if content.name.is_empty() => String::new(),
                (Kind::Enum, _) => format!("({})", in_words(nodes, content, MAX_NESTED)),
                _ => in_words(nodes, content, MAX_NESTED),
            };
            let name = member.names.join("|");
            let separator = match (node.kind, name.is_empty()) {
                (Kind::Enum, _) | (_, true) => "",
                _ => ": ",
            };
            lines.push(format!(" {name}{separator}{words}"));
        }
        for line in lines {
            if text.len() + line.len() >= MAX_BYTES {
                return text;
            }
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}

/// Returns whether a node has lines of its own.
fn is_named(node: &Node) -> bool {
    node.kind >= Kind::UnitStruct && !node.name.is_empty()
}

/// Names a type where it is a part of another one.
fn in_words(nodes: &[Node], node: &Node, nested: usize) -> String {
    if is_named(node) {
        return node.name.to_owned();
    }
    if nested == 0 && !node.members.is_empty() {
        return "…".to_owned();
    }
    let words: Vec<String> = node
        .members
        .iter()
        .take(MAX_LISTED)
        .map(|member| {
            let words = in_words(nodes, &nodes[member.node], nested - 1);
            match member.names.first() {
                Some(name) => format!("{name}: {words}"),
                None => words,
            }
        })
        .collect();
    match node.kind {
        kind if kind.is_fields() => match words.as_slice() {
            [word] if node.count > 1 => format!("[{word}; {}]", node.count),
            words => match node.count - words.len() {
                0 => format!("({})", words.join(", ")),
                more => format!("({}, and {more} more)", words.join(", ")),
            },
        },
        Kind::Option | Kind::List | Kind::Map => {
            format!("{}<{}>", node.kind.word(), words.join(", "))
        }
        kind => kind.word().to_owned(),
    }
}

/// Returns which part of a type can't be read from a body, if there is one.
pub(super) fn unreadable(nodes: &[Node]) -> Option<String> {
    let is_unreadable = |node: usize| nodes[node].kind == Kind::SelfDescribing;
    if is_unreadable(0) {
        return Some("the type".to_owned());
    }
    for node in nodes {
        for (index, member) in node.members.iter().enumerate() {
            if !is_unreadable(member.node) {
                continue;
            }
            let what = match (node.kind, member.names.first()) {
                (Kind::Enum, Some(name)) => format!("the variant `{name}`"),
                (_, Some(name)) => format!("the field `{name}`"),
                (Kind::Map, _) => "a map".to_owned(),
                (Kind::Option | Kind::List, _) => format!("what is in the {}", node.kind.word()),
                _ => format!("element {}", index + 1),
            };
            return Some(match node.name {
                "" => what,
                name => format!("{what} of `{name}`"),
            });
        }
    }
    None
}
