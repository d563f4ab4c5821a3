//! The programs of the book and the README: each is built in a new crate and run, and prints what
//! the text says that it prints.
//!
//! | block | what is tested |
//! |---|---|
//! | `rust` | builds without a warning, ends with 0, and prints what the `text` block behind it shows (nothing, if there is none) |
//! | `rust,together` | a program of `examples/examples` that runs together with others: see `together` |
//! | `rust,fails` | as above, but ends with another exit code |
//! | `rust,stderr` | ends with 0, and writes to stderr, too; the `text` block shows stdout alone |
//! | `rust,test` | its test passes |
//! | `rust,part` | is a passage of a program of the same chapter |
//! | `rust,compile_fail,E0123` | the compiler refuses it, with this error code |
//!
//! There is no tag that excludes a block.

use std::fs;
use std::path::Path;

use crate::dependencies::Shown;
use crate::documents::{Document, chapters};
use crate::markdown::{Block, blocks, unhide};
use crate::new_crate::NewCrate;

/// A block of Rust.
pub(crate) struct Code {
    /// Names the chapter and the line, so that a failure is found in the text; or the file that is
    /// included, if it runs together with others.
    pub(crate) name: String,
    pub(crate) tag: Tag,
    /// The file that is included, if it is one.
    pub(crate) file: Option<String>,
    /// The whole of it, with what it includes and what a reader doesn't see.
    pub(crate) text: String,
    /// What the text block behind it shows.
    pub(crate) shown: String,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Tag {
    Program,
    Together,
    Fails,
    Stderr,
    /// A program that may warn on stderr: it depends on which of its deadlines is over first.
    MayWarn,
    Test,
    Part,
    Mistake(String),
}

#[test]
fn every_program_prints_what_the_book_shows() {
    let readme = Document::read("README.md");
    let code = chapters().into_iter().chain([readme]).flat_map(code);
    let programs: Vec<Code> = code.filter(Code::is_program).collect();
    let new = NewCrate::new("book", &Shown::read().of_the_book);
    for Code { name, text, .. } in &programs {
        new.write(&format!("src/bin/{name}.rs"), text);
    }
    new.build();
    for Code {
        name, tag, shown, ..
    } in &programs
    {
        let (status, mut printed, told) = new.run_apart(name);
        match tag {
            Tag::Stderr => assert!(!told.is_empty(), "{name} writes nothing to stderr"),
            Tag::MayWarn => {}
            _ => printed.push_str(&told),
        }
        assert_eq!(
            printed, *shown,
            "{name} prints the first, its text shows the second"
        );
        assert_eq!(
            status.success(),
            *tag != Tag::Fails,
            "{name} ended with {status}"
        );
    }
}

/// What the chapter on tests says that tests depend on.
const DEV_DEPENDENCIES: &str = "[dev-dependencies]\n\
     ockam = { path = \"/path/to/your/checkout/ockam\", features = [\"test-util\"] }";

#[test]
fn every_test_of_the_book_passes() {
    let code = chapters().into_iter().flat_map(code);
    let tests: Vec<Code> = code.filter(|code| code.tag == Tag::Test).collect();
    let dependencies = format!("{}\n{DEV_DEPENDENCIES}", Shown::read().of_the_book);
    let new = NewCrate::new("book_tests", &dependencies);
    new.write("src/lib.rs", "");
    for Code { name, text, .. } in &tests {
        new.write(&format!("tests/{name}.rs"), text);
    }
    let output = new.cargo(&["test", "--tests", "--no-fail-fast"]);
    let said = String::from_utf8_lossy(&output.stdout);
    let passed = said.matches("test result: ok. 1 passed").count();
    assert!(output.status.success(), "{said}");
    assert_eq!(passed, tests.len(), "each block has one test:\n{said}");
}

#[test]
fn what_the_book_calls_a_mistake_is_refused() {
    let new = NewCrate::new("book_mistakes", &Shown::read().of_the_book);
    for Code {
        name, tag, text, ..
    } in chapters().into_iter().flat_map(code)
    {
        let Tag::Mistake(error_code) = tag else {
            continue;
        };
        new.write(&format!("src/bin/{name}.rs"), &text);
        let output = new.cargo(&["build", "--bin", &name]);
        let said = String::from_utf8_lossy(&output.stderr);
        let is_refused = said.contains(&format!("error[{error_code}]"));
        assert!(is_refused, "{name} is no {error_code}:\n{said}");
    }
}

#[test]
fn every_passage_is_of_a_program_of_its_chapter() {
    for chapter in chapters() {
        let name = chapter.name().to_owned();
        let (passages, programs) = passages_and_programs(chapter);
        for passage in passages {
            let is_found = programs
                .iter()
                .any(|program| find(&passage, program).is_some());
            assert!(is_found, "{name}: no program has the passage {passage:#?}");
        }
    }
}

#[test]
fn the_passages_of_the_guide_make_up_its_program() {
    const MAIN: [&str; 2] = [
        "#[ockam::node]",
        "async fn main(mut ctx: Context) -> Result<()> {",
    ];
    let guide = Document::read("docs/src/build_a_node.md");
    let (passages, programs) = passages_and_programs(guide);
    let mut rest = programs.concat();
    for passage in passages {
        let place = find(&passage, &rest).expect("a passage follows the one before it");
        let between: Vec<String> = rest.drain(..place + passage.len()).take(place).collect();
        let is_shown = between.is_empty() || between == MAIN;
        assert!(is_shown, "no passage has {between:#?}");
    }
    assert_eq!(rest, ["}"]);
}

impl Code {
    fn is_program(&self) -> bool {
        matches!(
            self.tag,
            Tag::Program | Tag::Fails | Tag::Stderr | Tag::MayWarn
        )
    }

