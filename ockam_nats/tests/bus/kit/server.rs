use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// The longest time that a server takes to start.
const LIMIT: Duration = Duration::from_secs(30);

/// A server, as a process with a folder of its own. Both are gone when this is dropped.
pub struct Server {
    program: PathBuf,
    folder: PathBuf,
    /// Its other options.
    more: Vec<String>,
    port: u16,
    process: Child,
}

/// Starts a server, or tells that there is none and the test is left out. In CI, there has to be one.
///
/// # Panics
///
/// Panics if there has to be one and there is none.
pub fn server() -> Option<Server> {
    Some(Server::start(find()?, Vec::new()))
}

/// Finds the program of a server.
fn find() -> Option<PathBuf> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("server");
    let found = Command::new(&script).arg("path").output();
    let found = found.expect("the script is there");
    if !found.status.success() {
        let why = String::from_utf8_lossy(&found.stderr).into_owned();
        assert!(std::env::var_os("CI").is_none(), "no NATS server: {why}");
        // Not by `eprintln`, which is shown of tests that fail alone.
        let said = format!("left out, because there is no NATS server: {why}\n");
        let _ = std::io::stderr().write_all(said.as_bytes());
        return None;
    }
    Some(String::from_utf8_lossy(&found.stdout).trim().into())
}

impl Server {
    fn start(program: PathBuf, more: Vec<String>) -> Self {
        static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("ockam-nats-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let (process, port) = run(&program, &folder, &more, -1);
        Self {
            program,
            folder,
            more,
            port,
            process,
        }
    }

    /// Returns where it listens.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Ends it at once, as a crash does.
    pub fn kill(&mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it is a child of this process");
    }

    /// Starts it again, at the same place and with what it had stored.
    pub fn restart(&mut self) {
        let (process, port) = run(
            &self.program,
            &self.folder,
            &self.more,
            i32::from(self.port),
        );
        assert_eq!(port, self.port);
        self.process = process;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been killed.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Runs a server at a port, or at any that is free, and waits until it takes connections.
fn run(program: &Path, folder: &Path, more: &[String], port: i32) -> (Child, u16) {
    let mut process = Command::new(program)
        .args(["--addr", "127.0.0.1", "--jetstream"])
        .args(["--port", &port.to_string()])
        .arg("--store_dir")
        .arg(folder)
        .args(more)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a server starts");
    let output = BufReader::new(process.stderr.take().expect("it is piped"));
    let (sender, lines) = channel();
    // To the end, so that the server can go on writing.
    thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    let port = wait(&lines);
    (process, port)
}

fn wait(lines: &Receiver<String>) -> u16 {
    let (mut port, mut seen) = (None, Vec::new());
    loop {
        let Ok(line) = lines.recv_timeout(LIMIT) else {
            panic!("the server doesn't start: {seen:?}");
        };
        if let Some((_, address)) = line.split_once("Listening for client connections on ") {
            let found = address.rsplit(':').next();
            port = found.and_then(|port| port.trim().parse().ok());
        }
        match port {
            Some(port) if line.contains("Server is ready") => return port,
            _ => seen.push(line),
        }
    }
}

/// Starts three servers that are one cluster, or tells that there are none, as [`server`] does.
///
/// # Panics
///
/// Panics if there have to be some and there are none.
pub fn cluster() -> Option<[Server; 3]> {
    let program = find()?;
    let routes: Vec<u16> = (0..3).map(|_| free_port()).collect();
    let all = routes.iter().map(|port| format!("nats://127.0.0.1:{port}"));
    let all = all.collect::<Vec<_>>().join(",");
    Some([0, 1, 2].map(|number| {
        let mut more = vec![
            format!("--name=server-{number}"),
            "--cluster_name=tests".to_owned(),
        ];
        more.push(format!("--cluster=nats://127.0.0.1:{}", routes[number]));
        more.push(format!("--routes={all}"));
        Server::start(program.clone(), more)
    }))
}

/// Returns a port that was free a moment ago.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("there are ports");
    listener.local_addr().expect("it is bound").port()
}
