//! The real binary, in an environment of its own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// A run of `apiaudit`: nothing of the developer's environment gets through to it.
pub(crate) struct Apiaudit {
    command: assert_cmd::Command,
    home: TempDir,
    budget: Option<&'static str>,
}

/// What a run left behind.
pub(crate) struct Ran {
    /// Its exit code.
    pub(crate) code: i32,
    /// Its data.
    pub(crate) stdout: String,
    /// Its talk.
    pub(crate) stderr: String,
    home: TempDir,
}

impl Apiaudit {
    /// A run in an empty home folder, without credentials.
    pub(crate) fn new() -> Self {
        let home = TempDir::new().expect("a temporary folder");
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_apiaudit"));
        command.env_clear().current_dir(home.path()).timeout(Duration::from_mins(3));
        command.env("HOME", home.path()).env("LANG", "C.UTF-8").env("AWS_EC2_METADATA_DISABLED", "true");
        // Where coverage is measured, the program has to say where its own goes.
        if let Some(profile) = std::env::var_os("LLVM_PROFILE_FILE") {
            command.env("LLVM_PROFILE_FILE", profile);
        }
        Self { command, home, budget: None }
    }

    /// A run with credentials that are no secret, against an endpoint, as fast as AWS's quotas allow.
    pub(crate) fn scan(endpoint: &str) -> Self {
        Self::aws(endpoint).arg("scan").budget("1")
    }

    /// A run with credentials that are no secret, against an endpoint.
    pub(crate) fn aws(endpoint: &str) -> Self {
        Self::new().env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test").env("AWS_ENDPOINT_URL", endpoint)
    }

    /// Another share of AWS's quotas.
    pub(crate) fn budget(mut self, share: &'static str) -> Self {
        self.budget = Some(share);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub(crate) fn args<I: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = I>) -> Self {
        self.command.args(args);
        self
    }

    /// The folder it runs in.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Runs it.
    #[track_caller]
    pub(crate) fn run(mut self) -> Ran {
        if let Some(share) = self.budget {
            self.command.args(["--api-budget", share]);
        }
        let output = self.command.output().expect("apiaudit starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("apiaudit writes UTF-8");
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        let Some(code) = output.status.code() else { panic!("killed: {}\n{stderr}", output.status) };
        assert!(!stderr.contains("panicked at"), "{stderr}");
        Ran { code, stdout, stderr, home: self.home }
    }
}

impl Ran {
    /// The run, if it ended with this code.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stderr:\n{}", self.stderr);
        self
    }

    /// The run, if it ended with this code, said nothing on stdout, and said this on stderr, with help.
    #[track_caller]
    pub(crate) fn refuses(self, code: i32, words: &str) -> Self {
        let ran = self.ends(code);
        assert_eq!(ran.stdout, "");
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
        assert!(ran.stderr.contains(words), "{words:?} is not said:\n{}", ran.stderr);
        assert!(ran.stderr.contains("help: ") || ran.stderr.contains("tip: ") || ran.stderr.contains("try '--help'"), "{}", ran.stderr);
        ran
    }

    /// The run, if it ended with this code and said this on stderr, with help; whatever it printed before.
    #[track_caller]
    pub(crate) fn refuses_beside(self, code: i32, words: &str) -> Self {
        let ran = self.ends(code);
        assert!(ran.stderr.contains(words) && ran.stderr.contains("help: "), "{words:?} is not said:\n{}", ran.stderr);
        ran
    }

    /// The folder it ran in.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Its stdout as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\nstdout: {}\nstderr: {}", self.stdout, self.stderr))
    }

    /// A file in the folder it ran in.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }
}
