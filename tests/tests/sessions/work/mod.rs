//! Units of work: what is sent, in which order, and what the tables hold afterwards.

mod changes;
mod checked;
mod circles;
mod keys_apart;
mod late;
mod models;
mod order;
mod panics;
mod partial_uniques;
mod random;
mod removes;
mod triggers;
mod twice;
mod two_models;
mod uniques;
