//! The programs of the book that run together, as processes that are connected over TCP.
//!
//! Each prints what its chapter shows: there with the addresses that are used by default, here with
//! a port that the operating system chooses.

use std::collections::BTreeSet;
use std::fs;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use ockam_contract::program::{Program, Remains};

use crate::book::{Code, Tag, code};
use crate::dependencies::Shown;
use crate::documents::{Document, chapters};
use crate::markdown::blocks;
use crate::new_crate::{NewCrate, workspace};

/// The operating system chooses the port.
pub(crate) const ANY_PORT: &str = "127.0.0.1:0";

/// Where the programs listen by default.
const RESPONDER: &str = "127.0.0.1:4000";
const MIDDLE: &str = "127.0.0.1:3000";

/// The programs that the tests below, and those of `services`, run.
const ARE_RUN: [&str; 12] = [
    "bank",
    "hub",
    "job_queue",
    "secure_alice",
    "secure_bob",
    "tcp_chat",
    "tcp_echo_initiator",
    "tcp_echo_responder",
    "tcp_two_hops_initiator",
    "tcp_two_hops_middle",
    "tcp_two_hops_responder",
    "web_service",
];

#[test]
fn an_echo_comes_from_another_process() {
    let (responder, at) = listening("tcp_echo_responder", &[ANY_PORT]);

    let initiator = run("tcp_echo_initiator", &[&at]).end();

    prints(&initiator, &shown("tcp_echo_initiator"));
    prints_at(stopped(responder), &at, "tcp_echo_responder", RESPONDER);
}

#[test]
fn an_echo_comes_over_a_node_in_the_middle() {
    let (responder, at) = listening("tcp_two_hops_responder", &[ANY_PORT]);
    let (middle, middle_at) = listening("tcp_two_hops_middle", &[ANY_PORT, &at]);

    let initiator = run("tcp_two_hops_initiator", &[&middle_at, &at]).end();

    prints(&initiator, &shown("tcp_two_hops_initiator"));
    prints_at(stopped(middle), &middle_at, "tcp_two_hops_middle", MIDDLE);
    prints_at(stopped(responder), &at, "tcp_two_hops_responder", RESPONDER);
}

#[test]
fn alice_talks_with_bob_and_nobody_else() {
    let folder = built().fresh_folder("bob");
    let mut identities = Vec::new();
    // The second time, Bob's identity comes from the file.
    for _ in 0..2 {
        let path = built().program("secure_bob");
        let bob = Program::run_in(&folder, &path, &[ANY_PORT]);
        let line = bob.line();
        let identifier = line.strip_prefix("I am ").expect("he says who he is");
        let (place, said) = (bob.line(), format!("{line}\n"));
        let at = place.strip_prefix("listening at ");
        let at = at.expect("he says where he listens").to_owned();
        let alice = run("secure_alice", &[identifier, &at]).end();
        prints(&alice, &shown("secure_alice"));
        let heard = bob.line();
        let by = heard.split(' ').nth(1).expect("he says who it was");
        assert!(by.parse::<ockam::Identifier>().is_ok() && by != identifier);
        let remains = stopped(bob);
        assert_eq!((&*remains.lines, &*remains.errors), (&[][..], ""));
        assert!(remains.status.success());
        let printed = format!("{said}{place}\n{heard}\n");
        let printed = printed.replace(identifier, "I3b1f…").replace(by, "I9c04…");
        assert_eq!(printed.replace(&at, RESPONDER), shown("secure_bob"));
        identities.push(identifier.to_owned());
    }
    assert_eq!(identities[0], identities[1]);
}

