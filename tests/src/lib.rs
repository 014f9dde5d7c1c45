//! The harness of the workspace's tests: what a test needs besides the crates under test.
//!
//! * [`postgres`] and [`mariadb`]: private servers, started, hung, killed and restarted at will.
//! * [`proxy`]: a network of one port that can be cut, slowed and swallowed.
//! * [`laws`]: files that must not compile, and the error that each must give.
//! * [`architecture`]: the layer rules of the crates, read from their source text.
//! * [`example`]: the programs of the workspace's examples, built as the tests are.
//! * [`lanes`] and [`data`]: what could not run on this machine, and says so.
//! * [`folder`], [`port`], [`process`], [`connection`]: what servers of any kind stand on.
//!
//! Contract: nothing here depends on another crate of the workspace, and nothing that a test
//! starts or writes outlives the test process, however that process ends. Linux only: servers are
//! found and swept through `/proc`.

mod account;
pub mod architecture;
pub mod connection;
mod daemon;
pub mod data;
pub mod example;
pub mod folder;
pub mod generated;
pub mod lanes;
pub mod laws;
pub mod mariadb;
pub mod port;
pub mod postgres;
pub mod process;
pub mod proxy;
pub mod random;

use std::path::Path;

pub use lanes::not_run;
pub use mariadb::{MariaServer, shared_mariadb};
pub use postgres::{PgServer, shared_postgres};
pub use proxy::Proxy;

/// The root of the workspace that this harness was compiled in.
pub fn workspace_root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests crate lies in the workspace")
}

/// Whether the long forms of proofs run (`tests/run --soak`).
pub fn soak() -> bool {
    std::env::var_os("ORM_SOAK").is_some_and(|value| value != "0")
}
