//! Servers that die in the midst of a statement and come back, networks that are cut, swallow
//! everything and recover, answers to a COMMIT that are lost: errors that say so, and a pool that
//! is as large as before.

mod commit;
mod idle;
mod killed;
pub(crate) mod network;
#[cfg(feature = "postgres")]
mod partial;
mod rounds;
mod silent;
mod unknown;