#[test]
fn a_chat_is_as_the_chapter_shows_it() {
    let chapter = Document::read("docs/src/chat.md");
    let shown = blocks(&chapter.text).into_iter();
    let shown = shown.filter(|block| block.language() == "text");
    let shown: Vec<String> = shown.map(|block| block.code).collect();
    let [in_room, by_ada, by_grace, by_alan] = &shown[..] else {
        panic!("the chapter shows the room and three members");
    };

    let (room, at) = opened();
    let mut room = Terminal::of(room);
    room.lines.push(format!("the room is at {at}"));
    let [mut ada, mut grace, mut alan] = ["ada", "grace", "alan"].map(|name| {
        let member = Terminal::of(run("tcp_chat", &[name, &at]));
        room.shows(&format!("{name} joins"));
        member
    });
    for name in ["ada", "grace", "alan"] {
        ada.shows(&format!("* {name} is here"));
    }
    for name in ["grace", "alan"] {
        grace.shows(&format!("* {name} is here"));
    }
    alan.shows("* alan is here");
    ada.program.say("Is anybody there?");
    grace.shows("ada: Is anybody there?");
    alan.shows("ada: Is anybody there?");
    alan.program.say("All of us.");
    ada.shows("alan: All of us.");
    grace.shows("alan: All of us.");
    alan.leaves(by_alan);
    room.shows("alan leaves");
    ada.shows("* alan has left");
    grace.shows("* alan has left");
    ada.leaves(by_ada);
    room.shows("ada leaves");
    grace.shows("* ada has left");
    grace.leaves(by_grace);
    room.shows("grace leaves");
    room.program.signal("TERM");
    room.ends(&in_room.replace(RESPONDER, &at));
}

#[test]
fn a_member_who_vanishes_has_left() {
    let (room, at) = opened();
    let [mut ada, grace, alan] = ["ada", "grace", "alan"].map(|name| {
        let member = run("tcp_chat", &[name, &at]);
        room.expect(&format!("{name} joins"));
        member
    });
    grace.expect("* grace is here");
    grace.expect("* alan is here");

    alan.signal("KILL");

    // Until the room hears of it, what it passes on to Alan is lost.
    loop {
        ada.say("Are you there?");
        match &*grace.line() {
            "ada: Are you there?" => {}
            line => break assert_eq!(line, "* alan has left"),
        }
    }
    room.expect("alan is gone");
    for member in [ada, grace] {
        assert!(stopped(member).status.success());
    }
    assert!(stopped(room).status.success());
}

#[test]
fn a_member_joins_a_room_that_is_opened_again() {
    let (room, at) = opened();
    let mut ada = run("tcp_chat", &["ada", &at]);
    ada.expect("* ada is here");
    assert!(stopped(room).status.success());

    let room = run("tcp_chat", &["room", &at]);
    room.expect(&format!("the room is at {at}"));

    // Until her node hears that the connection is lost, what she says is lost, and she hears of it then.
    let begin = Instant::now();
    loop {
        ada.say("Hello again!");
        match ada.line_within(Duration::from_millis(100)).as_deref() {
            Some("* ada is here") => break,
            Some(line) => assert!(line.starts_with("* not delivered: "), "{line}"),
            None => assert!(begin.elapsed() < Duration::from_secs(60), "she is not back"),
        }
    }
    room.expect("ada joins");
    ada.say_no_more();
    assert!(ada.end().status.success());
    room.expect("ada leaves");
    assert!(stopped(room).status.success());
}

#[test]
fn a_job_queue_ends_when_all_jobs_are_over() {
    let mut remains = run("job_queue", &[]).end();
    // One of its runners panics.
    assert!(
        remains.errors.contains("too much for a first attempt"),
        "{remains:?}"
    );
    remains.errors.clear();
    prints(&remains, &shown("job_queue"));
}

/// How often the test below stops the program: `OCKAM_ROUNDS`, or a few times.
fn rounds() -> u64 {
    let rounds = std::env::var("OCKAM_ROUNDS");
    let rounds = rounds.ok().and_then(|rounds| rounds.parse().ok());
    rounds.unwrap_or(20)
}

#[test]
fn a_job_queue_that_is_interrupted_loses_no_finished_job() {
    for round in 0..rounds() {
        let queue = run("job_queue", &["100000"]);
        queue.expect("100000 jobs are open");
        // Another moment in each round, in steps of a third of a job.
        std::thread::sleep(Duration::from_micros(10_000 + round % 300 * 333));
        queue.signal("INT");
        let remains = queue.end();
        assert!(remains.status.success(), "round {round}: {remains:?}");
        let [line] = &remains.lines[..] else {
            panic!("round {round}: {remains:?}");
        };
        let numbers = line.split(' ').filter_map(|word| word.parse::<u64>().ok());
        let numbers: Vec<u64> = numbers.collect();
        let [done, worked] = numbers[..] else {
            panic!("round {round}: {line}");
        };
        assert_eq!(done, worked, "round {round}: {line}");
        assert!(done > 0, "round {round}: {line}");
    }
}

