//! The code blocks and links of a Markdown text.

/// A fenced block of code.
pub(crate) struct Block {
    /// The number of its opening fence among the lines of the text.
    pub(crate) line: usize,
    /// What stands behind the opening fence: a language, then tags.
    words: String,
    pub(crate) code: String,
}

impl Block {
    /// Returns the language, which is empty if the text doesn't say it.
    pub(crate) fn language(&self) -> &str {
        self.words.split(',').next().unwrap_or_default()
    }

    /// Returns what follows the language.
    pub(crate) fn tags(&self) -> Vec<&str> {
        self.words.split(',').skip(1).collect()
    }
}

/// Finds the code blocks of a text.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        let Some(words) = line.strip_prefix("```") else {
            continue;
        };
        let code = lines.by_ref().map(|(line, _)| line);
        let code = code.take_while(|line| *line != "```");
        blocks.push(Block {
            line: number,
            words: words.to_owned(),
            code: code.map(|line| format!("{line}\n")).collect(),
        });
    }
    blocks
}

/// Shows the lines that are hidden from a reader: those with a `#` and a blank in front.
pub(crate) fn unhide(code: &str) -> String {
    let lines = code.lines().map(|line| match line.trim_start() {
        "#" => "",
        trimmed => trimmed.strip_prefix("# ").unwrap_or(line),
    });
    lines.map(|line| format!("{line}\n")).collect()
}

/// Finds the targets of links, `[text](target)` and `[text]: target`, outside of code blocks.
pub(crate) fn links(text: &str) -> Vec<&str> {
    let outside_of_code = text.split("\n```").step_by(2);
    let pieces = outside_of_code.flat_map(|prose| {
        let inline = prose.split("](").skip(1).map(|rest| (rest, ')'));
        let named = prose.split("]: ").skip(1).map(|rest| (rest, '\n'));
        inline.chain(named)
    });
    let targets = pieces.filter_map(|(rest, end)| rest.split(end).next());
    targets.map(str::trim).collect()
}

#[test]
fn a_block_has_its_language_its_tags_and_its_line() {
    let found = blocks("a\n```rust,fails\nfn a() {}\n```\n\n```text\nb\n```\n");
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].line, found[1].line), (2, 6));
    assert_eq!(
        (found[0].language(), &*found[0].tags()),
        ("rust", &["fails"][..])
    );
    assert_eq!((found[1].language(), &*found[1].tags()), ("text", &[][..]));
    assert_eq!((&*found[0].code, &*found[1].code), ("fn a() {}\n", "b\n"));
}

#[test]
fn hidden_lines_are_code_and_attributes_are_not_hidden() {
    assert_eq!(unhide("# use a;\n#\n#[b]\n  c\n"), "use a;\n\n#[b]\n  c\n");
}

#[test]
fn links_are_found_outside_of_code() {
    let text = "[a](b.md) and [c](d.md#e)\n```\n[f](g)\n```\n[h]: i.md\n";
    assert_eq!(links(text), ["b.md", "d.md#e", "i.md"]);
}
