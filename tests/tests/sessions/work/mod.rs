//! Units of work: what is sent, in which order, and what the tables hold afterwards.

mod changes;
mod checked;
mod circles;
mod models;
mod order;
mod random;
mod removes;
mod twice;
