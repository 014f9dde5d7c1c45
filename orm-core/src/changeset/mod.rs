//! Changes, described: what to insert, what to update, what to delete.
//!
//! Forms ([`Draft`], [`Patch`]) are values; the statements over them are
//! Diesel fragments, written once for all models from their metadata. Nothing
//! here sends anything.

mod at;
mod between;
mod by_column;
mod complete;
mod delete;
mod deserialize;
mod diesel_forms;
mod draft;
mod exact;
mod find;
mod insert;
mod notes;
mod patch;
mod reread;
mod room;
mod unchanged;
mod update;
mod upsert;
mod write;

pub(crate) use at::{ChangeAt, DeleteAt, InsertAt, RowsAt, VersionAt};
pub(crate) use by_column::position;
pub(crate) use complete::{complete, make_untold_keys};
pub use delete::Delete;
pub use deserialize::{ReadForm, read_form, read_value};
pub use diesel_forms::{ChangedColumns, InsertedRow, InsertedValues, inserted_values};
pub use draft::{Draft, Form};
pub use find::Find;
pub use insert::{
    AnyColumns, EveryColumn, EveryGivenColumn, Insert, InsertShape, RequiredColumns, Rows,
};
pub(crate) use patch::{Expected, OtherVersion, join_conditions};
pub use patch::{Patch, PatchForm};
pub(crate) use reread::counted;
pub use reread::{FindAllInserted, FindBy, FindByKeys, FindInserted};
pub(crate) use room::cut;
pub use unchanged::{
    ChangeOfKey, ChangeOfReadOnly, ChangeOfShardKey, ChangeOfVersion, ChangeOfVersionedRow,
};
pub use update::Update;
pub use upsert::{ConflictTarget, OnConflict, UniqueTarget, UniqueTogether, is_other_conflict};
