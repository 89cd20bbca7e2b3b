//! The AWS emulator of `tests/aws`, see `docs/testing.md`.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use serde_json::{Value, json};

use super::program::Apiaudit;
use super::repository;

/// How long the emulator may take to come up, or to answer a control.
const PATIENCE: Duration = Duration::from_mins(2);

/// The emulator's interpreter, with moto installed.
static INTERPRETER: LazyLock<PathBuf> = LazyLock::new(|| {
    let output = Command::new("python3").arg(repository("tests/aws/ensure.py")).stderr(Stdio::piped()).output();
    let output = output.unwrap_or_else(|error| panic!("these tests need Python 3.11 or newer as `python3`: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "these tests need Python 3.11 or newer and, once, pip's index:\n{errors}");
    PathBuf::from(String::from_utf8(output.stdout).expect("a path").trim())
});

/// AWS on 127.0.0.1. It ends when this is dropped, or with the test's process, whose end closes its stdin.
pub(crate) struct Emulator {
    child: Child,
    address: SocketAddr,
    /// Its URL.
    pub(crate) endpoint: String,
}

impl Emulator {
    /// Starts one.
    pub(crate) fn start() -> Self {
        let mut child = Command::new(&*INTERPRETER)
            .arg(repository("tests/aws/emulator.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the emulator starts");
        let stdout = child.stdout.take().expect("a pipe");
        let (send, receive) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let read = BufReader::new(stdout).read_line(&mut line);
            // Whoever asked may have lost patience.
            let _ = send.send(read.map(|_| line));
        });
        let line = receive.recv_timeout(PATIENCE).expect("the emulator says in time where it is").expect("a line");
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("the emulator said {line:?}: {error}"));
        let endpoint = said["endpoint"].as_str().expect("an endpoint").to_owned();
        let address: SocketAddr = endpoint.strip_prefix("http://").and_then(|address| address.parse().ok()).expect("an address");
        assert!(address.ip().is_loopback(), "{endpoint} is not on loopback: tests never leave this machine");
        Self { child, address, endpoint }
    }

    /// A control: `POST` with a body, `GET` without.
    #[track_caller]
    pub(crate) fn control(&self, path: &str, body: Option<&Value>) -> Value {
        let (verb, body) = body.map_or(("GET", String::new()), |body| ("POST", body.to_string()));
        let mut stream = TcpStream::connect(self.address).expect("the emulator listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        write!(stream, "{verb} {path} HTTP/1.1\r\nHost: emulator\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len())
            .expect("the emulator takes a control");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the emulator answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an HTTP answer");
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {head}\n{body}");
        serde_json::from_str(body).expect("JSON")
    }

    /// Makes a scenario in a region. Its ids.
    #[track_caller]
    pub(crate) fn seed(&self, scenario: &str, region: &str) -> Value {
        self.control("/_emulator/seed", Some(&json!({"scenario": scenario, "region": region})))
    }

    /// Sets what AWS itself decides.
    #[track_caller]
    pub(crate) fn decide(&self, what: &Value) {
        self.control("/_emulator/set", Some(what));
    }

    /// Shapes answers.
    #[track_caller]
    pub(crate) fn shape(&self, how: &Value) {
        self.control("/_proxy/set", Some(how));
    }

    /// Forgets shapes and counts, not the account.
    #[track_caller]
    pub(crate) fn relax(&self) {
        self.control("/_proxy/reset", Some(&json!({})));
    }

    /// Everything the proxy counted.
    #[track_caller]
    pub(crate) fn seen(&self) -> Value {
        self.control("/_proxy/calls", None)
    }

    /// What was called how often, by operation as `calls::ALL` names them.
    #[track_caller]
    pub(crate) fn calls(&self) -> BTreeMap<String, u64> {
        counts(&self.seen()["calls"])
    }

    /// A scan of a region.
    pub(crate) fn scan(&self, region: &str) -> Apiaudit {
        Apiaudit::scan(&self.endpoint).args(["--region", region])
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It may be gone already; a test's verdict does not depend on it.
        let _ = self.child.wait();
    }
}

/// Counts by operation, in our spelling.
pub(crate) fn counts(calls: &Value) -> BTreeMap<String, u64> {
    let calls = calls.as_object().expect("counts");
    calls.iter().map(|(name, count)| (name.replace('.', ":"), count.as_u64().expect("a count"))).collect()
}

/// Where each scenario stands in the shared account.
pub(crate) const EVERYTHING: &str = "us-east-1";
pub(crate) const BEFORE: &str = "eu-west-1";
pub(crate) const AFTER: &str = "eu-central-1";
pub(crate) const EMPTY: &str = "eu-north-1";

/// One account with a scenario a region, for the tests of one binary, and the ids of `everything`.
static SHARED: LazyLock<Mutex<(Emulator, Value)>> = LazyLock::new(|| {
    let emulator = Emulator::start();
    emulator.seed("article-before", BEFORE);
    emulator.seed("article-after", AFTER);
    let ids = emulator.seed("everything", EVERYTHING);
    Mutex::new((emulator, ids))
});

/// The shared account: one test at a time, and each finds it as it was seeded.
pub(crate) struct Shared(MutexGuard<'static, (Emulator, Value)>);

impl Shared {
    #[track_caller]
    pub(crate) fn get() -> Self {
        let shared = Self(SHARED.lock().unwrap_or_else(PoisonError::into_inner));
        shared.relax();
        shared
    }

    /// The ids of `everything`.
    pub(crate) fn ids(&self) -> &Value {
        &self.0.1
    }
}

impl std::ops::Deref for Shared {
    type Target = Emulator;

    fn deref(&self) -> &Emulator {
        &self.0.0
    }
}
