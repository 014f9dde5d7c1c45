//! What a patch does not change, and what the compiler says of it.

/// Never implemented: its message is what a patch of a shard key says.
#[diagnostic::on_unimplemented(
    message = "a patch cannot change the shard key: the row would belong on another shard",
    label = "this field is the shard key",
    note = "insert the row anew under the other key, and delete this one"
)]
pub trait ChangeOfShardKey {}

/// Never implemented: its message is what a patch of a key says.
#[diagnostic::on_unimplemented(
    message = "a patch cannot change the key: it says which row is meant",
    label = "this field is part of the key",
    note = "insert the row anew under the other key, and delete this one"
)]
pub trait ChangeOfKey {}

/// Holds for no type: a patch counts the version, and does not set it.
#[diagnostic::on_unimplemented(
    message = "a patch does not set the version: each update counts it",
    label = "the version",
    note = "to update the row only in a certain version: `.expect_version(n)`, or patch the row itself: `row.edit()`"
)]
pub trait ChangeOfVersion {}

/// Holds for no type: the database makes the column.
#[diagnostic::on_unimplemented(
    message = "this column is read-only: the database makes its value",
    label = "read-only",
    note = "change the columns that it is made of"
)]
pub trait ChangeOfReadOnly {}

/// Holds for no type: Diesel's UPDATE asks for no version.
#[diagnostic::on_unimplemented(
    message = "a row with a version is no change for Diesel's UPDATE, which does not ask for the version",
    label = "has a version",
    note = "to update the row as it was read: `session.update(row.edit()..)`; in whatever version: `.set(Account::patch(key)..)`"
)]
pub trait ChangeOfVersionedRow {}
