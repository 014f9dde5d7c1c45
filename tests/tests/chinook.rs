//! Chinook, the sample data of a music shop: 11 tables with 15,607 rows, loaded through the ORM
//! into a cluster of four shards and asked like any application would ask.
//!
//! One source runs on four SQLite files and, with the features `postgres` and `mysql`, on four
//! private servers of each; blocking, and with the feature `async` to be awaited too. What the ORM
//! answers is held against SQL written by hand for the original data: asked with `sqlite3` of
//! `chinook.sqlite`, with `psql` of `postgres.sql` loaded into a server of its own, and with
//! `mariadb` of `mysql.sql` likewise. Where the data is not there, the lane `chinook` is not run.

#[path = "form/mod.rs"]
mod form;
#[macro_use]
#[path = "chinook/place.rs"]
mod place;

#[path = "chinook/load.rs"]
mod load;
#[path = "chinook/models.rs"]
mod models;
#[path = "chinook/original.rs"]
mod original;
#[path = "chinook/shop.rs"]
mod shop;
#[path = "chinook/text.rs"]
mod text;

#[path = "chinook"]
mod topics {
    mod catalogue;
    mod customers;
    mod evolved;
    mod inspected;
    mod loaded;
    mod lookups;
    #[cfg(feature = "mysql")]
    mod originals;
    mod sales;
    mod staff;
}
