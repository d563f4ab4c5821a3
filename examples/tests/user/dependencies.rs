//! The guide's program in a new crate, for each way to depend on `ockam` that the documents show.

use std::collections::BTreeSet;
use std::fs;

use crate::documents::{Document, chapters};
use crate::new_crate::{NewCrate, workspace};
use crate::{GUIDE, GUIDE_PRINTS};

#[test]
fn as_the_readme_says() {
    let new = NewCrate::new("worker_alone", &Shown::read().alone);
    builds_and_replies(&new, "worker_alone", GUIDE);
}

#[test]
fn as_the_guide_says() {
    let shown = Shown::read();
    let two_lines = "[dependencies]\nockam = \"0\"\nockam_node = \"0\"\n";
    assert_eq!(shown.of_the_guide, two_lines);
    let dependencies = format!("{two_lines}\n{}", shown.patches);
    let new = NewCrate::new("worker", &dependencies);
    builds_and_replies(&new, "worker", GUIDE);
}

#[test]
fn ockam_under_another_name() {
    let new = NewCrate::new("worker_renamed", &Shown::read().renamed);
    let program = GUIDE
        .replace("use ockam::", "use workers::")
        .replace("#[async_worker]", "#[async_worker(crate = \"workers\")]")
        .replace("#[ockam::node]", "#[workers::node(crate = \"workers\")]");
    assert!(!program.contains("ockam::"), "a name is left:\n{program}");
    builds_and_replies(&new, "worker_renamed", &program);
}

#[test]
fn the_patches_cover_every_crate_that_a_program_may_name() {
    let directories = fs::read_dir(workspace()).expect("the workspace can be read");
    let crates = directories.map(|entry| entry.expect("a directory can be read"));
    let names = crates.filter_map(|entry| entry.file_name().into_string().ok());
    // What isn't published is named by no other crate.
    let is_published = |name: &String| {
        let manifest = fs::read_to_string(workspace().join(name).join("Cargo.toml"));
        manifest.is_ok_and(|manifest| !manifest.contains("publish = false"))
    };
    let ours = names.filter(|name| name.starts_with("ockam"));
    let ours: BTreeSet<String> = ours.filter(is_published).collect();
    let patches = Shown::read().patches;
    let patched = patches.lines().filter_map(|line| line.split_once(" = "));
    let patched: BTreeSet<String> = patched.map(|(name, _)| name.to_owned()).collect();
    assert_eq!(patched, ours);
}

#[test]
fn no_other_chapter_shows_dependencies() {
    let shown = chapters().into_iter().map(|chapter| {
        let blocks = chapter.manifests().len();
        (chapter.name().to_owned(), blocks)
    });
    let shown: Vec<(String, usize)> = shown.filter(|(_, blocks)| *blocks > 0).collect();
    assert_eq!(shown, [("build_a_node".to_owned(), 3)]);
}

/// What the documents say that a program depends on.
pub(crate) struct Shown {
    /// `ockam` by its path.
    pub(crate) alone: String,
    /// The guide's two lines, which need the patches.
    of_the_guide: String,
    patches: String,
    renamed: String,
    /// The lines for all programs of the book.
    pub(crate) of_the_book: String,
}

impl Shown {
    pub(crate) fn read() -> Self {
        let readme = Document::read("README.md").manifests();
        let Ok([alone, more, patches]) = <[String; 3]>::try_from(readme) else {
            panic!("the README shows a dependency, those of the book, and the patches");
        };
        let chapter = Document::read("docs/src/build_a_node.md").manifests();
        let Ok([of_the_guide, same_patches, renamed]) = <[String; 3]>::try_from(chapter) else {
            panic!("the chapter shows two dependencies, the patches, and another name");
        };
        assert_eq!(patches, same_patches, "README and chapter say the same");
        Self {
            of_the_book: format!("{alone}{more}"),
            alone,
            of_the_guide,
            patches,
            renamed,
        }
    }
}

fn builds_and_replies(new: &NewCrate, name: &str, program: &str) {
    new.write("src/main.rs", program);
    new.build();
    let (status, printed) = new.run(name);
    assert!(status.success(), "{name} ended with {status}");
    assert_eq!(printed, GUIDE_PRINTS);
}
