//! The three services of the book: they are killed, lose each other, and panic.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use ockam_contract::program::Program;

use crate::together::{ANY_PORT, built, listening, prints, run, shown, stopped};

fn lines_of<const N: usize>(program: &Program) -> [String; N] {
    let mut lines = [(); N].map(|()| program.line());
    lines.sort();
    lines
}

#[test]
fn clients_come_back_to_a_hub_by_themselves() {
    // Ada is there before the hub, at a port that is free again.
    let (hub, at) = listening("hub", &["hub", ANY_PORT]);
    assert!(stopped(hub).status.success());
    let ada = run("hub", &["ada", &at]);
    let hub = run("hub", &["hub", &at]);
    hub.expect(&format!("listening at {at}"));
    hub.expect("ada is here");
    let grace = run("hub", &["grace", &at]);
    hub.expect("grace is here");
    let mut hub = hub;
    hub.say("rain");
    for client in [&ada, &grace] {
        client.expect("the hub is there");
        client.expect("news: rain");
    }

    hub.signal("KILL");
    for client in [&ada, &grace] {
        client.expect("the hub is away");
    }
    assert!(!hub.end().status.success());
    let mut hub = run("hub", &["hub", &at]);
    hub.expect(&format!("listening at {at}"));
    assert_eq!(lines_of(&hub), ["ada is here", "grace is here"]);
    hub.say("sun");
    for client in [&ada, &grace] {
        client.expect("the hub is there");
        client.expect("news: sun");
    }

    grace.signal("KILL");
    hub.expect("grace is gone");
    let grace = run("hub", &["grace", &at]);
    hub.expect("grace is here");
    grace.expect("the hub is there");
    hub.say("snow");
    for client in [&ada, &grace] {
        client.expect("news: snow");
    }
    for program in [ada, grace, hub] {
        assert!(stopped(program).status.success());
    }
}

/// Makes a request. Returns what has come back: nothing, if nobody took it.
fn request(at: &str, line: &str) -> String {
    let mut answer = String::new();
    if let Ok(mut stream) = TcpStream::connect(at) {
        let request = format!("{line} HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\n\r\n");
        let sent = stream.write_all(request.as_bytes());
        // A connection that the server has not taken ends with an error.
        let _ = sent.and_then(|()| stream.read_to_string(&mut answer));
    }
    answer
}

#[track_caller]
fn answers(at: &str, line: &str, status: u16, body: &str) {
    let answer = request(at, line);
    let is_so = answer.starts_with(&format!("HTTP/1.1 {status} ")) && answer.ends_with(body);
    assert!(is_so, "{line}: {answer}");
}

#[test]
fn a_web_service_survives_panics_and_is_resized() {
    let (service, at) = listening("web_service", &[ANY_PORT]);
    answers(&at, "GET /6/by/3", 200, "\r\n\r\n2\n");
    for _ in 0..2 {
        answers(&at, "GET /1/by/0", 500, "panicked\n");
        answers(&at, "GET /6/by/3", 200, "\r\n\r\n2\n");
    }
    answers(&at, "GET /six/by/3", 400, "");
    answers(&at, "PUT /dividers/8", 200, "8 dividers\n");
    answers(&at, "PUT /dividers/9999999", 400, "invalid input\n");
    answers(&at, "PUT /dividers/0", 200, "0 dividers\n");
    answers(&at, "GET /6/by/3", 503, "no route\n");
    answers(&at, "PUT /dividers/2", 200, "2 dividers\n");
    answers(&at, "GET /6/by/3", 200, "\r\n\r\n2\n");
    let remains = stopped(service);
    assert!(remains.status.success());
    assert_eq!(
        remains.errors.matches("panicked at").count(),
        2,
        "{remains:?}"
    );
}

#[test]
fn a_web_service_that_is_stopped_answers_what_it_has_begun() {
    let (service, at) = listening("web_service", &[ANY_PORT]);
    let ask = |at: String| {
        move || {
            let answers = (0..).map(|_| request(&at, "GET /6/by/3"));
            answers.take_while(|it| !it.is_empty()).collect()
        }
    };
    let asking = [(); 8].map(|()| thread::spawn(ask(at.clone())));
    // So that each of them has begun: the service answers in the order of the questions.
    for _ in 0..20 {
        answers(&at, "GET /6/by/3", 200, "\r\n\r\n2\n");
    }
    let remains = stopped(service);
    assert!(remains.status.success(), "{remains:?}");
    assert_eq!(remains.errors, "", "no message is lost");
    for asking in asking {
        let all: Vec<String> = asking.join().expect("it doesn't panic");
        assert!(!all.is_empty());
        for answer in all {
            assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
            assert!(answer.ends_with("\r\n\r\n2\n"), "{answer}");
        }
    }
}

#[test]
fn transfers_of_a_bank_survive_panics() {
    let folder = built().fresh_folder("accounts");
    let folder = folder.to_str().expect("the path is text");
    let mut remains = run("bank", &[folder]).end();
    let panics = remains.errors.matches("it had to happen").count();
    assert!(panics >= 20, "{panics} panics");
    remains.errors.clear();
    prints(&remains, &shown("bank"));
    // All of them are done already, but for those that were refused.
    let again = run("bank", &[folder]).end();
    assert_eq!(again.lines[1], "1000 in all accounts");
}

#[test]
fn transfers_of_a_bank_survive_the_end_of_the_process() {
    let folder = built().fresh_folder("killed");
    let folder = folder.to_str().expect("the path is text");
    let mut unfinished = 0;
    for round in 0..20 {
        let bank = run("bank", &[folder]);
        thread::sleep(Duration::from_millis(3 * round));
        bank.signal("KILL");
        unfinished += u64::from(!bank.end().status.success());
    }
    assert!(unfinished > 0, "it was killed too late each time");
    let remains = run("bank", &[folder]).end();
    assert_eq!(remains.lines[1], "1000 in all accounts", "{remains:?}");
    assert!(remains.status.success());
}
