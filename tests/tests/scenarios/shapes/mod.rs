//! Shapes of models: what columns, keys and indexes may be.

mod declared;
mod foreign_keys;
mod kept;
mod soft_delete;
mod versions;