    fn is_whole(&self) -> bool {
        self.is_program() || self.tag == Tag::Together
    }

    /// Returns the lines without what depends on their place: indentation and empty lines.
    fn lines(&self) -> Vec<String> {
        let lines = self.text.lines().map(str::trim);
        lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

/// Returns the blocks of Rust of a chapter.
pub(crate) fn code(chapter: Document) -> Vec<Code> {
    let mut code = Vec::new();
    let mut blocks = blocks(&chapter.text).into_iter().peekable();
    while let Some(block) = blocks.next() {
        if block.language() != "rust" {
            continue;
        }
        let place = format!("{}_line_{}", chapter.name().to_lowercase(), block.line);
        let shown = blocks.next_if(|next| next.language() == "text");
        let tag = tag(&block).unwrap_or_else(|| panic!("{place} has a tag that isn't known"));
        let file = file_name(&block);
        let name = match tag {
            Tag::Together => {
                let file = file.clone();
                file.unwrap_or_else(|| panic!("{place} includes no file"))
            }
            _ => place,
        };
        code.push(Code {
            tag,
            name,
            file,
            text: unhide(&included(&chapter, block.code)),
            shown: shown.map(|shown| shown.code).unwrap_or_default(),
        });
    }
    code
}

fn tag(block: &Block) -> Option<Tag> {
    match block.tags()[..] {
        [] => Some(Tag::Program),
        ["together"] => Some(Tag::Together),
        ["fails"] => Some(Tag::Fails),
        ["stderr"] => Some(Tag::Stderr),
        ["may_warn"] => Some(Tag::MayWarn),
        ["test"] => Some(Tag::Test),
        ["part"] => Some(Tag::Part),
        ["compile_fail", code] => Some(Tag::Mistake(code.to_owned())),
        _ => None,
    }
}

/// Returns the name of the program that a block includes.
fn file_name(block: &Block) -> Option<String> {
    let file = Path::new(link(&block.code)?).file_stem()?;
    file.to_str().map(str::to_owned)
}

/// Returns the file that a block consists of.
fn link(code: &str) -> Option<&str> {
    let link = code.trim().strip_prefix("{{#include ");
    link.and_then(|rest| rest.strip_suffix("}}"))
}

/// Includes a file, as mdBook does.
fn included(chapter: &Document, code: String) -> String {
    let Some(link) = link(&code) else {
        return code;
    };
    let included = fs::read_to_string(chapter.beside(link));
    included.unwrap_or_else(|error| panic!("{} includes {link}: {error}", chapter.name()))
}

/// Returns the lines of the passages of a chapter, and of its programs.
fn passages_and_programs(chapter: Document) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let code = code(chapter);
    let passages = code.iter().filter(|code| code.tag == Tag::Part);
    let programs = code.iter().filter(|code| code.is_whole());
    (
        passages.map(Code::lines).collect(),
        programs.map(Code::lines).collect(),
    )
}

/// Finds a passage in a program.
fn find(passage: &[String], program: &[String]) -> Option<usize> {
    let mut windows = program.windows(passage.len());
    windows.position(|window| window == passage)
}
