//! Shapes of models: what columns, keys and indexes may be.

mod adoption;
mod declared;
mod embedded;
mod foreign_keys;
mod index_names;
mod kept;
mod outside;
mod partial;
mod soft_delete;
mod triggers;
mod versions;
mod views;
