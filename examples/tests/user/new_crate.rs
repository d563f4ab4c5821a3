//! A crate of a user's own, made where `cargo new` would make it: outside the workspace.

use std::env;
use std::env::consts::EXE_EXTENSION;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

/// No program of the guide or the book runs for as long as this.
const TOO_LONG: Duration = Duration::from_secs(60);

/// What may be set for a build of the workspace, with a sanitizer or for coverage, and not for this.
const FOR_THE_WORKSPACE: [&str; 3] = ["CARGO_BUILD_TARGET", "CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS"];

/// Where the documents have a reader's own checkout.
const CHECKOUT: &str = "/path/to/your/checkout";

/// Builds as `cargo build` does, and lints as `cargo clippy` does, in one go.
const LINTING_COMPILER: (&str, &str) = ("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");

/// A package of one or several programs, in the temporary directory.
///
/// Its dependencies are written as a document shows them, with this checkout in the place of the
/// reader's. Their versions are those of the workspace's `Cargo.lock`. A warning in its own code is an
/// error. All new crates are built in the target directory of the workspace, so that what they have in
/// common with it is compiled once.
pub(crate) struct NewCrate {
    root: PathBuf,
}

impl NewCrate {
    /// Makes a crate without code. What an earlier run has left there is removed.
    ///
    /// `dependencies` are the tables of its manifest that say what it depends on.
    pub(crate) fn new(name: &str, dependencies: &str) -> Self {
        let root = checkout_directory().join(name);
        if root.exists() {
            fs::remove_dir_all(&root).expect("an earlier crate can be removed");
        }
        let new = Self { root };
        new.write("Cargo.toml", &manifest(name, dependencies));
        let lock = fs::read_to_string(workspace().join("Cargo.lock"));
        new.write("Cargo.lock", &lock.expect("the workspace is locked"));
        new
    }

    /// Writes a file of the crate.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        let parent = path.parent().expect("a file is in a directory");
        fs::create_dir_all(parent).expect("a directory can be made");
        fs::write(&path, text).expect("a file can be written");
    }

    /// Adds a line to the profile of its builds.
    pub(crate) fn add_to_profile(&self, line: &str) {
        let manifest = fs::read_to_string(self.root.join("Cargo.toml"));
        let manifest = manifest.expect("the crate has a manifest");
        // The profile is the last table.
        self.write("Cargo.toml", &format!("{manifest}{line}\n"));
    }

    /// Runs a command of cargo in the crate. Everything it needs is there once the workspace has
    /// been built, so it never asks the network.
    pub(crate) fn cargo(&self, command: &[&str]) -> Output {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut cargo = Command::new(cargo);
        for setting in FOR_THE_WORKSPACE {
            cargo.env_remove(setting);
        }
        cargo
            .args(command)
            .args(["--offline", "--quiet"])
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", target_directory())
            .env(LINTING_COMPILER.0, LINTING_COMPILER.1)
            .output()
            .expect("cargo can be run")
    }

    /// Builds all programs, which has to succeed without a warning, and with no crate of ours from a
    /// registry.
    pub(crate) fn build(&self) {
        let output = self.cargo(&["build"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "cargo build failed:\n{said}");
        assert_eq!(said, "", "cargo build has something to say");
        let lock = fs::read_to_string(self.root.join("Cargo.lock"));
        let lock = lock.expect("cargo has locked the crate");
        assert_eq!(from_elsewhere(&lock), [""; 0], "not of this checkout");
    }

    /// Returns where a program is once it has been built.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        let path = target_directory().join("debug").join(name);
        path.with_extension(EXE_EXTENSION)
    }

    /// Runs a program that has been built. Returns how it ended, and what it printed: to stdout, and
    /// behind that to stderr.
    pub(crate) fn run(&self, program: &str) -> (ExitStatus, String) {
        let (status, stdout, stderr) = self.run_apart(program);
        (status, stdout + &stderr)
    }

    /// Runs a program. Returns what it prints to stdout, and to stderr.
    /// Returns an empty folder of this name beside the programs.
    pub(crate) fn fresh_folder(&self, name: &str) -> PathBuf {
        let folder = self.root.join(name);
        // There is none the first time.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder can be made");
        folder
    }

    pub(crate) fn run_apart(&self, program: &str) -> (ExitStatus, String, String) {
        let mut child = Command::new(self.program(program))
            .current_dir(&self.root)
            .env_remove("RUST_BACKTRACE")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{program} can't be run: {error}"));
        let texts = [read(child.stdout.take()), read(child.stderr.take())];
        let texts = texts.map(|text| text.recv_timeout(TOO_LONG));
        let [Ok(stdout), Ok(stderr)] = texts else {
            child.kill().expect("a program of this user can be killed");
            panic!("{program} was still running after {TOO_LONG:?}");
        };
        let status = child.wait().expect("a program ends");
        (status, stdout, stderr)
    }
}

/// Reads what a program prints until it ends.
fn read(pipe: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let mut pipe = pipe.expect("the output of the program is piped");
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut text = String::new();
        pipe.read_to_string(&mut text)
            .expect("programs print UTF-8");
        sender.send(text)
    });
    receiver
}

/// The directory of this workspace.
pub(crate) fn workspace() -> &'static Path {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR"));
    examples
        .parent()
        .expect("the examples are in the workspace")
}

/// A directory that is this checkout's own and the same at every run, so that cargo need not build
/// again what has not changed.
fn checkout_directory() -> PathBuf {
    let mut hasher = DefaultHasher::new();
    workspace().hash(&mut hasher);
    env::temp_dir().join(format!("ockam-{:016x}", hasher.finish()))
}

/// The target directory of the workspace: its `tmp` is what integration tests are told of.
fn target_directory() -> &'static Path {
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    tmp.parent().expect("it is in the target directory")
}

fn manifest(name: &str, dependencies: &str) -> String {
    let checkout = workspace().display().to_string().replace('\\', "/");
    let dependencies = dependencies.replace(CHECKOUT, &checkout);
    format!(
        r#"[package]
name = "{name}"
version = "0.1.0"
edition = "2024"

{dependencies}
[lints.rust]
warnings = "deny"

[lints.clippy]
all = "deny"

# As in the workspace: another profile would compile the dependencies once more.
[profile.dev]
debug = false
incremental = false
"#
    )
}

/// Returns the packages of a lock file that have a name of ours and come from a registry or a
/// repository.
fn from_elsewhere(lock: &str) -> Vec<&str> {
    let packages = lock.split("[[package]]").skip(1);
    let packages = packages.filter(|package| package.contains("\nsource = "));
    let names = packages.filter_map(|package| package.split('"').nth(1));
    names.filter(|name| name.starts_with("ockam")).collect()
}

#[test]
fn a_build_lints() {
    let new = NewCrate::new("lints", "");
    new.write("src/main.rs", "fn main() {\n    return;\n}\n");
    let output = new.cargo(&["build"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(said.contains("clippy::needless_return"), "{said}");
}

#[test]
fn a_lock_file_tells_what_is_from_elsewhere() {
    let lock = r#"version = 4

[[package]]
name = "ockam"
version = "0.150.0"
source = "registry+https://github.com/rust-lang/crates.io-index"

[[package]]
name = "ockam_node"
version = "0.1.0"

[[package]]
name = "tokio"
version = "1.44.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
"#;
    assert_eq!(from_elsewhere(lock), ["ockam"]);
}
