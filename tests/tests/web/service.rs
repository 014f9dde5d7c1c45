//! The process of the example, on four SQLite files of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::OnceLock;

use orm_tests::{example, folder, process};
use serde_json::{Value, json};

use crate::http::{Answer, send};

/// A running service; killed when it is dropped, and swept with its folder if the tests are killed.
pub(crate) struct Service {
    child: Child,
    out: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
    pub(crate) folder: PathBuf,
}

impl Service {
    /// Starts one on empty databases, and waits until it says where it listens.
    pub(crate) fn start() -> Self {
        let folder = folder::fresh("web");
        let mut command = Command::new(program());
        command.arg(&folder).current_dir(&folder);
        command
            .env("ADDRESS", "127.0.0.1:0")
            .env_remove("CLUSTER_TOML");
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = process::spawn(command).expect("the example starts");
        let out = child.stdout.take().expect("the pipe that was asked for");
        let mut out = BufReader::new(out);
        let said = line(&mut out);
        let address = said.strip_prefix("listening on http://").map(str::parse);
        Service {
            child,
            out,
            address: address.expect("an address").expect("an address"),
            folder,
        }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        send(self.address, "GET", path, "")
    }

    pub(crate) fn post(&self, body: &Value) -> Answer {
        send(self.address, "POST", "/customers", &body.to_string())
    }

    /// Registers a customer, and gives the id.
    pub(crate) fn customer(&self, name: &str, email: &str) -> String {
        let answer = self.post(&json!({ "name": name, "email": email }));
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.body["id"].as_str().expect("an id").to_owned()
    }

    /// Asks the process to stop.
    pub(crate) fn terminate(&self) {
        process::signal("TERM", &[self.child.id()]);
    }

    /// Waits for the end of the process; gives what it still said, and how it ended.
    pub(crate) fn wait(mut self) -> (String, ExitStatus) {
        let said = line(&mut self.out);
        (said, self.child.wait().expect("own child"))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The next line, without its end.
fn line(out: &mut impl BufRead) -> String {
    let mut line = String::new();
    out.read_line(&mut line).expect("a line of text");
    line.trim_end().to_owned()
}

/// The example's program, built with the features of these tests.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let mut features = vec!["async"];
        if cfg!(feature = "postgres") {
            features.push("postgres");
        }
        if cfg!(feature = "mysql") {
            features.push("mysql");
        }
        if cfg!(feature = "cli") {
            features.push("cli");
        }
        // Cargo gives every integration test this folder of the target folder.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
        example::program("web", &features, target.expect("the target folder"))
    })
}
