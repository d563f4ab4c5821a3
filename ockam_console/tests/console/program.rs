use std::process::Command;

/// The program is an example, which this builds: `cargo test --test console` alone does not.
#[test]
fn the_program_of_the_book_shows_who_waits_for_whom() {
    let run = Command::new(env!("CARGO"))
        .args([
            "run",
            "--quiet",
            "--package",
            "ockam_console",
            "--example",
            "inspect",
        ])
        .output()
        .expect("cargo runs");
    let printed = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{run:?}");
    let lines: Vec<_> = printed.lines().collect();
    let columns = |line: usize| lines[line].split_whitespace().collect::<Vec<_>>();
    assert_eq!(columns(0)[..3], ["address", "message", "state"]);
    assert_eq!(columns(2)[..3], ["0#sleeper", "String", "handling"]);
    assert_eq!(
        columns(3)[..5],
        ["0#waiter", "u64", "waits", "for", "0#sleeper"]
    );
    let last = lines.last().expect("it prints");
    assert!(last.starts_with("http://127.0.0.1:"), "{last}");
}
