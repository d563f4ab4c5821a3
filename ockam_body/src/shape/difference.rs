/// Says what a shape has where another one is expected, if their [descriptions](super::Shape::description)
/// differ. Either may come from a peer, and be any text.
///
/// # Examples
///
/// ```
/// use ockam_body::difference;
///
/// let difference = difference("struct Pair\n x: u8\n y: u8\n", "struct Pair\n x: u8\n z: u8\n");
/// assert_eq!(difference.as_deref(), Some("field 2 of `Pair` is `z: u8`, not `y: u8`"));
/// ```
pub fn difference(expected: &str, found: &str) -> Option<String> {
    let (mut expected, mut found) = (expected.lines(), found.lines());
    // The struct or enum whose members are compared, and how many are alike.
    let (mut container, mut alike) = ("", 0);
    loop {
        let (mine, theirs) = match (expected.next(), found.next()) {
            (Some(mine), Some(theirs)) if mine == theirs => {
                if mine.starts_with(' ') {
                    alike += 1;
                } else {
                    (container, alike) = (mine, 0);
                }
                continue;
            }
            (None, None) => return None,
            pair => pair,
        };
        let (kind, name) = container.split_once(' ').unwrap_or((container, ""));
        let member = match kind {
            "enum" => "variant",
            _ => "field",
        };
        let number = alike + 1;
        return Some(match (within(mine), within(theirs)) {
            (Some(mine), Some(theirs)) => {
                format!("{member} {number} of `{name}` is `{theirs}`, not `{mine}`")
            }
            (Some(mine), None) => format!("`{name}` has no {member} {number}, `{mine}`"),
            (None, Some(theirs)) => format!("`{name}` has a {member} {number}, `{theirs}`"),
            (None, None) => match (mine, theirs) {
                (Some(mine), Some(theirs)) => format!("it has `{theirs}`, not `{mine}`"),
                // One of them was cut off, or holds a type more, which a line before would show.
                _ => return None,
            },
        });
    }
}

/// Returns what a line says of a member, if it is about one.
fn within(line: Option<&str>) -> Option<&str> {
    line?.strip_prefix(' ')
}
