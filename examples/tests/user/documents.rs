//! The texts of the repository: the book's chapters and the files beside them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::markdown::{blocks, links};
use crate::new_crate::workspace;
use crate::{GUIDE, GUIDE_PRINTS};

/// A text, and where it is.
pub(crate) struct Document {
    path: PathBuf,
    pub(crate) text: String,
}

impl Document {
    /// Reads a document of the workspace.
    pub(crate) fn read(path: impl AsRef<Path>) -> Self {
        let path = workspace().join(path);
        let text = fs::read_to_string(&path);
        let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { path, text }
    }

    /// Returns the file's name without `.md`.
    pub(crate) fn name(&self) -> &str {
        let name = self.path.file_stem().and_then(|name| name.to_str());
        name.expect("a document has a name")
    }

    /// Returns what it shows of a `Cargo.toml`.
    pub(crate) fn manifests(&self) -> Vec<String> {
        let blocks = blocks(&self.text).into_iter();
        let blocks = blocks.filter(|block| block.language() == "toml");
        blocks.map(|block| block.code).collect()
    }

    /// Returns the file that a link or an include of this document leads to.
    pub(crate) fn beside(&self, link: &str) -> PathBuf {
        let directory = self.path.parent();
        directory.expect("a document is in a directory").join(link)
    }
}

/// Returns the chapters of the book, as its summary lists them.
pub(crate) fn chapters() -> Vec<Document> {
    let summary = Document::read("docs/src/SUMMARY.md");
    let chapters = links(&summary.text).into_iter();
    chapters
        .map(|link| Document::read(summary.beside(link)))
        .collect()
}

#[test]
fn the_summary_lists_every_chapter() {
    let book = workspace().join("docs/src");
    let files = fs::read_dir(book).expect("the book has a directory");
    let files = files.map(|file| file.expect("a directory can be read").path());
    let mut files: BTreeSet<PathBuf> = files.collect();
    for listed in chapters() {
        assert!(
            files.remove(&listed.path),
            "{} is listed twice",
            listed.name()
        );
    }
    // Pictures stand beside the chapters.
    files.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    files.retain(|path| !path.ends_with("SUMMARY.md"));
    assert!(files.is_empty(), "the summary lacks {files:?}");
}

#[test]
fn links_lead_to_files() {
    let own = ["README", "CONTRIBUTING", "CHANGELOG", "SECURITY"];
    let own = own.map(|name| Document::read(format!("{name}.md")));
    for document in own.into_iter().chain(chapters()) {
        for link in links(&document.text) {
            let file = link.split('#').next().unwrap_or_default();
            let is_here = file.is_empty() || file.contains("://") || document.beside(file).exists();
            assert!(is_here, "{}: {link} leads nowhere", document.name());
        }
    }
}

#[test]
fn the_readme_shows_the_program_of_the_guide() {
    let readme = Document::read("README.md");
    let blocks = blocks(&readme.text);
    let program = blocks.iter().position(|block| block.language() == "rust");
    let program = program.expect("the README has a program");
    assert_eq!(blocks[program].code, GUIDE);
    assert_eq!(blocks[program + 1].code, GUIDE_PRINTS);
}

#[test]
fn the_chapter_on_the_contract_names_its_tests() {
    let tests = fs::read_dir(workspace().join("contract/tests"));
    let tests = tests.expect("the contract has tests").map(|test| {
        let path = test.expect("a directory can be read").path();
        let name = path.file_stem().and_then(|name| name.to_str());
        name.expect("a test has a name").to_owned()
    });
    let tests: BTreeSet<String> = tests.filter(|name| name.starts_with("clause_")).collect();
    let chapter = Document::read("docs/src/contract.md");
    let code = chapter.text.split('`').skip(1).step_by(2);
    let named = code.filter(|code| code.starts_with("clause_"));
    assert_eq!(named.map(str::to_owned).collect::<BTreeSet<_>>(), tests);
}
