//! A cluster on real databases: routing, scatter and gather against one
//! database that holds all rows, writes, and what is refused. One source, run on
//! every database that the features name, blocking and awaited.

#[path = "cluster/column_types.rs"]
mod column_types;
#[path = "cluster/dsl.rs"]
mod dsl;
#[path = "form/mod.rs"]
mod form;
#[path = "cluster/models.rs"]
mod models;
#[path = "cluster/on.rs"]
mod on;
#[path = "cluster/refused.rs"]
mod refused;
#[path = "cluster/routing.rs"]
mod routing;
#[path = "cluster/sample.rs"]
mod sample;
#[path = "cluster/scatter.rs"]
mod scatter;
#[path = "cluster/shapes.rs"]
mod shapes;
#[path = "cluster/upserts.rs"]
mod upserts;
#[path = "cluster/writes.rs"]
mod writes;
