//! The harness of the workspace's tests: what a test needs besides the crates under test.
//!
//! * [`postgres`]: private PostgreSQL servers, started, hung, killed and restarted at will.
//! * [`laws`]: files that must not compile, and the error that each must give.
//! * [`architecture`]: the layer rules of the crates, read from their source text.
//! * [`lanes`] and [`data`]: what could not run on this machine, and says so.
//! * [`folder`], [`port`], [`process`]: what servers of any kind stand on.
//!
//! Contract: nothing here depends on another crate of the workspace, and nothing that a test
//! starts or writes outlives the test process, however that process ends. Linux only: servers are
//! found and swept through `/proc`.

pub mod architecture;
pub mod data;
pub mod folder;
pub mod lanes;
pub mod laws;
pub mod port;
pub mod postgres;
pub mod process;

use std::path::Path;

pub use lanes::not_run;
pub use postgres::{PgServer, shared_postgres};

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
