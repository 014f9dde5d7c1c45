//! What goes wrong around a program: futures dropped in the midst, servers killed, networks cut,
//! pools exhausted. Nothing leaks, nothing is half done, and every error says what it is.

#[cfg(all(feature = "async", any(feature = "postgres", feature = "mysql")))]
#[path = "harness/eventually.rs"]
mod eventually;
#[cfg(feature = "async")]
#[path = "form/mod.rs"]
mod form;

#[cfg(feature = "async")]
#[path = "faults/cut.rs"]
mod cut;
#[cfg(feature = "async")]
#[path = "faults/models.rs"]
mod models;
#[cfg(feature = "async")]
#[macro_use]
#[path = "faults/place.rs"]
mod place;

#[cfg(feature = "async")]
#[path = "faults"]
mod topics {
    mod cluster;
    mod exhausted;
    mod left;
    mod left_inside;
    mod offload;
    mod operations;
    mod panics;
    #[cfg(feature = "postgres")]
    mod pipeline;
    mod returned;
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(crate) mod servers;
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    mod stopped;
    mod streams;
    mod transactions;
}