#[test]
fn every_program_of_the_examples_is_in_the_book_and_run() {
    let files = fs::read_dir(workspace().join("examples/examples"));
    let files = files.expect("the examples have a directory").map(|file| {
        let path = file.expect("a directory can be read").path();
        let name = path.file_name().and_then(|name| name.to_str());
        name.expect("an example has a name").to_owned()
    });
    let names = files.filter_map(|file| file.strip_suffix(".rs").map(str::to_owned));
    let names: BTreeSet<String> = names.collect();
    // The book's test runs those that don't run together.
    let in_book = chapters().into_iter().flat_map(code);
    let in_book = in_book.filter_map(|program| program.file);
    assert_eq!(names, in_book.collect());
    let together = programs().into_iter().map(|program| program.name);
    assert_eq!(
        BTreeSet::from(ARE_RUN.map(str::to_owned)),
        together.collect()
    );
}

/// What somebody sees of a program, from its beginning.
struct Terminal {
    program: Program,
    lines: Vec<String>,
}

impl Terminal {
    fn of(program: Program) -> Self {
        let lines = Vec::new();
        Self { program, lines }
    }

    #[track_caller]
    fn shows(&mut self, line: &str) {
        self.program.expect(line);
        self.lines.push(line.to_owned());
    }

    #[track_caller]
    fn leaves(mut self, shown: &str) {
        self.program.say_no_more();
        self.ends(shown);
    }

    /// Waits for the end, and compares all that it has shown.
    #[track_caller]
    fn ends(mut self, shown: &str) {
        let mut remains = self.program.end();
        self.lines.append(&mut remains.lines);
        remains.lines = self.lines;
        prints(&remains, shown);
    }
}

/// Returns the programs of the book that run together.
fn programs() -> Vec<Code> {
    let code = chapters().into_iter().flat_map(code);
    code.filter(|code| code.tag == Tag::Together).collect()
}

/// Returns what the book shows behind a program.
pub(crate) fn shown(name: &str) -> String {
    let mut programs = programs().into_iter();
    let program = programs.find(|program| program.name == name);
    program.expect("the book has the program").shown
}

pub(crate) fn built() -> &'static NewCrate {
    static BUILT: OnceLock<NewCrate> = OnceLock::new();
    BUILT.get_or_init(|| {
        // As the chapter on secure channels says.
        let shown = Shown::read().of_the_book;
        let dependencies = shown.replacen(
            "checkout/ockam\" }",
            "checkout/ockam\", features = [\"secure\"] }",
            1,
        );
        assert_ne!(dependencies, shown, "the feature is switched on");
        let new = NewCrate::new("together", &dependencies);
        for Code { name, text, .. } in programs() {
            new.write(&format!("src/bin/{name}.rs"), &text);
        }
        new.build();
        new
    })
}

pub(crate) fn run(name: &str, arguments: &[&str]) -> Program {
    Program::run_with(&built().program(name), arguments)
}

/// Runs a program that says where it listens.
pub(crate) fn listening(name: &str, arguments: &[&str]) -> (Program, String) {
    let program = run(name, arguments);
    let line = program.line();
    let address = line.strip_prefix("listening at ");
    let address = address.expect("it says where it listens").to_owned();
    (program, address)
}

/// Opens a room, and returns where.
fn opened() -> (Program, String) {
    let room = run("tcp_chat", &["room", ANY_PORT]);
    let line = room.line();
    let address = line.strip_prefix("the room is at ");
    let address = address.expect("it says where the room is").to_owned();
    (room, address)
}

/// Stops a program that goes on until it is stopped.
pub(crate) fn stopped(program: Program) -> Remains {
    program.signal("TERM");
    program.end()
}

/// Checks what a program has printed behind the line that says where it listens.
#[track_caller]
fn prints_at(mut remains: Remains, at: &str, name: &str, by_default: &str) {
    remains.lines.insert(0, format!("listening at {at}"));
    prints(&remains, &shown(name).replace(by_default, at));
}

#[track_caller]
pub(crate) fn prints(remains: &Remains, shown: &str) {
    let lines = remains.lines.iter().map(|line| format!("{line}\n"));
    assert_eq!(lines.collect::<String>() + &remains.errors, shown);
    assert!(remains.status.success(), "it ended with {}", remains.status);
}
