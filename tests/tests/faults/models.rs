//! Accounts: a transfer moves ten cents from the first to the second and notes it in a row, so
//! that one look at the table says whether all of it was done, or nothing.

use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(has_many(notes: Note))]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) cents: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub(crate) struct Note {
    #[model(generated)]
    pub(crate) id: i64,
    #[model(belongs_to = Account, index)]
    pub(crate) account_id: i64,
}

/// What the two accounts hold at first.
pub(crate) const AT_FIRST: i64 = 1000;

/// What a transfer moves.
pub(crate) const MOVED: i64 = 10;

/// The id of the first row that notes a transfer.
pub(crate) const FIRST_NOTED: i64 = 100;

/// How many transfers the rows of one look tell of.
///
/// # Panics
/// If one was done by half.
#[track_caller]
pub(crate) fn transfers(rows: &[Account]) -> i64 {
    let cents = |id| rows.iter().find(|row| row.id == id).map(|row| row.cents);
    let (from, to) = (cents(1), cents(2));
    let noted = rows.iter().filter(|row| row.id >= FIRST_NOTED).count();
    let done = i64::try_from(noted).expect("few rows");
    assert_eq!(from, Some(AT_FIRST - done * MOVED), "{rows:?}");
    assert_eq!(to, Some(AT_FIRST + done * MOVED), "{rows:?}");
    done
}
